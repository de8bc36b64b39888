"""Pure: real closed cases of a matter, run once more under another plan or with another number of officers.

What a case really took is kept: how long a task lay unclaimed, how long it was worked on, how long it was paused by law.
What is tried is who waits for whom, which steps there are, and how many officers take tasks first come, first served.
Time is counted in working days of eight office hours from some first day, as a number with a fraction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from heapq import heappop, heappush
from math import ceil
from types import MappingProxyType

from departments.workdays import Calendar
from matters.specs import Plan

FEWEST = 5  # fewer cases say nothing about the next one
OPENS, HOURS = 9, 8


@dataclass(frozen=True)
class RealTask:
    """One decided task, in working days: `queued` before somebody took it, `worked` on it, `paused` by law.

    `ended`: when it was decided, from the same first day as `RealCase.arrived`.
    """

    item: str
    department: str
    queued: float
    worked: float
    paused: float
    ended: float
    after: tuple[str, ...] = ()
    starts_after: tuple[str, ...] = ()


@dataclass(frozen=True)
class RealCase:
    """One case whose tasks were all decided; `arrived`: when it was accepted."""

    arrived: float
    tasks: tuple[RealTask, ...]

    @property
    def lasted(self) -> float:
        """Working days it really took."""
        return max(task.ended for task in self.tasks) - self.arrived


@dataclass(frozen=True)
class Closed:
    """The last closed cases of a matter, and why others were left out: reason -> how many."""

    cases: tuple[RealCase, ...]
    excluded: Mapping[str, int]


@dataclass(frozen=True)
class Spread:
    """Working days: half of the cases took `median` at most, nine of ten `most`. `worst` is the longest."""

    median: float
    most: float
    worst: float


@dataclass(frozen=True)
class Replayed:
    """`real`: what the cases took; `today` and `then`: the same cases run under both plans by the same rules."""

    cases: int
    real: Spread
    today: Spread
    then: Spread


def moment(at: datetime, first: date, calendar: Calendar) -> float:
    """Working days from the morning of `first` to a local moment; outside office hours the clock stands."""
    day = at.date()
    before = calendar.between(first, day) - (1 if calendar.is_working(day) else 0)
    share = min(max((at.hour + at.minute / 60 - OPENS) / HOURS, 0.0), 1.0) if calendar.is_working(day) else 0.0
    return before + 1 + share


def replayed(
    closed: Sequence[RealCase],
    today: Plan,
    then: Plan,
    *,
    committed: frozenset[str] = frozenset(),
    officers: Mapping[str, tuple[int, int]] = MappingProxyType({}),
) -> Replayed | None:
    """The cases under today's plan and under the changed one; None for fewer than FEWEST.

    `committed`: items that are granted at once under the changed plan. `officers`: department -> how many take its
    tasks today and then, so that both are reckoned by the same queue; in one not named, tasks lie as long as they lay.
    """
    if len(closed) < FEWEST:
        return None
    changed = [_changed(case, today, then, committed) for case in closed]
    return Replayed(
        cases=len(closed),
        real=spread([case.lasted for case in closed]),
        today=spread(durations([_linked(case, today) for case in closed], _at(officers, 0))),
        then=spread(durations([_linked(case, then) for case in changed], _at(officers, 1))),
    )


def _at(officers: Mapping[str, tuple[int, int]], place: int) -> dict[str, int]:
    return {code: numbers[place] for code, numbers in officers.items()}


def spread(days: Sequence[float]) -> Spread:
    """By nearest rank, to a tenth of a day."""
    ordered = sorted(days)

    def rank(share: float) -> float:
        return round(ordered[max(ceil(share * len(ordered)), 1) - 1], 1)

    return Spread(rank(0.5), rank(0.9), rank(1))


def durations(cases: Sequence[RealCase], officers: Mapping[str, int]) -> list[float]:
    """How long each case takes. A task is ready when the last of its `starts_after` is decided, its decision waits for
    the last of its `after`. Where the number of officers is given, a ready task waits for a free one, in the order in
    which tasks became ready, and holds them while it is worked on and not while it is paused.
    """
    free = {code: [0.0] * max(number, 1) for code, number in officers.items()}
    ready: list[tuple[float, int, str]] = []
    tasks = [{task.item: task for task in case.tasks} for case in cases]
    ends: list[dict[str, float]] = [{} for _ in cases]
    decided: list[dict[str, float]] = [{} for _ in cases]
    queued: list[set[str]] = [set() for _ in cases]

    def admit(number: int) -> None:
        for item, task in tasks[number].items():
            if item not in queued[number] and all(code in decided[number] for code in task.starts_after):
                begins = [decided[number][code] for code in task.starts_after]
                queued[number].add(item)
                heappush(ready, (max([cases[number].arrived, *begins]), number, item))

    def settle(number: int) -> None:
        """Decides whatever has been worked on and waits for nobody, until nothing moves."""
        open_ones = [item for item in ends[number] if item not in decided[number]]
        moved = True
        while moved:
            moved = False
            for item in [item for item in open_ones if item not in decided[number]]:
                waits = tasks[number][item].after
                if all(code in decided[number] for code in waits):
                    decided[number][item] = max([ends[number][item], *(decided[number][code] for code in waits)])
                    moved = True

    for number in range(len(cases)):
        admit(number)
    while ready:
        at, number, item = heappop(ready)
        task = tasks[number][item]
        if task.department in free:
            begins = max(at, heappop(free[task.department]))
            heappush(free[task.department], begins + task.worked)
        else:
            begins = at + task.queued
        ends[number][item] = begins + task.worked + task.paused
        settle(number)
        admit(number)
    return [max(done.values(), default=case.arrived) - case.arrived for case, done in zip(cases, decided, strict=True)]


def _linked(case: RealCase, plan: Plan) -> RealCase:
    """The case with the waits of this plan between the tasks it has; an item the plan does not know keeps its own."""
    steps = {step.item: step for step in plan.steps}
    own = {task.item for task in case.tasks}

    def kept(codes: Iterable[str]) -> tuple[str, ...]:
        return tuple(code for code in codes if code in own)

    def linked(task: RealTask) -> RealTask:
        source = steps.get(task.item, task)
        return replace(task, after=kept(source.after), starts_after=kept(source.starts_after))

    return replace(case, tasks=tuple(linked(task) for task in case.tasks))


def _changed(case: RealCase, today: Plan, then: Plan, committed: frozenset[str]) -> RealCase:
    """The case without dropped steps. A shorter promise caps what an item took, a longer one leaves it as it was."""
    known, left = {step.item for step in today.steps}, {step.item for step in then.steps}

    def worked(task: RealTask) -> RealTask:
        if task.item in committed:
            return replace(task, queued=0.0, worked=0.0)
        if task.item not in left or then.items[task.item].promised_days >= today.items[task.item].promised_days:
            return task
        promise = float(then.items[task.item].promised_days)
        worked = min(task.worked, promise)
        return replace(task, worked=worked, queued=min(task.queued, promise - worked))

    return replace(
        case, tasks=tuple(worked(task) for task in case.tasks if task.item in left or task.item not in known)
    )
