"""The acts of intake at the window. Each parses, calls one operation and answers: the case again, or why not."""

from collections.abc import Callable
from typing import Any, BinaryIO

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from applications.forms.merged import read_values
from applications.models import Application, CaseMaterial, Correction, MaterialFile
from applications.operations import (
    answer_days,
    cochecking,
    correcting,
    intake,
    merging,
    placing,
    ready_first,
    verifying,
    withdrawal,
)
from applications.states import CaseState
from applications.views.citizen_materials import attach_each
from applications.views.door import posted, posted_number
from applications.views.window_case import case_page, next_open, papers_of
from applications.views.window_door import case_or_404, clerk_only
from applications.views.window_paper_row import POINT
from departments.middleware import ActorRequest
from foundation.errors import Refused
from foundation.files.limits import takes_files
from foundation.templatetags.portal_text import cn_date
from matters.plan import scheme
from matters.published import plan_of

Said = Callable[[Any], str]


@clerk_only
@require_POST
def check_material(request: ActorRequest, number: str) -> HttpResponse:
    """Mark one paper. htmx gets the whole bench: the row, the counts, the notice and what may be done now."""
    found = case_or_404(request, number)
    code = posted(request, "material", 80)
    try:
        intake.check_material(
            actor=request.actor,
            number=found.number,
            material_code=code,
            state=posted(request, "state", 16),
            note=posted(request, "note", 300),
            seen=posted(request, "seen", 16),
            **_looked_at(request),
        )
    except CaseMaterial.DoesNotExist:
        raise Http404("没有这份材料") from None
    except Refused as refusal:
        fresh = case_or_404(request, number)
        act = "material" if fresh.state == CaseState.RECEIVED or fresh.taking_in_more else ""
        return case_page(request, fresh, refusal=refusal, act=act, opened=code)
    if request.headers.get("HX-Request"):
        return case_page(request, found)
    rows = papers_of(found, scheme(plan_of(found.revision_id), found.answers, frozenset(found.commitments)))
    after = next_open(found, rows, code)
    query = {"open": after} if after else {}
    if request.POST.get("left"):
        query["left"] = "1"
    return redirect(f"{reverse('window-case', args=[found.number])}?{urlencode(query)}#m-{after or code}")


@clerk_only
@require_POST
def verify_material(request: ActorRequest, number: str) -> HttpResponse:
    """共享核验 of one exempt paper; the answer comes by a worker."""
    found, code = case_or_404(request, number), posted(request, "material", 80)
    try:
        verifying.verify(actor=request.actor, number=found.number, material_code=code)
    except Refused as refusal:
        return case_page(request, found, refusal=refusal, act="material", opened=code)
    messages.success(request, "正在核验，结果马上显示在材料下面")
    return redirect(f"{reverse('window-case', args=[found.number])}?{urlencode({'open': code})}#m-{code}")


def _looked_at(request: ActorRequest) -> dict[str, Any]:
    """The answered points and what was seen and kept; nothing where the form had no boxes for them."""
    if not request.POST.get("looked"):
        return {}
    points = {k.removeprefix(POINT): v[:3] for k, v in request.POST.items() if k.startswith(POINT)}
    copies = posted(request, "copies", 3).strip() or "0"
    return {
        "points": points,
        "original_seen": bool(request.POST.get("original")),
        "copies_kept": int(copies) if copies.isascii() and copies.isdigit() else -1,
    }


def _act(request: ActorRequest, number: str, name: str, act: Callable[[str], Any], said: Said) -> HttpResponse:
    """Do it and say so on the case's page; a refusal comes back beside the very act, what was typed kept."""
    found = case_or_404(request, number)
    try:
        result = act(found.number)
    except Refused as refusal:
        return case_page(request, case_or_404(request, number), refusal=refusal, act=name)
    messages.success(request, said(result))
    return redirect("window-case", found.number)


@clerk_only
@require_POST
def receive(request: ActorRequest, number: str) -> HttpResponse:
    return _act(
        request,
        number,
        "receive",
        lambda n: intake.receive(actor=request.actor, number=n),
        lambda _: "已收件，收件凭证可以打印。下面一份一份核验。",
    )


@clerk_only
@require_POST
def accept(request: ActorRequest, number: str) -> HttpResponse:
    return _act(
        request,
        number,
        "accept",
        lambda n: intake.accept(actor=request.actor, number=n),
        lambda case: (
            f"已受理，各部门同时开始审，承诺 {case.promised_due.month}\u00a0月 {case.promised_due.day}\u00a0日办结。"
            "受理通知书可以打印。"
        ),
    )


@clerk_only
@require_POST
def correct(request: ActorRequest, number: str) -> HttpResponse:
    return _act(
        request,
        number,
        "correct",
        lambda n: correcting.ask_correction(actor=request.actor, number=n),
        lambda correction: (
            f"补正告知书已发出，{len(correction.asks)}\u00a0处。打印一份交给申请人，也已经短信告诉申请人。"
        ),
    )


@clerk_only
@require_POST
def mark_field(request: ActorRequest, number: str) -> HttpResponse:
    """要改 of one field of the form, or taken back."""
    found = case_or_404(request, number)
    field, note = posted(request, "field", 80), "" if request.POST.get("clear") else posted(request, "note", 300)
    try:
        if not note.strip() and not request.POST.get("clear"):
            raise Refused("请写明怎么改，申请人要照着改。", "note")
        correcting.mark_field(actor=request.actor, number=found.number, field=field, note=note)
    except Refused as refusal:
        return case_page(request, case_or_404(request, number), refusal=refusal, act="field")
    return redirect(f"{reverse('window-case', args=[found.number])}?tab=form#f-{field}")


@clerk_only
@require_POST
@takes_files(at_once=8)
def answer(request: ActorRequest, number: str) -> HttpResponse:
    """The applicant has brought the papers. Scans are optional; one that is refused holds the answer back."""
    found = case_or_404(request, number)
    faults = _attach_brought(request, found.number, Correction.objects.filter(application=found).last())
    if faults:
        refusal = Refused("有文件没有收下，别的都存了。换好再点收到补正，或者不传影像直接收纸质的。")
        return case_page(request, case_or_404(request, number), refusal=refusal, act="answer", faults=faults)
    return _act(
        request,
        number,
        "answer",
        lambda n: correcting.answer_correction(
            actor=request.actor, number=n, values=read_values(plan_of(found.revision_id).fields, request.POST)
        ),
        lambda _: "收到补正，受理期限重新起算。只核验要补的几份。",
    )


def _attach_brought(request: ActorRequest, number: str, notice: Correction | None) -> dict[str, list[str]]:
    """Store the scans of each asked paper; material → sentences of those refused."""
    faults: dict[str, list[str]] = {}
    for code in notice.open_codes("material") if notice else []:
        uploads = request.FILES.getlist(f"file.{code}")
        if not uploads:
            continue

        def attach(*, upload: BinaryIO, name: str, code: str = code) -> MaterialFile:
            return correcting.attach_to_case(
                actor=request.actor, number=number, material_code=code, upload=upload, name=name
            )

        said, _ = attach_each(uploads, attach)
        if said:
            faults[code] = said
    return faults


@clerk_only
@require_POST
def decline(request: ActorRequest, number: str) -> HttpResponse:
    """The whole case, or of `some` the ticked items."""
    reason, authority = posted(request, "reason", 1000), posted(request, "authority", 200)
    items = tuple(request.POST.getlist("item")[:100]) if request.POST.get("some") else ()

    def declined(number: str) -> Application:
        if request.POST.get("some") and not items:
            raise Refused("请勾选哪几项不予受理。", "item")
        return intake.decline(actor=request.actor, number=number, reason=reason, authority=authority, item_codes=items)

    return _act(
        request,
        number,
        "decline",
        declined,
        lambda _: "已不予受理，不予受理通知书可以打印，写明了复议和诉讼的期限。",
    )


@clerk_only
@require_POST
def accept_ready(request: ActorRequest, number: str) -> HttpResponse:
    """先办齐了的, when the applicant asks for it."""
    return _act(
        request,
        number,
        "ready",
        lambda n: ready_first.accept_ready(actor=request.actor, number=n),
        lambda _: "齐了的几项已经受理，其余的等补正。受理通知书可以打印。",
    )


@clerk_only
@require_POST
def extend_answer(request: ActorRequest, number: str) -> HttpResponse:
    days, reason = posted_number(request, "days"), posted(request, "reason", 300)
    return _act(
        request,
        number,
        "extend-answer",
        lambda n: answer_days.extend_answer(actor=request.actor, number=n, days=days, reason=reason),
        lambda correction: f"补正的日子延长到 {cn_date(correction.answer_by)}。",
    )


@clerk_only
@require_POST
def cocheck(request: ActorRequest, number: str) -> HttpResponse:
    department, question = posted(request, "department", 50), posted(request, "question", 300)
    return _act(
        request,
        number,
        "cocheck",
        lambda n: cochecking.ask_department(actor=request.actor, number=n, department=department, question=question),
        lambda check: f"请{check.department.short_name}会审了，它最晚{cn_date(check.until)}答复。",
    )


@clerk_only
@require_POST
def town(request: ActorRequest, number: str) -> HttpResponse:
    return _act(
        request,
        number,
        "town",
        lambda n: placing.name_town(actor=request.actor, number=n, town=posted(request, "town", 50)),
        lambda _: "记下了，受理后送到这个镇。",
    )


@clerk_only
@require_POST
def merge(request: ActorRequest, number: str) -> HttpResponse:
    """并件: leads to the one that stays."""
    found = case_or_404(request, number)
    try:
        kept = merging.merge(actor=request.actor, number=found.number, other=posted(request, "other", 30))
    except Application.DoesNotExist:
        raise Http404("没有另一件") from None
    except Refused as refusal:
        return case_page(request, case_or_404(request, number), refusal=refusal, act="merge")
    messages.success(request, f"并成一件了，编号 {kept.number}，收件时间按早的算。")
    return redirect("window-case", kept.number)


@clerk_only
@require_POST
def withdraw(request: ActorRequest, number: str) -> HttpResponse:
    """Written down for the applicant, who asks for it at the window. After acceptance also single items."""
    reason = posted(request, "reason", 500)
    items = tuple(code.replace("\x00", "")[:80] for code in request.POST.getlist("item")[:100])
    if request.POST.get("some") and not items:
        refusal = Refused("请勾选要撤回的事项。", "item")
        return case_page(request, case_or_404(request, number), refusal=refusal, act="withdraw")
    return _act(
        request,
        number,
        "withdraw",
        lambda n: withdrawal.withdraw(actor=request.actor, number=n, item_codes=items, reason=reason),
        lambda _: "已按申请人的要求撤回。",
    )


@clerk_only
@require_POST
def choose(request: ActorRequest, number: str) -> HttpResponse:
    """The applicant's choice after an essential item was lost, said at the window."""
    choice = posted(request, "choice", 10)
    if choice not in ("go_on", "stop"):
        refusal = Refused("请选其余事项继续办还是撤回。", "choice")
        return case_page(request, case_or_404(request, number), refusal=refusal, act="choose")
    return _act(
        request,
        number,
        "choose",
        lambda n: withdrawal.choose(actor=request.actor, number=n, go_on=choice == "go_on"),
        lambda _: "申请人的选择已经记下。",
    )
