"""What the decision of a task still waits for: the grants before it, and the papers that other steps bring."""

from applications.joining import blockers, by_code
from applications.joining import lost_results as lost
from applications.models import Task
from applications.operations.dispatch import view_of


def waits_for(task: Task, tasks: list[Task]) -> list[Task]:
    """The tasks whose grant this task's decision still waits for; empty when it may be decided.

    By the order of the steps, or because the item asks for the paper that the other step brings.
    """
    views = by_code(view_of(other) for other in tasks)
    wanted = blockers(views[task.item_code], views)
    return [other for other in tasks if other.item_code in wanted]


def lost_results(task: Task, tasks: list[Task]) -> list[Task]:
    """The tasks that ended without the paper that this item asks for: it can no longer be granted, only refused."""
    views = by_code(view_of(other) for other in tasks)
    ended = lost(views[task.item_code], views)
    return [other for other in tasks if other.item_code in ended]
