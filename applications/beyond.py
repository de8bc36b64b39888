"""看更多材料: what of a case lies beyond the own item, and what a reviewer has opened of it today, with a purpose.

Opened things are shown and served until the end of the day on which the purpose was written down, to that reviewer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import QuerySet
from django.utils import timezone

from applications.dossier import show_value
from applications.models import CaseMaterial, Look, MaterialFile, Task
from departments.access import Actor
from matters.plan import scheme
from matters.published import plan_of

MATERIAL, SECTION = "m.", "s."


@dataclass(frozen=True)
class Further:
    """One paper or one section of the form that this item does not use. `code`: as it is asked for."""

    code: str
    name: str
    users: str  # the items that use it
    open: bool = False
    files: tuple[MaterialFile, ...] = ()
    entries: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Beyond:
    """What else a case holds. `names`: code → name, of everything that may be asked for."""

    papers: tuple[Further, ...]
    sections: tuple[Further, ...]

    @property
    def names(self) -> dict[str, str]:
        return {one.code: one.name for one in (*self.papers, *self.sections)}

    @property
    def opened(self) -> tuple[Further, ...]:
        return tuple(one for one in (*self.papers, *self.sections) if one.open)


def beyond(task: Task, opened: frozenset[str] = frozenset()) -> Beyond:
    """Papers and sections of the case that the task's item does not use; those in `opened` with files and values.

    Identity numbers are masked here too. Two queries, and one for the files of opened papers.
    """
    case = task.application
    names = dict(case.tasks.order_by("position").values_list("item_code", "item_name"))
    rows = [row for row in CaseMaterial.objects.filter(application=case) if task.item_code not in row.used_by]
    wanted = [row.material_code for row in rows if MATERIAL + row.material_code in opened]
    files: dict[str, list[MaterialFile]] = {}
    if wanted:
        for stored in MaterialFile.objects.filter(application=case, material_code__in=wanted).select_related("file"):
            files.setdefault(stored.material_code, []).append(stored)
    papers = tuple(
        Further(
            code=MATERIAL + row.material_code,
            name=row.name,
            users=_named(row.used_by, names),
            open=row.material_code in wanted,
            files=tuple(files.get(row.material_code, ())),
        )
        for row in rows
    )
    return Beyond(papers, _sections(task, names, opened))


def _sections(task: Task, names: dict[str, str], opened: frozenset[str]) -> tuple[Further, ...]:
    case, found = task.application, []
    for section in scheme(plan_of(case.revision_id), case.answers, frozenset(case.commitments)).sections:
        fields = [one for one in section.fields if task.item_code not in one.used_by]
        if not fields:
            continue
        code = SECTION + section.title
        users = dict.fromkeys(item for one in fields for item in one.used_by)
        entries = tuple((one.spec.label, show_value(one.spec, case.form.get(one.spec.code))) for one in fields)
        shown = code in opened
        found.append(
            Further(code, f"填的表：{section.title}", _named(users, names), shown, entries=entries if shown else ())
        )
    return tuple(found)


def _named(items: Iterable[str], names: dict[str, str]) -> str:
    return "、".join(names[item] for item in items if item in names)


def looks_today(actor: Actor) -> QuerySet[Look]:
    """What this reviewer has asked for today, in departments in which they still have a post."""
    if actor.user_id is None:
        return Look.objects.none()
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    return Look.objects.filter(user_id=actor.user_id, task__department_id__in=actor.departments, at__gte=midnight)


def opened_today(actor: Actor, task: Task) -> frozenset[str]:
    """Codes of what the actor has opened today from the page of this task. One query."""
    codes = looks_today(actor).filter(task=task).values_list("codes", flat=True)
    return frozenset(code for row in codes for code in row)


def opened_file(actor: Actor, file: MaterialFile) -> bool:
    """Whether the actor may open this file today because they said what for. One query."""
    mine = looks_today(actor).filter(application=file.application)
    return mine.filter(codes__contains=[MATERIAL + file.material_code]).exists()
