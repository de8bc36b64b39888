"""Where and when: halls, telephones and the days on which offices work, as the departments keep them now."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Count

from departments.calendar import current_calendar
from departments.models import Department, Hall

SHOWN_DAYS = 14


class Place(NamedTuple):
    """A hall. Empty text: the county has not filled it in."""

    name: str
    address: str
    hours: str
    phone: str


class Day(NamedTuple):
    """A day and whether the offices work on it; `tentative` beyond the last arranged year (暂定)."""

    date: date
    open: bool
    tentative: bool


@dataclass(frozen=True)
class Where:
    """`main` is the hall with most counters, None before any is entered; `phones`: department code and number.

    `accept_days`: working days within which an application filed today is accepted or not.
    """

    main: Place | None
    others: int
    days: tuple[Day, ...]
    phones: tuple[tuple[str, str], ...]
    accept_days: int

    @property
    def next_open(self) -> Day | None:
        """Today if the offices work, else the next day on which they do."""
        return next((day for day in self.days if day.open), None)


def where(today: date, departments: tuple[str, ...]) -> Where:
    """Halls, telephones of these departments and the two weeks from today. Three queries."""
    halls = Hall.objects.annotate(windows=Count("counters")).order_by("-windows", "code")
    places = [Place(*row) for row in halls.values_list("name", "address", "hours", "phone")]
    calendar = current_calendar()
    dates = [today + timedelta(days=n) for n in range(SHOWN_DAYS)]
    numbers = dict(Department.objects.filter(code__in=departments).exclude(phone="").values_list("code", "phone"))
    return Where(
        main=places[0] if places else None,
        others=max(len(places) - 1, 0),
        days=tuple(Day(day, calendar.is_working(day), calendar.is_tentative(day)) for day in dates),
        phones=tuple((code, numbers[code]) for code in departments if code in numbers),
        accept_days=calendar.thresholds.value("accept_days", today),
    )
