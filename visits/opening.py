"""When a hall is open, into which slots a day falls, and how many people a slot takes. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from departments.workdays import Calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Hours:
    """Open from `opens` to `closes` on working days; `weekday` 0 to 6, None for every one."""

    opens: time
    closes: time
    weekday: int | None = None


@dataclass(frozen=True)
class Exceptional:
    """One day that differs: closed without times, else open then."""

    day: date
    opens: time | None = None
    closes: time | None = None
    note: str = ""


@dataclass(frozen=True)
class Span:
    """A stretch of time with zone, `ends` not included."""

    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class Opening:
    """All that is known of one hall's hours."""

    hours: tuple[Hours, ...]
    exceptions: tuple[Exceptional, ...] = ()

    def spans(self, day: date, calendar: Calendar) -> list[Span]:
        """When the hall is open that day, in order.

        A day named in the exceptions is as they say, working or not. On any other day: nothing when the offices do
        not work; else the rows of its weekday, and without such rows those of every day.
        """
        named = [one for one in self.exceptions if one.day == day]
        if named:
            times = [(one.opens, one.closes) for one in named if one.opens and one.closes]
        elif not calendar.is_working(day):
            times = []
        else:
            own = [row for row in self.hours if row.weekday == day.weekday()]
            times = [(row.opens, row.closes) for row in own or [row for row in self.hours if row.weekday is None]]
        return [Span(_at(day, opens), _at(day, closes)) for opens, closes in sorted(times)]

    def note_of(self, day: date) -> str:
        """Why the day differs, empty where it does not."""
        return next((one.note for one in self.exceptions if one.day == day), "")

    def is_open(self, span: Span, calendar: Calendar) -> bool:
        """Whether the hall is open all through the span."""
        day = span.starts.astimezone(SHANGHAI).date()
        return any(one.starts <= span.starts and span.ends <= one.ends for one in self.spans(day, calendar))


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, SHANGHAI)


def slots_of(spans: Iterable[Span], minutes: int) -> list[Span]:
    """Each span cut into whole slots of so many minutes; a rest too short for one is left to walk-ins."""
    length, found = timedelta(minutes=minutes), []
    for span in spans:
        starts = span.starts
        while starts + length <= span.ends:
            found.append(Span(starts, starts + length))
            starts += length
    return found


def capacity(counters: int, slot_minutes: int, service_minutes: int, walk_in_percent: int) -> int:
    """How many may book one slot: what the counters manage in it, less the share kept for walk-ins, rounded down."""
    return counters * slot_minutes * (100 - walk_in_percent) // (service_minutes * 100)


@dataclass(frozen=True)
class Tolerance:
    """Minutes before and after the booked time in which a booking counts as one."""

    early: int
    late: int

    def judge(self, due: datetime, now: datetime) -> str:
        """“early”, “in time” or “late”."""
        if now < due - timedelta(minutes=self.early):
            return "early"
        return "late" if now > due + timedelta(minutes=self.late) else "in time"


@dataclass(frozen=True)
class NoShowRule:
    """After `count` no-shows within `days` no booking online until `pause` days after the last of them."""

    count: int
    days: int
    pause: int

    def paused_until(self, missed: Iterable[date], today: date) -> date | None:
        """The first day on which booking online is possible again; None where nothing stands in the way."""
        counted = sorted(day for day in missed if today - timedelta(days=self.days) <= day < today)
        if len(counted) < self.count:
            return None
        until = counted[-1] + timedelta(days=self.pause)
        return until if until > today else None

    def one_more_pauses(self, missed: Iterable[date], today: date) -> bool:
        """Whether another no-show would bring the pause: said while booking."""
        counted = [day for day in missed if today - timedelta(days=self.days) <= day < today]
        return len(counted) + 1 >= self.count
