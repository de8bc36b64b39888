"""批量即办: the ticked tasks once more with their points, and after the word a result for each."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from applications.desk import own
from applications.models import Task
from applications.operations.at_once import grant_at_once, is_at_once, points_of_item
from applications.operations.waiting import waits_for
from applications.views.staff_door import reviewer_only
from departments.access import Actor
from departments.middleware import ActorRequest
from foundation.errors import Refused
from matters.published import plan_of

MOST = 30  # as many as a page of the queue has


@dataclass(frozen=True)
class Line:
    """One ticked task: what is answered for, why it cannot be granted here if so, and after the act its result."""

    task: Task
    points: tuple[str, ...]
    obstacle: str
    done: bool = False
    said: str = ""


def chosen(request: ActorRequest) -> list[int]:
    """The ticked tasks, without what is no number; at most a page of them."""
    ticked = request.POST.getlist("task")[:MOST]
    return [int(pk) for pk in ticked if pk.isascii() and pk.isdigit() and len(pk) < 19]


@reviewer_only
@require_POST
def queue_grant(request: ActorRequest) -> HttpResponse:
    """`/queue/grant/`: first what would be granted, then, with 都符合 ticked, each by itself."""
    lines = _lines(request.actor, chosen(request))
    asked, sure = "confirm" in request.POST, "sure" in request.POST
    fault = "请先确认每一件的审查要点都符合。" if asked and not sure else ""
    if asked and sure:
        lines = [_granted(request.actor, line) for line in lines]
    context = {
        "lines": lines,
        "fault": fault,
        "finished": asked and sure,
        "done": sum(line.done for line in lines),
        "fitting": sum(not line.obstacle for line in lines),
    }
    return render(request, "applications/reviewer/batch.html", context, status=422 if fault else 200)


def _lines(actor: Actor, ticked: list[int]) -> list[Line]:
    tasks = list(own(actor).filter(pk__in=ticked).select_related("application__matter").order_by("due", "id"))
    siblings: dict[int, list[Task]] = {}
    for other in Task.objects.filter(application__in={task.application_id for task in tasks}):
        siblings.setdefault(other.application_id, []).append(other)
    return [
        Line(
            task,
            points_of_item(plan_of(task.application.revision_id).items[task.item_code]),
            _obstacle(task, siblings[task.application_id]),
        )
        for task in tasks
    ]


def _obstacle(task: Task, siblings: list[Task]) -> str:
    """Why the task cannot be granted from here, as far as the page can know before the act."""
    if not is_at_once(task):
        return "不是即办件，请打开来审"
    waits = waits_for(task, siblings)
    return f"要等{'、'.join(other.item_name for other in waits)}准予" if waits else ""


def _granted(actor: Actor, line: Line) -> Line:
    """The line with its result; a refusal touches no other."""
    try:
        task = grant_at_once(actor=actor, task_id=line.task.pk, sure=True)
    except Refused as refusal:
        return Line(line.task, line.points, line.obstacle, said=refusal.message)
    return Line(task, line.points, line.obstacle, done=True, said=task.decision_number)
