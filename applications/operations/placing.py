"""属地: which town a task of township level belongs to, and the window's word where the address does not say."""

from collections.abc import Iterable
from functools import partial

from django.db import transaction

from applications.models import Application, Task
from applications.operations.recording import event, lock_case, lock_tasks, record
from applications.states import TaskState
from applications.territory import addresses_of, town_named
from departments.access import Actor
from departments.models import Level, Town
from foundation.errors import Conflict, NotAllowed, Refused
from matters.plan import Scheme
from matters.published import plan_of


def towns_for(case: Application, scheme_: Scheme) -> dict[str, str]:
    """Item → code of the town that its address names, for the items of township level. One query, none without such."""
    plan = scheme_.plan
    items = [s.item for s in scheme_.steps if plan.departments[s.item.department].level == Level.TOWNSHIP]
    towns = dict(Town.objects.values_list("code", "name")) if items else {}
    named = {item.code: town_named(addresses_of(item, plan.fields, case.form), towns) for item in items}
    return {code: town for code, town in named.items() if town}


def town_of_case(case: Application) -> str | None:
    """The town that the case is about: of its items of township level, else the one that the form's addresses name."""
    placed = Task.objects.filter(application=case).exclude(town=None).values_list("town_id", flat=True).first()
    if placed:
        return str(placed)
    fields = plan_of(case.revision_id).fields.values()
    typed = [case.form.get(field.code) for field in fields if field.type == "address"]
    towns = dict(Town.objects.values_list("code", "name"))
    return town_named([one for one in typed if isinstance(one, str)], towns) or None


def of_towns(tasks: Iterable[Task]) -> list[Task]:
    """The tasks that one town has to do."""
    return [task for task in tasks if task.is_open and task.department.level == Level.TOWNSHIP]


def unplaced(tasks: Iterable[Task]) -> list[Task]:
    """Those of them that no town has yet."""
    return [task for task in of_towns(tasks) if task.town_id is None]


def demand_towns(tasks: Iterable[Task]) -> None:
    """Raises Refused while a task about to be accepted belongs to no town."""
    if waiting := [task for task in unplaced(tasks) if task.state == TaskState.PENDING]:
        names = "、".join(task.item_name for task in waiting)
        raise Refused(f"表里的地址看不出“{names}”归哪个镇办，先选好镇再受理。", "town")


@transaction.atomic
def name_town(*, actor: Actor, number: str, town: str) -> Application:
    """定镇: the window says which town does the case's items of township level. Before acceptance it may be said anew;
    afterwards (silence accepted the case) only of tasks that no town has yet.

    Raises NotAllowed, Refused (no such town), Conflict (nothing to say), Application.DoesNotExist.
    """
    if not actor.clerk:
        raise NotAllowed("归哪个镇由窗口来定。")
    case = lock_case(actor, number)
    tasks = [t for t in of_towns(lock_tasks(case)) if t.state == TaskState.PENDING or t.town_id is None]
    if not tasks:
        raise Conflict("这件没有要定镇的事项，或者已经受理，不能再改。")
    chosen = Town.objects.filter(pk=town).first()
    if chosen is None:
        raise Refused("请选一个镇。", "town")
    Task.objects.filter(pk__in=[task.pk for task in tasks]).update(town=chosen)
    line = partial(event, case, "placed", actor=actor, town=chosen.pk)
    record([line(f"{task.item_name}由{chosen.name}办理", task=task) for task in tasks])
    return case
