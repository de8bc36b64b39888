"""Case numbers: shape, check character, codes."""

from datetime import date

import pytest

from applications.numbers import case_number, check_character, is_case_number, pickup_code, query_code


def test_the_number_has_21_characters_and_says_place_day_kind_and_serial():
    number = case_number(date(2026, 3, 2), 187, "Y")
    assert number[:20] == "32072420260302Y00187"
    assert len(number) == 21


@pytest.mark.parametrize(
    ("body", "check"),
    # ISO 7064 MOD 37,36; the first is the standard's own example.
    [("A12425GABC1234002", "M"), ("0", "2"), ("", "1")],
)
def test_check_character(body, check):
    assert check_character(body) == check


@pytest.mark.parametrize("serial", [1, 9, 187, 99_999])
def test_every_single_wrong_character_is_noticed_and_nearly_every_swap(serial):
    number = case_number(date(2026, 11, 22), serial, "Y")
    assert is_case_number(number)
    for place, character in enumerate(number):
        for other in "0123456789YXZ":
            if other != character:
                assert not is_case_number(number[:place] + other + number[place + 1 :])
    swaps = {number[:n] + number[n + 1] + number[n] + number[n + 2 :] for n in range(20)} - {number}
    assert sum(is_case_number(swapped) for swapped in swaps) <= 1  # a hybrid system misses about one in 37


@pytest.mark.parametrize("serial", [0, -1, 100_000])
def test_a_serial_beyond_five_digits_is_an_error_and_never_a_longer_number(serial):
    with pytest.raises(ValueError, match="five digits"):
        case_number(date(2026, 1, 1), serial, "Y")


@pytest.mark.parametrize("text", ["", "320724", "３２０７２４20260302Y001871", "' OR 1=1 --", "32072420260302Y00187 "])
def test_other_texts_are_no_case_numbers(text):
    assert not is_case_number(text)


def test_codes_are_random_and_readable():
    codes = {query_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == 8 and not set(code) & set("01ILO") for code in codes)
    assert all(len(pickup_code()) == 6 for _ in range(50))
