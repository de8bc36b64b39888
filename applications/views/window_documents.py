"""文书 of a case at the window: printed from the screen, ordered, signed copies scanned in."""

from typing import Any, cast

from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from applications.models import Application, CasePaper, FieldFix, SignedScan
from applications.operations import printing
from applications.operations.papers import TO_SIGN
from applications.states import CaseState, SignedHow
from applications.views.door import MAX_ID, posted, status_of
from applications.views.files import serve
from applications.views.window_door import case_or_404, clerk_only
from departments.middleware import ActorRequest
from foundation.errors import Refused
from foundation.files.limits import takes_files

# The paper that the clerk prints at each turn of the case.
PRINTED = {
    CaseState.RECEIVED: "receipt",
    CaseState.CORRECTING: "correction",
    CaseState.ACCEPTED: "acceptance",
    CaseState.DECLINED: "decline",
}


def documents_of(found: Application) -> dict[str, Any]:
    """Issued papers, the newest first; the one that P prints; whether a worker still owes one. Two queries."""
    rows = found.papers.select_related("document").annotate(scans=Count("signed_scans")).order_by("-id")
    issued = list(cast("Any", rows))
    for paper in issued:
        paper.unsigned = paper.kind in TO_SIGN and not paper.scans and paper.document.voided_at is None
    wanted = PRINTED.get(CaseState(found.state), "")
    missing = bool(wanted) and all(paper.kind != wanted for paper in issued)
    ready = (p for p in issued if p.document.rendered_at is not None and p.document.voided_at is None)
    orders = {code: title for code, title in printing.ON_ORDER.items() if code != "fix"}
    if FieldFix.objects.filter(application=found).exists():
        orders["fix"] = printing.ON_ORDER["fix"]
    return {
        "documents": issued,
        "printed": next(ready, None),
        "owed": missing or any(paper.document.rendered_at is None for paper in issued),
        "orders": orders.items(),
    }


def _panel(request: ActorRequest, found: Application, refusal: Refused | None = None, **more: Any) -> HttpResponse:
    context = {"case": found, **documents_of(found), "paper_refusal": refusal, **more}
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/window/_documents.html", context, status=status)


@clerk_only
@require_safe
def papers(request: ActorRequest, number: str) -> HttpResponse:
    """htmx asks for this part while a worker is still making a paper."""
    return _panel(request, case_or_404(request, number))


@clerk_only
@require_POST
def order(request: ActorRequest, number: str) -> HttpResponse:
    """Have a paper made that no act brings; the panel comes back and looks again until it is there."""
    found = case_or_404(request, number)
    try:
        title = printing.order_paper(actor=request.actor, number=found.number, kind=posted(request, "kind", 20))
    except Refused as refusal:
        return _panel(request, found, refusal)
    return _panel(request, found, owed=True, said=f"正在生成{title}，好了按 P 打印。")


@clerk_only
@require_POST
def printed(request: ActorRequest, number: str, paper: int) -> HttpResponse:
    """The browser has opened the print dialogue: counted. The panel comes back."""
    found = case_or_404(request, number)
    try:
        count = printing.note_print(actor=request.actor, number=found.number, paper_id=min(paper, MAX_ID))
    except CasePaper.DoesNotExist:
        raise Http404("没有这份文书") from None
    except Refused as refusal:
        return _panel(request, found, refusal)
    return _panel(request, found, said=f"第 {count} 次打印，记在往来里。")


@clerk_only
@require_POST
@takes_files(at_once=1)
def signed(request: ActorRequest, number: str, paper: int) -> HttpResponse:
    """The scan of a signed paper comes in."""
    found = case_or_404(request, number)
    upload = request.FILES.get("file")
    try:
        if upload is None:
            raise Refused("请选签好的扫描件。", "file")
        printing.attach_signed(
            actor=request.actor,
            number=found.number,
            paper_id=min(paper, MAX_ID),
            upload=cast("Any", upload),
            name=upload.name or "",
            how=SignedHow.PAD if request.POST.get("how") == SignedHow.PAD else SignedHow.PAPER,
        )
    except CasePaper.DoesNotExist:
        raise Http404("没有这份文书") from None
    except Refused as refusal:
        return _panel(request, found, refusal)
    return _panel(request, found, said="扫描件存好了。")


@xframe_options_sameorigin
@clerk_only
@require_safe
def signed_scan(request: ActorRequest, number: str, paper: int) -> HttpResponse:
    """The newest scan of the signed paper."""
    found = case_or_404(request, number)
    scans = SignedScan.objects.filter(paper__application=found, paper_id=min(paper, MAX_ID))
    scan = scans.select_related("file").last()
    if scan is None or not scan.file.may_leave:
        raise Http404("没有扫描件")
    return serve(scan.file)
