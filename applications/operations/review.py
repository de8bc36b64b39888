"""审查与决定: claim, note, decide. A decision locks case and tasks, so that two last ones cannot miss each other."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from applications.lifecycle import move
from applications.models import Application, Event, Oversight, Task
from applications.operations.closing import settle
from applications.operations.hearing import demand_heard
from applications.operations.legal_waits import demand_waited
from applications.operations.oversight import handed
from applications.operations.recording import event, lock_task, paper, record
from applications.operations.waiting import lost_results, waits_for
from applications.signing import cannot_sign, is_last, signature, word_of
from applications.states import ON_THE_DESK, VERDICTS, TaskState
from departments.access import Actor
from departments.models import HIGHER
from foundation.documents.operations import take_number
from foundation.errors import Conflict, NotAllowed, Refused
from matters.published import plan_of

GRANT, REFUSE = "grant", "refuse"


@transaction.atomic
def claim(*, actor: Actor, task_id: int) -> Task:
    """认领 a task of the own department. Raises Conflict when a colleague has it, Task.DoesNotExist."""
    case, task, _ = lock_task(actor, task_id)
    if task.assignee_id is not None and task.assignee_id != actor.user_id:
        raise Conflict("同事刚刚认领了这一件。")
    demand_hand(task, actor)
    move(task, "claim", actor, assignee_id=actor.user_id, claimed_at=timezone.now())
    record([event(case, "claimed", f"{task.item_name}开始有人办", actor, task=task)])
    return task


def demand_hand(task: Task, actor: Actor) -> None:
    """Raises NotAllowed with the reason where the actor may not sign the step: rank, an earlier signature, recusal."""
    why = cannot_sign(task, actor)
    if why:
        raise NotAllowed(why)


@transaction.atomic
def release(*, actor: Actor, task_id: int) -> Task:
    """Put a claimed task back. Raises Conflict, NotAllowed when it is a colleague's."""
    case, task, _ = lock_task(actor, task_id)
    move(task, "release", actor, assignee_id=None, claimed_at=None)
    record([event(case, "released", f"{task.item_name}放回待认领", actor, task=task)])
    return task


@transaction.atomic
def advise(*, actor: Actor, task_id: int, points: Mapping[str, str], opinion: str) -> Task:
    """Keep the answers to the review points and the opinion, also while the decision is locked. Raises as `move`."""
    case, task, _ = lock_task(actor, task_id)
    move(task, "advise", actor, points={**task.points, **answered(points)}, opinion=opinion.strip()[:2000])
    record([event(case, "advised", f"{task.item_name}已写审查意见", actor, task=task, note=task.opinion)])
    return task


def answered(points: Mapping[str, str]) -> dict[str, str]:
    """Answers to review points that are answers: yes, no, not applicable."""
    return {key: value for key, value in points.items() if value in ("yes", "no", "na")}


def _used(task: Task, number: str) -> bool:
    """Whether the department has given this number to another paper: each stands in the register once."""
    return Task.objects.filter(department_id=task.department_id, result_number=number).exclude(pk=task.pk).exists()


def _decision_number(task: Task, issued: str, now: datetime) -> str:
    """The next of the department's own series; of the city or the province the number that it gave itself, if it did.

    Raises Refused for a number typed by a department of the county, and for one that another decision bears.
    """
    if not issued:
        return take_number(
            authority=task.department_id,
            authority_mark=task.department.mark,
            kind="decision",  # grants and refusals share one series, as they share the 文号字
            year=timezone.localdate(now).year,
        )
    if task.department.level not in HIGHER:
        raise Refused("本县的文号由系统编，不用填。", "issued_number")
    if Task.objects.filter(department_id=task.department_id, decision_number=issued).exclude(pk=task.pk).exists():
        raise Refused("这个文号已经用在另一份决定上，请核对。", "issued_number")
    return issued


def _demand_turn(case: Application, task: Task) -> None:
    """Where permits are limited in number, the earlier accepted is decided first, to the second of acceptance.

    Raises Conflict naming the case that comes first. 《行政许可法》第五十七条.
    """
    accepted = Event.objects.filter(kind="accepted")
    mine = accepted.filter(application=case).order_by("id").first()
    earlier = accepted.filter(
        Exists(
            Task.objects.filter(
                application=OuterRef("application"),
                item_code=task.item_code,
                department=task.department_id,
                state__in=ON_THE_DESK,
            )
        ),
        at__lt=mine.at if mine else timezone.now(),
    )
    first = earlier.exclude(application=case).select_related("application").order_by("at").first()
    if first is not None:
        raise Conflict(f"这个事项有数量限制，按受理先后决定：{first.application.number}受理在前，还没有决定。")


def _with_last(task: Task, actor: Actor, verdict: str, opinion: str, now: datetime) -> list[dict[str, Any]]:
    """The signatures with the deciding one; one step leaves no list, `decided_by` says who."""
    if task.review_steps == 1:
        return task.signed
    return [*task.signed, signature(task, actor, verdict, opinion.strip()[:2000] or task.opinion, now.isoformat())]


@transaction.atomic
def decide(
    *,
    actor: Actor,
    task_id: int,
    verdict: str,
    opinion: str = "",
    reason: str = "",
    result_number: str = "",
    issued_number: str = "",
    points: Mapping[str, str] | None = None,
) -> Task:
    """Grant or refuse, the last signature. Final with its number at commit; papers follow by themselves.

    `reason`: facts and article of a refusal (《行政许可法》第三十八条). `result_number`: the issuer's own number where
    the result has a form of the state's. `issued_number`: the 文号 under which a higher level has issued its decision, kept
    as it is. Raises Conflict (locked, decided, suspended), NotAllowed, Refused.
    """
    if verdict not in (GRANT, REFUSE):
        raise Refused("请选准予或者不予。")
    reason = reason.strip()
    if verdict == REFUSE and not reason:
        raise Refused("不予的决定要写明事实和依据，申请人凭它复议、诉讼。", "reason")
    case, task, tasks = lock_task(actor, task_id)
    if task.state not in (TaskState.OPEN, TaskState.CLAIMED, TaskState.ADVISED):
        raise Conflict(f"这一件现在是“{task.get_state_display()}”，不能再作决定。")
    demand_hand(task, actor)
    if not is_last(task):
        raise Refused(f"这一件要{task.review_steps}个人签，现在是{word_of(task)}，决定由最后签的人作。")
    locked = waits_for(task, tasks)
    if locked:
        names = "、".join(f"{t.item_name}（{t.department.short_name}）" for t in locked)
        raise Conflict(f"现在还不能作决定，要等{names}准予。意见可以先存。")
    if case.choice_open:
        raise Conflict("核心事项没有获准，正等申请人选择是否继续，现在不能作决定。")
    lost = lost_results(task, tasks) if verdict == GRANT else []
    if lost:
        names = "、".join(f"{t.item_name}（{t.department.short_name}）" for t in lost)
        raise Conflict(f"本事项要用的结果文书没有发，{names}已经结束，不能准予。")
    demand_heard(task, verdict)
    if verdict == GRANT:
        demand_waited(task, timezone.localdate())
    if task.limited and verdict == GRANT:
        _demand_turn(case, task)
    item = plan_of(case.revision_id).items[task.item_code]
    result_number = result_number.strip()[:60]
    if verdict == GRANT and item.own_form and not task.pre_review and not result_number:
        raise Refused(f"请填{item.result.name}的编号，它由国家统一的系统制作。", "result_number")
    if verdict == GRANT and result_number and not item.own_form and _used(task, result_number):
        raise Refused("本部门已经发过这个编号，请核对。", "result_number")
    now = timezone.now()
    favourable = VERDICTS[item.kind][verdict == REFUSE]
    transition = verdict if verdict == REFUSE or not task.pre_review else "pass_up"
    columns = {
        "assignee_id": actor.user_id,
        "opinion": opinion.strip()[:2000] or task.opinion,
        "signed": _with_last(task, actor, verdict, opinion, now),
        "points": {**task.points, **answered(points or {})},
        "reason": reason,
        "decided_at": now,
        "decided_by_id": actor.user_id,
    }
    if transition != "pass_up":
        columns["decision_number"] = _decision_number(task, issued_number.strip()[:60], now)
        columns["result_number"] = result_number
    move(task, transition, actor, **columns)
    text = f"{task.item_name}：{'转报上级' if transition == 'pass_up' else favourable}"
    events = [event(case, "decided", text, actor, task=task, note=task.opinion, verdict=verdict)]
    entries = [] if transition == "pass_up" else [paper(f"decision-{verdict}", case, task)]
    if transition == GRANT:
        entries.append(handed(Oversight.GRANTED, task))
    settle(case, tasks, actor, events, entries)
    return task
