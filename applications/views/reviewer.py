"""The department's queue: by due day, with lights; claiming from the row and in a batch."""

from dataclasses import dataclass
from datetime import date
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
from applications.operations import review
from applications.operations.at_once import is_at_once
from applications.operations.cochecking import waiting_for
from applications.operations.dispatch import view_of
from applications.operations.timing import CAUSES
from applications.showing import Tag
from applications.states import DECIDABLE, TaskState
from applications.views.door import status_of
from applications.views.staff_door import own_task, reviewer_only
from departments.access import Actor
from departments.calendar import current_calendar
from departments.middleware import ActorRequest
from departments.models import Department, IntakeMode
from departments.workdays import Calendar
from foundation.errors import Refused
from matters.guidance import own_doubts
from matters.published import plan_of

LIGHT_WORDS = (("red", "超期"), ("yellow", "临近"), ("green", "正常"), ("paused", "暂停"), ("locked", "等前置"))
BATCH = 100
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
    said: str = ""


@reviewer_only
@require_safe
def queue(request: ActorRequest) -> HttpResponse:
    """`/queue/`: the tasks of the own departments, the most urgent first."""
    actor, today, calendar = request.actor, timezone.localdate(), current_calendar()
    wish = desk.Wish.read(request.GET.dict())
    open_desk = desk.desk(actor, desk.Wish(scope="all"), today, calendar)
    related = ("application__matter", "assignee")
    wanted = desk.with_light(desk.desk(actor, wish, today, calendar), wish).select_related(*related).defer(*desk.SEALED)
    page = desk.page(wanted, wish, request.GET.dict())
    scope = wish if wish.on_the_desk else desk.Wish(scope="open")
    counts = desk.counts(desk.desk(actor, scope, today, calendar), today)
    departments = list(Department.objects.filter(pk__in=actor.departments))
    accepts = any(department.intake_mode != IntakeMode.ENTRUSTED for department in departments)
    rows = rows_of(page.tasks, actor, today, calendar)
    context = {
        "wish": wish,
        "yellow_percent": calendar.thresholds.value("yellow_percent", today),
        "rows": rows,
        "next": next((row for row in rows if not row.locked), rows[0] if rows else None),
        "page": page,
        "earlier": _address(wish, before=page.earlier) if page.earlier else "",
        "later": _address(wish, after=page.later) if page.later else "",
        "counts": counts,
        "cap": desk.COUNT_CAP,
        "filters": _filters(wish, counts),
        "scopes": desk.SCOPES,
        "items": desk.items_on(open_desk),
        "narrowed": bool(wish.light or wish.item or wish.text),
        "departments": departments,
        "waiting_for_word": _waiting_for_word(actor, today, calendar) if accepts else 0,
        "accepts": accepts,
        "cochecks": waiting_for(actor).count(),
        "doubts": own_doubts(actor).count(),
    }
    return render(request, "applications/reviewer/queue.html", context)


def _waiting_for_word(actor: Actor, today: date, calendar: Calendar) -> int:
    """How many cases wait for this department to say 受理 or 不予受理; at most the cap."""
    tasks = desk.desk(actor, desk.Wish(scope="intake"), today, calendar)
    return int(tasks[: desk.COUNT_CAP + 1].count())


def _address(wish: desk.Wish, **extra: str) -> str:
    return f"{reverse('queue')}?{urlencode(wish.parameters() | extra)}"


def _filters(wish: desk.Wish, counts: desk.Counts) -> list[dict[str, object]]:
    scope = wish.scope if wish.on_the_desk else "open"
    everything = {"light": "", "word": "全部", "n": counts.all}
    lights = [{"light": light, "word": word, "n": getattr(counts, light)} for light, word in LIGHT_WORDS]
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
    columns = ("application_id", "item_code", "item_name", "state", "essential", "after", "starts_after")
    for other in Task.objects.filter(application_id__in=cases).only(*columns).order_by("position"):
        others.setdefault(other.application_id, []).append(other)
    pauses = dict(
        Suspension.objects.filter(task__in=[t.pk for t in tasks], ended_on=None).values_list("task_id", "cause")
    )
    return [_row(task, others.get(task.application_id, []), pauses, actor, today, calendar) for task in tasks]


def _row(task: Task, others: list[Task], pauses: dict[int, str], actor: Actor, today: date, calendar: Calendar) -> Row:
    views = by_code(view_of(other) for other in others)
    waits = blockers(view_of(task), views) if task.is_open and task.state != TaskState.PENDING else ()
    mine = task.assignee_id == actor.user_id
    claimable = task.state == TaskState.OPEN and task.assignee_id is None
    waited = next((other for other in others if other.item_code in waits), None)
    return Row(
        task=task,
        light=showing.task_light(task, today, calendar, locked=bool(waits)),
        now=_now(task, waited, pauses.get(task.pk, "")),
        claimable=claimable,
        pickable=claimable or (mine and task.state in DECIDABLE and not waits and is_at_once(task)),
        mine=mine,
        locked=bool(waits),
    )


def _now(task: Task, waited: Task | None, cause: str) -> Tag:
    """What the task is at now, in the words of the desk."""
    if cause:
        return Tag("", "flask-conical", f"{CAUSES.get(cause, '特别程序')}中，第\u00a045\u00a0条")
    if waited is not None:
        return Tag("", "lock", f"等{result_name(plan_of(task.application.revision_id), waited)}")
    if task.state not in AT_WORK:
        return showing.task_tag(task)
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
    claimed = 0
    chosen = [int(pk) for pk in request.POST.getlist("task")[:BATCH] if pk.isascii() and pk.isdigit() and len(pk) < 19]
    for pk in chosen:
        try:
            review.claim(actor=request.actor, task_id=pk)
            claimed += 1
        except Task.DoesNotExist:
            messages.warning(request, "有一件已经不在本部门，没有认领。")
        except Refused as refusal:
            messages.warning(request, f"{_name_of(request.actor, pk)}：{refusal.message}")
    if claimed:
        messages.success(request, f"已认领\u00a0{claimed}\u00a0件")
    elif not chosen:
        messages.warning(request, "没有选中任何一件，先在左边打勾。")
    return HttpResponseRedirect(reverse("queue"))


def _name_of(actor: Actor, pk: int) -> str:
    task = desk.own(actor).select_related("application").filter(pk=pk).first()
    return task.application.title if task else "这一件"
