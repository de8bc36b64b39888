"""停电断网: pads of numbers for a hall, what was entered from them, and the second person who compares it with the paper."""

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from applications import slips
from applications.clocks import acceptance_due
from applications.duplicates import same_before
from applications.forms.merged import typed_rows
from applications.models import Draft, PaperReceipt, ReceiptBlock
from applications.operations import drafting, outage
from applications.paper_numbers import gaps, ranges, read_moment
from applications.views.door import MAX_ID, posted, posted_number, status_of
from applications.views.staff_door import supervisor_only
from applications.views.window_door import clerk_only, desk_counts
from departments.calendar import current_calendar
from departments.middleware import ActorRequest
from foundation.errors import Refused
from matters.plan import scheme

PADS = 40


@clerk_only
@require_http_methods(["GET", "HEAD", "POST"])
def receipts(request: ActorRequest) -> HttpResponse:
    """`/window/outage/`: what waits for a second person, and the pads of the clerk's hall. POST `do`: issue, spoil."""
    if request.method != "POST":
        return _receipts_page(request)
    try:
        if posted(request, "do", 10) == "issue":
            block = outage.issue_block(actor=request.actor, size=posted_number(request, "size"))
            messages.success(request, f"领好了：{_range(block)}，打印出来放在窗口。")
        else:
            row = outage.spoil(
                actor=request.actor,
                number=posted(request, "paper_number", 20),
                reason=posted(request, "reason", 300),
            )
            messages.success(request, f"编号 {row.number} 登记作废了。")
    except Refused as refusal:
        return _receipts_page(request, refusal)
    return redirect("window-outage")


def _range(block: ReceiptBlock) -> str:
    return ranges(block.receipts.values_list("number", flat=True))


def _pads(found: list[Any]) -> list[dict[str, Any]]:
    """Each pad with its range, its gaps, and what was spoiled and why. One query, whatever their number."""
    by_pad: dict[int, list[PaperReceipt]] = {block.pk: [] for block in found}
    for row in PaperReceipt.objects.filter(block__in=by_pad).defer("query_code").order_by("number"):
        by_pad[row.block_id].append(row)
    return [
        {
            "block": block,
            "range": ranges(row.number for row in by_pad[block.pk]),
            "unused": block.numbers - block.used - block.spoiled - block.waiting,
            "gaps": gaps([(row.number, row.state) for row in by_pad[block.pk]]),
            "thrown": [row for row in by_pad[block.pk] if row.spoiled_at],
        }
        for block in found
    ]


def _receipts_page(request: ActorRequest, refusal: Refused | None = None) -> HttpResponse:
    context = {
        "waiting": list(outage.waiting()[:PADS]),
        "pads": _pads(list(outage.blocks().filter(hall=request.actor.hall)[:PADS])),
        "sizes": outage.SIZES,
        "hall": request.actor.hall,
        "refusal": refusal,
        "typed": request.POST,
        "counts": desk_counts(request),
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/outage/receipts.html", context, status=status)


@xframe_options_sameorigin
@clerk_only
@require_safe
def pad(request: ActorRequest, block: int) -> HttpResponse:
    """A pad of the clerk's own hall, to be printed: it holds the query codes of the counterfoils."""
    if block > MAX_ID:
        raise Http404("没有这一本")
    found = get_object_or_404(ReceiptBlock.objects.select_related("hall"), pk=block, hall=request.actor.hall)
    response = HttpResponse(slips.pad(found), content_type="application/pdf")
    response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(f'纸质收件单 {_range(found)}')}.pdf"
    return response


@clerk_only
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: ActorRequest, number: str) -> HttpResponse:
    """One number beside the paper. POST: the case is made, or with `back` it is given back with a word."""
    if request.method != "POST":
        return _receipt_page(request, number)
    try:
        if "back" in request.POST:
            row = outage.give_back(actor=request.actor, number=number, note=posted(request, "note", 300))
            messages.success(request, f"退回给{row.entered_by_name}了，改好会再送来。")
            return redirect("window-outage")
        case = outage.confirm(actor=request.actor, number=number, duplicate_reason=posted(request, "duplicate", 300))
    except PaperReceipt.DoesNotExist:
        raise Http404("没有这个编号") from None
    except Refused as refusal:
        return _receipt_page(request, number, refusal)
    said = "建件了，收件时间照纸上的算。"
    if case.accept_by < timezone.localdate():
        said += "答复的期限已经过了，系统会按视为受理处理。"
    messages.success(request, said)
    return redirect("window-case", case.number)


def _receipt_page(request: ActorRequest, number: str, refusal: Refused | None = None) -> HttpResponse:
    related = ("block__hall", "application", "draft__matter", "draft__applicant", "draft__organisation", "draft__agent")
    row = PaperReceipt.objects.select_related(*related).filter(number=number.upper()).first()
    if row is None:
        raise Http404("没有这个编号")
    if row.application is not None and refusal is None:
        return redirect("window-case", row.application.number)
    context: dict[str, Any] = {
        "receipt": row,
        "mine": row.entered_by_id == request.actor.user_id,
        "refusal": refusal,
        "typed": request.POST,
        "counts": desk_counts(request),
    }
    if row.draft is not None and row.received_at is not None:
        found = scheme(drafting.plan_for(row.draft), row.draft.answers, frozenset(row.draft.commitments))
        accept_by = acceptance_due(timezone.localdate(row.received_at), current_calendar())
        context |= {
            "draft": row.draft,
            "rows": typed_rows(found, row.draft.answers, row.draft.form),
            "before": same_before(row.draft, found, request.actor, timezone.localdate()),
            "accept_by": accept_by,
            "over": accept_by < timezone.localdate(),
            "changed": row.draft.version != row.draft_version,
        }
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/outage/receipt.html", context, status=status)


def send_from_desk(request: ActorRequest, draft: Draft) -> HttpResponse:
    """The desk's form goes to the second person instead of becoming a case. Raises Refused, as `outage.enter`."""
    naive = read_moment(posted(request, "received_day", 10), posted(request, "received_clock", 8))
    row = outage.enter(
        actor=request.actor,
        draft_id=draft.pk,
        number=posted(request, "paper_number", 20),
        received_at=timezone.make_aware(naive) if naive else None,
    )
    messages.success(request, f"编号 {row.number} 送复核了，请另一位窗口人员拿着纸核对。")
    return redirect("window-outage")


def box_of_desk(request: ActorRequest, draft: Draft) -> dict[str, Any]:
    """What the desk shows of the paper: what was typed, else what was sent before. One query."""
    row = PaperReceipt.objects.filter(draft=draft).defer("query_code").first()
    received = timezone.localtime(row.received_at) if row and row.received_at else None
    typed = {name: posted(request, name, 20) for name in ("paper_number", "received_day", "received_clock")}
    if row and received and not typed["paper_number"]:
        typed = {
            "paper_number": row.number,
            "received_day": f"{received:%Y-%m-%d}",
            "received_clock": f"{received:%H:%M}",
        }
    return {"paper_receipt": row, "on_paper": typed}


@supervisor_only
@require_safe
def supervise(request: ActorRequest) -> HttpResponse:
    """`/supervise/outage/`: every number accounted for, the gaps of each pad first to be seen; and what still waits."""
    context = {"pads": _pads(list(outage.blocks()[:PADS])), "waiting": list(outage.waiting()[:PADS])}
    return render(request, "applications/supervisor/outage.html", context)
