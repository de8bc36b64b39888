"""承办 → 审核 → 批准: who may sign a task at the step where it stands. Pure.

The department sets how many people sign (`ReviewSteps`); nobody signs a later step of what they signed before, and
who is recused (回避) signs nothing of it. An item decided on the spot (即办) has one step.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from departments.access import Actor
from departments.models import Rank

if TYPE_CHECKING:
    from applications.models import Task

WORDS = {Rank.HANDLE: "承办", Rank.CHECK: "审核", Rank.APPROVE: "批准"}


def rank_needed(step: int, steps: int) -> Rank:
    """The rank whose signature the step wants: the first handles, the last approves, one between them checks."""
    if step <= 1:
        return Rank.HANDLE
    return Rank.APPROVE if step >= steps else Rank.CHECK


def word_of(task: "Task", ahead: int = 0) -> str:
    """承办, 审核 or 批准: the step where the task stands, or one `ahead` of it."""
    return WORDS[rank_needed(task.step + ahead, task.review_steps)]


def is_last(task: "Task") -> bool:
    """Whether the next signature decides."""
    return task.step >= task.review_steps


def cannot_sign(task: "Task", actor: Actor) -> str:
    """Why the actor may not sign the step, as one sentence for the page; empty where they may."""
    if actor.user_id in task.recused:
        return "您在这一件上回避，不再经手。"
    if any(row["user"] == actor.user_id and row["step"] < task.step for row in task.signed):
        return f"您已经签过前面的步骤，{word_of(task)}要由另一位同事签。"
    needed = rank_needed(task.step, task.review_steps)
    if actor.rank_in(task.department_id) < needed:
        return f"这一件等{needed.label}签。"
    return ""


def lines(task: "Task") -> list[dict[str, Any]]:
    """The signatures in their order, with their time as a time."""
    return [row | {"at": datetime.fromisoformat(row["at"])} for row in task.signed]


def signature(task: "Task", actor: Actor, verdict: str, opinion: str, at: str) -> dict[str, Any]:
    """One line of `Task.signed`: who signed which step how, and in whose place. `at`: ISO time."""
    return {
        "step": task.step,
        "word": word_of(task),
        "user": actor.user_id,
        "name": actor.name,
        "for": actor.signs_for(task.department_id, rank_needed(task.step, task.review_steps)),
        "verdict": verdict,
        "opinion": opinion,
        "at": at,
    }
