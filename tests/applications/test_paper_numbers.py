"""纸质编号: the numbers of pads, the gaps in them, and when something can have been taken in on one."""

from datetime import datetime, timedelta

import pytest

from applications.paper_numbers import fault_of_moment, gaps, is_paper_number, paper_number, read_moment

ISSUED = datetime.fromisoformat("2026-03-02T09:00+08:00")
NOW = datetime.fromisoformat("2026-03-04T10:00+08:00")


def test_a_number_is_nine_characters_with_the_year_and_a_check() -> None:
    number = paper_number(2026, 17)
    assert number.startswith("P2600017") and len(number) == 9 and is_paper_number(number)


@pytest.mark.parametrize("serial", [0, 100_000])
def test_a_serial_that_does_not_fit_is_no_number(serial: int) -> None:
    with pytest.raises(ValueError, match="five digits"):
        paper_number(2026, serial)


@pytest.mark.parametrize("serial", [1, 17, 4711, 99_999])
def test_one_misread_digit_or_two_exchanged_are_told(serial: int) -> None:
    number = paper_number(2026, serial)
    for place in range(1, 8):
        for digit in "0123456789":
            misread = number[:place] + digit + number[place + 1 :]
            assert is_paper_number(misread) == (misread == number)
        exchanged = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        assert is_paper_number(exchanged) == (exchanged == number)


@pytest.mark.parametrize("text", ["", "P", "P2600017", "p2600017x", "X26000171", "P26000一7A", "P2600017AA"])
def test_what_has_not_the_shape_is_no_number(text: str) -> None:
    assert not is_paper_number(text)


@pytest.mark.parametrize(
    ("states", "missing"),
    [
        (["unused", "unused"], []),
        (["used", "unused", "unused"], []),
        (["used", "unused", "used"], ["1"]),
        (["unused", "spoiled", "unused", "waiting", "unused"], ["0", "2"]),
        (["used", "spoiled", "waiting"], []),
        ([], []),
    ],
)
def test_a_gap_is_an_unused_number_below_one_that_was_used(states: list[str], missing: list[str]) -> None:
    assert gaps([(str(place), state) for place, state in enumerate(states)]) == missing


@pytest.mark.parametrize(
    ("moment", "says"),
    [
        (ISSUED, None),
        (NOW, None),
        (ISSUED - timedelta(minutes=1), "早于"),
        (NOW + timedelta(minutes=1), "还没有到"),
    ],
)
def test_something_was_taken_in_after_the_pad_was_given_out_and_before_now(moment: datetime, says: str | None) -> None:
    fault = fault_of_moment(moment, ISSUED, NOW)
    assert (says in fault) if says and fault else fault == says


@pytest.mark.parametrize(
    ("day", "clock", "moment"),
    [
        ("2026-03-02", "09:05", "2026-03-02T09:05:00"),
        ("2026-03-02", "9:05", "2026-03-02T09:05:00"),
        (" 2026-03-02 ", " 16:30 ", "2026-03-02T16:30:00"),
        ("2026-03-02", "", None),
        ("", "09:05", None),
        ("2026-02-30", "09:05", None),
        ("2026-03-02", "24:61", None),
        ("2026-03-02", "09:05+08:00", None),
        ("0001-01-01", "00:00", None),
        ("昨天", "上午", None),
    ],
)
def test_day_and_time_are_read_from_their_boxes(day: str, clock: str, moment: str | None) -> None:
    found = read_moment(day, clock)
    assert (found and found.isoformat()) == moment
