"""纸质编号: numbers printed ahead for an outage, P + two digits of the year + five of the serial + check character. Pure.

Nine characters, so that it is neither a case number (21) nor a code of a draft (8). The check character is that of
`applications.numbers`: a digit misread from handwriting or two exchanged are told at once.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from applications.numbers import ALPHABET, check_character

LENGTH = 9
MOST_SERIALS = 99_999


def paper_number(year: int, serial: int) -> str:
    """`serial` rises through the county's year. Raises ValueError beyond 99,999 numbers a year."""
    if not 1 <= serial <= MOST_SERIALS:
        raise ValueError(f"serial {serial} does not fit five digits")
    body = f"P{year % 100:02d}{serial:05d}"
    return body + check_character(body)


def is_paper_number(text: str) -> bool:
    """Whether `text` has the shape and the right check character."""
    if len(text) != LENGTH or text[0] != "P" or any(character not in ALPHABET for character in text):
        return False
    return check_character(text[:-1]) == text[-1]


def gaps(states: Sequence[tuple[str, str]]) -> list[str]:
    """Unused numbers of a pad below one that was already used, spoiled or entered: each has to be explained.

    `states`: (number, used, spoiled, waiting or unused) in the order of the pad.
    """
    last = max((place for place, (_, state) in enumerate(states) if state != "unused"), default=0)
    return [number for number, state in states[:last] if state == "unused"]


def fault_of_moment(moment: datetime, issued: datetime, now: datetime) -> str | None:
    """Why a case cannot have been taken in on this pad at `moment`, or None. All three aware."""
    if moment > now:
        return "纸上的收件时间还没有到，请核对日期和几点几分。"
    if moment < issued:
        return "纸上的收件时间早于这一本领取的时间，请核对编号和时间。"
    return None


def ranges(numbers: Iterable[str]) -> str:
    """First and last number of a pad as one reads them."""
    found = sorted(numbers)
    return f"{found[0]}—{found[-1]}" if found else ""


def read_moment(day: str, clock: str) -> datetime | None:
    """What the boxes of day and time hold ("2026-03-02", "9:05" or "09:05"), without a zone; None for no such moment."""
    hour = clock.strip()
    try:
        moment = datetime.fromisoformat(f"{day.strip()}T{'0' + hour if len(hour) == 4 else hour}")
    except ValueError:
        return None
    return moment if moment.tzinfo is None and 2000 <= moment.year <= 2200 else None
