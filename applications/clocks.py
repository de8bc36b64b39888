"""The clocks of a case: due days, the two dates of the matter, pauses, lights. Pure: dates in, dates out.

Counting (《行政许可法》第八十二条): the event day is day 0, working days only; `Calendar` knows them. An item whose own law
gives it calendar days (自然日) counts every day; where the last is no working day, the next one is the last (《民法典》第二百零三条).
Clock names: K1 acceptance within five working days (第三十二条), K2 the item's statutory days (第四十二条),
K3 the item's promise, K4 the matter's promise. How many days a term has on which day: `Calendar.thresholds`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from departments.workdays import Calendar


@dataclass(frozen=True)
class TaskClock:
    """One task as the clocks see it. Days are working days, but `own_days` and `extended` of an item in `calendar_days`.

    `decided_on`: day of a favourable decision. `ended`: final in another way, so it holds up nobody.
    `paused`: days its clock stood still by law so far; `extended`: days the head of the department added (art. 42).
    `late`: how long after the case it was accepted, because the applicant's answers changed. `event_days`: how long
    the applicant has for what the review waits for (房子盖好), 0 where it waits for nothing of theirs; `begun_on`: the
    day they said it happened.
    """

    code: str
    own_days: int
    after: tuple[str, ...] = ()
    starts_after: tuple[str, ...] = ()
    paused: int = 0
    decided_on: date | None = None
    ended: bool = False
    late: int = 0
    extended: int = 0
    calendar_days: bool = False
    event_days: int = 0
    begun_on: date | None = None

    def begins(self, ready: date, calendar: Calendar) -> date:
        """The day its review counts from, `ready` being the day on which everything else let it begin.

        Until the applicant says so that is the last day they have: what they take is no time of the government.
        """
        if not self.event_days:
            return ready
        return max(ready, self.begun_on) if self.begun_on else calendar.add(ready, self.event_days)

    def term_end(self, begun: date, days: int, calendar: Calendar, paused: int = 0) -> date:
        """Last day of a term of so many of its own days from `begun`, moved by working days of pauses."""
        return term_end(begun, days, calendar, calendar_days=self.calendar_days, paused=paused)


@dataclass(frozen=True)
class Light:
    """`colour`: green, yellow, red or still; `left`: working days to the due day, negative when overdue."""

    colour: str
    left: int


def acceptance_due(receipt: date, calendar: Calendar) -> date:
    """Last day to accept, decline or ask for correction (K1); silence beyond its 24:00 counts as acceptance."""
    return calendar.add(receipt, calendar.thresholds.value("accept_days", receipt))


def term_end(begun: date, days: int, calendar: Calendar, *, calendar_days: bool, paused: int = 0) -> date:
    """Last day of a term of `days` working or calendar days from `begun` (day 0); pauses are counted in working days.

    Of an accepted item it is the statutory day (K2), `days` with its extension. 《行政许可法》第四十二条、第四十五条.
    """
    if not calendar_days:
        return calendar.add(begun, days + paused)
    return calendar.add(kept_open(begun + timedelta(days=days), calendar), paused)


def review_up_due(accepted: date, paused: int, calendar: Calendar) -> date:
    """Last day for a lower level to have reviewed and passed up (K7), with its own pauses. 《行政许可法》第四十三条."""
    return calendar.add(accepted, calendar.thresholds.value("review_up_days", accepted) + paused)


def kept_open(day: date, calendar: Calendar) -> date:
    """A day that somebody gave by hand: itself, or the next working day where the offices are closed on it."""
    return day if calendar.is_working(day) else calendar.add(day, 1)


def paused_days(started: date, ended: date, calendar: Calendar) -> int:
    """Working days a pause holds: the day after the notice up to and including the day the result arrives."""
    return max(0, calendar.between(started, ended))


def finishes(
    clocks: Iterable[TaskClock], accepted: date, calendar: Calendar, *, with_pauses: bool = False
) -> dict[str, int]:
    """Planned finish of each task in working days from acceptance: own days after its start, never before `after`."""
    tasks = {clock.code: clock for clock in clocks}
    found: dict[str, date] = {}

    def finish(code: str) -> date:
        if code not in found:
            clock = tasks[code]
            ready = [calendar.add(accepted, clock.late), *(finish(p) for p in clock.starts_after if p in tasks)]
            begun = clock.begins(max(ready), calendar)
            own = clock.term_end(begun, clock.own_days, calendar, clock.paused if with_pauses else 0)
            found[code] = max([own, *(finish(p) for p in clock.after if p in tasks)])
            if with_pauses and clock.extended:
                found[code] = clock.term_end(found[code], clock.extended, calendar)
        return found[code]

    return {code: calendar.between(accepted, finish(code)) for code in tasks}


def lengthening(clocks: Iterable[TaskClock], accepted: date, calendar: Calendar) -> int:
    """Working days by which lawful pauses and extensions lengthen the critical path; one off it adds 0."""
    clocks = tuple(clocks)
    plain = max(finishes(clocks, accepted, calendar).values(), default=0)
    return max(finishes(clocks, accepted, calendar, with_pauses=True).values(), default=0) - plain


def applicants_days(clocks: Iterable[TaskClock], accepted: date, calendar: Calendar) -> int:
    """Working days by which waiting for the applicant lengthens the critical path: no time of the government."""
    clocks = tuple(clocks)
    without = [replace(clock, event_days=0) for clock in clocks]
    whole = max(finishes(clocks, accepted, calendar).values(), default=0)
    return whole - max(finishes(without, accepted, calendar).values(), default=0)


def due_days(clocks: Iterable[TaskClock], accepted: date, calendar: Calendar) -> dict[str, date]:
    """The due day of each task.

    Its planned finish, moved by its own pauses; an extension counts from the day that comes out; when the last
    predecessor was granted later than due, that grant plus a working day (`late_grant_days` of the day of acceptance)
    if that is later still. A review that starts after another, or after what the applicant says, counts its own days
    from there.
    """
    tasks = {clock.code: clock for clock in clocks}
    planned = finishes(tasks.values(), accepted, calendar)
    grace = calendar.thresholds.value("late_grant_days", accepted)
    found: dict[str, date] = {}

    def due(code: str) -> date:
        if code in found:
            return found[code]
        clock = tasks[code]
        days = [calendar.add(accepted, planned[code])]
        ready = [calendar.add(accepted, clock.late), *(reached(p) for p in clock.starts_after if p in tasks)]
        begun = clock.begins(max(ready), calendar)
        days.append(clock.term_end(begun, clock.own_days, calendar, clock.paused))
        for p in clock.after:
            if p in tasks:
                late = tasks[p].decided_on
                days.append(calendar.add(late, grace) if late and late > due(p) else due(p))
        found[code] = clock.term_end(max(days), clock.extended, calendar) if clock.extended else max(days)
        return found[code]

    def reached(code: str) -> date:
        return tasks[code].decided_on or due(code)

    return {code: due(code) for code in tasks}


def begin_by(clocks: Iterable[TaskClock], accepted: date, calendar: Calendar) -> dict[str, date]:
    """The last day on which the applicant may say that what a review waits for has happened, for each task where only
    that is missing."""
    tasks = {clock.code: clock for clock in clocks}
    found: dict[str, date] = {}
    for code, clock in tasks.items():
        before = [tasks[p].decided_on for p in clock.starts_after if p in tasks]
        if clock.event_days and clock.begun_on is None and None not in before:
            ready = [calendar.add(accepted, clock.late), *(day for day in before if day)]
            found[code] = clock.begins(max(ready), calendar)
    return found


def promised_due(accepted: date, promised_days: int, clocks: Iterable[TaskClock], calendar: Calendar) -> date:
    """The matter's promise (K4): acceptance + promised days + what lawful pauses and extensions add to the critical path.

    Items that the applicant added later, and items that wait for the applicant, need their own days: the promise is
    never before their planned finish.
    """
    clocks = tuple(clocks)
    planned = finishes(clocks, accepted, calendar)
    theirs = max((planned[clock.code] for clock in clocks if clock.late or clock.event_days), default=0)
    return calendar.add(accepted, max(promised_days, theirs) + lengthening(clocks, accepted, calendar))


def expected(clocks: Iterable[TaskClock], accepted: date, today: date, calendar: Calendar) -> date:
    """The critical path as it stands now: information, never a promise. An overdue open task is expected today."""
    clocks = tuple(clocks)
    due = due_days(clocks, accepted, calendar)
    days = [c.decided_on or max(due[c.code], today) for c in clocks if not c.ended]
    return max(days, default=accepted)


def light(due: date, promised_days: int, today: date, calendar: Calendar, *, still: bool = False) -> Light:
    """Green, yellow (left ≤ `near`), red (overdue); still while paused or waiting for others."""
    left = calendar.between(today, due)
    if still:
        return Light("still", left)
    if today > due:
        return Light("red", min(left, -1))
    return Light("yellow" if left <= near(promised_days, today, calendar) else "green", left)


def near(promised_days: int, today: date, calendar: Calendar) -> int:
    """How many working days before its end a promise turns yellow: `yellow_percent` of it, `yellow_days` at least."""
    share = calendar.thresholds.value("yellow_percent", today)
    return max(calendar.thresholds.value("yellow_days", today), -(-promised_days * share // 100))


def accepted_on_its_own(
    *,
    kind: str,
    finish: int,
    statutory_days: int,
    waits: bool,
    before: Iterable[str],
    creates: Mapping[str, bool],
) -> bool:
    """Whether the item gets its own 受理通知书 and statutory clock with the last predecessor's grant.

    So when its planned finish lies beyond the item's statutory days (both in working days), when its review waits for
    another step or for the applicant (`waits`), or when it is a permit and depends on the registration that first makes the applicant a legal person (预审 meanwhile).
    `before`: the predecessors of its decision; `creates`: item → creates_applicant.
    """
    if waits or finish > statutory_days:
        return True
    return kind == "permit" and any(creates.get(code, False) for code in before)
