"""谁看过我的资料: what the person reads about the staff who opened their data, newest first (《个人信息保护法》第四十五条)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from applications.models import Application, Consultation, Look, Task, TaskSeen
from departments.access import Actor

SHOWN = 100


@dataclass(frozen=True)
class Looked:
    """One line. `first`: where several visits are one line, the earliest of them. `case`: its number, if of a case."""

    at: datetime
    who: str
    what: str
    purpose: str
    words: str = ""
    first: datetime | None = None
    case: str = ""


def looked_at_case(case: Application, tasks: Iterable[Task]) -> tuple[Looked, ...]:
    """Who opened this case to decide an item (`tasks`, with their departments), who looked beyond, and which department
    was given papers with a question (征求意见). Three queries, one more where papers were given."""
    by_pk = {task.pk: task for task in tasks}
    lines = [_further(one) for one in Look.objects.filter(application=case)[:SHOWN]]
    for seen in TaskSeen.objects.filter(task__in=by_pk).order_by("-at")[:SHOWN]:
        task = by_pk[seen.task_id]
        lines.append(
            Looked(
                at=seen.at,
                who=f"{task.department.short_name} {seen.user_name}",
                what=f"“{task.item_name}”用得到的材料和栏目",
                purpose="办理这一项",
                first=seen.first_at if seen.first_at.date() != seen.at.date() else None,
            )
        )
    lines += _given(case)
    return tuple(sorted(lines, key=lambda one: one.at, reverse=True))


def _given(case: Application) -> list[Looked]:
    asked = Consultation.objects.filter(task__application=case).select_related("department", "task__department")
    given = [one for one in asked if one.papers]
    names = dict(case.materials.values_list("material_code", "name")) if given else {}
    return [
        Looked(
            at=one.asked_at,
            who=one.department.short_name,
            what="、".join(names.get(code, code) for code in one.papers),
            purpose=f"答复{one.task.department.short_name}征求的意见",
            words=one.question,
        )
        for one in given
    ]


def looked_at_person(actor: Actor) -> tuple[Looked, ...]:
    """Who opened the person's own page, and who looked beyond their item in one of the person's cases. One query."""
    if actor.person_id is None:
        return ()
    cases = Application.objects.of_person(actor).values("pk")
    rows = Look.objects.filter(Q(person_id=actor.person_id) | Q(application__in=cases)).select_related("application")
    return tuple(_further(one) for one in rows.defer("application__form")[:SHOWN])


def _further(look: Look) -> Looked:
    return Looked(
        at=look.at,
        who=f"{look.post} {look.user_name}",
        what="、".join(look.what),
        purpose=look.get_purpose_display(),
        words=look.words,
        case=look.application.number if look.application else "",
    )


def as_rows(lines: Iterable[Looked]) -> list[dict[str, Any]]:
    """The same for the copy that the person takes away."""
    return [
        {
            "时间": one.at.isoformat(timespec="seconds"),
            "谁": one.who,
            "看了什么": one.what,
            "用途": one.purpose,
            "说明": one.words,
            "办件": one.case,
        }
        for one in lines
    ]
