"""The clocks of a case: due days, the two dates of the matter, pauses, lights. Pure: dates in, dates out.

Counting (《行政许可法》第八十二条): the event day is day 0, working days only; `Calendar` knows them.
Clock names: K1 acceptance within five working days (第三十二条), K2 the item's statutory days (第四十二条),
K3 the item's promise, K4 the matter's promise. How many days a term has on which day: `Calendar.thresholds`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from departments.workdays import Calendar


@dataclass(frozen=True)
class TaskClock:
    """One task as the clocks see it. Days are working days.

    `decided_on`: day of a favourable decision. `ended`: final in another way, so it holds up nobody.
    `paused`: days its clock stood still by law so far; `extended`: days the head of the department added (art. 42).
    `late`: how long after the case it was accepted, because the applicant's answers changed.
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


@dataclass(frozen=True)
class Light:
    """`colour`: green, yellow, red or still; `left`: working days to the due day, negative when overdue."""

    colour: str
    left: int


def acceptance_due(receipt: date, calendar: Calendar) -> date:
    """Last day to accept, decline or ask for correction (K1); silence beyond its 24:00 counts as acceptance."""
    return calendar.add(receipt, calendar.thresholds.value("accept_days", receipt))


def statutory_due(accepted: date | None, statutory_days: int, longer: int, calendar: Calendar) -> date | None:
    """Last day of the item's statutory term (K2) with its own pauses and extension; None before its acceptance.

    《行政许可法》第四十二条、第四十五条.
    """
    return calendar.add(accepted, statutory_days + longer) if accepted else None


def kept_open(day: date, calendar: Calendar) -> date:
    """A day that somebody gave by hand: itself, or the next working day where the offices are closed on it."""
    return day if calendar.is_working(day) else calendar.add(day, 1)


def paused_days(started: date, ended: date, calendar: Calendar) -> int:
    """Working days a pause holds: the day after the notice up to and including the day the result arrives."""
    return max(0, calendar.between(started, ended))


def finishes(clocks: Iterable[TaskClock], *, with_pauses: bool = False) -> dict[str, int]:
    """Planned finish of each task in working days from acceptance: own days after its start, never before `after`."""
    tasks = {clock.code: clock for clock in clocks}
    found: dict[str, int] = {}

    def finish(code: str) -> int:
        if code not in found:
            clock = tasks[code]
            starts = max([clock.late, *(finish(p) for p in clock.starts_after if p in tasks)])
            own = starts + clock.own_days + (clock.paused if with_pauses else 0)
            found[code] = max([own, *(finish(p) for p in clock.after if p in tasks)])
            found[code] += clock.extended if with_pauses else 0
        return found[code]

    return {code: finish(code) for code in tasks}


def lengthening(clocks: Iterable[TaskClock]) -> int:
    """Working days by which lawful pauses and extensions lengthen the critical path; one off it adds 0."""
    clocks = tuple(clocks)
    plain = max(finishes(clocks).values(), default=0)
    return max(finishes(clocks, with_pauses=True).values(), default=0) - plain


def due_days(clocks: Iterable[TaskClock], accepted: date, calendar: Calendar) -> dict[str, date]:
    """The due day of each task.

    Its planned finish, moved by its own pauses; an extension counts from the day that comes out; when the last predecessor was granted later than due, that grant
    plus a working day (`late_grant_days` of the day of acceptance) if that is later still. A review that starts after another counts its own days from there.
    """
    tasks = {clock.code: clock for clock in clocks}
    planned = finishes(tasks.values())
    grace = calendar.thresholds.value("late_grant_days", accepted)
    found: dict[str, date] = {}

    def due(code: str) -> date:
        if code in found:
            return found[code]
        clock = tasks[code]
        days = [calendar.add(accepted, planned[code])]
        begun = [calendar.add(accepted, clock.late), *(reached(p) for p in clock.starts_after if p in tasks)]
        days.append(calendar.add(max(begun), clock.own_days + clock.paused))
        for p in clock.after:
            if p in tasks:
                late = tasks[p].decided_on
                days.append(calendar.add(late, grace) if late and late > due(p) else due(p))
        found[code] = calendar.add(max(days), clock.extended) if clock.extended else max(days)
        return found[code]

    def reached(code: str) -> date:
        return tasks[code].decided_on or due(code)

    return {code: due(code) for code in tasks}


def promised_due(accepted: date, promised_days: int, clocks: Iterable[TaskClock], calendar: Calendar) -> date:
    """The matter's promise (K4): acceptance + promised days + what lawful pauses and extensions add to the critical path.

    Items that the applicant added later need their own days: the promise is never before their planned finish.
    """
    clocks = tuple(clocks)
    planned = finishes(clocks)
    added = max((planned[clock.code] for clock in clocks if clock.late), default=0)
    return calendar.add(accepted, max(promised_days, added) + lengthening(clocks))


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
    starts_after: Iterable[str],
    before: Iterable[str],
    creates: Mapping[str, bool],
) -> bool:
    """Whether the item gets its own 受理通知书 and statutory clock with the last predecessor's grant.

    So when its planned finish lies beyond the item's statutory days, when its review starts after another step, or
    when it is a permit and depends on the registration that first makes the applicant a legal person (预审 meanwhile).
    `before`: the predecessors of its decision; `creates`: item → creates_applicant.
    """
    if any(True for _ in starts_after) or finish > statutory_days:
        return True
    return kind == "permit" and any(creates.get(code, False) for code in before)
