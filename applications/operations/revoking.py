"""撤销受理 (E23): an acceptance by mistake is taken back with a supervisor's word and a notice, never deleted."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from applications.access import reviews
from applications.lifecycle import move_all
from applications.models import Application, Approval, CasePaper, Task
from applications.operations.closing import settle
from applications.operations.dispatch import live
from applications.operations.recording import event, inform, lock_any_case, lock_tasks, paper, record
from applications.states import CaseState, TaskState
from departments.access import Actor
from foundation.documents.operations import void
from foundation.errors import Conflict, NotAllowed, Refused


@transaction.atomic
def ask_revoke(*, actor: Actor, number: str, item_codes: Sequence[str], reason: str, authority: str = "") -> Approval:
    """The window, or a department for its own items, asks to take the acceptance of undecided items back.

    `authority`: where the applicant has to go instead, where there is such a place. Raises Application.DoesNotExist,
    NotAllowed, Conflict (not accepted, asked already, decided meanwhile), Refused without items or reason.
    """
    case = lock_any_case(number)
    wanted = [task for task in undecided(lock_tasks(case)) if task.item_code in set(item_codes)]
    if not actor.clerk and not (wanted and all(reviews(task, actor) for task in wanted)):
        raise NotAllowed("只有窗口，或者部门对自己的事项，可以报批撤销受理。")
    if case.state != CaseState.ACCEPTED:
        raise Conflict(f"现在是“{case.get_state_display()}”，没有受理可以撤销。")
    if not wanted:
        raise Refused("请选要撤销受理的事项，已经作出决定的不能选。", "revoke_item")
    reason = reason.strip()[:1000]
    if not reason:
        raise Refused("请写明受理错在哪里，通知书上要写。", "revoke_reason")
    departments = {task.department_id for task in wanted}
    assert actor.user_id is not None
    try:
        with transaction.atomic():
            approval = Approval.objects.create(
                kind=Approval.REVOKE,
                application=case,
                department_id=None if actor.clerk else departments.pop(),
                item_codes=[task.item_code for task in wanted],
                reason=reason,
                authority=authority.strip()[:200],
                asked_at=timezone.now(),
                asked_by_id=actor.user_id,
                asked_by_name=actor.name,
            )
    except IntegrityError as twice:
        raise Conflict("这件已经报批过撤销受理，等督查答复。") from twice
    names = "、".join(task.item_name for task in wanted)
    record([event(case, "revoke_asked", f"报批撤销受理：{names}", actor, note=reason)])
    return approval


def undecided(tasks: list[Task]) -> list[Task]:
    """Pure: accepted and not final yet."""
    return [task for task in tasks if task.is_open and task.state != TaskState.PENDING]


def carry_out(case: Application, approval: Approval, actor: Actor) -> None:
    """Take the acceptance back, in the transaction of the supervisor's word: items 作废, notice with remedies.

    Items decided meanwhile stay decided. With no item left the case is over (作废) and its 受理通知书 is void.
    Raises Conflict when every one of them was decided meanwhile.
    """
    tasks = lock_tasks(case)
    chosen = [task for task in undecided(tasks) if task.item_code in set(approval.item_codes)]
    if not chosen:
        raise Conflict("这几项都已经有了结果，不能再撤销受理，请不批准。")
    approval.item_codes = [task.item_code for task in chosen]
    for task in chosen:
        task.reason = f"受理有误，撤销受理：{approval.reason}"
    move_all(chosen, "void", actor, ("reason",))
    _void_papers(case, tasks, chosen)
    names = "、".join(task.item_name for task in chosen)
    lines = [event(case, "revoked", f"撤销受理：{names}。理由：{approval.reason}", actor)]
    entries = [
        paper("revocation", case, round=approval.pk),
        inform("revoked", case, round=approval.pk),
    ]
    settle(case, tasks, actor, lines, entries)


def _void_papers(case: Application, tasks: list[Task], chosen: list[Task]) -> None:
    """The 受理通知书 of the whole case when nothing of it stands; of an item accepted on its own, its own."""
    stands = any(task.state not in (TaskState.VOID, TaskState.DECLINED) for task in live(tasks))
    papers = CasePaper.objects.filter(application=case, kind="acceptance", document__voided_at=None)
    gone = [one for one in papers if (one.task_id is None and not stands) or one.task_id in {t.pk for t in chosen}]
    for one in gone:
        void(one.document_id, reason="撤销受理")
