"""The working-day calendar as the database holds it now."""

from datetime import date
from functools import lru_cache

from django.db import connection

from departments.workdays import Calendar

# One row: every day with + (worked) or - (off) behind it, and the last arranged year. Every clock asks for the
# calendar, so it comes as one text and is taken apart only when it is not the text of last time.
CALENDAR_SQL = """
SELECT coalesce(string_agg(day || sign, ',' ORDER BY day), ''), coalesce(max(arrangement), 0)
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
        days, known_through = cursor.fetchone()
    return _read(days, known_through)


@lru_cache(maxsize=4)
def _read(days: str, known_through: int) -> Calendar:
    rows = [(date.fromisoformat(day[:-1]), day[-1]) for day in days.split(",") if day]
    return Calendar(
        off=frozenset(day for day, sign in rows if sign == "-"),
        on=frozenset(day for day, sign in rows if sign == "+"),
        known_through=known_through,
    )
