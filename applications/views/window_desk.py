"""A walk-in at the window: who, which matter, which answers; then the whole form on one dense page, filed and received."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.operations.people import register_person
from applications.forms.merged import boxes, read_values
from applications.models import Draft
from applications.operations import drafting, intake
from applications.operations.submission import FormFaults
from applications.states import Handover
from applications.views.citizen_door import own_draft, posted_number, status_of
from applications.views.citizen_start import answers_in, questions_of
from applications.views.reviewer_door import posted
from applications.views.window_door import clerk_only, desk_counts
from departments.middleware import ActorRequest
from foundation.errors import Refused
from matters.plan import missing_answers, scheme
from matters.published import NotPublished, current_plan
from matters.search import search

PERSON = {"name": 60, "id_number": 30, "phone": 30}


@clerk_only
@require_http_methods(["GET", "POST"])
def walk_in(request: ActorRequest) -> HttpResponse:
    """First the matter, by search; then person and answers. POST registers the person and opens the draft."""
    data = request.POST if request.method == "POST" else request.GET
    code = data.get("matter", "").replace("\x00", "")[:80]
    if not code:
        query = request.GET.get("q", "").replace("\x00", "").strip()[:60]
        context: dict[str, Any] = {"query": query, "hits": search(query, 12) if query else []}
        return render(request, "applications/window/choose_matter.html", {**context, "counts": desk_counts(request)})
    try:
        plan = current_plan(code).plan
    except NotPublished as missing:
        raise Http404(missing.message) from None
    answers = answers_in(plan, data)
    person = {name: posted(request, name, longest) for name, longest in PERSON.items()}
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            return redirect("window-desk", _begin(request, code, answers, person, missing_answers(plan, answers)).pk)
        except Refused as refused:
            refusal = refused
    context = {
        "plan": plan,
        "questions": questions_of(plan, answers),
        "person": person,
        "refusal": refusal,
        "counts": desk_counts(request),
    }
    return render(
        request, "applications/window/walk_in.html", context, status=status_of(refusal) if refusal else 200
    )


def _begin(
    request: ActorRequest, code: str, answers: dict[str, str], person: dict[str, str], missing: tuple[str, ...]
) -> Draft:
    if missing:
        raise Refused("还有情形没有选。", "answers")
    if not person["id_number"]:
        raise Refused("请填身份证号码，或者刷身份证。", "id_number")
    applicant = register_person(**person)
    return drafting.start_draft(actor=request.actor, matter_code=code, answers=answers, applicant=applicant)


@clerk_only
@require_http_methods(["GET", "POST"])
def desk(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """The merged form, all sections on one page. POST keeps what was typed; with `file` it is filed and received."""
    draft = own_draft(request, draft_id)
    if draft.application is not None:
        return redirect("window-case", draft.application.number)
    if request.method == "GET":
        return _form(request, draft, draft.form)
    plan = drafting.plan_for(draft)
    typed = read_values(plan.fields, request.POST)
    try:
        saved = drafting.fill_in(
            actor=request.actor, draft_id=draft.pk, version=posted_number(request, "version"), values=typed
        )
        chosen = posted(request, "handover", 12)
        if chosen and chosen != saved.handover:
            saved = drafting.choose_handover(
                actor=request.actor, draft_id=draft.pk, version=saved.version, handover=chosen
            )
        if "file" not in request.POST:
            return redirect("window-desk", draft.pk)
        case = intake.file_at_window(actor=request.actor, draft_id=draft.pk)
    except Refused as refusal:
        fresh = own_draft(request, draft.pk)
        form = {**fresh.form, **typed}
        return _form(request, fresh, form, checked=isinstance(refusal, FormFaults), refusal=refusal)
    return redirect("window-case", case.number)


def _form(
    request: ActorRequest,
    draft: Draft,
    form: dict[str, Any],
    *,
    checked: bool = False,
    refusal: Refused | None = None,
) -> HttpResponse:
    found = scheme(drafting.plan_for(draft), draft.answers, frozenset(draft.commitments))
    profile = drafting.profile_values(found.plan, draft.applicant, draft.organisation, draft.agent)
    sections = [(s, boxes(found, s, form, checked=checked, profile=profile)) for s in found.sections]
    context = {
        "draft": draft,
        "plan": found.plan,
        "scheme": found,
        "sections": sections,
        "wrong": [box for _, shown in sections for box in shown if box.wrong],
        "refusal": refusal,
        "handovers": [(Handover.WINDOW.value, Handover.WINDOW.label)],
        "counts": desk_counts(request),
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/window/desk.html", context, status=status)
