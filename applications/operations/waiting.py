"""What the decision of a task still waits for: the grants before it, and the papers that other steps bring."""

from applications.joining import blockers, by_code, missing_results
from applications.models import Task
from applications.operations.dispatch import view_of
from matters.conditions import holds
from matters.published import plan_of


def waits_for(task: Task, tasks: list[Task]) -> list[Task]:
    """The tasks whose grant this task's decision still waits for; empty when it may be decided.

    By the order of the steps, or because the item asks for the paper that the other step brings.
    """
    views = by_code(view_of(other) for other in tasks)
    coming, _ = missing_results(views[task.item_code], views, results_asked(task))
    wanted = (*blockers(views[task.item_code], views), *coming)
    return [other for other in tasks if other.item_code in wanted]


def lost_results(task: Task, tasks: list[Task]) -> list[Task]:
    """The tasks that ended without the paper that this item asks for: it can no longer be granted, only refused."""
    views = by_code(view_of(other) for other in tasks)
    _, lost = missing_results(views[task.item_code], views, results_asked(task))
    return [other for other in tasks if other.item_code in lost]


def results_asked(task: Task) -> list[str]:
    """The items whose results this task's item asks for under the answers."""
    plan, case = plan_of(task.application.revision_id), task.application
    asks = [ask.material for ask in plan.items[task.item_code].asks if holds(ask.when, case.answers)]
    return [source for code in asks if (source := plan.materials[code].result_of)]
