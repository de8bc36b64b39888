"""交接: courier lists of the clerk's hall or the reviewer's department; bags scanned out and in, signed by both sides."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from applications.models import Courier, CourierLine
from applications.operations import couriers
from applications.views.door import MAX_ID, View, by_htmx, posted, posted_number, signed_in_with, status_of
from applications.views.files import serve
from applications.views.window_door import desk_counts
from departments.calendar import current_calendar
from departments.middleware import ActorRequest
from departments.models import Department, Hall
from foundation.errors import Refused

PAGE_SIZE = 40
SHOWN = {"all": "全部", "road": "在路上", "open": "有出入"}


def desk_only(view: View) -> View:
    """Clerks and reviewers: whoever hands over or takes in originals."""
    return signed_in_with(lambda actor: actor.clerk or bool(actor.departments), view, "couriers")


def _frame(request: ActorRequest) -> dict[str, Any]:
    """The bar of the desk that the person sits at."""
    if request.actor.clerk:
        return {"frame": "applications/window/_frame.html", "counts": desk_counts(request)}
    return {"frame": "staff.html"}


@desk_only
@require_http_methods(["GET", "HEAD", "POST"])
def courier_list(request: ActorRequest) -> HttpResponse:
    """The lists that leave from or come to this place, the newest first; POST opens another."""
    if request.method != "POST":
        return _list_page(request)
    try:
        opened = couriers.open_list(
            actor=request.actor,
            to=posted(request, "to", 60),
            carrier=posted(request, "carrier", 60),
            department=posted(request, "from", 50),
        )
    except Refused as refusal:
        return _list_page(request, refusal)
    return redirect("courier", opened.pk)


def _list_page(request: ActorRequest, refusal: Refused | None = None) -> HttpResponse:
    shown = request.GET.get("show", "all")
    shown = shown if shown in SHOWN else "all"
    found = couriers.seen_by(request.actor).order_by("-id")
    if shown == "road":
        found = found.filter(sent_at__isnull=False, received_at=None)
    elif shown == "open":
        found = found.exclude(received_at=None).exclude(missing=0, extra=0)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    rows = list(found[: PAGE_SIZE + 1])
    calendar, today = current_calendar(), timezone.localdate()
    own = sorted(request.actor.departments)
    context = {
        **_frame(request),
        "rows": [(one, couriers.is_late(one, today, calendar)) for one in rows[:PAGE_SIZE]],
        "later": rows[PAGE_SIZE - 1].pk if len(rows) > PAGE_SIZE else 0,
        "shown": shown,
        "filters": SHOWN.items(),
        "halls": Hall.objects.exclude(pk=request.actor.hall if request.actor.clerk else None),
        "departments": Department.objects.all(),
        "own": [] if request.actor.clerk and request.actor.hall else Department.objects.filter(pk__in=own),
        "refusal": refusal,
        "typed": request.POST,
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/couriers/list.html", context, status=status)


@desk_only
@require_http_methods(["GET", "HEAD", "POST"])
def courier(request: ActorRequest, courier: int) -> HttpResponse:
    """One list: the field for the scanner, its bags, who signs now. POST `do`: scan, off, send, receive, settle."""
    found = _found(request, courier)
    if request.method != "POST":
        return _page(request, found)
    act = posted(request, "do", 10)
    try:
        said = _act(request, found, act)
    except Refused as refusal:
        return _page(request, _found(request, courier), refusal=refusal, act=act)
    if by_htmx(request):
        return _page(request, _found(request, courier), said=said)
    messages.success(request, said)
    return redirect("courier", courier)


def _act(request: ActorRequest, found: Courier, act: str) -> str:
    """Do it; returns the sentence that says so. Raises Refused and its kin."""
    here: dict[str, Any] = {"actor": request.actor, "courier_id": found.pk}
    if act == "scan":
        scan = couriers.scan_out if found.sent_at is None else couriers.scan_in
        line = scan(code=posted(request, "code", 40), **here)
        if line.extra:
            return f"{line.bundle.code} 单上没有，记为多出来的，请写明怎么回事。"
        return f"{line.bundle.code} {'上单' if found.sent_at is None else '收到'}。"
    if act == "off":
        couriers.take_off(line_id=posted_number(request, "line"), **here)
        return "已从单上拿下来。"
    if act == "send":
        couriers.send(**here)
        return f"已交给{found.carrier}，材料交接单可以打印。"
    if act == "receive":
        couriers.receive(**here)
        return "已接收。没有到的留在单上，对方也看得到。"
    if act == "settle":
        couriers.settle_line(line_id=posted_number(request, "line"), words=posted(request, "words", 280), **here)
        return "已写明，两边都看得到。"
    raise Refused("没有这个操作。")


def _found(request: ActorRequest, pk: int) -> Any:
    """The list as this place sees it. Http404 for who has no part in it."""
    found = couriers.seen_by(request.actor).select_related("document__file").filter(pk=min(pk, MAX_ID)).first()
    if found is None:
        raise Http404("没有这张交接单")
    return found


def _page(
    request: ActorRequest, found: Any, *, refusal: Refused | None = None, act: str = "", said: str = ""
) -> HttpResponse:
    actor = request.actor
    lines: list[CourierLine] = list(
        found.lines.select_related("bundle__application")
        .defer("bundle__application__form", "bundle__application__query_code", "bundle__application__pickup_code")
        .prefetch_related("bundle__papers__material")
    )
    sends = found.sent_at is None and couriers.stands_at(actor, found.from_hall_id, found.from_department_id)
    takes = found.sent_at is not None and couriers.stands_at(actor, found.to_hall_id, found.to_department_id)
    context: dict[str, Any] = {
        "courier": found,
        "lines": lines,
        "came": sum(line.in_at is not None and not line.extra for line in lines),
        "listed": sum(not line.extra for line in lines),
        "late": couriers.is_late(found, timezone.localdate(), current_calendar()),
        "sends": sends,
        "takes": takes,
        "scans": sends or (takes and (found.received_at is None or found.missing > 0)),
        "refusal": refusal,
        "act": act,
        "said": said,
        "typed": request.POST,
    }
    status = status_of(refusal) if refusal else 200
    if by_htmx(request):
        return render(request, "applications/couriers/_live.html", context, status=status)
    return render(request, "applications/couriers/courier.html", context | _frame(request), status=status)


@desk_only
@require_safe
def courier_paper(request: ActorRequest, courier: int) -> HttpResponse:
    """材料交接单 as PDF; Http404 before it is handed over, and while a worker still makes it."""
    document = _found(request, courier).document
    if document is None or document.file is None:
        raise Http404("交接单还在生成，稍等再打印")
    return serve(document.file, name=f"{document.title}.pdf")
