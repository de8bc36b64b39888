"""Working days, pure: no database, no clock of its own.

Counting rule: the day of the event is day 0, only working days count, a term ends with its last day. Known years
follow the State Council's yearly arrangement; later ones are tentative (暂定): Monday to Friday less the statutory
holidays by rule, without the days moved to make long holidays, which nobody knows before the notice.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from departments.festivals import FESTIVALS
from departments.thresholds import DEFAULTS, Thresholds

ONE_DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True)
class Calendar:
    """`off` and `on` are the days that differ from Monday to Friday; `known_through` the last year arranged.

    A day named in `off` or `on` counts as named, in tentative years as well: the county may close a hall in a year
    whose holidays are still to be announced. `thresholds`: how many of the days each term has, on which day.
    """

    off: frozenset[date]
    on: frozenset[date]
    known_through: int
    thresholds: Thresholds = DEFAULTS

    def is_working(self, day: date) -> bool:
        """Whether the offices work on that day."""
        if day in self.on:
            return True
        if day in self.off or day.weekday() >= SATURDAY:
            return False
        return day.year <= self.known_through or day not in statutory_holidays(day.year)

    def is_tentative(self, day: date) -> bool:
        """Whether the day lies beyond the last arranged year, so that its date may still move (暂定)."""
        return day.year > self.known_through

    def add(self, day: date, count: int) -> date:
        """The day on which a term of `count` working days ends that began with an event on `day` (day 0).

        0 gives the day itself, working or not. A negative count raises ValueError: terms only run forward.
        """
        if count < 0:
            raise ValueError("a term of working days cannot be negative")
        while count:
            day += ONE_DAY
            count -= self.is_working(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Working days in (start, end]: the days used when an event on `start` is answered on `end`.

        Negative when `end` comes before `start`: as many working days as lie in (end, start].
        """
        if end < start:
            return -self.between(end, start)
        count = 0
        while start < end:
            start += ONE_DAY
            count += self.is_working(start)
        return count


def most_working_days(calendar_days: int) -> int:
    """The most working days that a term of so many calendar days holds in ordinary weeks, the move of its last day to a
    working day included: what a promise in working days has to allow for it."""
    weeks, rest = divmod(calendar_days, 7)
    return weeks * SATURDAY + min(rest, SATURDAY)


@lru_cache(maxsize=256)
def statutory_holidays(year: int) -> frozenset[date]:
    """The 13 statutory days off of a year (全国年节及纪念日放假办法, as amended from 2025).

    元旦, 春节 (除夕 and the first three days), 清明, 劳动节 (two days), 端午, 中秋, 国庆节 (three days). A year outside
    the table of festivals has the days of the solar calendar alone.
    """
    days = [date(year, 1, 1), date(year, 5, 1), date(year, 5, 2)]
    days += [date(year, 10, day) for day in (1, 2, 3)]
    if year in FESTIVALS:
        new_year, clear_brightness, dragon_boat, mid_autumn = FESTIVALS[year]
        days += [new_year + timedelta(days=offset) for offset in (-1, 0, 1, 2)]
        days += [clear_brightness, dragon_boat, mid_autumn]
    return frozenset(days)
