"""Every term and threshold that law sets or the county may set, and what holds on which day. Pure.

A threshold is one row of `THRESHOLDS`, written in the module of its subject; whoever needs it reads it by its code from `Calendar.thresholds`. What the
county set otherwise are `Setting`s, kept for ever: a day in the past still has the value that held then.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from departments.thresholds import halls, handover, intake, library, review
from departments.thresholds.kind import Threshold
from foundation.errors import Refused

THRESHOLDS = intake.ROWS | review.ROWS | halls.ROWS | handover.ROWS | library.ROWS


@dataclass(frozen=True)
class Setting:
    """What the county set: `value` holds from the day `since` on."""

    code: str
    value: int
    since: date


@dataclass(frozen=True)
class Thresholds:
    """All settings in the order in which they win: by day, then as they were made."""

    settings: tuple[Setting, ...] = ()

    def value(self, code: str, on: date) -> int:
        """What holds on that day: the newest setting that has begun, else the default. Unknown codes: KeyError."""
        begun = [setting.value for setting in self.settings if setting.code == code and setting.since <= on]
        return begun[-1] if begun else THRESHOLDS[code].default


DEFAULTS = Thresholds()


def in_order(settings: Iterable[Setting]) -> Thresholds:
    """Settings given in the order they were made."""
    return Thresholds(tuple(sorted(settings, key=lambda setting: setting.since)))


def check(code: str, value: int) -> Threshold:
    """The threshold, if it may have this value. Raises Refused for an unknown code and outside its bounds."""
    found = THRESHOLDS.get(code)
    if found is None:
        raise Refused("没有这个期限或者阈值。", "code")
    if value > found.most and found.law:
        raise Refused(f"{found.law}规定最多 {found.most} {found.unit}，只能更短，不能更长。", "value")
    if not found.least <= value <= found.most:
        raise Refused(f"只能写 {found.least} 到 {found.most} 的整数，单位是{found.unit.removeprefix('个')}。", "value")
    return found
