"""Importing the State Council's yearly arrangement of holidays and worked weekends."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from chinese_calendar import constants
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction

from departments.access import SYSTEM, Actor
from departments.models import CalendarDay
from departments.workdays import Calendar
from foundation.errors import Refused


@dataclass(frozen=True)
class Day:
    """One day that differs from Monday to Friday, of the arrangement of a year."""

    date: date
    working: bool
    name: str
    arrangement: int | None


@dataclass(frozen=True)
class Imported:
    """What an import did: `kept` are days that somebody had entered otherwise and that were left alone."""

    added: int
    changed: tuple[date, ...]
    kept: tuple[date, ...]


def published_days() -> list[Day]:
    """All days of the yearly arrangements that the library `chinesecalendar` knows, oldest first."""
    names = {str(holiday.value): holiday.chinese for holiday in constants.Holiday}
    days = [Day(day, False, names[str(name)], day.year) for day, name in constants.holidays.items()]
    days += [Day(day, True, f"{names[str(name)]}调休上班", day.year) for day, name in constants.workdays.items()]
    return sorted(days, key=lambda day: day.date)


WORDS = {"休": False, "放假": False, "班": True, "上班": True}
LINE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[\s,，]+(休|放假|班|上班)(?:[\s,，]+(.{1,60}))?")
MOST_LINES = 200


def read_days(text: str, *, whole_year: bool) -> list[Day]:
    """Days as somebody types them, one a line: 2027-02-06 班 春节调休上班. Of a whole year's arrangement each day bears
    its year, which makes the year a known one. Raises Refused naming the line.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise Refused("请写至少一天，一行一天：日期 休 或者 班 说明。", "days")
    if len(lines) > MOST_LINES:
        raise Refused(f"一次最多 {MOST_LINES} 天。", "days")
    found: list[Day] = []
    for place, line in enumerate(lines, start=1):
        match = LINE.fullmatch(line)
        try:
            day = date(*map(int, match.group(1, 2, 3))) if match else None
        except ValueError:
            day = None
        if match is None or day is None:
            raise Refused(f"第 {place} 行看不懂：“{line[:40]}”。写成 2027-02-06 班 春节调休。", "days")
        if any(day == other.date for other in found):
            raise Refused(f"第 {place} 行的 {day:%Y-%m-%d} 前面已经写过。", "days")
        found.append(Day(day, WORDS[match[4]], (match[5] or "").strip(), day.year if whole_year else None))
    return found


def first_moved(calendar: Calendar, then: Calendar) -> date | None:
    """The first day on which the two calendars may differ; None where they are the same. A year that becomes a known one
    changes its days by rule, and so does every year before it that was not."""
    days = [*(calendar.off ^ then.off), *(calendar.on ^ then.on)]
    if then.known_through > calendar.known_through:
        days.append(date(calendar.known_through + 1, 1, 1))
    return min(days, default=None)


def with_days(calendar: Calendar, days: Iterable[Day], *, force: bool) -> Calendar:
    """The calendar as it would be with these days; those that somebody entered stay unless `force`. Pure."""
    off, on, known = set(calendar.off), set(calendar.on), calendar.known_through
    for day in days:
        if force or day.date not in off | on:
            (on if day.working else off).add(day.date)
            (off if day.working else on).discard(day.date)
            known = max(known, day.arrangement or 0)
    return replace(calendar, off=frozenset(off), on=frozenset(on), known_through=known)


def differing(days: Iterable[Day]) -> list[Day]:
    """Those of the days that are in the calendar already and stand there otherwise. One query."""
    wanted = list(days)
    there = CalendarDay.objects.in_bulk([day.date for day in wanted])
    return [day for day in wanted if day.date in there and _differs(there[day.date], day)]


@transaction.atomic
def import_days(*, days: Iterable[Day], force: bool = False, actor: Actor = SYSTEM) -> Imported:
    """Adds days to the calendar; days already there stay as somebody entered them unless `force`. Idempotent.

    Each day that a person adds or changes stands in the administration's record with their name. Raises Refused for the
    same date twice.
    """
    wanted: dict[date, Day] = {}
    for day in days:
        if day.date in wanted:
            raise Refused(f"{day.date:%Y-%m-%d} 出现了两次")
        wanted[day.date] = day
    existing = {row.date: row for row in CalendarDay.objects.select_for_update().filter(date__in=wanted)}
    new = [_row(day) for when, day in wanted.items() if when not in existing]
    other = [_row(day) for when, day in wanted.items() if when in existing and _differs(existing[when], day)]
    changed, kept = (other, []) if force else ([], other)
    CalendarDay.objects.bulk_create(new, ignore_conflicts=True)
    CalendarDay.objects.bulk_update(changed, ["working", "name", "arrangement"])
    touched = CalendarDay.objects.filter(date__in=[row.date for row in (*new, *changed)])
    if actor.user_id is not None and touched:
        LogEntry.objects.log_actions(actor.user_id, touched, CHANGE, "放假安排导入")
    return Imported(len(new), tuple(row.date for row in changed), tuple(row.date for row in kept))


def _row(day: Day) -> CalendarDay:
    return CalendarDay(date=day.date, working=day.working, name=day.name, arrangement=day.arrangement)


def _differs(row: CalendarDay, day: Day) -> bool:
    return (row.working, row.name, row.arrangement) != (day.working, day.name, day.arrangement)
