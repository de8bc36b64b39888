"""A walk-in at the window: who, which matter, which answers; then the form on one dense page, filed and received."""

from collections.abc import Mapping
from typing import Any, BinaryIO
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Person
from accounts.operations.people import find_person
from applications import slips
from applications.confirming import needs_sheet
from applications.duplicates import same_before
from applications.forms import walk_in as boxes_of_walk_in
from applications.forms.merged import boxes, read_seen, read_values
from applications.models import Draft, MaterialFile
from applications.operations import drafting, intake, uploading
from applications.operations import walk_in as walking_in
from applications.operations.submission import FormFaults
from applications.views.citizen_door import own_draft
from applications.views.citizen_draft import MINE, THEIRS
from applications.views.citizen_materials import attach_each, tiles_of
from applications.views.citizen_start import answers_in, questions_of
from applications.views.door import posted, status_of
from applications.views.window_door import clerk_only, desk_counts
from applications.views.window_outage import box_of_desk, send_from_desk
from departments.middleware import ActorRequest
from foundation.errors import Conflict, Refused
from foundation.files.limits import takes_files
from foundation.masking import mask_phone
from matters.plan import Plan, missing_answers, scheme
from matters.published import NotPublished, current_plan
from matters.search import search
from matters.specs import FieldSpec

HITS = 12


@clerk_only
@require_http_methods(["GET", "HEAD", "POST"])
def walk_in(request: ActorRequest) -> HttpResponse:
    """First the matter, by search; then person and answers. POST registers the people and opens the draft."""
    data = request.POST if request.method == "POST" else request.GET
    code = data.get("matter", "").replace("\x00", "")[:80]
    if not code:
        query = request.GET.get("q", "").replace("\x00", "").strip()[:60]
        person = request.GET.get("person", "")[:10]
        context: dict[str, Any] = {"query": query, "hits": search(query, HITS) if query else [], "person": person}
        return render(request, "applications/window/choose_matter.html", {**context, "counts": desk_counts(request)})
    try:
        plan = current_plan(code).plan
    except NotPublished as missing:
        raise Http404(missing.message) from None
    answers = answers_in(plan, data)
    typed = boxes_of_walk_in.read(request.POST) | (_known(request) if request.method != "POST" else {})
    if request.method != "POST":
        return _walk_in_page(request, plan, answers, typed, {})
    faults = boxes_of_walk_in.faults(typed)
    if missing_answers(plan, answers):
        faults["answers"] = "还有情形没有选，选完才知道要办哪几项"
    status = 422
    if not faults:
        try:
            draft = walking_in.begin(
                actor=request.actor,
                matter_code=code,
                answers=answers,
                visitor=boxes_of_walk_in.visitor(typed),
                acts_for=typed["acts_for"],
                principal=boxes_of_walk_in.principal(typed),
            )
        except Refused as refusal:
            faults, status = {refusal.field or "name": refusal.message}, status_of(refusal)
        else:
            return redirect("window-desk", draft.pk)
    return _walk_in_page(request, plan, answers, typed, faults, status)


def _known(request: ActorRequest) -> dict[str, str]:
    """The name of whoever the clerk had found before; the number is read off the card each time."""
    text = request.GET.get("person", "")
    person = (
        Person.objects.filter(pk=int(text)).first() if text.isascii() and text.isdigit() and len(text) < 10 else None
    )
    return {"name": person.name} if person else {}


def _walk_in_page(
    request: ActorRequest,
    plan: Plan,
    answers: dict[str, str],
    typed: dict[str, str],
    faults: dict[str, str],
    status: int = 200,
) -> HttpResponse:
    context = {
        "plan": plan,
        "questions": questions_of(plan, answers),
        "typed": typed,
        "faults": faults,
        "counts": desk_counts(request),
    }
    return render(request, "applications/window/walk_in.html", context, status=status)


@clerk_only
@require_POST
def person_check(request: ActorRequest) -> HttpResponse:
    """htmx, while the clerk types: the faults of the three boxes, and whether this person is known. By POST alone."""
    typed = boxes_of_walk_in.read(request.POST)
    found = boxes_of_walk_in.faults(typed)
    faults = {box: found[box] for box in ("name", "id_number", "phone") if box in found and typed[box]}
    person = find_person(id_number=typed["id_number"]) if typed["id_number"] and "id_number" not in found else None
    context = {
        "faults": faults,
        "person": person,
        "other_name": person is not None and bool(typed["name"]) and person.name != typed["name"],
        "masked_phone": mask_phone(person.phone) if person and person.phone else "",
        "checked": bool(typed["id_number"]) and not faults,
    }
    return render(request, "applications/window/_person.html", context)


@clerk_only
@require_http_methods(["GET", "HEAD", "POST"])
@takes_files(at_once=8)
def desk(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """The merged form, all sections on one page. POST keeps what was typed and every scan; with `file` it is filed and
    received, with `answers` the answers (情形) change."""
    draft = own_draft(request, draft_id)
    if draft.application is not None:
        return redirect("window-case", draft.application.number)
    if request.method != "POST":
        return _form(request, draft)
    plan = drafting.plan_for(draft)
    refusal: Refused | None = None
    faults: dict[str, list[str]] = {}
    both: dict[str, Any] = {}
    try:
        kept = _merge(request, draft)
        both = dict(kept.both)
        faults = _attach(request, draft, plan)
        if both:
            raise Conflict(f"有 {len(both)} 栏同事刚填了别的，请选用哪一个，其余的都存了。")
        if "answers" in request.POST:
            given = answers_in(plan, _without_prefix(request.POST))
            drafting.answer(actor=request.actor, draft_id=draft.pk, version=kept.draft.version, answers=given)
            messages.success(request, "情形改了，表格、事项和材料跟着变，填过的都还在。")
        elif "file" in request.POST and not faults:
            why = posted(request, "duplicate", 300)
            case = intake.file_at_window(
                actor=request.actor,
                draft_id=draft.pk,
                duplicate_reason=why,
                confirmation=posted(request, "confirmation", 20),
            )
            messages.success(request, "已提交并收件，收件凭证可以打印。下面一份一份核验。")
            return redirect("window-case", case.number)
        elif "on_paper" in request.POST and not faults:
            return send_from_desk(request, draft)
    except Refused as refused:
        refusal = refused
    if refusal is None and not faults:
        if "sheet" in request.POST:
            return redirect(f"{reverse('window-desk', args=[draft.pk])}?sheet=1#sheet")
        if "answers" not in request.POST:
            messages.success(request, "存好了。")
        return redirect("window-desk", draft.pk)
    fresh = own_draft(request, draft.pk)
    if fresh.application is not None:
        return redirect("window-case", fresh.application.number)
    return _form(request, fresh, refusal=refusal, faults=faults, both=both)


def _merge(request: ActorRequest, draft: Draft) -> drafting.Kept:
    """What the page sent, field by field over nobody's newer text; a chosen side of a field counts as seen."""
    seen = read_seen(request.POST)
    code, _, other = posted(request, MINE, 100).partition(":")
    theirs = posted(request, THEIRS, 100)
    if code:
        seen[code] = other

    def read(fields: Mapping[str, FieldSpec]) -> dict[str, Any]:
        return {c: value for c, value in read_values(fields, request.POST).items() if c != theirs}

    return drafting.merge_in(actor=request.actor, draft_id=draft.pk, read=read, seen=seen)


@xframe_options_sameorigin
@clerk_only
@require_safe
def sheet(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """代填确认单 of the draft as it was saved last, to be printed and signed."""
    draft = own_draft(request, draft_id)
    if draft.application is not None or draft.applicant is None:
        raise Http404("这份表已经提交了")
    found = scheme(drafting.plan_for(draft), draft.answers, frozenset(draft.commitments))
    response = HttpResponse(slips.filled(draft, found, request.actor.name), content_type="application/pdf")
    response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(f'代填确认单 {draft.code}')}.pdf"
    return response


def _without_prefix(data: QueryDict) -> dict[str, str]:
    """Answers stand in the same form as the fields, so their boxes carry `q.` before the code."""
    return {name.removeprefix("q."): str(value) for name, value in data.items() if name.startswith("q.")}


def _attach(request: ActorRequest, draft: Draft, plan: Plan) -> dict[str, list[str]]:
    """Store the scans that came with the form; material → sentences of those refused."""
    faults: dict[str, list[str]] = {}
    for box in request.FILES:
        code = box.removeprefix("file.")
        if not box.startswith("file.") or code not in plan.materials:
            continue

        def attach(*, upload: BinaryIO, name: str, code: str = code) -> MaterialFile:
            return uploading.attach(
                actor=request.actor, draft_id=draft.pk, material_code=code, upload=upload, name=name
            )

        said, _ = attach_each(request.FILES.getlist(box), attach)
        if said:
            faults[code] = said
    return faults


def _form(
    request: ActorRequest,
    draft: Draft,
    *,
    refusal: Refused | None = None,
    faults: dict[str, list[str]] | None = None,
    both: dict[str, Any] | None = None,
) -> HttpResponse:
    found = scheme(drafting.plan_for(draft), draft.answers, frozenset(draft.commitments))
    checked = isinstance(refusal, FormFaults)
    seen = read_seen(request.POST) if both else None
    sections = [
        (s, boxes(found, s, draft.form, checked=checked, both=both, seen=seen, origins=draft.origins))
        for s in found.sections
    ]
    context = {
        "draft": draft,
        "plan": found.plan,
        "scheme": found,
        "sections": sections,
        "wrong": [box for _, shown in sections for box in shown if box.wrong],
        "tiles": tiles_of(found, draft.files.select_related("file"), faults),
        "file_faults": sum(map(len, (faults or {}).values())),
        "before": same_before(draft, found, request.actor, timezone.localdate()),
        "duplicate": posted(request, "duplicate", 300),
        "needs_sheet": needs_sheet(draft),
        "confirmation": posted(request, "confirmation", 20),
        "sheet": "sheet" in request.GET,
        **box_of_desk(request, draft),
        "questions": [(q, draft.answers.get(q.code, "")) for q in found.plan.questions],
        "answers": [q.label_of(draft.answers[q.code]) for q in found.plan.questions if q.code in draft.answers],
        "refusal": refusal,
        "conflict": isinstance(refusal, Conflict),
        "staff": True,
        "counts": desk_counts(request),
    }
    status = status_of(refusal) if refusal else 422 if faults else 200
    return render(request, "applications/window/desk.html", context, status=status)
