"""Case numbers (办件编号): 320724 + yyyymmdd + kind + five-digit daily serial + check character, 21 in all. Pure.

The check character is GB/T 17710 (ISO 7064) MOD 37,36 over the twenty before it.
"""

import secrets
from datetime import date

REGION = "320724"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# No 0/O, 1/I/L: the code is read aloud and typed in by people of seventy.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def check_character(body: str) -> str:
    """The MOD 37,36 check character of `body` (digits and capital letters). Raises ValueError on other characters."""
    rest = 36
    for character in body:
        rest = (rest + ALPHABET.index(character)) % 36 or 36
        rest = rest * 2 % 37
    return ALPHABET[(37 - rest) % 36]


def case_number(day: date, serial: int, kind: str) -> str:
    """`kind`: Y one-thing, X single item, Z subsidy. Raises ValueError beyond 99,999 cases a day."""
    if not 1 <= serial <= 99_999:
        raise ValueError(f"serial {serial} does not fit five digits")
    body = f"{REGION}{day:%Y%m%d}{kind}{serial:05d}"
    return body + check_character(body)


def is_case_number(text: str) -> bool:
    """Whether `text` has the shape and the right check character."""
    text = text.strip().upper()
    if len(text) != 21 or any(c not in ALPHABET for c in text):
        return False
    return check_character(text[:-1]) == text[-1]


def query_code() -> str:
    """Eight random characters printed on the receipt (39 bits): number and code together open the progress page."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(8))


def pickup_code() -> str:
    """Six random digits, never derivable from the case."""
    return f"{secrets.randbelow(1_000_000):06d}"
