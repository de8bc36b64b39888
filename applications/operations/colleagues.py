"""交给同事、接手: a claimed task changes hands inside its department. Opinion and points go along."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from applications.lifecycle import move
from applications.models import Task
from applications.operations.recording import event, lock_task, record
from applications.operations.signing import signers
from applications.signing import rank_needed
from applications.states import TaskState
from departments.access import Actor
from departments.models import Rank
from foundation.errors import Conflict, Refused

LONGEST = 200  # characters of a reason


def colleagues_for(task: Task) -> QuerySet[User]:
    """Whom the holder may hand this task to: whose rank the step asks for; not themselves, not who took the case in,
    signed before or is recused, and so could not decide."""
    before = [row["user"] for row in task.signed if row["step"] < task.step]
    out = [task.assignee_id, task.application.received_by_id, *before, *task.recused]
    needed = rank_needed(task.step, task.review_steps)
    others = signers(task.department_id, needed, task.town_id).exclude(pk__in=[pk for pk in out if pk])
    return others.order_by("name", "pk")


def has_left(task: Task) -> bool:
    """Whether the holder decides in this department no more; what they held may be taken without a reason."""
    return (
        task.assignee_id is not None
        and not signers(task.department_id, Rank.HANDLE, task.town_id).filter(pk=task.assignee_id).exists()
    )


@dataclass(frozen=True)
class Hands:
    """What the page of a claimed task offers: its holder the colleagues, everybody else the taking over."""

    mine: bool
    colleagues: list[User]
    left: bool


def hands(task: Task, actor: Actor) -> Hands | None:
    """None where nobody holds the task or it is not being worked on. One query."""
    if task.assignee_id is None or task.state not in (TaskState.CLAIMED, TaskState.ADVISED):
        return None
    mine = task.assignee_id == actor.user_id
    return Hands(mine, list(colleagues_for(task)) if mine else [], not mine and has_left(task))


@transaction.atomic
def hand_on(*, actor: Actor, task_id: int, to: int, note: str = "") -> Task:
    """Give an own claimed task to the colleague `to`. Raises Refused (no such colleague), Conflict, NotAllowed when
    another holds it, Task.DoesNotExist."""
    case, task, _ = lock_task(actor, task_id)
    colleague = colleagues_for(task).filter(pk=to).first()
    if colleague is None:
        raise Refused("请选一位本部门在岗的同事，收件的人不能审。", "colleague")
    move(task, "hand_on", actor, assignee_id=colleague.pk, claimed_at=timezone.now())
    words = f"{task.item_name}转由同事接着办"
    told = f"交给{colleague.name}。{note.strip()[:LONGEST]}"
    record([event(case, "handed-on", words, actor, task=task, note=told, to=colleague.pk)])
    return task


@transaction.atomic
def take_over(*, actor: Actor, task_id: int, holder: int, reason: str = "") -> Task:
    """Take a claimed task from `holder`, the colleague whom the page showed. From somebody still in the post only with
    a reason (休假, 生病), which stands in the timeline with both names.

    Raises Conflict when it is in other hands by now, Refused without a reason, NotAllowed, Task.DoesNotExist.
    """
    case, task, _ = lock_task(actor, task_id)
    if task.assignee_id == actor.user_id:
        raise Conflict("这一件已经是您在办。")
    if task.assignee is None or task.assignee_id != holder:
        raise Conflict("这一件刚刚换了人，请看清楚现在谁在办。")
    former, reason = task.assignee, reason.strip()[:LONGEST]
    if not reason and not has_left(task):
        raise Refused(f"{former.name}还在岗，请写明为什么由您接手，例如休假、生病。", "takeover_reason")
    move(task, "take_over", actor, assignee_id=actor.user_id, claimed_at=timezone.now())
    words = f"{task.item_name}转由同事接着办"
    told = f"从{former.name}接手。{reason or '原办理人已不在岗'}"
    record([event(case, "taken-over", words, actor, task=task, note=told, holder=former.pk)])
    return task
