"""告知承诺: per item that allows it the applicant chooses the ordinary way or the promise, and sees what each brings."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from applications import access
from applications.forms.merged import section_states
from applications.models import Draft
from applications.operations import drafting
from applications.views.citizen_door import own_draft
from applications.views.door import personal, posted_number, status_of
from departments.middleware import ActorRequest
from foundation.errors import Refused
from matters.plan import PlannedStep, Scheme, scheme

ITEMS = "items"


@dataclass(frozen=True)
class Offer:
    """One item that may be granted on a promise. Days are working days; `all_days` of the whole matter without it,
    `all_days_promised` with it."""

    step: PlannedStep
    department: str
    chosen: bool
    days: int
    all_days: int
    all_days_promised: int


def offers(found: Scheme) -> list[Offer]:
    """The items of the scheme that allow a promise, each compared with everything else as it is chosen now."""
    plan, chosen, answers = found.plan, found.commitments, found.answers
    return [
        Offer(
            step=step,
            department=plan.departments[step.item.department].name,
            chosen=step.item.code in chosen,
            days=step.item.promised_days,
            all_days=scheme(plan, answers, chosen - {step.item.code}).parallel_days,
            all_days_promised=scheme(plan, answers, chosen | {step.item.code}).parallel_days,
        )
        for step in found.steps
        if step.item.commitment
    ]


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def promises(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """The choice; POST keeps it and goes on to the papers."""
    draft = own_draft(request, draft_id)
    if draft.application is not None:
        return redirect("track", draft.application.number)
    if request.method != "POST":
        return _page(request, draft)
    items = [
        code for name in request.POST if name.startswith(f"{ITEMS}.") for code in request.POST.getlist(name) if code
    ]
    try:
        drafting.promise(actor=request.actor, draft_id=draft.pk, version=posted_number(request, "version"), items=items)
    except Refused as refusal:
        return _page(request, own_draft(request, draft_id), refusal)
    return redirect("draft-materials", draft.pk)


def _page(request: ActorRequest, draft: Draft, refusal: Refused | None = None) -> HttpResponse:
    found = scheme(drafting.plan_for(draft), draft.answers, frozenset(draft.commitments))
    context = {
        "draft": draft,
        "plan": found.plan,
        "scheme": found,
        "step": "form",
        "offers": offers(found),
        "sections": section_states(found, draft.form),
        "refusal": refusal,
        "may_promise": access.is_principal(draft, request.actor),
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/citizen/promises.html", context, status=status)
