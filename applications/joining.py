"""Which tasks may start, may decide, must end; is the case over, and how. Pure.

A predecessor that does not apply under the answers is not in the plan and so never in `after`. One that applies but
ends in any way except granted or passed_up ends its dependents.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from applications.states import FAVOURABLE, FINAL, Outcome, TaskState


@dataclass(frozen=True)
class TaskView:
    """What joining needs to know of a task."""

    code: str
    state: str
    essential: bool
    after: tuple[str, ...]
    starts_after: tuple[str, ...]
    results_from: tuple[str, ...] = ()
    awaits_applicant: bool = False

    @property
    def final(self) -> bool:
        return self.state in FINAL

    @property
    def favourable(self) -> bool:
        return self.state in FAVOURABLE


def by_code(tasks: Iterable[TaskView]) -> dict[str, TaskView]:
    return {task.code: task for task in tasks}


def blockers(task: TaskView, tasks: Mapping[str, TaskView]) -> tuple[str, ...]:
    """What the DECISION still waits for: predecessors not granted (法定前置), and steps that may still bring a paper that
    the item asks for."""
    before = [code for code in (*task.after, *task.starts_after) if code in tasks and not tasks[code].favourable]
    coming = [code for code in task.results_from if code in tasks and not tasks[code].final]
    return tuple(dict.fromkeys([*before, *coming]))


def lost_results(task: TaskView, tasks: Mapping[str, TaskView]) -> tuple[str, ...]:
    """Steps that ended without the paper that the item asks for: it can no longer be granted."""
    return tuple(c for c in task.results_from if c in tasks and tasks[c].final and not tasks[c].favourable)


def results_awaited(
    before: Mapping[str, Iterable[str]], asked: Mapping[str, Iterable[str]]
) -> dict[str, tuple[str, ...]]:
    """Whose papers each step waits for beyond its predecessors, in the order in which the item asks for them.

    `before`: step → its predecessors, in plan order; `asked`: step → steps whose results its item asks for. A step of
    which the other waits already, directly or not, is left out: nobody would ever begin.
    """
    waits = {code: set(codes) for code, codes in before.items()}
    found: dict[str, tuple[str, ...]] = {}
    for code in waits:
        wanted = [one for one in dict.fromkeys(asked.get(code, ())) if one in waits and one not in waits[code]]
        found[code] = tuple(one for one in wanted if code not in _reached(one, waits))
        waits[code] |= set(found[code])
    return found


def _reached(start: str, waits: Mapping[str, set[str]]) -> set[str]:
    """The step itself and everything it waits for, transitively."""
    seen, ahead = set[str](), [start]
    while ahead:
        code = ahead.pop()
        if code not in seen:
            seen.add(code)
            ahead += waits.get(code, ())
    return seen


def may_start(task: TaskView, tasks: Mapping[str, TaskView]) -> bool:
    """Whether the REVIEW may begin: every `starts_after` is granted, and what the applicant has to do first is done."""
    return not task.awaits_applicant and all(tasks[code].favourable for code in task.starts_after if code in tasks)


def doomed(tasks: Mapping[str, TaskView]) -> dict[str, str]:
    """The open tasks that can no longer be granted, each with the ended predecessor that is the reason (transitive)."""
    ended = {code for code, task in tasks.items() if task.final and not task.favourable}
    reason: dict[str, str] = {}
    changed = True
    while changed:
        changed = False
        for code, task in tasks.items():
            if task.final or code in reason:
                continue
            cause = next((p for p in (*task.after, *task.starts_after) if p in ended or p in reason), None)
            if cause is not None:
                reason[code] = cause
                changed = True
    return reason


def essential_lost(tasks: Mapping[str, TaskView]) -> bool:
    """An essential item was decided against or ended: the matter has lost its point, the applicant is asked."""
    lost = (TaskState.REFUSED, TaskState.TERMINATED, TaskState.DECLINED, TaskState.VOID)
    return any(task.essential and task.state in lost for task in tasks.values())


def outcome(tasks: Mapping[str, TaskView]) -> Outcome | None:
    """How the case is over, or None while a task is open. A case without tasks is never over by itself."""
    if not tasks or not all(task.final for task in tasks.values()):
        return None
    states = {task.state for task in tasks.values()}
    if states <= {*FAVOURABLE}:
        return Outcome.GRANTED
    if states & {*FAVOURABLE}:
        return Outcome.PARTLY
    for state, result in (
        (TaskState.REFUSED, Outcome.REFUSED),
        (TaskState.DECLINED, Outcome.REFUSED),
        (TaskState.TERMINATED, Outcome.TERMINATED),
        (TaskState.WITHDRAWN, Outcome.WITHDRAWN),
    ):
        if state in states:
            return result
    return Outcome.VOID


def is_pre_review(department: str, dependents: Iterable[tuple[str, tuple[str, ...]]], code: str, parent: str) -> bool:
    """An item is a pre-review (初审) when a step that `starts_after` it belongs to its department's parent.

    `dependents`: (department, starts_after) of each step of the case; `parent`: the department one level up, or "".
    """
    return bool(parent) and any(owner == parent and code in starts_after for owner, starts_after in dependents)
