"""核对、签字、递交: answers, fields and papers once more; what is missing is told, never a lock; then the receipt."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from applications import slips
from applications.duplicates import same_before
from applications.filling import faults
from applications.forms.merged import in_words
from applications.models import Draft
from applications.operations import drafting, submission
from applications.states import OFFERED_HANDOVER, CaseState
from applications.views.citizen_advice import advice_on
from applications.views.citizen_door import own_case, own_draft
from applications.views.citizen_materials import tiles_of
from applications.views.door import personal, posted, posted_number, status_of
from departments.middleware import ActorRequest
from foundation.errors import Refused
from foundation.masking import mask_id_number, mask_phone
from matters.plan import FormSection, Scheme, missing_answers, scheme

PROMISE = "promise"  # the tick of 真实性承诺
MASKS = {"id-number": mask_id_number, "phone": mask_phone}


@personal
@require_safe
def check(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """Everything that is about to be sent."""
    draft = own_draft(request, draft_id)
    if draft.application is not None:
        return redirect("track", draft.application.number)
    return _page(request, draft)


@personal
@require_POST
def submit(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """Send it. Twice is once: a second click comes to the same receipt."""
    draft = own_draft(request, draft_id)
    if draft.application is not None:
        return redirect("receipt", draft.application.number)
    try:
        if request.POST.get(PROMISE) != "yes":
            raise Refused("请先看承诺，再打勾。", PROMISE)
        case = submission.submit(
            actor=request.actor,
            draft_id=draft.pk,
            version=posted_number(request, "version"),
            handover=posted(request, "handover", 12),
            duplicate_reason=posted(request, "duplicate", 300),
        )
    except Refused as refusal:
        return _page(request, own_draft(request, draft_id), refusal)
    return redirect("receipt", case.number)


def _page(request: ActorRequest, draft: Draft, refusal: Refused | None = None) -> HttpResponse:
    plan = drafting.plan_for(draft)
    found = scheme(plan, draft.answers, frozenset(draft.commitments))
    wrong = faults(found, draft.form)
    tiles = tiles_of(found, draft.files.select_related("file"))
    counted = [tile for tile in tiles if tile.material.counted]
    context = {
        "draft": draft,
        "before": same_before(draft, found, request.actor, timezone.localdate()),
        "duplicate": posted(request, "duplicate", 300),
        "plan": plan,
        "scheme": found,
        "step": "check",
        "answered": [(q.text, q.label_of(draft.answers.get(q.code, "")) or "没有选") for q in plan.questions],
        "unanswered": missing_answers(plan, draft.answers),
        "promises": [
            (step.item.name, step.item.code in found.commitments) for step in found.steps if step.item.commitment
        ],
        "sections": filled_sections(found, draft.form),
        "wrong": _places(found, wrong),
        "tiles": counted,
        "advice": [one for one in advice_on(draft, found, tiles) if not one.missing],
        "missing": [tile for tile in counted if not tile.files],
        "handovers": [(way.value, way.label) for way in OFFERED_HANDOVER],
        "handover": posted(request, "handover", 12) or draft.handover,
        "promised": request.POST.get(PROMISE) == "yes",
        "refusal": refusal,
        "today": timezone.localdate(),
    }
    # A form with mistakes says so at its head; the sentence of the refusal would say it again.
    context["said"] = None if isinstance(refusal, submission.FormFaults) else refusal
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/citizen/check.html", context, status=status)


def filled_sections(found: Scheme, form: dict[str, Any]) -> list[tuple[int, FormSection, list[tuple[str, str, bool]]]]:
    """(number, section, rows of (label, value in words, filled)); identity numbers and phones masked."""
    shown = []
    for number, section in enumerate(found.sections, start=1):
        rows = []
        for field in section.fields:
            value = form.get(field.spec.code, "")
            mask = MASKS.get(field.spec.type)
            text = mask(value) if mask and isinstance(value, str) and value else in_words(field.spec, value)
            rows.append((field.spec.label, text, value not in ("", [])))
        shown.append((number, section, rows))
    return shown


def _places(found: Scheme, wrong: dict[str, str]) -> list[tuple[int, str, str]]:
    """(number of the section, code of the field, sentence) of every mistake, in the order of the form."""
    return [
        (number, field.spec.code, wrong[field.spec.code])
        for number, section in enumerate(found.sections, start=1)
        for field in section.fields
        if field.spec.code in wrong
    ]


@personal
@require_safe
def receipt(request: ActorRequest, number: str) -> HttpResponse:
    """Right after sending: the number, the query code, until when there is an answer, and what to bring."""
    case = own_case(request, number)
    bring, missing = slips.open_papers(case)
    context = {
        "case": case,
        "phone": mask_phone(case.applicant.phone) if case.applicant.phone else "",
        "bring": bring,
        "missing": missing,
        "fresh": case.state == CaseState.SUBMITTED,
    }
    return render(request, "applications/citizen/receipt.html", context)


@personal
@require_safe
def receipt_print(request: ActorRequest, number: str) -> HttpResponse:
    """The receipt as PDF, shown in the browser."""
    case = own_case(request, number)
    response = HttpResponse(slips.receipt(case), content_type="application/pdf")
    response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(f'递交回执 {case.number}')}.pdf"
    return response
