"""退回: a department says that an item is not its own to decide."""

from django.db import transaction

from applications.lifecycle import move
from applications.models import Task
from applications.operations.closing import settle
from applications.operations.recording import event, lock_task, paper
from departments.access import Actor
from foundation.errors import NotAllowed, Refused


@transaction.atomic
def give_back(*, actor: Actor, task_id: int, reason: str) -> Task:
    """Return a task that is not this department's: final for the task, its dependents end, the others go on.

    The applicant gets a notice with the reason and the remedies. Raises Refused without a reason, Conflict once the
    task is decided or paused, NotAllowed when a colleague works on it, Task.DoesNotExist.
    """
    reason = reason.strip()[:500]
    if not reason:
        raise Refused("请写明为什么不归本部门，应当归哪个部门。", "return_reason")
    case, task, tasks = lock_task(actor, task_id)
    if task.assignee_id not in (None, actor.user_id):
        raise NotAllowed("这一件同事在办，要由同事退回。")
    move(task, "give_back", actor, reason=reason)
    events = [event(case, "returned", f"{task.item_name}：退回，{reason}", actor, task=task)]
    settle(case, tasks, actor, events, [paper("termination", case, task)])
    return task
