"""我的办件: the list of drafts and cases, the progress of one, and the inbox of notices."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from applications import tracking
from applications.looked import looked_at_case
from applications.models import Application, Suspension, Task
from applications.operations import drafting
from applications.operations.awaiting import awaited
from applications.operations.committing import checks_of_case
from applications.operations.correcting import open_correction
from applications.operations.hearing import open_hearings
from applications.operations.inspecting import visit_to_come
from applications.operations.paying import owed
from applications.operations.rating import may_rate
from applications.operations.refiling import may_file_again
from applications.operations.supplementing import open_supplements
from applications.operations.urging import may_urge
from applications.states import CASE_RUNNING, FAVOURABLE, FINAL, CaseState, MaterialState, TaskState
from applications.views.citizen_door import own_case
from applications.views.citizen_materials import SUBMIT_WORDS, files_by_material
from applications.views.citizen_submit import filled_sections
from applications.views.door import personal
from departments.calendar import current_calendar
from departments.middleware import ActorRequest
from foundation.notices.models import Notice
from foundation.notices.operations import mark_read
from matters.plan import scheme
from matters.published import plan_of

PAGE = 30


@personal
@require_safe
def my_applications(request: ActorRequest) -> HttpResponse:
    """Drafts and cases of the person, what waits for them first. Pages go back by the number of the last case."""
    before = request.GET.get("before", "")
    cases = (
        Application.objects.of_person(request.actor)
        .select_related("matter")
        .annotate(
            tasks_all=Count("tasks", distinct=True),
            tasks_done=Count("tasks", distinct=True, filter=Q(tasks__state__in=FINAL)),
            owing=Count(
                "materials",
                distinct=True,
                filter=Q(materials__state=MaterialState.DEFERRED, materials__handed_in_at=None),
            ),
        )
        .order_by("-id")
    )
    if before.isascii() and before.isdigit() and len(before) < 18:
        cases = cases.filter(pk__lt=int(before))
    page = list(cases[: PAGE + 1])
    shown = page[:PAGE]
    context = {
        "drafts": [] if before else list(drafting.drafts_of(request.actor).order_by("-updated_at")[:PAGE]),
        "yours": [case for case in shown if _waits_for_applicant(case)],
        "others": [case for case in shown if not _waits_for_applicant(case)],
        "older": shown[-1].pk if len(page) > PAGE else None,
        "unread": Notice.objects.filter(recipient_id=request.actor.user_id, channel="inbox", read_at=None).count(),
    }
    return render(request, "applications/citizen/my.html", context)


def _waits_for_applicant(case: Application) -> bool:
    owing = case.state == CaseState.ACCEPTED and (case.choice_open or getattr(case, "owing", 0))
    return bool(owing) or case.state in (CaseState.CORRECTING, CaseState.CONCLUDED)


@personal
@require_safe
def track(request: ActorRequest, number: str) -> HttpResponse:
    """One case: whose turn it is, the date and its reasons, every department, papers, what was handed in."""
    case = own_case(request, number)
    context = progress_of(case)
    found = scheme(plan_of(case.revision_id), case.answers, frozenset(case.commitments))
    files = files_by_material(case.files.select_related("file"))
    context |= {
        "handed": [(m, SUBMIT_WORDS.get(m.submit, ""), files.get(m.material_code, [])) for m in context["materials"]],
        "sections": filled_sections(found, case.form),
        "looked": looked_at_case(case, context["tasks"]),
        "may_file_again": may_file_again(case),
    }
    return render(request, "applications/citizen/track.html", context)


@personal
@require_safe
def progress(request: ActorRequest, number: str) -> HttpResponse:
    """The part of the page that changes while others work (htmx asks for it every minute)."""
    return render(request, "applications/citizen/_progress.html", progress_of(own_case(request, number)))


def progress_of(case: Application) -> dict[str, Any]:
    """What the pages about the progress of a case show: whose turn, dates and their reasons, departments, papers."""
    tasks = list(case.tasks.select_related("department", "town").order_by("position"))
    events = list(case.events.all())
    materials = list(case.materials.all())
    pauses = list(Suspension.objects.filter(task__application=case))
    correction = open_correction(case)
    calendar, today, plan = current_calendar(), timezone.localdate(), plan_of(case.revision_id)
    visit = visit_to_come(case) if case.state == CaseState.ACCEPTED else None
    checks = checks_of_case(case)
    due = case.expected_due if case.accepted_on else case.accept_by
    done = sum(task.state in FINAL for task in tasks)
    papers = list(case.papers.select_related("document", "task", "certificate").order_by("-to_hand_over", "-id"))
    return {
        "case": case,
        "tasks": tasks,
        "plan": plan,
        "turns": tracking.turns(
            case, correction, materials, tasks, today, calendar, open_supplements(case), list(owed(case))
        )
        + tracking.renewed_turns(case, papers)
        + tracking.visit_turns(visit)
        + tracking.hearing_turns(open_hearings(case) if _may_be_heard(tasks) else (), today)
        + tracking.awaited_turns(awaited(case, tasks))
        + tracking.promise_turns(checks),
        "visit": visit,
        "rows": tracking.rows(tasks, pauses),
        "reasons": tracking.chain(case, plan, tasks, events, pauses, today, calendar),
        "events": events,
        "materials": materials,
        "urgeable": may_urge(case, tasks, today, calendar),
        "promise_checks": checks,
        "papers": papers,
        "may_withdraw": case.state in CASE_RUNNING and any(task.is_open for task in tasks),
        "may_change": case.state in CASE_RUNNING and not case.choice_open and bool(plan.questions),
        "may_add": case.state in (CaseState.SUBMITTED, CaseState.RECEIVED) or case.taking_in_more,
        "due": due,
        "left": tracking.days_left(due, today, calendar) if due else "",
        "may_rate": may_rate(case),
        "running": case.state in CASE_RUNNING,
        "accepted": case.state == CaseState.ACCEPTED,
        "done": done,
        "granted": sum(task.state in FAVOURABLE for task in tasks),
        "open_count": len(tasks) - done,
        "share": f"{100 * done / max(1, len(tasks)):.1f}",
    }


def _may_be_heard(tasks: list[Task]) -> bool:
    """Only then a hearing can be under way; spares everybody else the query."""
    return any(task.hearing_by or task.state == TaskState.SUSPENDED for task in tasks)


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def inbox(request: ActorRequest) -> HttpResponse:
    """Notices to the person, newest first; POST marks them read."""
    user_id = request.actor.user_id
    assert user_id is not None
    if request.method == "POST":
        mark_read(recipient_id=user_id)
        return redirect("inbox")
    notices = Notice.objects.filter(recipient_id=user_id, channel="inbox").order_by("-id")[:100]
    context = {"notices": notices, "unread": sum(notice.read_at is None for notice in notices)}
    return render(request, "applications/citizen/inbox.html", context)
