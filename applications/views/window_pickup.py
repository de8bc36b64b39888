"""出件: one hand-over of everything; part now and the rest later where the applicant wants it so."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from applications.models import Application
from applications.operations import handover
from applications.states import CaseState
from applications.views.citizen_door import status_of
from applications.views.reviewer_door import posted
from applications.views.window_door import case_or_404, clerk_only, desk_counts
from departments.middleware import ActorRequest
from foundation.errors import Refused
from foundation.masking import mask_id_number

MOST = 200


@clerk_only
@require_http_methods(["GET", "POST"])
def pickup(request: ActorRequest, number: str) -> HttpResponse:
    """Who comes, the code, each paper ticked; POST hands the ticked ones over."""
    found = case_or_404(request, number)
    if request.method == "GET":
        return _page(request, found)
    ids = tuple(int(text) for text in request.POST.getlist("paper")[:MOST] if text.isascii() and text.isdigit())
    try:
        handover.hand_over(
            actor=request.actor,
            number=found.number,
            code=posted(request, "code", 12),
            collector=posted(request, "collector", 60),
            relation=posted(request, "relation", 60),
            paper_ids=ids,
        )
    except Refused as refusal:
        return _page(request, case_or_404(request, number), refusal=refusal, ticked=ids)
    return redirect("window-pickup", found.number)


def _page(
    request: ActorRequest, found: Application, *, refusal: Refused | None = None, ticked: tuple[int, ...] = ()
) -> HttpResponse:
    papers = list(
        found.papers.filter(to_hand_over=True).select_related("document", "task__department", "certificate", "delivery")
    )
    context = {
        "case": found,
        "papers": papers,
        "left": sum(paper.served_at is None for paper in papers),
        "given": sum(paper.served_at is not None for paper in papers),
        "receipts": list(found.papers.filter(kind="delivery").select_related("document")),
        "open": found.state == CaseState.CONCLUDED,
        "masked_id": mask_id_number(found.applicant.id_number),
        "refusal": refusal,
        "ticked": ticked,
        "typed": {name: posted(request, name, 60) for name in ("code", "collector", "relation")},
        "counts": desk_counts(request),
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/window/pickup.html", context, status=status)
