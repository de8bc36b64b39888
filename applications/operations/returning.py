"""退回窗口: a department says that an item is not its own to decide; the window gives it to the right one, or ends it."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from applications.lifecycle import move
from applications.models import Application, Task
from applications.operations.closing import settle
from applications.operations.dispatch import dispatch_again
from applications.operations.item_changes import AFRESH
from applications.operations.recording import event, inform, lock_case, lock_task, lock_tasks, paper, record
from applications.states import TaskState
from departments.access import Actor
from departments.calendar import current_calendar
from departments.models import Department
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.operations import put

LONGEST = 500


@transaction.atomic
def give_back(*, actor: Actor, task_id: int, reason: str, owner: str = "") -> Task:
    """Return a task that is not this department's to the window, naming the department that it is (`owner`, a code).

    Once for a task, and within `return_days` of its arrival; its clock runs on. Raises Refused (no reason, no other
    department), Conflict (decided, paused, too late, returned before), NotAllowed when a colleague works on it.
    """
    reason = reason.strip()[:LONGEST]
    if not reason:
        raise Refused("请写明为什么不归本部门。", "return_reason")
    case, task, _ = lock_task(actor, task_id)
    if task.assignee_id not in (None, actor.user_id):
        raise NotAllowed("这一件同事在办，要由同事退回。")
    if task.returned_at is not None:
        raise Conflict("这一件已经退回过一次，不能再退。确实不归本部门的，请报督查。")
    other = Department.objects.filter(pk=owner).exclude(pk=task.department_id).first()
    if other is None:
        raise Refused("请选应当归哪个部门。", "owner")
    calendar, today = current_calendar(), timezone.localdate()
    arrived = timezone.localdate(task.delivered_at) if task.delivered_at else task.accepted_on or case.accepted_on
    days = calendar.thresholds.value("return_days", today)
    if arrived is not None and calendar.between(arrived, today) > days:
        raise Conflict(f"收到以后 {days}\u00a0个工作日内才能退回，现在由本部门办。")
    move(
        task,
        "give_back",
        actor,
        returned_at=timezone.now(),
        returned_to_id=other.pk,
        reason=reason,
        assignee_id=None,
        claimed_at=None,
    )
    text = f"{task.item_name}：{task.department.short_name}退回窗口，说应当由{other.short_name}办"
    record([event(case, "returned", text, actor, task=task, note=reason)])
    return task


def returned_of(tasks: Sequence[Task]) -> list[Task]:
    """The tasks that wait for the window's word."""
    return [task for task in tasks if task.state == TaskState.RETURNED]


def _returned(actor: Actor, number: str, task_id: int) -> tuple[Application, Task, list[Task]]:
    if not (actor.clerk or actor.supervisor):
        raise NotAllowed("由窗口或者督查转。")
    case = lock_case(actor, number)
    tasks = lock_tasks(case)
    task = next((one for one in returned_of(tasks) if one.pk == task_id), None)
    if task is None:
        raise Conflict("这一项没有退回来，或者刚才已经转走。")
    return case, task, tasks


@transaction.atomic
def reroute(*, actor: Actor, number: str, task_id: int, department: str) -> Task:
    """Give a returned task to `department`: its number, its days and its history stay, a new queue gets it.

    What the former department signed and noted stays in the timeline; the new one begins at the first step, and a town
    of the former is none of its own.
    Raises Refused for the department that returned it or an unknown one, Conflict, NotAllowed, Application.DoesNotExist.
    """
    case, task, _ = _returned(actor, number, task_id)
    other = Department.objects.filter(pk=department).exclude(pk=task.department_id).first()
    if other is None:
        raise Refused("请选另一个部门。", "owner")
    former = task.department
    move(task, "reroute", actor, department_id=other.pk, delivered_at=None, reason="", **AFRESH)
    task.department = other
    text = f"{task.item_name}：从{former.short_name}转给{other.short_name}办，期限照走"
    record([event(case, "rerouted", text, actor, task=task, former=former.pk)])
    put(dispatch_again(task))
    return task


@transaction.atomic
def end_returned(*, actor: Actor, number: str, task_id: int, reason: str) -> Task:
    """终止: no department of the county decides it (any more). Its dependents end, the applicant gets a notice with
    remedies. Raises Refused without a reason, Conflict, NotAllowed, Application.DoesNotExist."""
    reason = reason.strip()[:LONGEST]
    if not reason:
        raise Refused("请写明为什么终止，会写进通知书。", "end_reason")
    case, task, tasks = _returned(actor, number, task_id)
    move(task, "terminate", actor, reason=reason)
    events = [event(case, "terminated", f"{task.item_name}终止：{reason}", actor, task=task)]
    settle(case, tasks, actor, events, [paper("termination", case, task), inform("item_ended", case, round=task.pk)])
    return task
