"""填表: the one merged form by section. Whatever is typed is kept, right or wrong, never over somebody's newer text."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from applications.filling import digest
from applications.forms.merged import Box, boxes, in_words, read_seen, read_values, section_states
from applications.models import Draft
from applications.operations import drafting
from applications.operations.ending_drafts import keeping
from applications.views.citizen_door import own_draft
from applications.views.door import personal, posted
from departments.middleware import ActorRequest
from foundation.errors import Conflict
from matters.plan import Scheme, scheme
from matters.specs import FieldSpec

# Names of the two buttons between texts; an underscore cannot begin a code of the catalogue.
MINE, THEIRS = "_mine", "_theirs"


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: ActorRequest, draft_id: UUID, number: int) -> HttpResponse:
    """One section. POST keeps what was typed, then goes on, or shows what is missing; `?check=1` shows it at once."""
    draft = own_draft(request, draft_id)
    if draft.application is not None:
        return redirect("track", draft.application.number)
    found = scheme(drafting.plan_for(draft), draft.answers, frozenset(draft.commitments))
    if not 1 <= number <= len(found.sections):
        # The answers changed in another tab: sections may have gone.
        return (
            redirect("draft-section", draft.pk, max(1, len(found.sections)))
            if found.sections
            else redirect("draft-materials", draft.pk)
        )
    if request.method == "POST":
        return _save(request, draft, found, number)
    return _page(request, draft, found, number, checked="check" in request.GET)


def _save(request: ActorRequest, draft: Draft, found: Scheme, number: int) -> HttpResponse:
    seen = read_seen(request.POST)
    code, _, other = posted(request, MINE, 100).partition(":")
    theirs = posted(request, THEIRS, 100)
    if code:
        seen[code] = other  # the text on the other page was seen, and this one is to stand

    def read(fields: Mapping[str, FieldSpec]) -> dict[str, Any]:
        return {c: value for c, value in read_values(fields, request.POST).items() if c != theirs}

    chosen = code or theirs
    try:
        kept = drafting.merge_in(actor=request.actor, draft_id=draft.pk, read=read, seen=seen, confirmed=not chosen)
    except Conflict:
        return redirect("draft-section", draft.pk, number)  # submitted meanwhile: the way leads to the case
    if kept.both:
        return _page(request, kept.draft, found, number, both=kept.both, seen=seen, status=409)
    if chosen:
        return redirect(f"{reverse('draft-section', args=[draft.pk, number])}#f-{chosen}")
    page_boxes = boxes(found, found.sections[number - 1], kept.draft.form, checked=True)
    if any(box.wrong for box in page_boxes):
        return _page(request, kept.draft, found, number, checked=True, status=422)
    return redirect(_after(draft, found, number))


def _after(draft: Draft, found: Scheme, number: int) -> str:
    """Where the form goes on behind this section."""
    if number < len(found.sections):
        return reverse("draft-section", args=[draft.pk, number + 1])
    if any(step.item.commitment for step in found.steps):
        return reverse("draft-promises", args=[draft.pk])
    return reverse("draft-materials", args=[draft.pk])


def _page(
    request: ActorRequest,
    draft: Draft,
    found: Scheme,
    number: int,
    *,
    checked: bool = False,
    both: dict[str, Any] | None = None,
    seen: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    current = found.sections[number - 1]
    shown = boxes(found, current, draft.form, checked=checked, both=both, seen=seen, origins=draft.origins)
    context = {
        "draft": draft,
        "plan": found.plan,
        "scheme": found,
        "step": "form",
        "number": number,
        "section": current,
        "boxes": shown,
        "wrong": [box for box in shown if box.wrong],
        "both": [box for box in shown if box.theirs is not None],
        "sections": section_states(found, draft.form),
        "next": _after(draft, found, number),
        "promises": any(step.item.commitment for step in found.steps),
        "saved_at": timezone.localtime(draft.updated_at),
        "ends": keeping().last_day(draft.updated_at, draft.reminded_at),
    }
    return render(request, "applications/citizen/section.html", context, status=status)


@personal
@require_POST
def save(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """Autosave, asked by `static/js/autosave.js`: keep what was typed so far. A fault of a field is no matter here.

    Answers JSON: `saved`, the line that says so; `version`; `seen`, code → digest of what is stored now and was sent, the page's new base;
    `both`, code → HTML of the choice between two texts. 404: the draft is gone; 409: it was submitted.
    """

    def read(fields: Mapping[str, FieldSpec]) -> dict[str, Any]:
        return read_values(fields, request.POST)

    try:
        kept = drafting.merge_in(actor=request.actor, draft_id=draft_id, read=read, seen=read_seen(request.POST))
    except Draft.DoesNotExist:
        raise Http404("没有这份草稿") from None
    except Conflict as refusal:
        return JsonResponse({"message": refusal.message}, status=409)
    form = kept.draft.form
    stored = {code: digest(form.get(code, "")) for code in kept.typed}
    saved_at = timezone.localtime(kept.draft.updated_at)
    both = {c: _both(kept.fields[c], form.get(c, ""), value, request) for c, value in kept.both.items()}
    return JsonResponse(
        {
            "saved": render_to_string("applications/citizen/_saved.html", {"saved_at": saved_at}, request),
            "version": kept.draft.version,
            "seen": {code: stored[code] for code, value in kept.typed.items() if stored[code] == digest(value)},
            "both": both,
        }
    )


def _both(spec: FieldSpec, stored: Any, mine: Any, request: ActorRequest) -> str:
    """The choice between the text of this page and the one that another page saved."""
    box = Box(spec=spec, value=mine, readers=(), theirs=in_words(spec, stored), stored=digest(stored))
    return render_to_string("applications/citizen/_both.html", {"box": box}, request)


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


@personal
@require_POST
def help_end(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """不用帮了: back to the form."""
    draft = own_draft(request, draft_id)
    try:
        drafting.end_help(actor=request.actor, draft_id=draft.pk)
        messages.success(request, "好的，窗口的人不能再打开这份草稿了。")
    except Draft.DoesNotExist:
        raise Http404("没有这份草稿") from None
    except Conflict:
        return redirect("my-applications")
    return redirect("draft-section", draft.pk, 1)
