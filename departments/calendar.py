"""The working-day calendar as the database holds it now, with the terms and thresholds of the county."""

from datetime import date
from functools import lru_cache

from django.db import connection
from django.utils import timezone

from departments.thresholds import Setting, in_order
from departments.workdays import Calendar

# One row: every day with + (worked) or - (off) behind it, the last arranged year, and what the county set of its
# thresholds. Every clock asks for it, so it comes as text and is taken apart only when it is not the text of last time.
CALENDAR_SQL = """
SELECT coalesce(string_agg(day || sign, ',' ORDER BY day), ''), coalesce(max(arrangement), 0), (
    SELECT coalesce(string_agg(code || ' ' || value || ' ' || to_char(since, 'YYYY-MM-DD'), ',' ORDER BY id), '')
    FROM departments_thresholdsetting
)
FROM (
    SELECT to_char(date, 'YYYY-MM-DD') AS day, CASE WHEN working THEN '+' ELSE '-' END AS sign, arrangement
    FROM departments_calendarday
) AS days
"""


def current_calendar() -> Calendar:
    """The calendar of this moment, in one query.

    Without any loaded year every day is tentative and follows the rule.
    """
    with connection.cursor() as cursor:
        cursor.execute(CALENDAR_SQL)
        days, known_through, settings = cursor.fetchone()
    return _read(days, known_through, settings)


def threshold(code: str, on: date | None = None) -> int:
    """The value of a term or threshold (`departments.thresholds.THRESHOLDS`) on that day, today if none. One query."""
    return current_calendar().thresholds.value(code, on or timezone.localdate())


@lru_cache(maxsize=4)
def _read(days: str, known_through: int, settings: str) -> Calendar:
    rows = [(date.fromisoformat(day[:-1]), day[-1]) for day in days.split(",") if day]
    parts = [line.split() for line in settings.split(",") if line]
    return Calendar(
        off=frozenset(day for day, sign in rows if sign == "-"),
        on=frozenset(day for day, sign in rows if sign == "+"),
        known_through=known_through,
        thresholds=in_order(Setting(code, int(value), date.fromisoformat(since)) for code, value, since in parts),
    )
