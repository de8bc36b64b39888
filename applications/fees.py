"""待缴费: amounts in fen, which items may charge at all, how long somebody has been asked to pay. Pure."""

import re
from datetime import date

from foundation.errors import Refused
from matters.plan import FREE

MOST = 100_000_000  # a million yuan, in fen: more is a slip of the pen
_YUAN = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?")


def fen(text: str) -> int:
    """An amount typed in yuan, such as 80, 80.5 or 1,200.00, in fen. Raises Refused for anything else, none and too much."""
    found = _YUAN.fullmatch(text.strip().replace(",", "").replace("，", "").removesuffix("元").strip())
    if found is None:
        raise Refused("金额写数字，单位是元，最多两位小数，例如 80 或者 80.50。", "amount")
    amount = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
    if not 0 < amount <= MOST:
        raise Refused("金额要大于零，最多 100 万元。", "amount")
    return amount


def yuan(amount: int) -> str:
    """8050 → 80.50."""
    return f"{amount // 100:,}.{amount % 100:02d}"


def may_charge(fee: str) -> bool:
    """Whether the catalogue names a fee for the item (arts. 58, 59 of 行政许可法: none unless law says so)."""
    return fee.strip() != FREE


def waited(raised: date, ended: date | None, today: date) -> int:
    """Days of the calendar that the applicant has taken to pay; the day of the notice counts none."""
    return max(((ended or today) - raised).days, 0)
