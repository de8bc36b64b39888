"""审管联动 (D15): every decision that makes or ends a permit is handed to who supervises the trade, within a working day."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from applications.cards import YELLOW
from applications.models import Oversight, Task
from applications.operations.placing import town_of_case
from applications.operations.recording import event, give_each, record
from departments.access import SYSTEM, Actor
from departments.calendar import current_calendar
from departments.models import Level
from foundation.errors import Refused
from foundation.outbox.models import Outbox
from foundation.outbox.operations import Entry
from foundation.templatetags.portal_text import cn_date
from matters.models import Item

MOST = 200


def handed(kind: str, task: Task) -> Entry:
    """The outbox entry that makes a worker hand this decision of today over, once; nothing follows where nobody else
    supervises."""
    key, today = f"{task.pk}:{kind}", timezone.localdate().isoformat()
    return Entry("oversight", key, f"oversight:{key}", "papers", {"task": task.pk, "kind": kind, "on": today})


def hand_entry(row: Outbox) -> None:
    """Outbox handler `oversight`: the row for the supervising department, with the last day of its receipt, counted from the
    decision however late the worker comes."""
    task = Task.objects.select_related("application").get(pk=row.payload["task"])
    item = Item.objects.filter(code=task.item_code).select_related("supervised_by").first()
    if item is None or item.supervised_by_id in (None, task.department_id):
        return
    assert item.supervised_by is not None
    of_towns = item.supervised_by.level == Level.TOWNSHIP
    calendar, decided = current_calendar(), date.fromisoformat(row.payload["on"])
    _, made = Oversight.objects.get_or_create(
        task=task,
        kind=row.payload["kind"],
        defaults={
            "department_id": item.supervised_by_id,
            "town_id": town_of_case(task.application) if of_towns else None,
            "sent_at": timezone.now(),
            "due": calendar.add(decided, calendar.thresholds.value("oversight_days", decided)),
        },
    )
    if made:
        text = f"{task.item_name}的决定推送给{item.supervised_by.short_name}监管"
        record([event(task.application, "oversight", text, SYSTEM, task=task)])


def handed_to(actor: Actor) -> QuerySet[Oversight]:
    """What was handed to the actor's departments; of a department of township level only cases of the actor's own towns."""
    own = ~Q(department__level=Level.TOWNSHIP) | Q(town__in=actor.towns)
    rows = Oversight.objects.filter(own, department__in=actor.departments)
    return rows.select_related("task__application__matter", "task__department").defer("task__application__form")


def unreceived() -> QuerySet[Oversight]:
    """What no department has signed for yet, for the supervisor."""
    rows = Oversight.objects.filter(received_at=None).select_related("task__application__matter", "department")
    return rows.defer("task__application__form").order_by("due", "id")


@transaction.atomic
def receive_handed(*, actor: Actor, ids: Collection[int]) -> int:
    """签收 of the ticked ones by the supervising department; returns how many were new. Raises Refused without any."""
    if not ids:
        raise Refused("请先勾要签收的。", "row")
    rows = handed_to(actor).filter(pk__in=list(ids)[:MOST], received_at=None)
    found = list(rows.select_for_update(of=("self",)).order_by("id"))
    now = timezone.now()
    for one in found:
        one.received_at, one.received_by_name = now, actor.name
    Oversight.objects.bulk_update(found, ["received_at", "received_by_name"])
    record(
        event(one.task.application, "oversight_received", f"{one.task.item_name}：监管部门已签收", actor, task=one.task)
        for one in found
    )
    return len(found)


def give_oversight_cards(today: date) -> int:
    """黄牌 for each hand-over not signed for in time, once. Returns how many. Right after any outage."""
    given = 0
    for rule, kinds in {
        "oversight": [Oversight.GRANTED],
        "oversight_end": [Oversight.REVOKED, Oversight.CANCELLED],
    }.items():
        late = unreceived().filter(due__lt=today, kind__in=kinds)
        given += give_each(rule, YELLOW, ((one.task, one.department_id, one.due, _unsigned(one)) for one in late))
    return given


def _unsigned(one: Oversight) -> str:
    return f"{one.task.item_name}{one.get_kind_display()}，{cn_date(one.due)}前没有签收"
