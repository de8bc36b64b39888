"""Numbers that name people and organisations: identity card, unified social credit code, telephone.

Pure. Each `check_…` takes what a person typed and gives the fault as a Chinese sentence, or None when the number is
good; each `normalise…` gives the form to store. Sources: GB 11643-1999 (公民身份号码), GB 32100-2015
(统一社会信用代码), GB 11714-1997 (组织机构代码); telephone numbers by libphonenumber's tables.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

import phonenumbers
from django.utils import timezone

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECK_CHARACTERS = "10X98765432"
EARLIEST_BIRTH_YEAR = 1900
# GB/T 2260, the province. Abolished counties live on in old numbers, so nothing finer is looked at.
PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71")
RESIDENCE_PERMIT_REGIONS = ("81", "82", "83")

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORGANISATION_CHECK_CHARACTERS = "0123456789X0"  # 11 − Σ mod 11, where 10 is written X and 11 is written 0


def normalise(text: str) -> str:
    """Full-width characters to half-width, without blanks and hyphens, in capitals: `３２０７ …x` → `3207…X`."""
    return re.sub(r"[\s\-‐-―−\u200b-\u200f\ufeff]", "", unicodedata.normalize("NFKC", text)).upper()


# Identity card


@dataclass(frozen=True)
class IdFacts:
    """What an identity number tells by itself."""

    birth: date
    female: bool


def check_id_number(text: str, today: date | None = None) -> str | None:
    """The fault of a resident's identity number (居民身份证), or None.

    `today` bounds the date of birth and is the portal's own date when left out. An unknown region is no fault (see
    `warn_id_number`).
    """
    number = normalise(text)
    fault = _check_id_shape(number)
    if fault:
        return fault
    if number.startswith(RESIDENCE_PERMIT_REGIONS):
        return "这是港澳台居民居住证的号码，请把证件类型改为“港澳台居民居住证”"
    if number.startswith("9"):
        return "这是外国人永久居留身份证的号码，请把证件类型改为“外国人永久居留身份证”"
    return _check_id_meaning(number, today)


def warn_id_number(text: str) -> str | None:
    """A doubt that stops nobody: the first two digits name no province known today."""
    number = normalise(text)
    return None if PROVINCES.match(number) else "身份证号码的前两位不是现有省份的代码，请对照证件核对"


def id_facts(text: str) -> IdFacts:
    """Date of birth and sex of a number that `check_id_number` found good; otherwise ValueError."""
    number = normalise(text)
    if _check_id_shape(number):
        raise ValueError("not an identity number")
    return IdFacts(
        birth=date(int(number[6:10]), int(number[10:12]), int(number[12:14])), female=int(number[16]) % 2 == 0
    )


def id_check_character(first_seventeen: str) -> str:
    """The last character of an identity number, from its seventeen digits (ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_seventeen, ID_WEIGHTS, strict=True))
    return ID_CHECK_CHARACTERS[total % 11]


def _check_id_shape(number: str) -> str | None:
    if not number:
        return "请填写身份证号码"
    if re.fullmatch(r"[0-9]{15}", number):
        return "15 位的旧身份证号码已经停用，请填写 18 位的号码"
    if len(number) != 18:
        return f"身份证号码是 18 位，您填了 {len(number)} 位"
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return "身份证号码的前 17 位是数字，最后一位是数字或 X"
    return None


def _check_id_meaning(number: str, today: date | None) -> str | None:
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return "身份证号码第 7 到 14 位不是一个日期，请核对出生年月日"
    if birth.year < EARLIEST_BIRTH_YEAR or birth > (today or timezone.localdate()):
        return "身份证号码里的出生日期不对，请核对第 7 到 14 位"
    if number[17] != id_check_character(number[:17]):
        return "身份证号码有误：最后一位和前面的数字对不上，请对照证件逐位核对"
    return None


# Other papers of identity


def check_identity(id_type: str, text: str, today: date | None = None) -> str | None:
    """The fault of a number of any type of paper (the values of accounts.models.IdType), or None."""
    number = normalise(text)
    if id_type == "id_card":
        return check_id_number(number, today)
    if not number:
        return "请填写证件号码"
    if id_type == "residence_permit":
        fault = _check_id_shape(number)
        if fault is None and not number.startswith(RESIDENCE_PERMIT_REGIONS):
            return "港澳台居民居住证的号码以 81、82 或 83 开头"
        return fault or _check_id_meaning(number, today)
    if id_type == "foreign_resident":
        if re.fullmatch(r"[A-Z]{3}[0-9]{12}", number):
            return None  # cards issued before December 2023
        fault = _check_id_shape(number)
        if fault is None and not number.startswith("9"):
            return "外国人永久居留身份证的号码以 9 开头，旧证是 3 个字母加 12 位数字"
        return fault or _check_id_meaning(number, today)
    if id_type == "mainland_pass":
        good = re.fullmatch(r"[HM][0-9]{8}([0-9]{2})?|[0-9]{8}", number)
        return None if good else "通行证号码是 H 或 M 加 8 位数字，台湾居民的是 8 位数字"
    if id_type == "passport":
        return None if re.fullmatch(r"[A-Z0-9]{5,20}", number) else "护照号码由字母和数字组成，5 到 20 位"
    return "不认识这种证件类型"


# Organisations


def check_uscc(text: str) -> str | None:
    """The fault of a unified social credit code, or None. Both check characters are computed."""
    code = normalise(text)
    if not code:
        return "请填写统一社会信用代码"
    if len(code) != 18:
        return f"统一社会信用代码是 18 位，您填了 {len(code)} 位"
    odd = [character for character in code if character not in USCC_ALPHABET]
    if odd:
        return f"统一社会信用代码里不会有“{odd[0]}”，请对照执照核对（没有字母 I、O、S、V、Z）"
    if not re.fullmatch(r"[0-9]{6}", code[2:8]):
        return "统一社会信用代码的第 3 到 8 位是数字，请对照执照核对"
    if code[16] != organisation_check_character(code[8:16]):
        return "统一社会信用代码有误：第 17 位和前面的对不上，请对照执照逐位核对"
    if code[17] != uscc_check_character(code[:17]):
        return "统一社会信用代码有误：最后一位和前面的对不上，请对照执照逐位核对"
    return None


def organisation_check_character(first_eight: str) -> str:
    """The check character of an organisation code (GB 11714), from its eight characters."""
    total = sum(
        ORGANISATION_ALPHABET.index(character) * weight
        for character, weight in zip(first_eight, ORGANISATION_WEIGHTS, strict=True)
    )
    return ORGANISATION_CHECK_CHARACTERS[11 - total % 11]


def uscc_check_character(first_seventeen: str) -> str:
    """The last character of a unified social credit code, from the seventeen before it (weights 3^i mod 31)."""
    total = sum(USCC_ALPHABET.index(character) * pow(3, i, 31) for i, character in enumerate(first_seventeen))
    return USCC_ALPHABET[-total % 31]


# Telephone


def normalise_phone(text: str) -> str:
    """The number as dialled within the country: `+86 138 0000-0018` → `13800000018`; a fixed line keeps its 0."""
    number = re.sub(r"[()]", "", normalise(text))
    bare = re.sub(r"^(\+|00)86", "", number)
    if bare != number and not re.match(r"1|0|[48]00", bare):
        bare = "0" + bare  # +86 518 8322 1234: written abroad the area code loses its 0
    return bare


def check_phone(text: str) -> str | None:
    """The fault of a telephone number at which somebody can be called: mobile, or fixed line with area code."""
    number = normalise_phone(text)
    if not number:
        return "请填写电话号码"
    if not re.fullmatch(r"[0-9]+", number):
        return "电话号码只能有数字" if not number.startswith("+") else "请填写中国内地的电话号码"
    if number.startswith("1"):
        return _check_mobile(number)
    if not number.startswith(("0", "400", "800")):
        return "固定电话请带上区号，例如 0518-83220000"
    return None if _is_valid(number) else "没有这样的电话号码，请核对"


def check_mobile(text: str) -> str | None:
    """The fault of a mobile number that receives text messages."""
    number = normalise_phone(text)
    if not number:
        return "请填写手机号码"
    if not re.fullmatch(r"[0-9]+", number):
        return "手机号码只能有数字" if not number.startswith("+") else "请填写中国内地的手机号码"
    return _check_mobile(number)


def _check_mobile(number: str) -> str | None:
    if len(number) != 11:
        return f"手机号码是 11 位，您填了 {len(number)} 位"
    if not number.startswith("1") or not _is_valid(number):
        return "没有这样的手机号码，请核对"
    return None


def _is_valid(number: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, "CN"))
    except phonenumbers.NumberParseException:
        return False
