"""延长办理期限: asked for by the department before the term is over, agreed to by its head, once, and served with the reason."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from applications.access import heads
from applications.models import Approval, Task
from applications.operations.closing import settle
from applications.operations.recording import event, inform, lock_task, paper, record
from applications.states import TaskState
from departments.access import Actor
from departments.calendar import current_calendar
from departments.models import Rank
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.operations import put

LAW = "《中华人民共和国行政许可法》第四十二条"
LONGEST = 500
RUNNING = (TaskState.OPEN, TaskState.CLAIMED, TaskState.ADVISED, TaskState.SUSPENDED)


def cannot_extend(task: Task) -> str:
    """Why the term of the task cannot be extended today, as one sentence; empty where it can.

    Before its statutory day is over (other kinds than permits: the promised day), and once. 《行政许可法》第四十二条.
    """
    last = task.statutory_due or task.due
    if task.state not in RUNNING or last is None:
        return f"这一件现在是“{task.get_state_display()}”，没有期限可以延长。"
    if task.extended_days:
        return "期限已经延长过一次，不能再延长。"
    if timezone.localdate() > last:
        return "期限已经过了，不能再延长；请尽快作决定。"
    return ""


@transaction.atomic
def ask_extension(*, actor: Actor, task_id: int, days: int, reason: str, basis: str = "") -> Approval:
    """Put an extension by `days` (working days; of an item in calendar days calendar days) before the head of the department. The reason will stand on the notice.

    For other kinds than permits the basis is typed in. Raises Refused, Conflict (asked already), NotAllowed.
    """
    reason, basis = reason.strip()[:LONGEST], basis.strip()[:200]
    case, task, _ = lock_task(actor, task_id)
    why = cannot_extend(task)
    if why:
        raise Conflict(why)
    if task.assignee_id not in (None, actor.user_id) and not heads(task, actor):
        raise NotAllowed("这一件同事在办，由他报。")
    most = current_calendar().thresholds.value("extension_days", timezone.localdate())
    if not 1 <= days <= most:
        raise Refused(f"请填延长几{task.clock.days_word}，1 到 {most}。", "extension_days")
    if not reason:
        raise Refused("请写明为什么到期作不出决定，会写进告知书。", "extension_reason")
    if task.kind != "permit" and not basis:
        raise Refused("这个事项不是行政许可，延长要写明依据。", "extension_basis")
    if asked_of(task).exists():
        raise Conflict("已经报过，等负责人批。")
    return Approval.objects.create(
        kind=Approval.EXTEND,
        application=case,
        task=task,
        department=task.department,
        days=days,
        basis=basis or LAW,
        reason=reason,
        asked_at=timezone.now(),
        asked_by_id=actor.user_id or 0,
        asked_by_name=actor.name,
    )


def asked_of(task: Task) -> QuerySet[Approval]:
    """What waits for the head about this task: one or none."""
    return Approval.objects.filter(kind=Approval.EXTEND, task=task, approved=None)


def leads(actor: Actor) -> bool:
    """Whether the actor is head of any department, or deputy of one."""
    return any(actor.rank_in(code) >= Rank.HEAD for code in actor.departments)


def waiting_for_head(actor: Actor) -> QuerySet[Approval]:
    """Extensions that wait for the actor as head of a department, the nearest due day first."""
    led = [code for code in actor.departments if actor.rank_in(code) >= Rank.HEAD]
    own = Task.objects.of_departments(actor)
    rows = Approval.objects.filter(kind=Approval.EXTEND, approved=None, department__in=led, task__in=own)
    return rows.select_related("task", "application__matter").defer("application__form").order_by("task__due", "id")


@transaction.atomic
def answer_extension(*, actor: Actor, task_id: int, agree: bool, note: str = "") -> Task:
    """负责人 agrees: the days move and the applicant is served the notice; or does not, with a word to the asker.

    Raises NotAllowed, Conflict (nothing asked, answered, or the term is over by now), Refused for a no without a word.
    """
    case, task, tasks = lock_task(actor, task_id)
    if not heads(task, actor):
        raise NotAllowed("只有本部门负责人可以批延长。")
    approval = asked_of(task).select_for_update().first()
    if approval is None:
        raise Conflict("没有等您批的延长，可能刚才已经批过。")
    note = note.strip()[:300]
    if not agree and not note:
        raise Refused("不同意请写一句为什么。", "extension_note")
    why = cannot_extend(task)
    if agree and why:
        raise Conflict(why)
    approval.approved, approval.decided_at = agree, timezone.now()
    approval.decided_by_name, approval.decision_note = actor.name, note
    approval.save(update_fields=["approved", "decided_at", "decided_by_name", "decision_note"])
    if not agree:
        text = f"{task.item_name}：负责人没有批准延长期限"
        record([event(case, "not_approved", text, actor, task=task, note=note)])
        return task
    Task.objects.filter(pk=task.pk).update(extended_days=approval.days)
    task.extended_days = approval.days
    text = f"{task.item_name}：经部门负责人批准，办理期限延长 {approval.days} {task.clock.days_word}。理由：{approval.reason}"
    settle(case, tasks, actor, [event(case, "extended", text, actor, task=task, note=note)])
    assert task.due is not None
    put(
        paper("extension", case, task, round=approval.pk, until=task.due.isoformat()),
        inform("extended", case, round=approval.pk),
    )
    return task
