"""看更多材料: what of the case lies beyond the own item, opened with a purpose that the applicant reads."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from applications.beyond import beyond, opened_today
from applications.models import Task
from applications.operations import looking
from applications.states import ON_THE_DESK
from applications.views.door import posted, status_of
from applications.views.staff_door import own_task, reviewer_only
from departments.middleware import ActorRequest
from foundation.errors import Refused


@reviewer_only
@require_http_methods(["GET", "HEAD", "POST"])
def task_more(request: ActorRequest, task: int) -> HttpResponse:
    """`/queue/<id>/more/`: other items' papers and sections to tick, the purpose, and what is open today."""
    found = own_task(request.actor, task)
    if request.method != "POST":
        return _page(request, found)
    try:
        looking.look(
            actor=request.actor,
            task_id=found.pk,
            codes=request.POST.getlist("code"),
            purpose=posted(request, "purpose", 12),
            words=posted(request, "words", looking.LONGEST),
        )
    except Refused as refusal:
        return _page(request, found, refusal)
    return redirect("task-more", found.pk)


def _page(request: ActorRequest, found: Task, refusal: Refused | None = None) -> HttpResponse:
    further = beyond(found, opened_today(request.actor, found))
    context: dict[str, Any] = {
        "task": found,
        "case": found.application,
        "further": further,
        "closed": [one for one in (*further.papers, *further.sections) if not one.open],
        "may_look": found.state in ON_THE_DESK and found.assignee_id == request.actor.user_id,
        "purposes": [(one.value, one.label) for one in looking.OFFERED],
        "ticked": request.POST.getlist("code"),
        "typed": {"purpose": posted(request, "purpose", 12), "words": posted(request, "words", looking.LONGEST)},
        "refusal": refusal,
        "fault": {refusal.field or "page": refusal.message} if refusal else {},
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/reviewer/more.html", context, status=status)
