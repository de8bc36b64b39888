"""督查的答复: a supervisor agrees or not, and what was asked for follows in the same transaction."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from applications.models import Application, Approval
from applications.operations import ending_cases, replacing
from applications.operations.recording import event, inform, lock_any_case, paper, record
from applications.operations.revoking import carry_out
from applications.operations.supplementing import still_wanted
from departments.access import Actor
from departments.models import HIGHER
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.operations import put


@transaction.atomic
def answer_approval(*, actor: Actor, approval_id: int, approve: bool, note: str = "") -> Approval:
    """批准 or 不批准, once, by a supervisor who did not ask for it.

    Raises NotAllowed, Approval.DoesNotExist, Conflict (answered already, or overtaken by a decision), Refused for a no
    without a word.
    """
    if not actor.supervisor:
        raise NotAllowed("只有督查可以批。")
    return _answer(supervised(), actor, approval_id, approve, note, "督查没有批准")


def _answer(
    rows: QuerySet[Approval], actor: Actor, approval_id: int, approve: bool, note: str, declined: str
) -> Approval:
    number = rows.values_list("application__number", flat=True).get(pk=approval_id)
    case = lock_any_case(number)
    approval = rows.select_related("task", "department").get(pk=approval_id)
    if approval.asked_by_id == actor.user_id:
        raise NotAllowed("自己报的要由另一位来批。")
    if approval.approved is not None:
        raise Conflict(f"{approval.decided_by_name}刚才已经答复过了。")
    note = note.strip()[:300]
    if not approve and not note:
        raise Refused("不批准请写一句为什么。", "note")
    if approve:
        _carry_out(case, approval, actor)
    approval.approved, approval.decided_at = approve, timezone.now()
    approval.decided_by_name, approval.decision_note = actor.name, note
    approval.save(update_fields=["approved", "decided_at", "decided_by_name", "decision_note", "item_codes"])
    if not approve:
        text = f"{declined}{approval.get_kind_display()}"
        record([event(case, "not_approved", text, actor, task=approval.task, note=note)])
    return approval


@transaction.atomic
def pass_on(*, actor: Actor, number: str, approval_id: int, agree: bool, note: str = "") -> Approval:
    """The county window gives the applicant what a higher level asks, or gives the question back with a word.

    Raises NotAllowed, Approval.DoesNotExist, Conflict, Refused as `answer_approval`.
    """
    if not actor.clerk:
        raise NotAllowed("市里的补充说明由综合窗口转给申请人。")
    rows = through_window().filter(application__number=number)
    return _answer(rows, actor, approval_id, agree, note, "窗口没有转")


def _carry_out(case: Application, approval: Approval, actor: Actor) -> None:
    if approval.kind == Approval.REVOKE:
        carry_out(case, approval, actor)
        return
    if approval.kind == Approval.END:
        ending_cases.carry_out(case, approval, actor)
        return
    if approval.kind == Approval.REPLACE:
        replacing.carry_out(case, approval, actor)
        return
    if not still_wanted(case, approval):
        raise Conflict("这一项已经办完，不用再问了，请不批准。")
    task = approval.task
    assert task is not None
    text = f"{task.item_name}：请申请人补充说明 {len(approval.asks)} 处，不影响办理期限"
    record([event(case, "supplement", text, actor, task=task)])
    put(paper("supplement", case, task, round=approval.pk), inform("supplement", case, round=approval.pk))


def supervised() -> QuerySet[Approval]:
    """What a supervisor answers; an extension is for the department's own head, a higher level's question for the window."""
    rows = Approval.objects.filter(kind__in=(Approval.SUPPLEMENT, Approval.REVOKE, Approval.END, Approval.REPLACE))
    return rows.exclude(kind=Approval.SUPPLEMENT, department__level__in=HIGHER)


def through_window() -> QuerySet[Approval]:
    """市县联办: what the city or the province asks the applicant; it reaches them through the county window alone."""
    return Approval.objects.filter(kind=Approval.SUPPLEMENT, department__level__in=HIGHER)


def waiting() -> QuerySet[Approval]:
    """What waits for a supervisor, the oldest first."""
    rows = supervised().filter(approved=None).select_related("application__matter", "task", "department")
    return rows.defer("application__form").order_by("asked_at", "id")
