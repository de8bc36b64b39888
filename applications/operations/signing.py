"""签批: a task that several people sign goes from hand to hand; only the last signature decides (`review.decide`)."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from applications.access import heads
from applications.lifecycle import move
from applications.models import Task
from applications.operations.recording import event, lock_task, record
from applications.operations.review import GRANT, REFUSE, answered, demand_hand
from applications.signing import rank_needed, signature, word_of
from applications.states import TaskState
from departments.access import Actor
from departments.models import Rank, Role
from foundation.errors import Conflict, NotAllowed, Refused

LONGEST = 500  # characters of why a task goes back or somebody is recused
VERDICT_WORDS = {GRANT: "同意", REFUSE: "不同意"}


def signers(department: str, rank: int, town: str | None = None) -> QuerySet[User]:
    """Who can sign at this rank in the department today, own post or as a deputy; of a town's task, in its hall."""
    today = timezone.localdate()
    standing = Q(posts__deputy_for=None) | Q(posts__starts_on__lte=today, posts__ends_on__gte=today)
    held = Q(posts__role=Role.REVIEWER, posts__department_id=department, posts__active=True, posts__rank__gte=rank)
    if town:
        held &= Q(posts__hall__towns=town)
    return User.objects.filter(standing & held, is_active=True).distinct()


def colleagues_under(actor: Actor, task: Task) -> QuerySet[User]:
    """Whom the head may withdraw from the task; for everybody else nobody."""
    if not heads(task, actor):
        return User.objects.none()
    out = [pk for pk in (actor.user_id, *task.recused) if pk]
    return signers(task.department_id, Rank.HANDLE, task.town_id).exclude(pk__in=out).order_by("name", "pk")


@transaction.atomic
def propose(
    *,
    actor: Actor,
    task_id: int,
    verdict: str,
    opinion: str,
    reason: str = "",
    result_number: str = "",
    issued_number: str = "",
    points: Mapping[str, str] | None = None,
) -> Task:
    """Sign a step before the last: 拟准予 or 拟不予 goes to the next signer. Also while the decision is locked.

    Raises Refused (no verdict, no opinion, a refusal without facts, nobody who could sign next), Conflict, NotAllowed.
    """
    if verdict not in (GRANT, REFUSE):
        raise Refused("请选拟准予或者拟不予。")
    opinion, reason = opinion.strip()[:2000], reason.strip()[:2000]
    if not opinion:
        raise Refused("请写审查意见，后面签的人要看。", "opinion")
    if verdict == REFUSE and not reason:
        raise Refused("拟不予的要写明事实和依据。", "reason")
    case, task, _ = lock_task(actor, task_id)
    demand_hand(task, actor)
    line = signature(task, actor, verdict, opinion, timezone.now().isoformat())
    done = [actor.user_id, case.received_by_id, *task.recused, *(row["user"] for row in task.signed)]
    needed = rank_needed(task.step + 1, task.review_steps)
    if not signers(task.department_id, needed, task.town_id).exclude(pk__in=[pk for pk in done if pk]).exists():
        raise Refused(f"本部门没有别的{needed.label}可以签，请系统管理员设岗，或者请负责人安排代理。")
    word = word_of(task)
    move(
        task,
        "propose",
        actor,
        step=task.step + 1,
        signed=[*task.signed, line],
        proposal={
            "verdict": verdict,
            "reason": reason,
            "result_number": result_number.strip()[:60],
            "issued_number": issued_number.strip()[:60],
        },
        points={**task.points, **answered(points or {})},
        opinion="",
        assignee_id=None,
        claimed_at=None,
    )
    text = f"{task.item_name}{word}完毕，送{word_of(task)}"
    record([event(case, "proposed", text, actor, task=task, note=_note(line), verdict=verdict)])
    return task


def _note(line: Mapping[str, str]) -> str:
    place = f"（代{line['for']}）" if line["for"] else ""
    return f"{line['word']}{place}：{VERDICT_WORDS[line['verdict']]}。{line['opinion']}"


@transaction.atomic
def send_back(*, actor: Actor, task_id: int, reason: str) -> Task:
    """退回承办: the checker or approver is not content; whoever handled it gets it again, with the reason; if they are
    gone, whoever claims it.

    Raises Refused without a reason, NotAllowed at the first step or for who signed before, Conflict.
    """
    reason = reason.strip()[:LONGEST]
    if not reason:
        raise Refused("请写明退回承办的原因。", "send_back_reason")
    case, task, _ = lock_task(actor, task_id)
    demand_hand(task, actor)
    handler: int = next((row["user"] for row in reversed(task.signed) if row["step"] == 1), 0)
    there = signers(task.department_id, Rank.HANDLE, task.town_id).exclude(pk__in=task.recused)
    stays = there.filter(pk=handler).exists()
    if stays:
        move(task, "send_back", actor, step=1, assignee_id=handler, claimed_at=timezone.now())
    else:
        move(task, "reopen", actor, step=1, assignee_id=None, claimed_at=None)
    record([event(case, "sent-back", f"{task.item_name}退回承办再看", actor, task=task, note=reason)])
    return task


@transaction.atomic
def recuse(*, actor: Actor, task_id: int, reason: str, who: int | None = None) -> Task:
    """回避: the actor withdraws from the task, or the head withdraws `who` (on the applicant's word); for good.

    Raises Refused (no reason, nobody of the department), Conflict (recused already), NotAllowed.
    """
    reason = reason.strip()[:LONGEST]
    if not reason:
        raise Refused("请写明回避的原因，例如申请人是近亲属。", "recusal_reason")
    case, task, _ = lock_task(actor, task_id)
    person = signers(task.department_id, Rank.HANDLE, task.town_id).filter(pk=who or actor.user_id or 0).first()
    if person is None:
        raise Refused("请选一位本部门在岗的同事。", "recused")
    if person.pk != actor.user_id and not heads(task, actor):
        raise NotAllowed("只有本人或者本部门负责人可以提出回避。")
    if person.pk in task.recused:
        raise Conflict(f"{person.name}已经回避了。")
    if not task.is_open:
        raise Conflict("这一件已经办完。")
    columns = {"recused": [*task.recused, person.pk]}
    if task.assignee_id == person.pk and task.state in (TaskState.CLAIMED, TaskState.ADVISED):
        move(task, "recuse", actor, assignee_id=None, claimed_at=None, **columns)
    else:
        Task.objects.filter(pk=task.pk).update(**columns)
        task.recused = columns["recused"]
    text = f"{task.item_name}：一位工作人员回避，换人办理"
    record([event(case, "recused", text, actor, task=task, note=f"{person.name}回避：{reason}", who=person.pk)])
    return task
