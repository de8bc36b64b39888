"""催一催、督办: who waits asks the department to get on; the supervisor orders it, with a day to answer by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from applications.access import is_applicant
from applications.cards import RED
from applications.clocks import near
from applications.joining import blockers, by_code
from applications.models import Application, Task, Urge
from applications.operations.dispatch import view_of
from applications.operations.recording import event, give_each, lock_any_case, lock_case, lock_task, lock_tasks, record
from applications.states import ON_THE_DESK, TaskState
from departments.access import Actor
from departments.calendar import current_calendar
from departments.workdays import Calendar
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.templatetags.portal_text import cn_date

LONGEST = 300


def cannot_urge(
    case: Application, task: Task, tasks: Iterable[Task], last: date | None, today: date, calendar: Calendar
) -> str:
    """Why the applicant cannot urge this item today, as one sentence; empty where they can. Pure.

    Only what is near its day or over it and waits for nobody else; `last`: the day it was urged last.
    """
    views = by_code(view_of(other) for other in tasks)
    if task.state not in ON_THE_DESK or task.state in (TaskState.SUSPENDED, TaskState.WAITING) or task.due is None:
        return "这一项现在不在部门手里，催了也没有用。"
    if case.choice_open:
        return "正等您选择其余事项继续办还是撤回。"
    if blockers(views[task.item_code], views):
        return "这一项在等前面的事项，请催前面的。"
    if today <= (task.accepted_on or case.accepted_on or today):
        return "今天刚受理，明天起可以催。"
    if calendar.between(today, task.due) > near(task.promise_days, today, calendar):
        return f"还没有到时候，{cn_date(task.due)}到期。"
    pause = calendar.thresholds.value("urge_days", today)
    if last is not None and calendar.between(last, today) < pause:
        return f"{cn_date(last)}催过了，过 {pause}\u00a0个工作日可以再催。"
    return ""


def last_urged(tasks: Iterable[Task]) -> dict[int, date]:
    """Task → the day on which the applicant urged it last. One query."""
    rows = Urge.objects.filter(task__in=[task.pk for task in tasks], order=False).order_by("id")
    return {pk: timezone.localdate(at) for pk, at in rows.values_list("task_id", "at")}


def may_urge(case: Application, tasks: list[Task], today: date, calendar: Calendar) -> frozenset[int]:
    """The items that the applicant could urge today, as ids. A query only where one is near its day."""
    near_it = [task for task in tasks if not cannot_urge(case, task, tasks, None, today, calendar)]
    last = last_urged(near_it) if near_it else {}
    return frozenset(
        task.pk for task in near_it if not cannot_urge(case, task, tasks, last.get(task.pk), today, calendar)
    )


@dataclass(frozen=True)
class Urged:
    """What stands on the page of a task: how often and when last the applicant urged, and the 督办, newest first."""

    urged: int
    last: datetime | None
    orders: tuple[Urge, ...]


def urged(task: Task) -> Urged:
    """One query."""
    found = list(Urge.objects.filter(task=task))
    own = [one for one in found if not one.order]
    return Urged(len(own), own[0].at if own else None, tuple(one for one in found if one.order))


@transaction.atomic
def urge(*, actor: Actor, number: str, task_id: int) -> Urge:
    """催一催 one item of the own case. Raises Conflict (too early, urged lately, not the department's turn), NotAllowed,
    Application.DoesNotExist, Task.DoesNotExist."""
    case = lock_case(actor, number)
    if not is_applicant(case, actor) or actor.user_id is None:
        raise NotAllowed("只有申请人自己可以催。")
    tasks = lock_tasks(case)
    task = _among(tasks, task_id)
    last = last_urged([task]).get(task.pk)
    why = cannot_urge(case, task, tasks, last, timezone.localdate(), current_calendar())
    if why:
        raise Conflict(why)
    found = Urge.objects.create(task=task, at=timezone.now(), by_id=actor.user_id, by_name=actor.name)
    record([event(case, "urged", f"申请人催办：{task.item_name}", actor, task=task)])
    return found


def _among(tasks: list[Task], task_id: int) -> Task:
    task = next((task for task in tasks if task.pk == task_id), None)
    if task is None:
        raise Task.DoesNotExist
    return task


@transaction.atomic
def order_urge(*, actor: Actor, number: str, task_id: int, reason: str) -> Urge:
    """督办 one open item, to be answered within `order_days` with what was done.

    Raises NotAllowed, Refused without a reason, Conflict (over, or ordered already), Application.DoesNotExist, Task.DoesNotExist.
    """
    if not actor.supervisor or actor.user_id is None:
        raise NotAllowed("只有督查可以督办。")
    reason = reason.strip()[:LONGEST]
    case = lock_any_case(number)
    if not reason:
        raise Refused("请写明为什么督办。", "reason")
    task = _among(lock_tasks(case), task_id)
    if task.state not in ON_THE_DESK:
        raise Conflict(f"这一项现在是“{task.get_state_display()}”，不用督办。")
    if Urge.objects.filter(task=task, order=True, answered_at=None).exists():
        raise Conflict("这一项已经督办，等部门回复。")
    calendar, today = current_calendar(), timezone.localdate()
    due = calendar.add(today, calendar.thresholds.value("order_days", today))
    found = Urge.objects.create(
        task=task, order=True, reason=reason, at=timezone.now(), by_id=actor.user_id, by_name=actor.name, due=due
    )
    text = f"督查督办：{task.item_name}，{cn_date(due)}前回复"
    record([event(case, "ordered", text, actor, task=task, note=reason)])
    return found


@transaction.atomic
def answer_order(*, actor: Actor, task_id: int, answer: str) -> Urge:
    """The department says what was done about a 督办. Raises Refused without words, Conflict where none is open."""
    answer = answer.strip()[:500]
    if not answer:
        raise Refused("请写明查到什么、办了什么、什么时候办完。", "order_answer")
    case, task, _ = lock_task(actor, task_id)
    found = Urge.objects.select_for_update().filter(task=task, order=True, answered_at=None).first()
    if found is None:
        raise Conflict("没有等回复的督办，可能刚才已经回复。")
    found.answer, found.answered_at, found.answered_by_name = answer, timezone.now(), actor.name
    found.save(update_fields=["answer", "answered_at", "answered_by_name"])
    record([event(case, "order_answered", f"{task.item_name}：部门回复了督办", actor, task=task, note=answer)])
    return found


def open_orders() -> QuerySet[Urge]:
    """督办 that wait for an answer on items still open, the nearest day first."""
    rows = Urge.objects.filter(order=True, answered_at=None, task__state__in=ON_THE_DESK)
    return rows.select_related("task__application__matter", "task__department").order_by("due", "id")


def give_order_cards(today: date) -> int:
    """红牌 for each 督办 whose day is over without an answer, once. Returns how many. Right after any outage."""
    late = open_orders().filter(due__lt=today)
    return give_each(
        "order",
        RED,
        (
            (one.task, one.task.department_id, one.due, f"{one.task.item_name}督办，{cn_date(one.due)}前没有回复")
            for one in late
            if one.due
        ),
    )
