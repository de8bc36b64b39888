"""填表: the one merged form by section. Whatever is typed is kept, right or wrong, never over somebody's newer text."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from applications.forms.merged import boxes, read_values, section_states
from applications.models import Draft
from applications.operations import drafting
from applications.views.citizen_door import own_draft
from applications.views.door import personal, posted_number, status_of
from departments.middleware import ActorRequest
from foundation.errors import Conflict, Refused
from matters.plan import Scheme, scheme


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: ActorRequest, draft_id: UUID, number: int) -> HttpResponse:
    """One section. POST keeps what was typed, then goes on, or shows what is missing; `?check=1` shows it at once."""
    draft = own_draft(request, draft_id)
    if draft.application is not None:
        return redirect("track", draft.application.number)
    found = scheme(drafting.plan_for(draft), draft.answers)
    if not 1 <= number <= len(found.sections):
        # The answers changed in another tab: sections may have gone.
        return (
            redirect("draft-section", draft.pk, max(1, len(found.sections)))
            if found.sections
            else redirect("draft-materials", draft.pk)
        )
    if request.method == "POST":
        return _save(request, draft, found, number)
    return _page(request, draft, found, number, draft.form, checked="check" in request.GET)


def _save(request: ActorRequest, draft: Draft, found: Scheme, number: int) -> HttpResponse:
    typed = read_values(found.plan.fields, request.POST)
    version = posted_number(request, "version")
    try:
        saved = drafting.fill_in(actor=request.actor, draft_id=draft.pk, version=version, values=typed)
    except Conflict as refusal:
        fresh = own_draft(request, draft.pk)
        if fresh.application is not None:
            return redirect("track", fresh.application.number)
        form = {**fresh.form, **typed}
        return _page(request, fresh, found, number, form, theirs=fresh.form, refusal=refusal)
    page_boxes = boxes(found, found.sections[number - 1], saved.form, checked=True)
    if any(box.wrong for box in page_boxes):
        return _page(request, saved, found, number, saved.form, checked=True, status=422)
    return redirect(_after(draft, found, number))


def _after(draft: Draft, found: Scheme, number: int) -> str:
    """Where the form goes on behind this section."""
    if number < len(found.sections):
        return reverse("draft-section", args=[draft.pk, number + 1])
    return reverse("draft-materials", args=[draft.pk])


def _page(
    request: ActorRequest,
    draft: Draft,
    found: Scheme,
    number: int,
    form: dict[str, Any],
    *,
    checked: bool = False,
    theirs: dict[str, Any] | None = None,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    current = found.sections[number - 1]
    profile = drafting.profile_values(found.plan, draft.applicant, draft.organisation, draft.agent)
    shown = boxes(found, current, form, checked=checked, theirs=theirs, profile=profile)
    context = {
        "draft": draft,
        "plan": found.plan,
        "scheme": found,
        "step": "form",
        "number": number,
        "section": current,
        "boxes": shown,
        "wrong": [box for box in shown if box.wrong],
        "sections": section_states(found, form),
        "next": _after(draft, found, number),
        "saved_at": timezone.localtime(draft.updated_at),
        "refusal": refusal,
    }
    return render(
        request, "applications/citizen/section.html", context, status=status_of(refusal) if refusal else status
    )


@personal
@require_POST
def save(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """Autosave (htmx): keep what was typed so far and answer with the line that says so. A fault is no matter here."""
    draft = own_draft(request, draft_id)
    refusal: Refused | None = None
    try:
        values = read_values(drafting.plan_for(draft).fields, request.POST)
        version = posted_number(request, "version")
        draft = drafting.fill_in(actor=request.actor, draft_id=draft.pk, version=version, values=values)
    except Refused as found:
        refusal = found
    context = {"draft": draft, "saved_at": timezone.localtime(draft.updated_at), "refusal": refusal, "swap": True}
    return render(request, "applications/citizen/_saved.html", context, status=status_of(refusal) if refusal else 200)


@personal
@require_POST
def discard(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """Throw the draft away; asked for on its own page or in the list, never by a link."""
    draft = own_draft(request, draft_id)
    try:
        drafting.discard(actor=request.actor, draft_id=draft.pk)
    except Conflict:
        return redirect("my-applications")
    return redirect("my-applications")
