"""补充说明: after the one notice a department may still ask the applicant something, when a supervisor agrees.

It is counted, it stops no clock, and what it leaves unanswered is alone no ground for refusal.
《行政许可法》第三十二条第一款第（四）项 (一次告知).
"""

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from applications import access
from applications.models import Application, Approval, MaterialFile, Task
from applications.operations.cochecking import named_asks
from applications.operations.recording import event, lock_case, lock_task, record
from applications.states import ON_THE_DESK, CaseState
from departments.access import Actor
from departments.models import HIGHER
from foundation.errors import Conflict, NotAllowed, Refused

MOST_ASKS = 20


@transaction.atomic
def ask_supplement(*, actor: Actor, task_id: int, asks: Sequence[Mapping[str, str]], reason: str) -> Approval:
    """A department wants the applicant to explain something about its item: put before the supervisor, of a higher level
    before the county window, which alone speaks with the applicant.

    `asks`: {material | field: code, text}; about papers and fields of the own items alone. `reason`: why it was not
    in the one notice. Raises Task.DoesNotExist, NotAllowed, Conflict (not in review, asked already), Refused.
    """
    case, task, _ = lock_task(actor, task_id)
    if task.state not in ON_THE_DESK or task.assignee_id not in (None, actor.user_id):
        raise Conflict("在审的任务、由经办的人，才能请申请人补充说明。")
    reason = reason.strip()[:500]
    kept = _asks(case, task, asks)
    if not reason:
        raise Refused("请写明为什么补正告知的时候没有提，督查要看。", "why")
    assert actor.user_id is not None
    try:
        with transaction.atomic():
            approval = Approval.objects.create(
                kind=Approval.SUPPLEMENT,
                application=case,
                task=task,
                department_id=task.department_id,
                asks=kept,
                reason=reason,
                asked_at=timezone.now(),
                asked_by_id=actor.user_id,
                asked_by_name=actor.name,
            )
    except IntegrityError as twice:
        raise Conflict("这一项已经报批过补充说明，等督查答复。") from twice
    who = "综合窗口转给申请人" if task.department.level in HIGHER else "督查批准"
    text = f"{task.item_name}：想请申请人补充说明 {len(kept)} 处，等{who}"
    record([event(case, "supplement_asked", text, actor, task=task, note=reason)])
    return approval


def _asks(case: Application, task: Task, asks: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    kept = named_asks(case, task.department_id, asks[:MOST_ASKS], "请写明要说明什么，申请人要照着答。")
    if not kept:
        raise Refused("请选一份材料或者一栏，写明要说明什么。", "asks")
    return kept


@transaction.atomic
def answer_supplement(*, actor: Actor, number: str, approval_id: int, text: str) -> Approval:
    """What the applicant says to it, in words, with files or both. Once; a clerk writes it down for who comes.

    Raises Application.DoesNotExist, Approval.DoesNotExist, NotAllowed, Conflict (answered, or the item is over),
    Refused with neither words nor a new file.
    """
    case = lock_case(actor, number)
    if not access.acts_for_applicant(case, actor):
        raise NotAllowed("只有申请人或者窗口可以补充说明。")
    rows = Approval.objects.filter(application=case, kind=Approval.SUPPLEMENT, approved=True)
    approval = rows.select_related("task").get(pk=approval_id)
    if approval.answered_at is not None:
        raise Conflict("这一处已经说明过了。")
    if not still_wanted(case, approval):
        raise Conflict("这一项已经办完，不用再说明了。")
    text = text.strip()[:2000]
    papers = [ask["material"] for ask in approval.asks if "material" in ask]
    sent = MaterialFile.objects.filter(
        application=case, material_code__in=papers, added_at__gte=approval.decided_at
    ).count()
    if not text and not sent:
        raise Refused("请写几句说明，或者先传文件。", "answer")
    approval.answer, approval.answered_at, approval.answered_by_name = text, timezone.now(), actor.name
    approval.save(update_fields=["answer", "answered_at", "answered_by_name"])
    assert approval.task is not None
    line = f"{approval.task.item_name}：申请人补充说明了" + (f"，文件 {sent} 个" if sent else "")
    record([event(case, "supplemented", line, actor, task=approval.task)])
    return approval


def still_wanted(case: Application, approval: Approval) -> bool:
    """Whether an answer can still reach who decides."""
    task = approval.task
    return case.state == CaseState.ACCEPTED and task is not None and task.is_open


def open_supplements(case: Application) -> list[Approval]:
    """Approved questions that the applicant has not answered and that can still matter. One query, none before acceptance."""
    if case.state != CaseState.ACCEPTED:
        return []
    rows = Approval.objects.filter(application=case, kind=Approval.SUPPLEMENT, approved=True, answered_at=None)
    found = rows.select_related("task__department").order_by("id")
    return [one for one in found if still_wanted(case, one)]
