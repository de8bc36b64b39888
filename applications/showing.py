"""How states and clocks look: the tag's tone and icon, the light of a task or case. Pure; words come from `states`."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from applications.clocks import Light, light
from applications.states import DECIDED_WORDS, CaseState, MaterialState, Outcome, TaskState
from departments.workdays import Calendar

if TYPE_CHECKING:
    from applications.models import Application, Task


@dataclass(frozen=True)
class Tag:
    """A small label: `tone` is green, red, yellow, brand, plain or empty; `icon` a Lucide name; `word` what it says."""

    tone: str
    icon: str
    word: str


CASE_TAGS = {
    CaseState.SUBMITTED: ("plain", "inbox"),
    CaseState.RECEIVED: ("brand", "inbox"),
    CaseState.CORRECTING: ("yellow", "hand"),
    CaseState.ACCEPTED: ("brand", "circle-dot-dashed"),
    CaseState.CONCLUDED: ("green", "package-check"),
    CaseState.DELIVERED: ("green", "circle-check"),
    CaseState.ARCHIVED: ("plain", "archive"),
    CaseState.DECLINED: ("red", "ban"),
    CaseState.WITHDRAWN: ("plain", "x"),
}
TASK_TAGS = {
    TaskState.PENDING: ("plain", "circle"),
    TaskState.WAITING: ("", "lock"),
    TaskState.OPEN: ("plain", "circle"),
    TaskState.CLAIMED: ("brand", "circle-dot-dashed"),
    TaskState.ADVISED: ("brand", "gavel"),
    TaskState.SUSPENDED: ("", "flask-conical"),
    TaskState.GRANTED: ("green", "circle-check"),
    TaskState.REFUSED: ("red", "circle-x"),
    TaskState.PASSED_UP: ("green", "circle-check"),
    TaskState.DECLINED: ("red", "ban"),
    TaskState.RETURNED: ("yellow", "undo-2"),
    TaskState.TERMINATED: ("plain", "ban"),
    TaskState.WITHDRAWN: ("plain", "x"),
    TaskState.VOID: ("plain", "x"),
}
MATERIAL_TAGS = {
    MaterialState.AWAITING: ("plain", "circle"),
    MaterialState.RECEIVED: ("green", "circle-check"),
    MaterialState.EXEMPT: ("plain", "badge-check"),
    MaterialState.DEFERRED: ("yellow", "hourglass"),
    MaterialState.WRONG: ("red", "circle-x"),
    MaterialState.NOT_APPLICABLE: ("plain", "x"),
}


def case_tag(case: "Application") -> Tag:
    """The case's state, or how it ended once it is over."""
    tone, icon = CASE_TAGS[CaseState(case.state)]
    if case.state == CaseState.CONCLUDED and case.outcome not in (Outcome.GRANTED, ""):
        tone, icon = ("yellow", "package-check") if case.outcome == Outcome.PARTLY else ("plain", "package-check")
        return Tag(tone, icon, f"已办结，{Outcome(case.outcome).label}")
    return Tag(tone, icon, CaseState(case.state).label)


def task_tag(task: "Task", *, locked: bool = False) -> Tag:
    """The task's state; `locked`: its decision still waits for another department."""
    if locked and task.state in (TaskState.OPEN, TaskState.CLAIMED, TaskState.ADVISED):
        return Tag("", "lock", "等前置")
    tone, icon = TASK_TAGS[TaskState(task.state)]
    return Tag(tone, icon, task_word(task))


def task_word(task: "Task") -> str:
    """The task's state in a word; a decision is called by the item's kind (已备案, 不予登记)."""
    if task.state in (TaskState.GRANTED, TaskState.REFUSED):
        return DECIDED_WORDS[task.kind][task.state == TaskState.REFUSED]
    return str(TaskState(task.state).label)


def material_tag(state: str) -> Tag:
    tone, icon = MATERIAL_TAGS[MaterialState(state)]
    return Tag(tone, icon, MaterialState(state).label)


def task_light(task: "Task", today: date, calendar: Calendar, *, locked: bool = False) -> Light | None:
    """The light of an open task; waiting is never the waiter's delay, so an overdue locked task stands still."""
    if task.due is None or not task.is_open:
        return None
    if task.state == TaskState.SUSPENDED and task.paused_until is not None and today > task.paused_until:
        return Light("red", min(calendar.between(today, task.paused_until), -1))
    waiting = task.state in (TaskState.WAITING, TaskState.SUSPENDED)
    return light(task.due, task.promise_days, today, calendar, still=waiting or (locked and today > task.due))


def case_light(case: "Application", promised_days: int, today: date, calendar: Calendar) -> Light | None:
    """Before acceptance the light of the days to accept in, afterwards that of the promise; None when nothing runs."""
    if case.state in (CaseState.SUBMITTED, CaseState.RECEIVED):
        return light(case.accept_by, calendar.thresholds.value("accept_days", today), today, calendar)
    if case.state == CaseState.ACCEPTED and case.promised_due is not None:
        return light(case.promised_due, promised_days, today, calendar)
    return None


def light_word(shown: Light) -> str:
    """What the light says in words; the number never parts from its unit."""
    if shown.colour == "still":
        return "等待中"
    if shown.colour == "red":
        return f"超期\u00a0{-shown.left}\u00a0天"
    return "今天到期" if shown.left == 0 else f"还有\u00a0{shown.left}\u00a0天"
