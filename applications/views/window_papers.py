"""Scans at the window, papers the portal holds already, and what follows later (容缺): each act parses and calls one operation."""

from collections.abc import Callable
from typing import Any, BinaryIO
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from applications.models import CaseMaterial, MaterialFile
from applications.operations import deferring, window_files
from applications.states import SignedHow
from applications.views.citizen_materials import attach_each
from applications.views.door import by_htmx, posted, posted_number, status_of
from applications.views.window_case import case_page, papers_of
from applications.views.window_door import case_or_404, clerk_only
from applications.views.window_paper_row import dress, opened
from departments.middleware import ActorRequest
from foundation.errors import Refused
from foundation.files.limits import takes_files
from matters.plan import scheme
from matters.published import plan_of


@clerk_only
@require_POST
@takes_files(at_once=8)
def scan(request: ActorRequest, number: str) -> HttpResponse:
    """Store scans for one paper, or one in the place of another (`replace`)."""
    found, code = case_or_404(request, number), posted(request, "material", 80)
    replaces = posted_number(request, "replace") if request.POST.get("replace") else None

    def attach(*, upload: BinaryIO, name: str) -> MaterialFile:
        return window_files.attach(
            actor=request.actor, number=found.number, material_code=code, upload=upload, name=name, replaces=replaces
        )

    uploads = request.FILES.getlist("files")
    try:
        faults, status = attach_each(uploads[:1] if replaces else uploads, attach)
    except CaseMaterial.DoesNotExist:
        raise Http404("没有这份材料") from None
    except MaterialFile.DoesNotExist:
        faults, status = [window_files.CHANGED], 409
    return _answer(request, number, code, faults, status)


@clerk_only
@require_POST
def scanned(request: ActorRequest, number: str) -> HttpResponse:
    """Turn (`turn`) or take away (`detach`) one scan, join all of a paper (`join`), or take one of the vault (`take`)."""
    found, code = case_or_404(request, number), posted(request, "material", 80)
    door: dict[str, Any] = {"actor": request.actor, "number": found.number}
    acts: dict[str, Callable[[], object]] = {
        "turn": lambda: window_files.turn(file_id=posted_number(request, "turn"), **door),
        "detach": lambda: window_files.detach(file_id=posted_number(request, "detach"), **door),
        "join": lambda: window_files.join(material_code=code, **door),
        "take": lambda: window_files.take_from_vault(material_code=code, stored_id=_stored(request), **door),
    }
    act = next((act for name, act in acts.items() if name in request.POST), None)
    faults, status = [], 200
    try:
        if act is None:
            raise Refused("请选要做什么。")
        act()
    except CaseMaterial.DoesNotExist:
        raise Http404("没有这份材料") from None
    except MaterialFile.DoesNotExist:
        status = 200  # gone by a double click or at another window: the row shows how it is now
    except Refused as refusal:
        faults, status = [refusal.message], status_of(refusal)
    return _answer(request, number, code, faults, status)


def _stored(request: ActorRequest) -> UUID:
    try:
        return UUID(posted(request, "take", 36))
    except ValueError:
        raise Refused("请在材料库里选一份。") from None


def _answer(request: ActorRequest, number: str, code: str, faults: list[str], status: int) -> HttpResponse:
    """htmx gets the scans of that paper, so that points half answered stay; everybody else the page at that place."""
    found = case_or_404(request, number)
    if not by_htmx(request):
        if faults:
            return case_page(request, found, refusal=Refused("".join(faults)), act="scan", opened=code)
        return redirect(f"{reverse('window-case', args=[found.number])}?open={code}#m-{code}")
    plan = plan_of(found.revision_id)
    rows = papers_of(found, scheme(plan, found.answers, frozenset(found.commitments)))
    row = next((row for row in rows if row["material"].material_code == code), None)
    if row is None and faults:
        return HttpResponse(format_html('<p class="wrong" role="alert">{}</p>', "".join(faults)), status=status)
    if row is None:
        raise Http404("没有这份材料")
    context = {
        "case": found,
        "row": row,
        "material": row["material"],
        "from_window": dress(found, rows),
        "desk": opened(request.actor, found, plan, rows, code, {}),
        "open": code,
        "scan_faults": faults,
    }
    return render(request, "applications/window/_scans.html", context, status=status)


@clerk_only
@require_POST
def deferral(request: ActorRequest, number: str) -> HttpResponse:
    """容缺: the promise lies there signed (`signed`), or the day moves by force majeure (`days`, `reason`)."""
    found = case_or_404(request, number)
    door: dict[str, Any] = {"actor": request.actor, "number": found.number}
    code = posted(request, "material", 80)
    act = "extend" if code else "promise"
    try:
        if code:
            days, reason = posted_number(request, "days"), posted(request, "reason", 300)
            row = deferring.extend(material_code=code, days=days, reason=reason, **door)
            said = f"“{row.name}”延长到 {row.deferred_until:%-m 月 %-d 日}，申请人会收到通知。"
        elif "print" in request.POST:
            deferring.print_promise(**door)
            said = "容缺受理承诺书正在生成，请打印给申请人签字。"
        else:
            rows = deferring.sign_promise(how=SignedHow.PAPER, **door)
            said = f"记下了：申请人签了容缺受理承诺书，{len(rows)} 份。"
    except CaseMaterial.DoesNotExist:
        raise Http404("没有这份材料") from None
    except Refused as refusal:
        return case_page(request, case_or_404(request, number), refusal=refusal, act=act, opened=code)
    messages.success(request, said)
    return redirect("window-case", found.number)
