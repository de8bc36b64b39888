"""Importing the State Council's yearly arrangement of holidays and worked weekends."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from chinese_calendar import constants
from django.db import transaction

from departments.models import CalendarDay
from foundation.errors import Refused


@dataclass(frozen=True)
class Day:
    """One day that differs from Monday to Friday, of the arrangement of a year."""

    date: date
    working: bool
    name: str
    arrangement: int


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


@transaction.atomic
def import_days(*, days: Iterable[Day], force: bool = False) -> Imported:
    """Adds days to the calendar; days already there stay as somebody entered them unless `force`. Idempotent.

    Raises Refused for the same date twice.
    """
    wanted: dict[date, Day] = {}
    for day in days:
        if day.date in wanted:
            raise Refused(f"{day.date:%Y-%m-%d} 出现了两次")
        wanted[day.date] = day
    existing = {row.date: row for row in CalendarDay.objects.select_for_update().filter(date__in=wanted)}
    new = [_row(day) for when, day in wanted.items() if when not in existing]
    differing = [day for when, day in wanted.items() if when in existing and _differs(existing[when], day)]
    CalendarDay.objects.bulk_create(new, ignore_conflicts=True)
    dates = tuple(day.date for day in differing)
    if force:
        CalendarDay.objects.bulk_update([_row(day) for day in differing], ["working", "name", "arrangement"])
        return Imported(added=len(new), changed=dates, kept=())
    return Imported(added=len(new), changed=(), kept=dates)


def _row(day: Day) -> CalendarDay:
    return CalendarDay(date=day.date, working=day.working, name=day.name, arrangement=day.arrangement)


def _differs(row: CalendarDay, day: Day) -> bool:
    return (row.working, row.name, row.arrangement) != (day.working, day.name, day.arrangement)
