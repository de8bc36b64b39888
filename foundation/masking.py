"""What stays readable of personal data: 320724********0018, 138****0000, 张*、张*婷. Pure.

A text too short for its mask is hidden whole: a mask that shows everything is none.
"""

import re

BIRTH_DATE = r"(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
ID_NUMBER = re.compile(rf"(?<![0-9A-Za-z])[1-9]\d{{5}}{BIRTH_DATE}\d{{3}}[\dXx](?![0-9A-Za-z])")
MOBILE = re.compile(r"(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z])")


def mask_id_number(text: str) -> str:
    """First six and last four characters; a short number keeps only its last two."""
    if len(text) < 15:
        return "*" * len(text) if len(text) < 6 else "*" * (len(text) - 2) + text[-2:]
    return text[:6] + "*" * (len(text) - 10) + text[-4:]


def mask_phone(text: str) -> str:
    """First three and last four digits."""
    return text[:3] + "****" + text[-4:] if len(text) >= 8 else "*" * len(text)


def mask_account(text: str) -> str:
    """Only the last four digits of a bank account."""
    return "*" * (len(text) - 4) + text[-4:] if len(text) >= 8 else "*" * len(text)


def mask_name(text: str) -> str:
    """张婷 → 张*, 张文婷 → 张*婷, 欧阳文婷 → 欧*婷: the first character, and the last of a name of three or more."""
    if len(text) <= 1:
        return text
    return text[0] + "*" + (text[-1] if len(text) > 2 else "")


def mask_within(text: str) -> str:
    """Running text with identity numbers and mobile numbers masked where they stand; case numbers stay as they are."""
    text = ID_NUMBER.sub(lambda found: mask_id_number(found[0]), text)
    return MOBILE.sub(lambda found: mask_phone(found[0]), text)
