"""夜间交换表 (I2): for a department whose system only reads a database: each night the day's steps, a row each; the department's
system writes back per row that it took it, or what is wrong with it."""

import hashlib
import json
from typing import Any

from django.db import transaction
from django.utils import timezone

from applications.dossier import open_dossier
from applications.models import Application, Event, ExchangeRow, Task
from applications.operations.recording import newest_line, settled_before
from departments.access import Actor, may_manage_posts
from departments.calendar import current_calendar
from departments.models import Department, Level, TableExchange
from foundation.errors import NotAllowed, Refused

# What a line of the timeline is in the tables; lines of other kinds stay in the portal.
STEPS = {
    "submitted": ExchangeRow.FILED,
    "accepted": ExchangeRow.ACCEPTED,
    "correction": ExchangeRow.ASKED,
    "answered": ExchangeRow.ANSWERED,
    "suspended": ExchangeRow.SUSPENDED,
    "resumed": ExchangeRow.RESUMED,
    "decided": ExchangeRow.DECIDED,
    "concluded": ExchangeRow.CONCLUDED,
    "handed_over": ExchangeRow.COLLECTED,
}
AT_ONCE = 500  # lines of timelines


def _demand(actor: Actor) -> None:
    if not may_manage_posts(actor):
        raise NotAllowed("由系统管理员办。")


@transaction.atomic
def open_tables(*, actor: Actor, department: str, active: bool) -> TableExchange:
    """Give a department the nightly tables, or stop them; what happened before the first night is not told.

    Raises NotAllowed, Refused (no such department, a town's).
    """
    _demand(actor)
    owner = Department.objects.filter(pk=department).exclude(level=Level.TOWNSHIP).first()
    if owner is None:
        raise Refused("请选部门。", "department")
    found = TableExchange.objects.select_for_update().filter(pk=owner.pk).first()
    if found is None:
        found = TableExchange(department=owner, cursor=newest_line())
    found.active = active
    found.save()
    return found


@transaction.atomic
def put_again(*, actor: Actor, department: str) -> int:
    """再放一次: rows that the department's system gave back are new again, as they stand; their old words go. Returns how many.

    Raises NotAllowed.
    """
    _demand(actor)
    wrong = ExchangeRow.objects.filter(department=department, status=ExchangeRow.WRONG)
    return wrong.update(status=ExchangeRow.NEW, error="")


def fill_exchange_tables() -> int:
    """Beat, each night: everything that happened since the last night, a row a step and task. Returns how many rows.

    Each department goes on where it stopped, so a night that fell out is made up for in the next.
    """
    count = 0
    for pk in TableExchange.objects.filter(active=True).values_list("pk", flat=True):
        while (made := _fill(pk)) is not None:
            count += made
    return count


@transaction.atomic
def _fill(department: str) -> int | None:
    """The rows of the next lines of the timelines; None where there are no more lines."""
    found = TableExchange.objects.select_for_update().get(pk=department)
    lines = list(settled_before(found.cursor)[:AT_ONCE])
    if not lines:
        return None
    wanted = [line for line in lines if line.kind in STEPS]
    tasks: dict[int, list[Task]] = {}
    related = ("application__matter", "application__applicant", "department", "assignee", "decided_by")
    cases = {line.application_id for line in wanted}
    for task in Task.objects.filter(application__in=cases, department=department, dropped=False).select_related(
        *related
    ):
        tasks.setdefault(task.application_id, []).append(task)
    rows = [
        _row(line, task)
        for line in wanted
        for task in tasks.get(line.application_id, [])
        if line.task_id in (None, task.pk)
    ]
    ExchangeRow.objects.bulk_create(rows, ignore_conflicts=True)
    TableExchange.objects.filter(pk=department).update(cursor=lines[-1].pk)
    return len(rows)


def _row(line: Event, task: Task) -> ExchangeRow:
    case, step = task.application, STEPS[line.kind]
    content = _content(step, case, task, line)
    told = json.dumps([line.pk, task.pk, step, content], ensure_ascii=False, sort_keys=True)
    return ExchangeRow(
        department_id=task.department_id,
        event=line,
        task=task,
        step=step,
        case_number=case.number,
        matter=case.matter.name,
        item_code=task.item_code,
        item=task.item_name,
        applicant=case.title,
        happened_at=line.at,
        words=line.text,
        content=content,
        sha256=hashlib.sha256(told.encode()).hexdigest(),
        put_at=timezone.now(),
    )


def _content(step: str, case: Application, task: Task, line: Event) -> dict[str, Any]:
    """What a step says beyond its words: the item's own fields at filing, days at acceptance, numbers at the decision."""
    if step in (ExchangeRow.FILED, ExchangeRow.ANSWERED):
        dossier = open_dossier(task, current_calendar())
        return {entry.label: entry.value for section in dossier.sections for entry in section.entries if entry.value}
    if step == ExchangeRow.ACCEPTED:
        return {"到期日": str(task.due or ""), "法定到期日": str(task.statutory_due or "")}
    if step == ExchangeRow.DECIDED:
        # As it was decided then: a task may be revoked by the night.
        return {
            "决定": "不予" if line.data.get("verdict") == "refuse" else "准予",
            "文号": task.decision_number,
            "证照编号": task.result_number,
        }
    if step == ExchangeRow.CONCLUDED:
        return {"结果": case.get_outcome_display()}
    return {}
