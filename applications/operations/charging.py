"""收费: a charge is raised on an item before its decision, and ended, with a reason, by two people."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from applications import access
from applications.fees import may_charge, yuan
from applications.models import Application, Charge, ChargeState, Task
from applications.operations.recording import event, inform, lock_any_case, lock_tasks, paper, record
from applications.states import CaseState
from departments.access import Actor
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.operations import put
from matters.published import plan_of

BASIS_LIMIT, REASON_LIMIT = 300, 300


def may_charge_task(task: Task, actor: Actor) -> bool:
    """The window, and reviewers of the item's own department."""
    return actor.clerk or access.reviews(task, actor)


@transaction.atomic
def raise_charge(*, actor: Actor, number: str, item: str, amount: int, basis: str) -> Charge:
    """One item of an accepted case is charged `amount` fen, before its decision; the applicant is told and gets the
    notice. No clock stands still for it, and no decision waits.

    Raises NotAllowed, Conflict (charged already, or decided meanwhile), Refused for an item whose catalogue says free,
    without a basis, without money.
    """
    case = lock_any_case(number)
    task = next((one for one in lock_tasks(case) if one.item_code == item), None)
    if task is None:
        raise Refused("请选是哪个事项的费。", "item")
    if not may_charge_task(task, actor):
        raise NotAllowed("只有窗口和办这个事项的部门可以提出收费。")
    if not may_charge(plan_of(case.revision_id).items[item].fee):
        raise Refused("目录上写明这个事项不收费，不能收（《行政许可法》第五十八条）。", "item")
    if case.state != CaseState.ACCEPTED or not task.is_open:
        raise Conflict("只能在受理以后、决定以前提出收费。")
    assert actor.user_id is not None  # a post has an account
    basis = basis.strip()
    if not basis:
        raise Refused("请写收费依据：哪部法律、法规，哪个标准文件。", "basis")
    if len(basis) > BASIS_LIMIT:
        raise Refused(f"最多 {BASIS_LIMIT} 字。", "basis")
    if amount <= 0:
        raise Refused("金额要大于零。", "amount")
    try:
        with transaction.atomic():
            charge = Charge.objects.create(
                application=case,
                task=task,
                amount=amount,
                basis=basis,
                raised_at=timezone.now(),
                raised_by_id=actor.user_id,
                raised_by_name=actor.name,
            )
    except IntegrityError as error:
        raise Conflict("这个事项已经提出过收费。") from error
    record([event(case, "charged", f"{task.item_name}：请缴费 {yuan(amount)} 元", actor, task=task, note=basis)])
    put(paper("charge", case, task, round=charge.pk), inform("charge", case, round=charge.pk))
    return charge


@transaction.atomic
def ask_ending(*, actor: Actor, charge_id: int, reason: str) -> Charge:
    """Asks that a charge be taken back, or that what was paid be refunded; a second person agrees by `agree_ending`.

    Raises NotAllowed, Charge.DoesNotExist, Conflict (asked or ended already), Refused without a reason.
    """
    charge, _ = _locked(actor, charge_id)
    if charge.to_agree or charge.ended_at is not None:
        raise Conflict("已经有人提出来了。" if charge.to_agree else "这笔已经撤销或者退了。")
    reason = reason.strip()
    if not reason:
        raise Refused("请写为什么撤销或者退。", "reason")
    if len(reason) > REASON_LIMIT:
        raise Refused(f"最多 {REASON_LIMIT} 字。", "reason")
    charge.ending_reason, charge.ending_asked_by_id = reason, actor.user_id
    charge.ending_asked_by_name = actor.name
    charge.save(update_fields=["ending_reason", "ending_asked_by", "ending_asked_by_name"])
    return charge


@transaction.atomic
def agree_ending(*, actor: Actor, charge_id: int, agree: bool = True) -> Charge:
    """The second person: what is open is void, what was paid is refunded; without `agree` all stays as it is.

    Raises NotAllowed for the one who asked, Charge.DoesNotExist, Conflict when nothing waits any more.
    """
    charge, case = _locked(actor, charge_id)
    if not charge.to_agree:
        raise Conflict("没有等着同意的，或者同事已经处理了。")
    if agree and charge.ending_asked_by_id == actor.user_id:
        raise NotAllowed("自己提出的要另一个人同意。")
    if not agree:
        charge.ending_reason, charge.ending_asked_by_id, charge.ending_asked_by_name = "", None, ""
        charge.save(update_fields=["ending_reason", "ending_asked_by", "ending_asked_by_name"])
        return charge
    paid = charge.state == ChargeState.PAID
    if not paid and charge.payment_id is not None:
        raise Conflict("这笔在网上缴过，还没有结果。先登记票据号，或者请申请人再按一次，有了结果再退。")
    charge.state = ChargeState.REFUNDED if paid else ChargeState.VOID
    charge.ended_by_id, charge.ended_by_name, charge.ended_at = actor.user_id, actor.name, timezone.now()
    charge.save(update_fields=["state", "ended_by", "ended_by_name", "ended_at"])
    word = "退还" if paid else "不用再缴"
    text = f"{charge.task.item_name}：{yuan(charge.amount)} 元{word}，{charge.ending_reason}"
    record([event(case, "charge_ended", text, actor, task=charge.task)])
    put(inform("charge_ended", case, round=charge.pk))
    return charge


def _locked(actor: Actor, charge_id: int) -> tuple[Charge, Application]:
    number = Charge.objects.values_list("application__number", flat=True).get(pk=charge_id)
    case = lock_any_case(number)
    charge = Charge.objects.select_related("task").get(pk=charge_id)
    if not may_charge_task(charge.task, actor):
        raise NotAllowed("只有窗口和办这个事项的部门可以撤销收费。")
    return charge, case
