"""更正换发 (E23): a certificate that is wrong by our own mistake is replaced free of charge; its number is void, its record stays."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from applications.models import Application, Approval, CasePaper, Certificate
from applications.numbers import pickup_code
from applications.operations.paper_register import number_of
from applications.operations.papers_result import reissue
from applications.operations.recording import event, inform, lock_task, paper, record
from applications.states import CaseState
from departments.access import Actor
from foundation.documents.operations import void
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.operations import put

REPLACED_IN = (CaseState.ACCEPTED, CaseState.CONCLUDED, CaseState.DELIVERED)
VOID_REASON = "证照写错了，已经更正换发，原编号作废。"


@transaction.atomic
def ask_replace(*, actor: Actor, task_id: int, holder: str, number: str = "", reason: str) -> Approval:
    """The department that issued it puts before a supervisor what is wrong and what shall stand there instead.

    `number`: the issuer's new one, which the state's own forms must have; empty: the next of our own. Raises
    Task.DoesNotExist, NotAllowed, Conflict (nothing that stands, asked already), Refused (field) for what is missing.
    """
    case, task, _ = lock_task(actor, task_id)
    if actor.user_id is None:
        raise NotAllowed("更正换发由发证的部门报。")
    old = standing(task_id)
    if old is None or case.state not in REPLACED_IN:
        raise Conflict("这一项没有有效的证照可以换发。")
    holder, number, reason = holder.strip()[:120], number.strip()[:60], reason.strip()[:300]
    if not holder:
        raise Refused("请写持证人，不改的照原样写。", "holder")
    if old.own_form and not number:
        raise Refused("这种证照由国家统一的系统制证，请写它的新编号。", "number")
    if number == old.number:
        raise Refused("原编号要作废，新编号不能和它一样。", "number")
    if not reason:
        raise Refused("请写明哪里写错了，告知书上要写。", "replace_reason")
    try:
        with transaction.atomic():
            approval = Approval.objects.create(
                kind=Approval.REPLACE,
                application=case,
                task=task,
                department_id=task.department_id,
                asks=[
                    {"field": "holder", "name": f"持证人（原来是{old.holder}）", "text": holder},
                    {"field": "number", "name": f"编号（原来是{old.number}）", "text": number or "按顺序另编"},
                ],
                reason=reason,
                asked_at=timezone.now(),
                asked_by_id=actor.user_id,
                asked_by_name=actor.name,
                basis=number,
            )
    except IntegrityError as twice:
        raise Conflict("这张证照已经报批过更正换发，等督查答复。") from twice
    record([event(case, "replace_asked", f"报批更正换发：{old.name}", actor, task=task, note=reason)])
    return approval


def standing(task_id: int) -> Certificate | None:
    """The certificate of a task that has not been replaced, revoked or cancelled."""
    rows = Certificate.objects.select_related("task__department", "paper__document")
    return rows.filter(task=task_id, state=Certificate.VALID).first()


def carry_out(case: Application, approval: Approval, actor: Actor) -> Certificate:
    """In the transaction of the supervisor's word: the old number void, the new one issued and put out for collection.

    What was not collected yet is not given out any more. Raises Conflict when it was revoked or cancelled meanwhile.
    """
    assert approval.task_id is not None
    old = standing(approval.task_id)
    if old is None:
        raise Conflict("这张证照已经撤销或者注销了，不能再换发，请不批准。")
    holder = next(ask["text"] for ask in approval.asks if ask["field"] == "holder")
    number = approval.basis or number_of(old.task.department, "replacement", "换")
    Certificate.objects.filter(pk=old.pk).update(state=Certificate.REPLACED)
    CasePaper.objects.filter(pk=old.paper_id, served_at=None).update(to_hand_over=False)
    if case.state == CaseState.DELIVERED:  # who collected before knows the code that was
        Application.objects.filter(pk=case.pk).update(pickup_code=pickup_code())
    void(old.paper.document_id, reason=VOID_REASON)
    new = reissue(f"reissue:{case.pk}:{old.task_id}:{approval.pk}", case, old, holder=holder, number=number)
    text = f"{old.name}更正换发：原编号{old.number}作废，新编号{number}"
    record([event(case, "replaced", text, actor, task=old.task, note=approval.reason)])
    put(
        paper("replacement", case, old.task, round=approval.pk, certificate=new.pk),
        inform("replaced", case, round=approval.pk),
    )
    return new
