"""口径 for whoever keeps them: what is to be done, writing, confirming, withdrawing, answering; late ones for 督查."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from departments.doors import MAX_ID, View, posted, posted_number, signed_in_with, status_of
from departments.middleware import ActorRequest
from departments.models import Department
from foundation.errors import Refused
from matters import guidance as reads
from matters.access import may_edit
from matters.models import Guidance, GuidanceDoubt, GuidanceVersion, Item, Material, Matter
from matters.operations import guidance as acts
from matters.operations.guidance import SUBJECTS
from matters.views.guidance import show_entry

BLANKS = 2
SHOWN = 200


def keeper_only(view: View) -> View:
    """Reviewers, for their departments, and catalogue administrators, for all of them."""
    return signed_in_with(reads.keeps, view, "guidance-own")


def supervisor_only(view: View) -> View:
    """Supervisors of the county."""
    return signed_in_with(lambda actor: actor.supervisor, view, "supervise-guidance")


def _kept(request: ActorRequest, pk: int | None) -> Guidance:
    """A question the actor keeps; another department's does not exist here: Http404."""
    found = Guidance.objects.select_related("department").filter(pk=min(pk or 0, MAX_ID)).first()
    if found is None or not acts.may_keep(request.actor, found.department_id):
        raise Http404("没有这条口径")
    return found


@keeper_only
@require_safe
def own(request: ActorRequest) -> HttpResponse:
    """What waits for the own departments: doubts, versions to confirm, what ends soon; then all that is said."""
    today = timezone.localdate()
    return render(request, "matters/guidance/own.html", {"desk": reads.desk(request.actor, today), "today": today})


@keeper_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ActorRequest) -> HttpResponse:
    """A new question."""
    return _write(request, None)


@keeper_only
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: ActorRequest, guidance: int) -> HttpResponse:
    """The next version of a question, begun with the words of the newest one."""
    return _write(request, _kept(request, guidance))


def _write(request: ActorRequest, found: Guidance | None) -> HttpResponse:
    last = found.versions.order_by("-number").first() if found else None
    departments = _departments(request)
    if request.method != "POST":
        return _form(request, found, last, departments, _begun(last))
    try:
        version = acts.write_guidance(
            actor=request.actor,
            wording=_wording(request),
            department=posted(request, "department", 50) or (departments[0].pk if len(departments) == 1 else ""),
            guidance=found.pk if found else None,
            seen=posted_number(request, "seen") if found else None,
        )
    except Refused as refusal:
        return _form(request, found, last, departments, _typed(request), refusal)
    messages.success(request, "写好了。请另一个人确认，确认以后窗口才看得到。")
    return redirect("guidance-entry", version.guidance_id)


def _departments(request: ActorRequest) -> list[Department]:
    own = Q() if may_edit(request.actor) else Q(pk__in=request.actor.departments)
    return list(Department.objects.filter(own).order_by("short_name"))


def _wording(request: ActorRequest) -> acts.Wording:
    """What was typed. Raises Refused for a day that is none and a name that the catalogue does not have."""
    named = {kind: _named(request, kind) for kind in SUBJECTS}
    return acts.Wording(
        question=posted(request, "question", 600),
        answer=posted(request, "answer", 6000),
        basis=posted(request, "basis", 900),
        public=bool(request.POST.get("public")),
        valid_from=_day(request, "valid_from"),
        valid_until=_day(request, "valid_until"),
        **named,
    )


def _named(request: ActorRequest, kind: str) -> tuple[str, ...]:
    typed = [
        name.replace("\x00", "").strip()[:200] for name in request.POST.getlist(kind)[: acts.SUBJECTS_LIMIT + BLANKS]
    ]
    names = [name for name in typed if name]
    codes = dict(SUBJECTS[kind]._default_manager.filter(name__in=names).values_list("name", "code"))
    if unknown := [name for name in names if name not in codes]:
        raise Refused(f"目录里没有“{unknown[0]}”，请从列出来的里面选。", kind)
    return tuple(codes[name] for name in names)


def _day(request: ActorRequest, name: str) -> date:
    try:
        return date.fromisoformat(posted(request, name, 10))
    except ValueError:
        raise Refused("请填日期，例如 2026-12-31。", name) from None


def _begun(last: GuidanceVersion | None) -> dict[str, Any]:
    """What the boxes begin with: the newest words, from today on, and no last day: that has to be thought of anew."""
    today = timezone.localdate()
    if last is None:
        return {"valid_from": today.isoformat(), "subjects": {kind: [] for kind in SUBJECTS}}
    subjects = {
        kind: list(model._default_manager.filter(pk__in=getattr(last, kind)).values_list("name", flat=True))
        for kind, model in SUBJECTS.items()
    }
    texts = {name: getattr(last, name) for name in ("question", "answer", "basis", "public")}
    return {**texts, "valid_from": today.isoformat(), "subjects": subjects}


def _typed(request: ActorRequest) -> dict[str, Any]:
    texts = {name: posted(request, name, 6000) for name in ("question", "answer", "basis", "department")}
    days = {name: posted(request, name, 10) for name in ("valid_from", "valid_until")}
    subjects = {kind: [name for name in request.POST.getlist(kind)[:50] if name.strip()] for kind in SUBJECTS}
    return {**texts, **days, "public": bool(request.POST.get("public")), "subjects": subjects}


def _form(
    request: ActorRequest,
    found: Guidance | None,
    last: GuidanceVersion | None,
    departments: list[Department],
    values: dict[str, Any],
    refusal: Refused | None = None,
) -> HttpResponse:
    labels = {"matters": "一件事", "items": "事项", "materials": "材料"}
    items = Item.objects.filter(department__in=departments).order_by("name")
    choices = {
        "matters": Matter.objects.order_by("number").values_list("name", flat=True),
        "items": items.values_list("name", flat=True),
        "materials": Material.objects.filter(asks__item__in=items)
        .distinct()
        .order_by("name")
        .values_list("name", flat=True),
    }
    subjects = [
        (kind, label, [*values["subjects"][kind], *[""] * BLANKS], list(choices[kind]))
        for kind, label in labels.items()
    ]
    context = {
        "guidance": found,
        "last": last,
        "departments": departments,
        "values": values,
        "subjects": subjects,
        "refusal": refusal,
        "limits": acts.LIMITS,
    }
    return render(request, "matters/guidance/write.html", context, status=status_of(refusal) if refusal else 200)


@keeper_only
@require_POST
def settle(request: ActorRequest, version: int) -> HttpResponse:
    """`act`: confirm, return (with a note) or cancel a version that waits; confirm also a sample."""
    pk = GuidanceVersion.objects.filter(pk=min(version, MAX_ID)).values_list("guidance_id", flat=True).first()
    found, act = _kept(request, pk), posted(request, "act", 10)
    try:
        if act == "confirm":
            acts.confirm_guidance(actor=request.actor, version=version)
            told = "确认了，从起的日子起窗口按这一版说。"
        elif act == "return":
            acts.return_guidance(actor=request.actor, version=version, note=posted(request, "note", 400))
            told = "退回了，写的人看得到原因。"
        elif act == "cancel":
            acts.cancel_guidance(actor=request.actor, version=version)
            told = "撤回了。"
        else:
            raise Refused("请选确认、退回还是撤回。")
    except Refused as refusal:
        return show_entry(request, found.pk, refusal=refusal, act="settle", about=version)
    messages.success(request, told)
    return redirect("guidance-entry", found.pk)


@keeper_only
@require_POST
def withdraw(request: ActorRequest, guidance: int) -> HttpResponse:
    """Nobody is told it any more, from this moment on."""
    found = _kept(request, guidance)
    try:
        acts.withdraw_guidance(actor=request.actor, guidance=found.pk, reason=posted(request, "reason", 400))
    except Refused as refusal:
        return show_entry(request, found.pk, refusal=refusal, act="withdraw")
    messages.success(request, "停用了，窗口和办事指南上都不再出现。")
    return redirect("guidance-entry", found.pk)


@keeper_only
@require_POST
def answer(request: ActorRequest, doubt: int) -> HttpResponse:
    """The answer to 这条不对; whoever doubted reads it on the page of the question."""
    asked = GuidanceDoubt.objects.filter(pk=min(doubt, MAX_ID))
    found = _kept(request, asked.values_list("version__guidance_id", flat=True).first())
    try:
        acts.answer_doubt(
            actor=request.actor,
            doubt=doubt,
            outcome=posted(request, "outcome", 10),
            answer=posted(request, "answer", 600),
        )
    except Refused as refusal:
        return show_entry(request, found.pk, refusal=refusal, act="answer", about=doubt)
    messages.success(request, "答复了，提的人在这一页看得到。")
    return redirect("guidance-own")


@supervisor_only
@require_safe
def late(request: ActorRequest) -> HttpResponse:
    """For 督查: 这条不对 without an answer, the late ones first, and what ended without a new version."""
    today = timezone.localdate()
    ended = GuidanceVersion.objects.current(today).filter(valid_until__lt=today).order_by("valid_until")[:SHOWN]
    context = {"doubts": list(reads.open_doubts()[:SHOWN]), "ended": ended, "today": today}
    return render(request, "matters/guidance/late.html", context)
