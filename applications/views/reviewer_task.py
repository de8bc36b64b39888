"""One task: its own fields and papers, the review points, and the panel that decides it or says what it waits for."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from applications import desk, registry
from applications.access import heads
from applications.changes import changes_since
from applications.clocks import Light
from applications.dossier import Dossier, OwnPaper, awaits_word, lights, open_dossier, own_papers, result_name
from applications.models import Approval, MaterialFile, Task
from applications.operations import colleagues, extending, legal_waits, signing, urging
from applications.operations.hearing import offer_first, open_hearing
from applications.operations.looking import note_seen
from applications.operations.timing import BY_HAND, CAUSES
from applications.operations.waiting import lost_results, waits_for
from applications.signing import cannot_sign, is_last, lines, rank_needed, word_of
from applications.states import DECIDABLE, ON_THE_DESK, VERDICTS, TaskState
from applications.views.staff_door import own_task, reviewer_only
from departments.calendar import current_calendar
from departments.middleware import ActorRequest
from departments.models import HIGHER, Department
from departments.workdays import Calendar
from foundation.errors import Refused
from matters.guidance import query_of
from matters.plan import scheme
from matters.published import plan_of

POLL_SECONDS = 3
TEXTS = {
    "opinion": 2000,
    "reason": 2000,
    "result_number": 60,
    "issued_number": 60,
    "basis": 200,
    "expected_days": 6,
    "pause_result": 500,
    "return_reason": 500,
    "handing_note": colleagues.LONGEST,
    "takeover_reason": colleagues.LONGEST,
    "authority": 200,
    "send_back_reason": signing.LONGEST,
    "recusal_reason": signing.LONGEST,
    "extension_days": 3,
    "extension_reason": extending.LONGEST,
    "extension_basis": 200,
    "extension_note": 300,
    "order_answer": 500,
    "wait_place": legal_waits.LONGEST_PLACE,
    "wait_began": 10,
}


@dataclass(frozen=True)
class Blocker:
    """What a locked decision waits for: the result, who has it, until when."""

    task: Task
    name: str
    light: Light | None


@dataclass(frozen=True)
class Other:
    """Another item of the case, as far as this department may know: who, how far, until when."""

    task: Task
    light: Light | None


@reviewer_only
@require_safe
def task(request: ActorRequest, task: int) -> HttpResponse:
    """`/queue/<id>/`: read the papers, answer the points, write the opinion, decide."""
    return show_task(request, own_task(request.actor, task))


def show_task(
    request: ActorRequest,
    found: Task,
    *,
    refusal: Refused | None = None,
    typed: Mapping[str, str] | None = None,
    points: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The task's page; after a refusal with its sentence at its place and everything typed kept."""
    calendar = current_calendar()
    dossier = open_dossier(found, calendar, points)
    since = note_seen(actor=request.actor, task=found)
    today = timezone.localdate()
    lit = lights(dossier.siblings, today, calendar)
    wish = desk.Wish.read({"who": request.GET.get("who", "open")})
    listed = desk.desk(request.actor, wish if wish.on_the_desk else desk.Wish(), today, calendar)
    before, after = desk.neighbours(listed, found)
    values = values_of(found) | dict(typed or {})
    approvals = list(found.approvals.all())
    context: dict[str, Any] = {
        "dossier": dossier,
        "task": found,
        "case": dossier.case,
        "shown": _shown(dossier, request.GET),
        "light": lit[found.pk],
        "others": [Other(t, lit[t.pk]) for t in dossier.others],
        "answered": sum(bool(point.value) for point in dossier.points),
        "before": before,
        "after": after,
        "values": values,
        "refusal": refusal,
        "fault": {refusal.field or "page": refusal.message} if refusal else {},
        "seconds": POLL_SECONDS,
        "about": query_of(dossier.case.matter_id, [found.item_code], (paper.code for paper in dossier.papers)),
        "hands": colleagues.hands(found, request.actor),
        "supplements": [one for one in approvals if one.kind == Approval.SUPPLEMENT],
        "extension": next((one for one in approvals if one.kind == Approval.EXTEND), None),
        "cannot_extend": extending.cannot_extend(found),
        "heads": heads(found, request.actor),
        "owners": owners_for(found),
        "urges": urging.urged(found),
        "staff": signing.colleagues_under(request.actor, found),
        "signatures": lines(found),
        "may_report": found.state in ON_THE_DESK,
        "since": since,
        "verifies": registry.available() and found.state in ON_THE_DESK and found.assignee_id == request.actor.user_id,
        "changes": changes_since(dossier, request.actor, since),
    }
    context |= _panel(request, found, dossier.siblings, calendar)
    return render(request, "applications/reviewer/task.html", context, status=status)


def owners_for(task: Task) -> list[Department]:
    """The departments that a task might belong to instead. No query once it cannot be returned any more."""
    if task.returned_at is not None or task.state != TaskState.CLAIMED:
        return []
    return list(Department.objects.exclude(pk=task.department_id).order_by("short_name"))


def values_of(task: Task) -> dict[str, str]:
    """What stands in the fields of the decision: what was kept, or what the signer before put forward."""
    kept = {name: getattr(task, name) for name in ("opinion", "reason", "result_number")}
    return kept | {name: value for name, value in task.proposal.items() if not kept.get(name)}


def _shown(dossier: Dossier, query: Mapping[str, str]) -> dict[str, Any]:
    """What stands in the middle: a file, a paper without one, or what was filled in."""
    wanted, chosen = query.get("paper", ""), query.get("file", "")
    for paper in dossier.papers:
        for stored in paper.files:
            if str(stored.pk) == chosen:
                return _paper_shown(paper, stored, query.get("page", ""))
    for paper in dossier.papers:
        if paper.code == wanted:
            return _paper_shown(paper, paper.files[0] if paper.files else None)
    return {"form": True}


def _paper_shown(paper: OwnPaper, stored: MaterialFile | None, page: str = "") -> dict[str, Any]:
    kind = "none"
    if stored is not None:
        media = stored.file.media_type
        kind = "image" if media.startswith("image/") else "pdf" if media == "application/pdf" else "other"
    number = next((i for i, one in enumerate(paper.files, 1) if one is stored), 0)
    pages = stored.file.pages or 0 if stored is not None and kind == "pdf" else 0
    at = min(int(page), pages) if page.isascii() and page.isdigit() and len(page) < 5 else 1
    shown = {"paper": paper, "file": stored, "kind": kind, "number": number, "pages": pages, "page": max(at, 1)}
    return shown | {"before": max(at - 1, 1), "after": min(at + 1, pages)}


@reviewer_only
@require_safe
def task_verdict(request: ActorRequest, task: int) -> HttpResponse:
    """The panel of the decision alone; a locked one asks for it every few seconds and is freed by the answer.

    `seen`: the state the page already shows. Nothing new: 204, so that nothing on the page moves.
    """
    found = own_task(request.actor, task)
    siblings = list(
        Task.objects.filter(application_id=found.application_id).select_related("department").order_by("position")
    )
    panel = _panel(request, found, siblings, current_calendar())
    if request.GET.get("seen") == panel["seen"]:
        return HttpResponse(status=204)
    values = values_of(found)
    plan, case = plan_of(found.application.revision_id), found.application
    under = scheme(plan, case.answers, frozenset(case.commitments))
    own = [found if other.pk == found.pk else other for other in siblings]
    supplied = [paper for paper in own_papers(found, own, under) if paper.supplied_by]
    context = {
        "task": found,
        "case": case,
        "values": values,
        "fault": {},
        "seconds": POLL_SECONDS,
        "supplied": supplied,
        "light": panel["lit"][found.pk],
        "freed": True,
    }
    return render(request, "applications/reviewer/_verdict_answer.html", context | panel)


def _panel(request: ActorRequest, found: Task, siblings: list[Task], calendar: Calendar) -> dict[str, Any]:
    """Everything the panel of the decision says, from the task and its siblings. No further query but the plan."""
    plan = plan_of(found.application.revision_id)
    item = plan.items[found.item_code]
    today = timezone.localdate()
    blocking = waits_for(found, siblings) if found.is_open and found.state != TaskState.PENDING else []
    lit = lights(siblings, today, calendar)
    blockers = [Blocker(t, result_name(plan, t), lit[t.pk]) for t in blocking]
    before = (*found.after, *found.starts_after)
    arrived = [
        {"name": result_name(plan, t), "number": t.result_number or t.decision_number, "task": t}
        for t in siblings
        if t.item_code in before and t not in blocking
    ]
    mine = found.assignee_id == request.actor.user_id
    told = found.state == TaskState.SUSPENDED or (found.hearing_by is not None and today <= found.hearing_by)
    stamp = [found.state, found.assignee_id, found.step, found.application.choice_open, found.hearing_by]
    stamp += [(t.pk, t.state, str(t.due)) for t in blocking]
    return {
        "item": item,
        "lit": lit,
        "blockers": blockers,
        "arrived": arrived,
        "lost": lost_results(found, siblings) if found.state in DECIDABLE else [],
        "decidable": found.state in DECIDABLE,
        "legal_waits": legal_waits.waits_of(found, today) if found.state in DECIDABLE else (),
        "today": today,
        "hearing": open_hearing(found) if told else None,
        "hearing_first": mine and not told and offer_first(found),
        "mine": mine,
        "writes": mine and found.state in (TaskState.CLAIMED, TaskState.ADVISED),
        "foreign": found.assignee_id is not None and not mine,
        "cannot_sign": cannot_sign(found, request.actor),
        "deputised": request.actor.signs_for(found.department_id, rank_needed(found.step, found.review_steps)),
        "word": word_of(found),
        "next_word": word_of(found, 1),
        "last": is_last(found),
        "conflicted": found.application.received_by_id == request.actor.user_id,
        "choice_open": found.application.choice_open,
        "verdicts": VERDICTS.get(item.kind, VERDICTS["service"]),
        "needs_number": item.own_form and not found.pre_review,
        "higher": found.department.level in HIGHER and not found.pre_review,
        "causes": CAUSES,
        "causes_by_hand": BY_HAND,
        "awaits_word": awaits_word(found),
        "panel_address": reverse("task-verdict", args=[found.pk]),
        "seen": sha256(repr(stamp).encode()).hexdigest()[:16],
    }
