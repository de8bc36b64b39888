"""即办: items promised on the spot, granted several in a row; each is a decision of its own with its own number."""

from django.db import transaction

from applications.models import Task
from applications.operations.review import GRANT, decide
from departments.access import Actor
from foundation.errors import Refused
from matters.published import plan_of
from matters.specs import ItemSpec


def is_at_once(task: Task) -> bool:
    """Promised on the day itself. A promise of the applicant (告知承诺) is looked at one by one, so is a pre-review."""
    return task.own_days == 0 and not task.committed and not task.pre_review


def points_of_item(item: ItemSpec) -> tuple[str, ...]:
    """What the reviewer answers for: the item's points, its conditions where the department gave none."""
    return tuple(item.points or item.conditions)


@transaction.atomic
def grant_at_once(*, actor: Actor, task_id: int, sure: bool) -> Task:
    """Grant one 即办 task of the own department with every point answered 符合. `sure`: the reviewer said so of all.

    Raises Refused (not 即办, not sure), whatever `decide` raises, Task.DoesNotExist.
    """
    task = Task.objects.of_departments(actor).select_related("application").get(pk=task_id)
    if not is_at_once(task):
        raise Refused("不是即办件，请打开来审。")
    if not sure:
        raise Refused("请先确认每一件的审查要点都符合。", "sure")
    points = points_of_item(plan_of(task.application.revision_id).items[task.item_code])
    return decide(actor=actor, task_id=task_id, verdict=GRANT, points={str(n): "yes" for n in range(len(points))})
