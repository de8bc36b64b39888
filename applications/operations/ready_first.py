"""先办齐了的: the applicant does not want to wait for the items that need correction; the ready ones are accepted now.

Without that wish all items wait for the joint acceptance. What is left is corrected and accepted beside the running case.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from applications import access
from applications.models import Application, CaseMaterial, Correction, Task
from applications.operations import deferring
from applications.operations.dispatch import open_tasks
from applications.operations.intake import follow_acceptance
from applications.operations.placing import demand_towns
from applications.operations.recording import event, lock_case, lock_tasks, record
from applications.states import CaseState, MaterialState, TaskState
from departments.access import Actor
from departments.calendar import current_calendar
from foundation.errors import Conflict, NotAllowed
from matters.plan import scheme
from matters.published import plan_of

IN_ORDER = (MaterialState.RECEIVED, MaterialState.EXEMPT, MaterialState.NOT_APPLICABLE, MaterialState.DEFERRED)


def ready_items(
    tasks: Iterable[Task], papers: Sequence[CaseMaterial], asked_fields: Mapping[str, Sequence[str]]
) -> list[Task]:
    """Pure: the pending items of which nothing is asked any more.

    `asked_fields`: field → the items that use it. A paper or field that no item is named for concerns all of them.
    """
    missing = [paper.used_by for paper in papers if paper.dropped_by_id is None and not _in_order(paper)]
    missing += [list(users) for users in asked_fields.values()]
    if any(not users for users in missing):
        return []
    held = {code for users in missing for code in users}
    return [
        task
        for task in tasks
        if task.state == TaskState.PENDING
        and task.item_code not in held
        and (task.intake_word == "accepted" or task.department.entrusts)
    ]


def _in_order(paper: CaseMaterial) -> bool:
    return paper.state in IN_ORDER and (paper.state != MaterialState.DEFERRED or bool(paper.promise_signed))


def ready_of(case: Application, tasks: Iterable[Task], asks: Sequence[Mapping[str, Any]]) -> list[Task]:
    """Of a case whose correction is out (`asks`: what it asks): what could start now. One query."""
    found = scheme(plan_of(case.revision_id), case.answers, frozenset(case.commitments))
    asked = {ask["field"] for ask in asks if "field" in ask}
    users = {one.spec.code: list(one.used_by) for one in found.fields if one.spec.code in asked}
    papers = list(CaseMaterial.objects.filter(application=case))
    return ready_items(tasks, papers, users)


@transaction.atomic
def wish_ready_first(*, actor: Actor, number: str) -> Application:
    """The applicant asks for it online; the window does it. Raises NotAllowed, Conflict with nothing ready."""
    case = lock_case(actor, number)
    if not access.is_applicant(case, actor):
        raise NotAllowed("只有申请人可以这样要求。")
    _ready(case, lock_tasks(case))
    if case.ready_first_at is None:
        case.ready_first_at = timezone.now()
        Application.objects.filter(pk=case.pk).update(ready_first_at=case.ready_first_at)
        _tell_wish(case, actor)
    return case


@transaction.atomic
def accept_ready(*, actor: Actor, number: str) -> Application:
    """The window accepts the ready items at the applicant's wish; all their clocks start today.

    What is asked stays asked, and is accepted beside the running case with five days of its own after the answer.
    Raises NotAllowed, Conflict (no correction is out, nothing is ready).
    """
    case = lock_case(actor, number)
    if not actor.clerk:
        raise NotAllowed("只有窗口可以受理。")
    tasks = lock_tasks(case)
    ready = _ready(case, tasks)
    demand_towns(ready)
    if wished_now := case.ready_first_at is None:
        case.ready_first_at = timezone.now()
    today = timezone.localdate()
    chosen = {task.item_code for task in ready}
    open_tasks(case, tasks, actor, accepted_on=today, transition="accept_ready", only=chosen)
    case.added_accept_by = case.accept_by
    Application.objects.filter(pk=case.pk).update(added_accept_by=case.accept_by, ready_first_at=case.ready_first_at)
    if wished_now:
        _tell_wish(case, actor)
    if owed := list(CaseMaterial.objects.filter(application=case, state=MaterialState.DEFERRED)):
        deferring.fix_days(case, owed, tasks, today, current_calendar())
    follow_acceptance(case, tasks, actor)
    return case


def _ready(case: Application, tasks: list[Task]) -> list[Task]:
    if case.state != CaseState.CORRECTING:
        raise Conflict("只有等补正的件，才能先办齐了的几项。")
    asks = Correction.objects.filter(application=case, answered_at=None).latest("round").open_asks
    ready = ready_of(case, tasks, asks)
    if not ready:
        raise Conflict("没有一项是齐的，都要等补正。")
    return ready


def _tell_wish(case: Application, actor: Actor) -> None:
    record([event(case, "ready_first", "申请人要求先办齐了的事项", actor)])
