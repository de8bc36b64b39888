"""One task as the API shows it: in a list, whole, and in what is pushed to a department's own system."""

from typing import Any

from django.utils import timezone

from applications import showing
from applications.api import task_shapes as shapes
from applications.dossier import open_dossier
from applications.models import Task
from applications.states import TaskState
from departments.access import Actor
from departments.calendar import current_calendar
from departments.workdays import Calendar


def task_line(task: Task, actor: Actor, calendar: Calendar, waits: bool) -> dict[str, Any]:
    """What `shapes.TaskLine` shows. `waits`: the decision waits for others."""
    locked = waits and task.is_open and task.state != TaskState.PENDING
    return {
        "task": task,
        "light": showing.task_light(task, timezone.localdate(), calendar, locked=locked),
        "locked": locked,
        "assignee": (task.assignee.name or task.assignee.username) if task.assignee else None,
        "mine": task.assignee_id == actor.user_id,
    }


def task_detail(actor: Actor, task: Task) -> dict[str, Any]:
    """The task with its own fields and files, as `shapes.TaskDetail`. Costs what the task's page costs."""
    calendar = current_calendar()
    dossier = open_dossier(task, calendar)
    detail = task_line(task, actor, calendar, bool(dossier.blockers)) | {
        "dossier": dossier,
        "blockers": [other.item_name for other in dossier.blockers],
        "needs_result_number": dossier.item.own_form and not task.pre_review,
    }
    shown: dict[str, Any] = shapes.TaskDetail(detail).data
    return shown
