"""Identity numbers, credit codes and telephone numbers: tables of cases. All but published examples are made up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as second_opinion

from accounts.identity import (
    ORGANISATION_ALPHABET,
    USCC_ALPHABET,
    check_id_number,
    check_identity,
    check_mobile,
    check_phone,
    check_uscc,
    id_check_character,
    id_facts,
    normalise,
    normalise_phone,
    organisation_check_character,
    uscc_check_character,
    warn_id_number,
)

TODAY = date(2026, 11, 22)

EMPTY = "请填写身份证号码"
SHAPE = "身份证号码的前 17 位是数字，最后一位是数字或 X"
NO_DATE = "身份证号码第 7 到 14 位不是一个日期，请核对出生年月日"
ODD_DATE = "身份证号码里的出生日期不对，请核对第 7 到 14 位"
CHECK = "身份证号码有误：最后一位和前面的数字对不上，请对照证件逐位核对"
OLD = "15 位的旧身份证号码已经停用，请填写 18 位的号码"

ID_NUMBERS = [
    # The example of the standard, and the two of the county that the tests' people carry.
    ("11010519491231002X", None),
    ("32072419880315002X", None),
    ("320724197508200018", None),
    # Other places, both sexes, every check character from 0 to X.
    ("320724190001010010", None),
    ("320723195001010033", None),
    ("320724199406300041", None),
    ("320722196002290012", None),
    ("110101199003070011", None),
    ("120101199003070013", None),
    ("310105198010100029", None),
    ("320826196904120013", None),
    ("440306199912310034", None),
    ("500101199003070014", None),
    ("540101197001010040", None),
    ("650102198505050050", None),
    ("710000199001010015", None),
    ("320724198803159999", None),
    ("320724198803150003", None),
    ("320724200002290014", None),  # 29 February of a leap year
    ("320724202611220010", None),  # born today
    ("16072419880315002X", None),  # an unknown province only warns
    # As people type it.
    ("32072419880315002x", None),
    (" 320724 19880315 002X ", None),
    ("320724-19880315-002X", None),
    ("３２０７２４１９８８０３１５００２Ｘ", None),
    ("３２０７２４１９８８０３１５００２ｘ", None),
    ("320724\u300019750820\u30000018", None),
    ("\ufeff320724197508200018\u200b", None),
    # Nothing, too short, too long.
    ("", EMPTY),
    ("   ", EMPTY),
    ("\u3000", EMPTY),
    ("3207241988031500", "身份证号码是 18 位，您填了 16 位"),
    ("3207241988031500X", "身份证号码是 18 位，您填了 17 位"),
    ("32072419880315002X1", "身份证号码是 18 位，您填了 19 位"),
    ("张婷", "身份证号码是 18 位，您填了 2 位"),
    # The old numbers of 15 digits.
    ("320724880315002", OLD),
    ("110105491231002", OLD),
    # Letters and signs where digits belong.
    ("32072419880315O02X", SHAPE),
    ("X2072419880315002X", SHAPE),
    ("32072419880315002Y", SHAPE),
    ("32072419880315002*", SHAPE),
    ("320724********002X", SHAPE),
    ("3207241988031500XX", SHAPE),
    ("三二〇七二四一九八八〇三一五〇〇二", "身份证号码是 18 位，您填了 17 位"),
    ("٣٢٠٧٢٤١٩٨٨٠٣١٥٠٠٢٠", SHAPE),  # digits, but not ours
    # Dates that do not exist.
    ("320724198802300021", NO_DATE),
    ("320724198713010021", NO_DATE),
    ("320724198700010021", NO_DATE),
    ("320724198706000021", NO_DATE),
    ("320724198706310021", NO_DATE),
    ("320724190002290021", NO_DATE),  # 1900 was no leap year
    ("320724202302290021", NO_DATE),
    ("320724000001010021", NO_DATE),
    # Dates that nobody applying today was born on.
    ("320724202611230016", ODD_DATE),  # tomorrow
    ("320724203001010021", ODD_DATE),
    ("320724189912310021", ODD_DATE),
    ("320724999912310021", ODD_DATE),
    # One digit wrong, two swapped.
    ("320724198803150021", CHECK),
    ("320724197508200019", CHECK),
    ("320724197508200108", CHECK),
    ("320742197508200018", CHECK),
    ("32072419750820001X", CHECK),
    ("110105194912310020", CHECK),
    # Numbers of 18 digits that are another kind of paper.
    ("810000199001010019", "这是港澳台居民居住证的号码，请把证件类型改为“港澳台居民居住证”"),
    ("820000199001010010", "这是港澳台居民居住证的号码，请把证件类型改为“港澳台居民居住证”"),
    ("830000199001010020", "这是港澳台居民居住证的号码，请把证件类型改为“港澳台居民居住证”"),
    ("911100199001010019", "这是外国人永久居留身份证的号码，请把证件类型改为“外国人永久居留身份证”"),
]


@pytest.mark.parametrize(("text", "fault"), ID_NUMBERS)
def test_identity_number(text: str, fault: str | None) -> None:
    assert check_id_number(text, TODAY) == fault


@pytest.mark.parametrize(
    ("id_type", "text", "good"),
    [
        ("id_card", "32072419880315002X", True),
        ("id_card", "810000199001010019", False),
        ("residence_permit", "810000199001010019", True),
        ("residence_permit", "830000199001010020", True),
        ("residence_permit", "830000199001010021", False),
        ("residence_permit", "32072419880315002X", False),
        ("foreign_resident", "911100199001010019", True),
        ("foreign_resident", "USA110190010101", True),
        ("foreign_resident", "USA11019001010", False),
        ("foreign_resident", "32072419880315002X", False),
        ("mainland_pass", "H12345678", True),
        ("mainland_pass", "m1234567890", True),
        ("mainland_pass", "12345678", True),
        ("mainland_pass", "H1234", False),
        ("passport", "EA1234567", True),
        ("passport", "E 1234", True),
        ("passport", "E12", False),
        ("passport", "", False),
        ("library_card", "12345", False),
    ],
)
def test_other_papers_of_identity(id_type: str, text: str, good: bool) -> None:
    assert (check_identity(id_type, text, TODAY) is None) is good


def test_an_unknown_province_warns_and_does_not_refuse() -> None:
    assert check_id_number("16072419880315002X", TODAY) is None
    assert warn_id_number("16072419880315002X")
    assert warn_id_number("32072419880315002X") is None


def test_facts_of_an_identity_number() -> None:
    assert id_facts("32072419880315002x").birth == date(1988, 3, 15)
    assert id_facts("32072419880315002X").female
    assert not id_facts("320724197508200018").female
    with pytest.raises(ValueError, match="identity number"):
        id_facts("3207")


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(birth: date, serial: int, place: int, shift: int) -> None:
    digits = f"320724{birth:%Y%m%d}{serial:03d}"
    number = digits + id_check_character(digits)
    assert check_id_number(number, TODAY) is None
    if number[place] != "X":
        wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
        assert check_id_number(wrong, TODAY) is not None


USCCS = [
    # Published codes of real companies, and made-up ones: company, sole trader, office, village collective.
    ("91330100799655058B", None),
    ("91440300708461136T", None),
    ("91110000600037341L", None),
    ("91320724MA1XQ2ABX7", None),
    ("92320724MA27ABCD46", None),
    ("11320724014372091Q", None),
    ("N2320724MF1234567H", None),
    ("52320724501234569L", None),
    ("91320724MA0000015G", None),
    ("91320724ma0000015g", None),
    (" 9132 0724 MA00 0001 5G ", None),
    ("９１３２０７２４ＭＡ０００００１５Ｇ", None),
    ("", "请填写统一社会信用代码"),
    ("91320724", "统一社会信用代码是 18 位，您填了 8 位"),
    ("91320724MA0000015GG", "统一社会信用代码是 18 位，您填了 19 位"),
    ("320724600123456", "统一社会信用代码是 18 位，您填了 15 位"),
    ("9132O724MA0000015G", "O"),
    ("91320724MA00000I5G", "I"),
    ("91320724SA0000015G", "S"),
    ("91320724VA0000015G", "V"),
    ("91320724ZA0000015G", "Z"),
    ("91A20724MA0000015G", "第 3 到 8 位"),
    ("91320724MA0000016G", "第 17 位"),
    ("91320724MA0000015H", "最后一位"),
    ("91330100799655058C", "最后一位"),
    ("91440300708461137T", "第 17 位"),
    ("91320742MA0000015G", "最后一位"),
]


@pytest.mark.parametrize(("text", "fault"), USCCS)
def test_unified_social_credit_code(text: str, fault: str | None) -> None:
    found = check_uscc(text)
    if fault is None:
        assert found is None
    else:
        assert found and fault in found


@given(st.text(USCC_ALPHABET, min_size=8, max_size=8), st.sampled_from(["91", "92", "93", "12", "51"]))
def test_made_up_codes_pass_here_and_with_the_library(organisation: str, kind: str) -> None:
    assert set(organisation) <= set(ORGANISATION_ALPHABET)
    body = f"{kind}320724{organisation}{organisation_check_character(organisation)}"
    code = body + uscc_check_character(body)
    assert check_uscc(code) is None
    assert second_opinion.is_valid(code)


PHONES = [
    ("13800000018", "13800000018", None),
    ("138 0000 0018", "13800000018", None),
    ("138-0000-0018", "13800000018", None),
    ("+86 13800000018", "13800000018", None),
    ("0086 138 0000 0018", "13800000018", None),
    ("１３８０００００１８", "1380000018", "手机号码是 11 位，您填了 10 位"),
    ("１３８００００００１８", "13800000018", None),
    ("19912345678", "19912345678", None),
    ("16612345678", "16612345678", None),
    ("12800000000", "12800000000", "没有这样的手机号码，请核对"),
    ("1380000001", "1380000001", "手机号码是 11 位，您填了 10 位"),
    ("138000000180", "138000000180", "手机号码是 11 位，您填了 12 位"),
    ("0518-83221234", "051883221234", None),
    ("(0518) 83221234", "051883221234", None),
    ("（0518）8322 1234", "051883221234", None),
    ("+86 518 8322 1234", "051883221234", None),
    ("400-800-1234", "4008001234", None),
    ("83221234", "83221234", "固定电话请带上区号，例如 0518-83220000"),
    ("23221234", "23221234", "固定电话请带上区号，例如 0518-83220000"),
    ("0518-832", "0518832", "没有这样的电话号码，请核对"),
    ("", "", "请填写电话号码"),
    ("没有", "没有", "电话号码只能有数字"),
    ("138****0018", "138****0018", "电话号码只能有数字"),
    ("+852 9123 4567", "+85291234567", "请填写中国内地的电话号码"),
]


@pytest.mark.parametrize(("text", "stored", "fault"), PHONES)
def test_telephone(text: str, stored: str, fault: str | None) -> None:
    assert normalise_phone(text) == stored
    assert check_phone(text) == fault


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("13800000018", True),
        ("+86 138 0000 0018", True),
        ("0518-83221234", False),
        ("", False),
        ("+85291234567", False),
    ],
)
def test_a_text_message_needs_a_mobile(text: str, good: bool) -> None:
    assert (check_mobile(text) is None) is good


def test_normalising_is_stable() -> None:
    for text, _ in ID_NUMBERS:
        assert normalise(normalise(text)) == normalise(text)
