"""等申请人: a review that begins only with something the applicant does (房子盖好), outside the government's time."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from applications import deferral
from applications.access import acts_for_applicant
from applications.lifecycle import move
from applications.models import Application, Task
from applications.operations.closing import settle
from applications.operations.dispatch import live
from applications.operations.recording import event, inform, lock_case, lock_tasks, paper
from applications.states import ON_THE_DESK, CaseState, TaskState
from departments.access import Actor
from departments.calendar import current_calendar
from foundation.errors import Conflict, NotAllowed
from foundation.outbox.operations import put
from foundation.templatetags.portal_text import cn_date

REMINDERS = ("event_first_reminder_days", "event_last_reminder_days")


def awaited(case: Application, tasks: list[Task]) -> list[Task]:
    """The items of an accepted case that still wait for the applicant, the nearest last day first."""
    if case.state != CaseState.ACCEPTED:
        return []
    waiting = [task for task in live(tasks) if task.awaits_applicant and task.state in ON_THE_DESK]
    return sorted(waiting, key=lambda task: task.begin_by or date.max)


def _locked(actor: Actor, number: str, task_id: int) -> tuple[Application, Task, list[Task]]:
    case = lock_case(actor, number)
    if not acts_for_applicant(case, actor):
        raise NotAllowed("只有申请人或者窗口可以办。")
    tasks = lock_tasks(case)
    task = next((one for one in awaited(case, tasks) if one.pk == task_id), None)
    if task is None:
        raise Conflict("这一项现在不等您，请刷新后再看。")
    return case, task, tasks


@transaction.atomic
def say_begun(*, actor: Actor, number: str, task_id: int) -> Task:
    """The applicant, or any window for them, says that it has happened: today is the day from which the item's days count.

    Raises Application.DoesNotExist, NotAllowed, Conflict (not waiting).
    """
    case, task, tasks = _locked(actor, number, task_id)
    task.begun_on, task.begin_by = timezone.localdate(), None
    Task.objects.filter(pk=task.pk).update(begun_on=task.begun_on, begin_by=None)
    text = f"{task.item_name}：申请人告知“{task.event}”"
    settle(case, tasks, actor, [event(case, "begun", text, actor, task=task)])
    return task


@transaction.atomic
def end_unbegun(*, actor: Actor, number: str, task_id: int) -> Task:
    """The window ends an item whose applicant has not said so by the last day; what was granted stays, papers can be used
    again. Raises NotAllowed (no window), Conflict (not waiting, or its last day is not over).
    """
    case, task, tasks = _locked(actor, number, task_id)
    if not actor.clerk:
        raise NotAllowed("由窗口办。")
    if task.begin_by is None or timezone.localdate() <= task.begin_by:
        raise Conflict("等申请人的日子还没有过，不能终止。")
    reason = f"等申请人“{task.event}”，最迟{cn_date(task.begin_by)}，到期没有告知"
    move(task, "terminate", actor, reason=reason, begin_by=None)
    line = event(case, "terminated", f"{task.item_name}终止：{reason}", actor, task=task)
    ended = [paper("termination", case, task), inform("item_ended", case, round=task.pk)]
    settle(case, tasks, actor, [line], ended)
    return task


def remind_of_events() -> int:
    """Tell whose last day comes, once for each reminder, after an outage the nearest alone. Returns how many are due."""
    calendar, today = current_calendar(), timezone.localdate()
    ahead = [calendar.thresholds.value(code, today) for code in REMINDERS]
    near = calendar.add(today, max(ahead))
    waiting = Task.objects.filter(begin_by__gte=today, begin_by__lte=near, state=TaskState.WAITING, begun_on=None)
    entries = []
    for task in waiting.select_related("application").order_by("id"):
        assert task.begin_by is not None and task.application.accepted_on is not None
        days = deferral.reminder_due(task.application.accepted_on, task.begin_by, None, ahead, today, calendar)
        if days is not None:
            entries.append(inform("event_due", task.application, round=f"{task.pk}-{task.begin_by:%Y%m%d}-{days}"))
    put(*entries)
    return len(entries)
