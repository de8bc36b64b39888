"""督查: how the county stands today, each number opening the list it was counted from, and a case to read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from applications import desk, showing
from applications.clocks import light
from applications.dossier import lights
from applications.models import Application, Task, Urge
from applications.operations import approving, committing, oversight, repairing
from applications.operations.county_head import joint_day
from applications.states import BEFORE_ACCEPTANCE, ON_THE_DESK, CaseState, TaskState
from applications.views.door import posted, status_of
from applications.views.staff_door import supervisor_only
from departments.access import Actor
from departments.calendar import current_calendar
from departments.middleware import ActorRequest
from departments.models import Department
from departments.workdays import Calendar
from foundation.errors import Refused
from matters.guidance import late_doubts
from matters.published import plan_of

LIST_SIZE = 100
CASE_LISTS = {
    "in-hand": ("在办的件", Q(state=CaseState.ACCEPTED), "promised_due"),
    "due-today": ("今天到承诺期的件", Q(state=CaseState.ACCEPTED), "promised_due"),
    "overdue": ("超过承诺期的件", Q(state=CaseState.ACCEPTED), "promised_due"),
    "acceptance": ("等受理的件", Q(state__in=BEFORE_ACCEPTANCE), "accept_by"),
    "handover": ("办结了还没送达的件", Q(state=CaseState.CONCLUDED), "concluded_at"),
}
HANDED_LISTS = {"oversight": "等监管部门签收的", "oversight-late": "过了日子没有签收的"}
CHECK_LISTS = {"promises": "等核查、等整改的承诺", "promises-late": "过了日子的承诺核查"}
TASK_LISTS = {"red": "超期的任务", "yellow": "临近的任务", "open": "在办的任务", "locked": "等前置的任务"}
PASSED_UP = ("passed-up", "转报上级、等上级决定的")
UP = Q(state=TaskState.PASSED_UP, application__state=CaseState.ACCEPTED)
PAUSED_LATE = ("paused-late", "停表超过预计还没有结果的")


@dataclass(frozen=True)
class Figure:
    """One number and the list behind it."""

    word: str
    number: int
    address: str
    colour: str = ""


def _cases(actor: Actor, name: str, today: date) -> Any:
    _, condition, order = CASE_LISTS[name]
    cases = Application.objects.visible_to(actor).filter(condition)
    if name == "due-today":
        cases = cases.filter(promised_due=today)
    if name == "overdue":
        cases = cases.filter(promised_due__lt=today)
    return cases.order_by(order, "id")


def _tasks(actor: Actor, name: str, department: str, today: date, calendar: Calendar) -> Any:
    tasks = desk.lit(Task.objects.visible_to(actor).on_the_desk().order_by(), today, calendar)
    if department:
        tasks = tasks.filter(department_id=department)
    return tasks if name == "open" else tasks.filter(desk.LIGHTS[name])


def _passed_up(actor: Actor) -> Any:
    """转报: what the county has reviewed and a higher level decides in a case that still runs."""
    return Task.objects.visible_to(actor).filter(UP)


def _paused_late(actor: Actor, today: date) -> Any:
    """特别程序 beyond the last day that its notice expected (K10)."""
    return Task.objects.visible_to(actor).filter(state=TaskState.SUSPENDED, paused_until__lt=today)


def _handed(name: str, today: date) -> Any:
    rows = oversight.unreceived()
    return rows.filter(due__lt=today) if name == "oversight-late" else rows


def _checks(name: str, today: date) -> Any:
    rows: Any = committing.unended_checks()
    return rows.filter(next_day__lt=today) if name == "promises-late" else rows


@supervisor_only
@require_safe
def supervise(request: ActorRequest) -> HttpResponse:
    """`/supervise/`: everything counted from the cases themselves at this moment."""
    today, calendar = timezone.localdate(), current_calendar()
    figures = [
        Figure(title, _cases(request.actor, name, today).count(), _list(name), "red" if name == "overdue" else "")
        for name, (title, _, _) in CASE_LISTS.items()
    ]
    standing = Task.objects.visible_to(request.actor).aggregate(
        up=Count("pk", filter=UP), late=Count("pk", filter=Q(state=TaskState.SUSPENDED, paused_until__lt=today))
    )
    figures.append(Figure(PASSED_UP[1], standing["up"], _list(PASSED_UP[0])))
    figures.append(Figure(PAUSED_LATE[1], standing["late"], _list(PAUSED_LATE[0]), "red"))
    context = {
        "figures": figures,
        "checks": [
            Figure(title, _checks(name, today).count(), _list(name), "red" if name == "promises-late" else "")
            for name, title in CHECK_LISTS.items()
        ],
        "handed": [
            Figure(title, _handed(name, today).count(), _list(name), "red" if name == "oversight-late" else "")
            for name, title in HANDED_LISTS.items()
        ],
        "rows": _by_department(request.actor, today, calendar),
        "today": today,
        "approvals": approving.waiting().count(),
        "late_guidance": late_doubts(today).count(),
        "repairs": repairing.open_repairs().count(),
    }
    return render(request, "applications/supervisor/supervise.html", context)


def _list(name: str, department: str = "") -> str:
    query = {"list": name} | ({"department": department} if department else {})
    return f"{reverse('supervise-list')}?{urlencode(query)}"


def _by_department(actor: Actor, today: date, calendar: Calendar) -> list[dict[str, Any]]:
    """Open tasks of every department by light, the one with most red first. One query, one more for names."""
    lit = _tasks(actor, "open", "", today, calendar)
    lit = lit.annotate(is_locked=F("is_locked"), is_late=F("is_late"), yellow_until=F("yellow_until"))
    lights = {name: Count("pk", filter=desk.LIGHTS[name]) for name in ("red", "yellow", "locked")}
    counted = lit.values("department_id").annotate(open=Count("pk"), **lights)
    names = dict(Department.objects.values_list("pk", "short_name"))
    rows = [
        {
            "name": names.get(row["department_id"], row["department_id"]),
            "cells": [
                Figure(word, row[key], _list(key, row["department_id"]), key) for key, word in TASK_LISTS.items()
            ],
            "order": (-row["red"], -row["yellow"], row["department_id"]),
        }
        for row in counted
    ]
    return sorted(rows, key=lambda row: row["order"])


@supervisor_only
@require_safe
def supervise_list(request: ActorRequest) -> HttpResponse:
    """The list behind a number: cases, or tasks of all departments or of one."""
    today, calendar = timezone.localdate(), current_calendar()
    name, department = request.GET.get("list", ""), request.GET.get("department", "").replace("\x00", "")[:50]
    if name in CASE_LISTS:
        return _case_list(request, name, today, calendar)
    if name in CHECK_LISTS:
        return _check_list(request, name, today, calendar)
    if name in HANDED_LISTS:
        rows = list(_handed(name, today)[: LIST_SIZE + 1])
        handed = {"title": HANDED_LISTS[name], "handed": rows[:LIST_SIZE], "more": len(rows) > LIST_SIZE}
        return render(request, "applications/supervisor/list.html", handed | {"size": LIST_SIZE, "today": today})
    if name == PASSED_UP[0]:
        title, wanted = PASSED_UP[1], _passed_up(request.actor)
    elif name == PAUSED_LATE[0]:
        title, wanted = PAUSED_LATE[1], _paused_late(request.actor, today)
    elif name in TASK_LISTS:
        title, wanted = TASK_LISTS[name], _tasks(request.actor, name, department, today, calendar)
    else:
        raise Http404("没有这张清单")
    tasks = list(
        wanted.select_related("application__matter", "department", "assignee")
        .defer(*desk.SEALED)
        .order_by("due", "id")[: LIST_SIZE + 1]
    )
    shown = [(task, showing.task_light(task, today, calendar, locked=name == "locked")) for task in tasks[:LIST_SIZE]]
    context = {"title": title, "tasks": shown, "more": len(tasks) > LIST_SIZE, "size": LIST_SIZE}
    return render(request, "applications/supervisor/list.html", context)


def _case_list(request: ActorRequest, name: str, today: date, calendar: Calendar) -> HttpResponse:
    cases = list(
        _cases(request.actor, name, today)
        .select_related("matter")
        .defer("form", "query_code", "pickup_code")[: LIST_SIZE + 1]
    )
    shown = [(case, _case_light(case, today, calendar)) for case in cases[:LIST_SIZE]]
    context = {"title": CASE_LISTS[name][0], "cases": shown, "more": len(cases) > LIST_SIZE, "size": LIST_SIZE}
    return render(request, "applications/supervisor/list.html", context)


def _check_list(request: ActorRequest, name: str, today: date, calendar: Calendar) -> HttpResponse:
    days = calendar.thresholds.value("promise_check_days", today)
    checks = list(_checks(name, today)[: LIST_SIZE + 1])
    shown = [(one, light(one.next_day, days, today, calendar)) for one in checks[:LIST_SIZE]]
    context = {"title": CHECK_LISTS[name], "checks": shown, "more": len(checks) > LIST_SIZE, "size": LIST_SIZE}
    return render(request, "applications/supervisor/list.html", context)


def _case_light(case: Application, today: date, calendar: Calendar) -> Any:
    return showing.case_light(case, plan_of(case.revision_id).promised_days, today, calendar)


@supervisor_only
@require_safe
def supervise_case(request: ActorRequest, number: str) -> HttpResponse:
    """One case to read: dates, departments, timeline. No papers; one item can be urged, the joint term extended."""
    return case_page(request, number)


def case_page(request: ActorRequest, number: str, refusal: Refused | None = None) -> HttpResponse:
    """The page of the case; after a refusal with its sentence at its place and everything typed kept."""
    case = Application.objects.visible_to(request.actor).select_related("matter").filter(number=number).first()
    if case is None:
        raise Http404("没有这一件")
    today, calendar = timezone.localdate(), current_calendar()
    tasks = list(case.tasks.select_related("department", "assignee").order_by("position"))
    lit = lights(tasks, today, calendar)
    context: Mapping[str, Any] = {
        "case": case,
        "light": _case_light(case, today, calendar),
        "tasks": [(task, lit[task.pk]) for task in tasks],
        "open_tasks": [task for task in tasks if task.state in ON_THE_DESK],
        "joint": joint_day(case) if case.state == CaseState.ACCEPTED else None,
        "typed": {name: posted(request, name, 500) for name in ("joint_days", "head", "joint_reason")},
        "fault": {refusal.field or "page": refusal.message} if refusal else {},
        "urges": Urge.objects.filter(task__application=case).select_related("task__department"),
        "events": case.events.exclude(kind="material").order_by("-id")[:200],
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/supervisor/case.html", context, status=status)
