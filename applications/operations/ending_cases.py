"""申请人不在了 (E21): the applicant died or the company was dissolved; what is open ends, what was granted is cancelled.

《行政许可法》第七十条第（二）（三）项. Asked for by the window with the paper seen, agreed to by a supervisor.
"""

from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.utils import timezone

from applications.lifecycle import move_all
from applications.models import Application, Approval, Oversight, PromiseCheck
from applications.operations.closing import settle
from applications.operations.dispatch import live
from applications.operations.recording import event, inform, lock_case, lock_tasks, paper, record
from applications.operations.voiding import void_grants
from applications.states import CaseState, TaskState
from departments.access import Actor
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.files.operations import store
from foundation.outbox.operations import put

ENDED = (CaseState.ACCEPTED, CaseState.CONCLUDED, CaseState.DELIVERED)


@transaction.atomic
def ask_end(*, actor: Actor, number: str, reason: str, upload: BinaryIO | None, name: str = "") -> Approval:
    """The window puts it before a supervisor, with the scan of the paper that proves it (死亡证明、注销登记).

    Raises Application.DoesNotExist, NotAllowed, Conflict (not accepted, asked already), Refused, FileRefused.
    """
    case = lock_case(actor, number)
    if not actor.clerk or actor.user_id is None:
        raise NotAllowed("由窗口核对证明以后报。")
    if case.state not in ENDED:
        raise Conflict("还没有受理的，请撤回整件。")
    reason = reason.strip()[:300]
    if not reason:
        raise Refused("请写是去世还是单位终止、凭什么证明。", "end_reason")
    if upload is None:
        raise Refused("请上传证明的扫描件。", "file")
    stored = store(upload, name=name, by=actor.user_id)
    try:
        with transaction.atomic():
            approval = Approval.objects.create(
                kind=Approval.END,
                application=case,
                item_codes=[task.item_code for task in live(lock_tasks(case)) if task.is_open or _stands(task.state)],
                reason=reason,
                proof=stored,
                asked_at=timezone.now(),
                asked_by_id=actor.user_id,
                asked_by_name=actor.name,
            )
    except IntegrityError as twice:
        raise Conflict("已经报过，等督查答复。") from twice
    record([event(case, "end_asked", "报批终止：申请人不在了", actor, note=reason)])
    return approval


def _stands(state: str) -> bool:
    return state == TaskState.GRANTED


def carry_out(case: Application, approval: Approval, actor: Actor) -> None:
    """In the transaction of the supervisor's word: open items 终止 with notice, certificates 注销, their papers void.

    Raises Conflict where nothing is open and nothing was granted.
    """
    tasks = live(lock_tasks(case))
    still = [task for task in tasks if task.is_open]
    granted = [task for task in tasks if _stands(task.state)]
    if not still and not granted:
        raise Conflict("没有在办的，也没有准予的，请不批准。")
    for task in still:
        task.reason = f"申请人不在了：{approval.reason}"
    move_all(still, "terminate", actor, ("reason",))
    checks = PromiseCheck.objects.filter(task__in=granted, ended_at=None)
    checks.update(ended_at=timezone.now(), ended_by_name=actor.name, ended_note="申请人不在了，已经注销")
    lines = [event(case, "terminated", f"{task.item_name}终止：申请人不在了", actor, task=task) for task in still]
    lines += [event(case, "cancelled", f"{task.item_name}依法注销", actor, task=task) for task in granted]
    entries = [paper("termination", case, task) for task in still]
    entries += [paper("cancellation", case, task, round=approval.pk) for task in granted]
    entries += void_grants(granted, Oversight.CANCELLED, "申请人不在了，依法注销")
    entries.append(inform("ended_for_good", case, round=approval.pk))
    if case.state == CaseState.ACCEPTED:
        settle(case, tasks, actor, lines, entries, told=True)
        return
    record(lines)
    put(*entries)
