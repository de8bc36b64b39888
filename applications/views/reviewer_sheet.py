"""抄录单: a task copied by hand into a department's own system, field by field, and read back."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from applications.models import Rekeying, Task
from applications.operations import rekeying
from applications.rekeying import checksum
from applications.states import ON_THE_DESK
from applications.views.door import posted, status_of
from applications.views.staff_door import own_task, reviewer_only
from departments.middleware import ActorRequest
from foundation.errors import Refused


@reviewer_only
@require_http_methods(["GET", "HEAD", "POST"])
def task_sheet(request: ActorRequest, task: int) -> HttpResponse:
    """`/queue/<id>/sheet/`: begin, copy each value, read back what the other system shows."""
    found = own_task(request.actor, task)
    if request.method != "POST":
        return _page(request, found)
    try:
        if request.POST.get("act") == "begin":
            rekeying.begin_copying(actor=request.actor, task_id=found.pk)
            return redirect("task-sheet", found.pk)
        row = rekeying.read_back(
            actor=request.actor,
            task_id=found.pk,
            text=posted(request, "text", rekeying.LONGEST_TEXT),
            their_number=posted(request, "their_number", rekeying.LONGEST_NUMBER),
        )
    except Refused as refusal:
        return _page(request, found, refusal=refusal)
    return _page(request, found, misread=True) if row.misread else redirect("task-sheet", found.pk)


def _page(request: ActorRequest, task: Task, *, refusal: Refused | None = None, misread: bool = False) -> HttpResponse:
    """The values stand on the page of who copies, and only while the copying is under way."""
    done = list(Rekeying.objects.filter(task=task))
    running = next((one for one in done if one.keyed_at is None), None)
    copying = running if running and running.by_id == request.actor.user_id else None
    lines = rekeying.lines_for(task) if copying else ()
    context = {
        "task": task,
        "case": task.application,
        "copying": copying,
        "elsewhere": running if not copying else None,
        "may_begin": task.state in ON_THE_DESK and task.assignee_id == request.actor.user_id,
        "lines": lines,
        "code": checksum(lines),
        "whole": "\n".join(f"{line.label}：{line.value}" for line in lines),
        "done": [one for one in done if one.keyed_at],
        "misread": copying.misread if copying and misread else [],
        "typed": {
            "text": posted(request, "text", rekeying.LONGEST_TEXT),
            "their_number": posted(request, "their_number", rekeying.LONGEST_NUMBER),
        },
        "refusal": refusal,
        "fault": {refusal.field or "page": refusal.message} if refusal else {},
    }
    status = status_of(refusal) if refusal else 422 if misread else 200
    return render(request, "applications/reviewer/sheet.html", context, status=status)
