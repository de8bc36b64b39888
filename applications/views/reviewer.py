"""The department's queue: by due day, with lights; claiming from the row and in a batch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from applications import desk, showing
from applications.clocks import Light
from applications.dossier import result_name
from applications.joining import blockers, by_code
from applications.models import Suspension, Task
from applications.operations import colleagues, review
from applications.operations.at_once import is_at_once
from applications.operations.cochecking import waiting_for
from applications.operations.committing import count_checks
from applications.operations.consulting import open_consultations
from applications.operations.dispatch import view_of
from applications.operations.extending import leads, waiting_for_head
from applications.operations.oversight import handed_to
from applications.operations.timing import CAUSES
from applications.operations.visit_days import visits_soon
from applications.showing import Tag
from applications.signing import cannot_sign, word_of
from applications.states import DECIDABLE, TaskState
from applications.views.door import status_of
from applications.views.reviewer_batch import chosen
from applications.views.staff_door import own_task, reviewer_only
from departments.access import Actor
from departments.calendar import current_calendar
from departments.middleware import ActorRequest
from departments.models import Department, IntakeMode
from departments.workdays import Calendar
from foundation.errors import Refused
from matters.guidance import own_doubts
from matters.published import plan_of

LIGHT_WORDS = (("red", "超期"), ("yellow", "临近"), ("green", "正常"))
TABS = ("open", "mine", "free", "locked", "paused", "all", "done")
PAGE_OF_EXTENSIONS = 20
AT_WORK = {
    TaskState.PENDING: (("plain", "inbox"), "等受理"),
    TaskState.OPEN: (("plain", "mail"), "没人领"),
    TaskState.CLAIMED: (("plain", "eye"), "在看材料"),
    TaskState.ADVISED: (("brand", "gavel"), "要作决定"),
}


@dataclass(frozen=True)
class Row:
    """One line of the queue. `said`: what just happened to it."""

    task: Task
    light: Light | None
    now: Tag
    claimable: bool
    pickable: bool
    mine: bool
    locked: bool
    grantable: bool = False
    said: str = ""


@reviewer_only
@require_safe
def queue(request: ActorRequest) -> HttpResponse:
    """`/queue/`: the tasks of the own departments, the most urgent first."""
    return render(request, "applications/reviewer/queue.html", _context(request))


@reviewer_only
@require_safe
def queue_live(request: ActorRequest) -> HttpResponse:
    """The list alone, for the page that shows it; 204 while nothing on it has changed since `seen`."""
    context = _context(request)
    if request.GET.get("seen") == context["seen"]:
        return HttpResponse(status=204)
    return render(request, "applications/reviewer/_list.html", context | {"live": True})


def _context(request: ActorRequest) -> dict[str, Any]:
    actor, today, calendar = request.actor, timezone.localdate(), current_calendar()
    wish = desk.Wish.read(request.GET.dict())
    related = ("application__matter", "assignee", "town")
    wanted = desk.with_light(desk.desk(actor, wish, today, calendar), wish, today)
    wanted = wanted.select_related(*related).defer(*desk.SEALED)
    page = desk.page(wanted, wish, request.GET.dict())
    counts = desk.counts(actor, wish, today, calendar)
    departments = list(Department.objects.filter(pk__in=actor.departments))
    accepts = any(department.intake_mode != IntakeMode.ENTRUSTED for department in departments)
    rows = rows_of(page.rows, actor, today, calendar)
    left = wish.scope == "left"
    context = {
        "wish": wish,
        "yellow_percent": calendar.thresholds.value("yellow_percent", today),
        "rows": rows,
        "next": next((row for row in rows if not row.locked), rows[0] if rows else None),
        "grantable": any(row.grantable for row in rows),
        "pickable": left or any(row.pickable for row in rows),
        "page": page,
        "earlier": _address(wish, before=page.earlier) if page.earlier else "",
        "later": _address(wish, after=page.later) if page.later else "",
        "counts": counts.lights,
        "cap": desk.COUNT_CAP,
        "filters": _filters(wish, counts),
        "tabs": _tabs(wish, counts),
        "left": left,
        "held_by_leavers": counts.tabs["left"],
        "narrowed": bool(wish.light or wish.item or wish.text),
        "departments": departments,
        "waiting_for_word": _waiting_for_word(actor, today, calendar) if accepts else 0,
        "accepts": accepts,
        "cochecks": waiting_for(actor).count(),
        "doubts": own_doubts(actor).count(),
        "promises": count_checks(actor, today),
        "visits": visits_soon(actor),
        "consults": open_consultations(actor).count(),
        "handed": handed_to(actor).filter(received_at=None).count(),
        "extensions": list(waiting_for_head(actor)[:PAGE_OF_EXTENSIONS]) if leads(actor) else [],
        "live_address": f"{reverse('queue-live')}?{request.GET.urlencode()}",
    }
    if "seen" not in request.GET:
        context["items"] = desk.items_on(desk.desk(actor, desk.Wish(scope="all"), today, calendar))
    return context | {"seen": _seen(context)}


def _seen(context: Mapping[str, Any]) -> str:
    """What stands on the list, in a few letters: another value, another list."""
    rows = [
        (row.task.pk, row.task.state, row.task.assignee_id, row.task.step, str(row.task.due), row.locked, row.light)
        for row in context["rows"]
    ]
    shown = [
        rows,
        context["promises"],
        context["visits"],
        context["consults"],
        context["handed"],
        context["tabs"],
        context["filters"],
        context["waiting_for_word"],
        context["cochecks"],
    ]
    return sha256(repr([shown, context["doubts"], len(context["extensions"])]).encode()).hexdigest()[:16]


def _waiting_for_word(actor: Actor, today: date, calendar: Calendar) -> int:
    """How many cases wait for this department to say 受理 or 不予受理; at most the cap."""
    tasks = desk.desk(actor, desk.Wish(scope="intake"), today, calendar)
    return int(tasks[: desk.COUNT_CAP + 1].count())


def _address(wish: desk.Wish, **extra: str) -> str:
    return f"{reverse('queue')}?{urlencode(wish.parameters() | extra)}"


def _tabs(wish: desk.Wish, counted: desk.Counts) -> list[dict[str, object]]:
    """The tabs; one for what leavers still hold stands there only while there is any."""
    found = []
    for scope in (*TABS, *(["left"] if counted.tabs["left"] or wish.scope == "left" else [])):
        address = f"{reverse('queue')}?{urlencode(wish.parameters(who=scope, light='', q=''))}".rstrip("?")
        n = counted.tabs.get(scope)
        plus = "+" if n is not None and (n > desk.COUNT_CAP or (counted.more and scope != "mine")) else ""
        words = "" if n is None else f"{min(n, desk.COUNT_CAP)}{plus}"
        found.append({"address": address, "word": desk.SCOPES[scope], "n": words, "current": wish.scope == scope})
    return found


def _filters(wish: desk.Wish, counts: desk.Counts) -> list[dict[str, object]]:
    scope = wish.scope if wish.on_the_desk else "open"
    everything = {"light": "", "word": "全部", "n": counts.lights["all"]}
    lights = [{"light": light, "word": word, "n": counts.lights[light]} for light, word in LIGHT_WORDS]
    found = []
    for one in [everything, *lights]:
        address = f"{reverse('queue')}?{urlencode(wish.parameters(light=str(one['light']), who=scope))}"
        current = wish.on_the_desk and wish.light == one["light"]
        found.append(one | {"address": address, "current": current})
    return found


def rows_of(tasks: list[Task], actor: Actor, today: date, calendar: Calendar) -> list[Row]:
    """The lines of these tasks. Two queries however many: their cases' other tasks, and running pauses."""
    cases = {task.application_id for task in tasks}
    others: dict[int, list[Task]] = {}
    columns = (
        "application_id",
        "item_code",
        "item_name",
        "state",
        "essential",
        "after",
        "starts_after",
        "results_from",
        "event_days",
        "begun_on",
    )
    for other in Task.objects.filter(application_id__in=cases).only(*columns).order_by("position"):
        others.setdefault(other.application_id, []).append(other)
    pauses = dict(
        Suspension.objects.filter(task__in=[t.pk for t in tasks], ended_on=None).values_list("task_id", "cause")
    )
    return [_row(task, others.get(task.application_id, []), pauses, actor, today, calendar) for task in tasks]


def _row(task: Task, others: list[Task], pauses: dict[int, str], actor: Actor, today: date, calendar: Calendar) -> Row:
    views = by_code(view_of(other) for other in others)
    waits = blockers(view_of(task), views) if task.is_open and task.state != TaskState.PENDING else ()
    locked, mine = bool(waits) or task.awaits_applicant, task.assignee_id == actor.user_id
    claimable = task.state == TaskState.OPEN and task.assignee_id is None and not cannot_sign(task, actor)
    grantable = (mine or claimable) and task.state in DECIDABLE and not waits and is_at_once(task)
    waited = next((other for other in others if other.item_code in waits), None)
    return Row(
        task=task,
        light=showing.task_light(task, today, calendar, locked=locked),
        now=_now(task, waited, pauses.get(task.pk, "")),
        claimable=claimable,
        pickable=claimable or grantable,
        mine=mine,
        locked=locked,
        grantable=grantable,
    )


def _now(task: Task, waited: Task | None, cause: str) -> Tag:
    """What the task is at now, in the words of the desk."""
    if cause:
        return Tag("", "flask-conical", f"{CAUSES.get(cause, '特别程序')}中，第\u00a045\u00a0条")
    if waited is not None:
        return Tag("", "lock", f"等{result_name(plan_of(task.application.revision_id), waited)}")
    if task.state == TaskState.WAITING and task.awaits_applicant:
        return Tag("", "hourglass", "等申请人")
    if task.state not in AT_WORK:
        return showing.task_tag(task)
    if task.step > 1:
        return Tag("brand", "gavel", f"等{word_of(task)}")
    (tone, icon), word = AT_WORK[TaskState(task.state)]
    return Tag(tone, icon, word)


@reviewer_only
@require_safe
def queue_row(request: ActorRequest, task: int) -> HttpResponse:
    """One line anew (htmx)."""
    return _one_row(request, own_task(request.actor, task))


def _one_row(request: ActorRequest, task: Task, said: str = "", status: int = 200) -> HttpResponse:
    row = rows_of([task], request.actor, timezone.localdate(), current_calendar())[0]
    context = {"row": Row(**{**vars(row), "said": said})}
    return render(request, "applications/reviewer/_row.html", context, status=status)


@reviewer_only
@require_POST
def task_claim(request: ActorRequest, task: int) -> HttpResponse:
    """认领 one task: from the row by htmx, from the task page by a plain form."""
    found = own_task(request.actor, task)
    said, status = "", 200
    try:
        review.claim(actor=request.actor, task_id=found.pk)
    except Refused as refusal:
        said, status = refusal.message, status_of(refusal)
    if request.headers.get("HX-Request"):
        return _one_row(request, own_task(request.actor, task), said, status)
    if said:
        messages.warning(request, said)
    return HttpResponseRedirect(reverse("task", args=[task]))


@reviewer_only
@require_POST
def queue_claim(request: ActorRequest) -> HttpResponse:
    """认领所选: each task by itself, with a word for each that could not be claimed."""
    return _each(request, "认领", lambda task: review.claim(actor=request.actor, task_id=task.pk))


@reviewer_only
@require_POST
def queue_take_over(request: ActorRequest) -> HttpResponse:
    """接手所选 of colleagues who left, each by itself; who is still in the post is asked about on the task's page."""

    def act(task: Task) -> object:
        holder = task.assignee_id or 0
        return colleagues.take_over(actor=request.actor, task_id=task.pk, holder=holder)

    return _each(request, "接手", act)


def _each(request: ActorRequest, word: str, act: Callable[[Task], object]) -> HttpResponse:
    done = 0
    ticked = chosen(request)
    found = {task.pk: task for task in desk.own(request.actor).filter(pk__in=ticked).select_related("application")}
    for pk in ticked:
        if pk not in found:
            messages.warning(request, f"有一件已经不在本部门，没有{word}。")
            continue
        try:
            act(found[pk])
            done += 1
        except Refused as refusal:
            messages.warning(request, f"{found[pk].application.title}：{refusal.message}")
    if done:
        messages.success(request, f"已{word}\u00a0{done}\u00a0件")
    elif not ticked:
        messages.warning(request, "没有选中任何一件，先在左边打勾。")
    return HttpResponseRedirect(reverse("queue"))
