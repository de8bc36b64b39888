"""The working-day calendar as the database holds it now."""

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Max, Q

from departments.models import CalendarDay
from departments.workdays import Calendar


def current_calendar() -> Calendar:
    """The calendar of this moment, in one query of one row (700 dates come as two arrays, half a millisecond).

    Without any loaded year every day is tentative and follows the rule.
    """
    row = CalendarDay.objects.aggregate(
        off=ArrayAgg("date", filter=Q(working=False), default=None),
        on=ArrayAgg("date", filter=Q(working=True), default=None),
        known=Max("arrangement"),
    )
    return Calendar(off=frozenset(row["off"] or ()), on=frozenset(row["on"] or ()), known_through=row["known"] or 0)
