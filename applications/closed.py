"""What the last closed cases of a matter really took, task by task, for the what-if of the catalogue."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, datetime

from django.utils import timezone

from applications.clocks import paused_days
from applications.models import Application, Event, Suspension, Task
from applications.states import Outcome, TaskState
from departments.calendar import current_calendar
from departments.workdays import Calendar
from matters.replay import Closed, RealCase, RealTask, moment

DECIDED = (TaskState.GRANTED, TaskState.REFUSED, TaskState.PASSED_UP)


def closed_cases(matter: str, last: int) -> Closed:
    """The last `last` concluded cases of the matter, in the order in which they were accepted. Five queries.

    Left out: cases that were withdrawn or ended before a decision on every item, because nobody knows what the rest
    would have taken. No person and no number of a case is handed on.
    """
    found = Application.objects.filter(matter=matter, concluded_at__isnull=False).order_by("-concluded_at", "-id")
    rows = list(found.values_list("id", "outcome", "accepted_on")[:last])
    tasks: dict[int, list[Task]] = defaultdict(list)
    for task in Task.objects.filter(application__in=[pk for pk, *_ in rows], dropped=False).order_by(
        "application_id", "position"
    ):
        tasks[task.application_id].append(task)
    kept: dict[int, date] = {}
    excluded = Counter[str]()
    for pk, outcome, accepted_on in rows:
        why = _left_out(outcome, accepted_on, tasks[pk])
        if why:
            excluded[why] += 1
        elif accepted_on is not None:
            kept[pk] = accepted_on
    if not kept:
        return Closed((), excluded)
    read = _Read(list(kept), min(kept.values()))
    return Closed(tuple(sorted((read.case(tasks[pk]) for pk in kept), key=lambda case: case.arrived)), excluded)


def _left_out(outcome: str, accepted_on: date | None, tasks: list[Task]) -> str:
    if outcome == Outcome.WITHDRAWN:
        return "申请人撤回"
    if accepted_on is None or not tasks:
        return "没有受理"
    if any(task.state not in DECIDED or task.decided_at is None for task in tasks):
        return "有的事项没有作出决定就终止了"
    return ""


class _Read:
    """What is known of these cases besides their tasks; `first`: the day from which time is counted."""

    def __init__(self, cases: list[int], first: date) -> None:
        self.first, self.calendar = first, current_calendar()
        self.accepted: dict[int, datetime] = {}
        self.advised: dict[int, datetime] = {}
        told = Event.objects.filter(application__in=cases, kind__in=("accepted", "advised")).order_by("id")
        for kind, case, task, at in told.values_list("kind", "application_id", "task_id", "at"):
            if kind == "accepted":
                self.accepted.setdefault(case, at)
            elif task is not None:
                self.advised[task] = at
        self.paused: dict[int, int] = defaultdict(int)
        for pause in Suspension.objects.filter(task__application__in=cases, ended_on__isnull=False):
            self.paused[pause.task_id] += _days(pause, self.calendar)

    def at(self, when: datetime) -> float:
        return moment(timezone.localtime(when), self.first, self.calendar)

    def case(self, tasks: list[Task]) -> RealCase:
        accepted = self.at(self.accepted[tasks[0].application_id])
        decided = {task.item_code: self.at(task.decided_at) for task in tasks if task.decided_at}
        return RealCase(accepted, tuple(self._task(task, accepted, decided) for task in tasks))

    def _task(self, task: Task, accepted: float, decided: Mapping[str, float]) -> RealTask:
        """Waiting for others counts as waiting only where an opinion was kept before: nobody saw the review end else."""
        ended = decided[task.item_code]
        starts = max([accepted, *(decided[code] for code in task.starts_after if code in decided)])
        claimed = min(max(self.at(task.claimed_at), starts), ended) if task.claimed_at else starts
        free = max([starts, *(decided[code] for code in task.after if code in decided)])
        advised = self.at(self.advised[task.pk]) if task.pk in self.advised else ended
        waited = max(0.0, min(free, ended) - max(advised, claimed))
        paused = float(self.paused[task.pk])
        return RealTask(
            item=task.item_code,
            department=task.department_id,
            queued=claimed - starts,
            worked=max(0.0, ended - claimed - waited - paused),
            paused=paused,
            ended=ended,
            after=tuple(task.after),
            starts_after=tuple(task.starts_after),
        )


def _days(pause: Suspension, calendar: Calendar) -> int:
    assert pause.ended_on is not None
    return paused_days(pause.started_on, pause.ended_on, calendar)
