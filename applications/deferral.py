"""容缺: until when a paper may follow, when its owner is reminded, whom a broken promise bars. Pure: dates in, dates out.

K9: the term begins with acceptance and runs to the matter's promise unless an item that uses the paper sets days of
its own; a permit is not decided later for it, so it never ends beyond the decision of a permit that uses it.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from departments.workdays import Calendar


def days_allowed(own: Iterable[int | None], promised_days: int) -> int:
    """Working days from acceptance: the fewest that an item using the paper sets, else the matter's promise."""
    return min((days for days in own if days is not None), default=promised_days)


def last_day(accepted: date, days: int, decisions: Iterable[date], calendar: Calendar) -> date:
    """The last day on which the paper may come. `decisions`: due days of the permits that use it."""
    return min([calendar.add(accepted, days), *decisions])


def extended_day(until: date, days: int, decisions: Iterable[date], calendar: Calendar) -> date:
    """`days` working days more, never beyond the decision of a permit; `until` itself where no day is left."""
    return max(until, min([calendar.add(until, days), *decisions]))


def reminder_due(
    began: date, until: date, told: int | None, ahead: Iterable[int], today: date, calendar: Calendar
) -> int | None:
    """Which reminder is due: as many working days ahead of `until`; None for none.

    `told`: the last one sent. After an outage the nearest alone is sent; a reminder whose day lies before the term
    began is none, because its owner has just been told; once the day is over there is nothing to remind of.
    """
    left, whole = calendar.between(today, until), calendar.between(began, until)
    if today > until:
        return None
    reached = [days for days in ahead if left <= days < whole]
    nearest = min(reached, default=None)
    return nearest if nearest is not None and (told is None or nearest < told) else None


def free_from(promised_for: date, days: int) -> date:
    """The first day on which a promise broken for `promised_for` bars nobody any more, repaired or not."""
    return promised_for + timedelta(days=days + 1)
