"""Locking and the timeline: what every operation begins and ends with.

Lock order, always: draft → case → its tasks by id → counters. Nobody locks a task without its case. Locks are
`FOR NO KEY UPDATE`: a worker that writes a line of the timeline only looks at the case's key, and must not wait for it.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from applications.models import Application, Card, Event, Suspension, Task
from departments.access import Actor
from foundation.errors import NotAllowed
from foundation.outbox.operations import Entry

LONGEST_LINE = 500  # characters, as the column
SETTLED = timedelta(seconds=30)


def lock_case(actor: Actor, number: str) -> Application:
    """The case the actor may see, locked until commit. Raises Application.DoesNotExist (pages answer 404)."""
    return (
        Application.objects.visible_to(actor)
        .select_related("matter", "applicant")
        .select_for_update(of=("self",), no_key=True)
        .get(number=number)
    )


def lock_any_case(number: str) -> Application:
    """The same for beat and workers, who see every case."""
    return (
        Application.objects.select_related("matter", "applicant")
        .select_for_update(of=("self",), no_key=True)
        .get(number=number)
    )


def lock_tasks(case: Application) -> list[Task]:
    """All tasks of a locked case, locked, in plan order, each knowing its case without another query."""
    tasks = list(
        Task.objects.filter(application=case)
        .annotate(was_suspended=Exists(Suspension.objects.filter(task=OuterRef("pk"))))
        .select_related("department")
        .select_for_update(of=("self",), no_key=True)
        .order_by("id")
    )
    for task in tasks:
        task.application = case
    return sorted(tasks, key=lambda task: task.position)


def lock_task(actor: Actor, task_id: int) -> tuple[Application, Task, list[Task]]:
    """Case, task and its siblings for an act of the task's own department. Raises Task.DoesNotExist, NotAllowed."""
    if not actor.departments:
        raise NotAllowed("您不在任何审批岗位上。")
    mine = Task.objects.of_departments(actor).filter(pk=task_id).values("application_id")
    try:
        case = (
            Application.objects.select_related("matter", "applicant")
            .select_for_update(of=("self",), no_key=True)
            .get(pk__in=mine)
        )
    except Application.DoesNotExist:
        raise Task.DoesNotExist from None
    tasks = lock_tasks(case)
    task = next(task for task in tasks if task.pk == task_id)
    return case, task, tasks


def event(
    case: Application, kind: str, text: str, actor: Actor, *, task: Task | None = None, note: str = "", **data: Any
) -> Event:
    """One line of the timeline, not yet written. `text` may be read by the citizen; `note` only by staff.

    A line is short: of a long reason it holds the beginning, the whole stands with the case or task.
    """
    if len(text) > LONGEST_LINE:
        text = text[: LONGEST_LINE - 1] + "…"
    return Event(
        application=case,
        task=task,
        kind=kind,
        at=timezone.now(),
        actor_id=actor.user_id,
        actor_name=actor.name,
        text=text,
        note=note,
        data=data,
    )


def record(events: Iterable[Event]) -> None:
    """Write lines of the timeline in one statement."""
    Event.objects.bulk_create(events)


def settled_before(cursor: int) -> QuerySet[Event]:
    """The lines of all timelines after `cursor`, in order, but for the youngest: an elder sister may commit after them."""
    return Event.objects.filter(pk__gt=cursor, at__lt=timezone.now() - SETTLED).order_by("pk")


def newest_line() -> int:
    """The last line of all timelines, 0 where there is none: who is connected today is not told the past."""
    return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def give_each(rule: str, colour: str, late: Iterable[tuple[Task, str, date, str]]) -> int:
    """A card for each of (task, department, last day, sentence), one a task, rule and day. Returns how many were new."""
    late = list(late)
    known = Card.objects.filter(rule=rule, task__in=[task for task, *_ in late])
    given = set(known.values_list("task_id", "day"))
    cards = [
        Card(
            application_id=task.application_id,
            task=task,
            department_id=department,
            colour=colour,
            rule=rule,
            day=day,
            text=text,
            at=timezone.now(),
        )
        for task, department, day, text in late
        if (task.pk, day) not in given
    ]
    Card.objects.bulk_create(cards, ignore_conflicts=True)
    return len(cards)


def paper(kind: str, case: Application, task: Task | None = None, **extra: Any) -> Entry:
    """The outbox entry that makes a worker issue this paper once; `extra` holds ids and numbers alone."""
    key = f"{kind}:{case.pk}:{task.pk if task else 0}:{extra.get('round', 0)}"
    payload = {"kind": kind, "application": case.pk, "task": task.pk if task else None, **extra}
    return Entry(kind="paper", key=key, dedupe=f"paper:{key}", queue="papers", payload=payload)


def inform(what: str, case: Application, **extra: Any) -> Entry:
    """The outbox entry that makes a worker tell the applicant, once."""
    key = f"{what}:{case.pk}:{extra.get('round', 0)}"
    payload = {"what": what, "application": case.pk, **extra}
    return Entry(kind="inform", key=key, dedupe=f"inform:{key}", queue="notices", payload=payload)
