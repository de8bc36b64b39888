"""停办, 移交 (rule E12): an item that nobody may decide any more ends in every running case, with notice; one that another
department decides now goes there with its days and its history. A worker carries it out, case by case."""

from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db import transaction
from django.db.models import Count, F, Max, Q, QuerySet
from django.utils import timezone

from applications.lifecycle import move
from applications.models import Application, ItemChange, Task
from applications.operations.closing import settle
from applications.operations.dispatch import dispatch_again, live
from applications.operations.recording import event, inform, lock_any_case, lock_tasks, paper, record
from applications.states import FINAL, CaseState, TaskState
from departments.access import SYSTEM, Actor
from departments.models import Department
from foundation.errors import NotAllowed, Refused
from foundation.outbox.models import Outbox
from foundation.outbox.operations import Entry, put

LONGEST = 300
# What begins anew with another department; number, days and history stay.
AFRESH = {"step": 1, "signed": [], "proposal": {}, "points": {}, "opinion": "", "town_id": None}
IN_HAND = (TaskState.OPEN, TaskState.CLAIMED, TaskState.ADVISED, TaskState.RETURNED)


def running(kind: str = ItemChange.ABOLISHED) -> QuerySet[Task]:
    """The tasks that such an order reaches: undecided, of an accepted case; moved ones also before the acceptance, where
    an item that nobody decides is the window's to decline.
    """
    tasks = Task.objects.exclude(state__in=FINAL).filter(dropped=False)
    if kind == ItemChange.MOVED:
        return tasks
    return tasks.filter(application__state=CaseState.ACCEPTED).exclude(state=TaskState.PENDING)


def running_items() -> list[dict[str, Any]]:
    """Items with undecided tasks, whichever departments hold them: `code`, `name`, `departments`, `accepted` (in how many
    accepted cases), `before` (in how many it is still to be accepted). One query.
    """
    accepted = Q(application__state=CaseState.ACCEPTED) & ~Q(state=TaskState.PENDING)
    rows = (
        running(ItemChange.MOVED)
        .order_by()
        .values(code=F("item_code"))
        .annotate(
            name=Max("item_name"),
            departments=StringAgg("department__short_name", "、", distinct=True, order_by="department__short_name"),
            accepted=Count("pk", filter=accepted),
            before=Count("pk", filter=~accepted),
        )
    )
    return [dict(row) for row in rows.order_by("departments", "name")]


@transaction.atomic
def change_item(*, actor: Actor, item_code: str, kind: str, basis: str, department: str = "") -> ItemChange:
    """Order that the item ends everywhere, or goes to `department`. Every case follows by a worker within seconds.

    Raises NotAllowed, Refused (no such running item, no basis, no other department).
    """
    if not actor.supervisor:
        raise NotAllowed("由督查定。")
    basis = basis.strip()[:LONGEST]
    if kind not in dict(ItemChange.KINDS):
        raise Refused("请选停办还是移交。", "kind")
    tasks = running(kind).filter(item_code=item_code)
    first = tasks.select_related("department").order_by("-id").first()
    if first is None:
        raise Refused("没有在办的这个事项。", "item")
    if not basis:
        raise Refused("请写依据，会写进通知书。", "basis")
    other = Department.objects.filter(pk=department).exclude(pk=first.department_id).first()
    if kind == ItemChange.MOVED and other is None:
        raise Refused("请选移交给哪个部门。", "department")
    cases = sorted(set(tasks.values_list("application__number", flat=True)))
    change = ItemChange.objects.create(
        kind=kind,
        item_code=item_code,
        item_name=first.item_name,
        former=first.department,
        department=other if kind == ItemChange.MOVED else None,
        basis=basis,
        cases=len(cases),
        at=timezone.now(),
        by_id=actor.user_id or 0,
        by_name=actor.name,
    )
    put(*[_entry(change, number) for number in cases])
    return change


def _entry(change: ItemChange, number: str) -> Entry:
    key = f"{change.pk}:{number}"
    return Entry("item_change", key, f"item_change:{key}", "papers", {"change": change.pk, "number": number})


def item_change_entry(row: Outbox) -> None:
    """Outbox handler `item_change`: what was ordered, in one case. What was decided meanwhile stands."""
    change = ItemChange.objects.select_related("department", "former").get(pk=row.payload["change"])
    case = lock_any_case(row.payload["number"])
    tasks = live(lock_tasks(case))
    task = next((one for one in tasks if one.item_code == change.item_code and one.is_open), None)
    if task is None:
        return
    if change.kind == ItemChange.MOVED:
        _give(change, case, task)
    elif case.state == CaseState.ACCEPTED and task.state != TaskState.PENDING:
        _end(change, case, task, tasks)


def _end(change: ItemChange, case: Application, task: Task, tasks: list[Task]) -> None:
    reason = f"本事项已经停办：{change.basis}"
    move(task, "terminate", SYSTEM, reason=reason)
    line = event(case, "terminated", f"{task.item_name}终止：{reason}", SYSTEM, task=task, note=f"{change.by_name}定")
    settle(
        case,
        tasks,
        SYSTEM,
        [line],
        [paper("termination", case, task, abolished=True), inform("item_ended", case, round=task.pk)],
    )


def _give(change: ItemChange, case: Application, task: Task) -> None:
    other, former = change.department, task.department
    assert other is not None
    if other.pk == former.pk:
        return
    if task.state in IN_HAND:
        move(
            task,
            "move_over",
            SYSTEM,
            department_id=other.pk,
            assignee_id=None,
            claimed_at=None,
            delivered_at=None,
            **AFRESH,
        )
    else:
        Task.objects.filter(pk=task.pk).update(
            department=other, assignee=None, claimed_at=None, delivered_at=None, **AFRESH
        )
    text = f"{task.item_name}：由{former.short_name}移交{other.short_name}办，期限照走。依据：{change.basis}"
    record([event(case, "rerouted", text, SYSTEM, task=task, former=former.pk)])
    task.department = other
    task.department_id = other.pk
    if task.state != TaskState.PENDING:
        put(dispatch_again(task))
