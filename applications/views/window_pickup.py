"""出件: one hand-over of everything; part now and the rest later where the applicant wants it so."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from applications.models import Application, CasePaper
from applications.operations import handover
from applications.states import CaseState
from applications.views.door import posted, status_of
from applications.views.window_case import mandate_of
from applications.views.window_door import case_or_404, clerk_only, desk_counts
from departments.middleware import ActorRequest
from foundation.errors import Refused
from foundation.masking import mask_id_number

MOST = 200
RELATIONS = ("本人", "受托人", "法定代表人")


@clerk_only
@require_http_methods(["GET", "HEAD", "POST"])
def pickup(request: ActorRequest, number: str) -> HttpResponse:
    """Who comes, the code, each paper ticked; POST hands the ticked ones over, with `part` not all of them."""
    found = case_or_404(request, number)
    if request.method != "POST":
        return _page(request, found)
    ids = tuple(
        int(text)
        for text in request.POST.getlist("paper")[:MOST]
        if text.isascii() and text.isdigit() and len(text) < 19
    )
    try:
        left = found.papers.filter(to_hand_over=True, served_at=None).exclude(pk__in=ids).count()
        if ids and left and "part" not in request.POST:
            raise Refused(f"还有 {left}\u00a0份没勾。清点齐了再交，或者点“先取勾选的，其余以后取”。", "papers")
        delivery = handover.hand_over(
            actor=request.actor,
            number=found.number,
            code=posted(request, "code", 12),
            collector=posted(request, "collector", 60),
            relation=posted(request, "relation", 60),
            paper_ids=ids,
        )
    except Refused as refusal:
        return _page(request, case_or_404(request, number), refusal=refusal, ticked=ids)
    rest = f"，还剩 {left}\u00a0份以后取" if left else ""
    messages.success(
        request, f"{delivery.collector}领走 {len(ids)}\u00a0份{rest}。打印送达回证，请领取人签名；短信已经告诉申请人。"
    )
    return redirect("window-pickup", found.number)


@clerk_only
@require_POST
def shelf(request: ActorRequest, number: str) -> HttpResponse:
    """Where the papers lie until somebody comes."""
    found = case_or_404(request, number)
    try:
        case = handover.shelve(actor=request.actor, number=found.number, shelf=posted(request, "shelf", 40))
    except Refused as refusal:
        return _page(request, case_or_404(request, number), refusal=refusal)
    messages.success(request, f"放在{case.shelf}，记下了。" if case.shelf else "存放位置去掉了。")
    return redirect("window-pickup", found.number)


def _step(open_: bool, refusal: Refused | None) -> int:
    """核对人, 清点交付, 签收. The code is right once only the papers are at fault."""
    if not open_:
        return 3
    return 2 if refusal is not None and refusal.field == "papers" else 1


def _page(
    request: ActorRequest, found: Application, *, refusal: Refused | None = None, ticked: tuple[int, ...] = ()
) -> HttpResponse:
    related = ("document", "task__department", "certificate", "delivery")
    papers: list[CasePaper] = list(found.papers.filter(to_hand_over=True).select_related(*related).order_by("id"))
    left = [paper for paper in papers if paper.served_at is None]
    receipts = list(found.papers.filter(kind="delivery").select_related("document").order_by("id"))
    deliveries = found.deliveries.count()
    open_ = found.state == CaseState.CONCLUDED or (found.state == CaseState.DELIVERED and bool(left))
    context: dict[str, Any] = {
        "case": found,
        "here": "pickup",
        "papers": papers,
        "left": len(left),
        "given": len(papers) - len(left),
        "first": left[0] if left else None,
        "unmade": sum(paper.document.rendered_at is None for paper in left),
        "receipts": receipts,
        "owed": len(receipts) < deliveries or any(paper.document.rendered_at is None for paper in receipts),
        "open": open_,
        "step": _step(open_, refusal),
        "masked_id": mask_id_number(found.applicant.id_number),
        "masked_agent": mask_id_number(found.agent.id_number) if found.agent else "",
        "mandate": mandate_of(found),
        "relations": RELATIONS,
        "refusal": refusal,
        "ticked": ticked,
        "now": timezone.now(),
        "typed": {name: posted(request, name, 60) for name in ("code", "collector", "relation")},
        "counts": desk_counts(request),
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/window/pickup.html", context, status=status)
