"""What one department may see of a case to decide its own item: only the fields and papers that this item uses.

Reads for the task page (and whoever else shows one task). A field or paper of another item never gets in here, so no
template can leak it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from applications import clocks
from applications.clocks import Light
from applications.joining import blockers, by_code
from applications.models import (
    Application,
    CaseMaterial,
    CasePaper,
    Fetch,
    MaterialFile,
    Suspension,
    Task,
    Verification,
)
from applications.operations.closing import pauses_of
from applications.operations.dispatch import clocks_of, view_of
from applications.operations.verifying import answers_of
from applications.operations.waiting import waits_for
from applications.paper_points import YES
from applications.paper_points import points_of as points_of_paper
from applications.reasons import Reason, why_due
from applications.showing import task_light
from applications.states import FAVOURABLE, CaseState, MaterialState, TaskState
from departments.workdays import Calendar
from foundation.masking import mask_id_number
from matters.plan import ItemSpec, Plan, Scheme, scheme
from matters.published import plan_of
from matters.specs import About, FieldSpec

UNCONFIRMED = "待部门确认"
GRANT_PAPERS = ("certificate", "result")  # what a grant brings, as the register calls it


@dataclass(frozen=True)
class Entry:
    """One field of the form as this item sees it."""

    label: str
    value: str
    unit: str = ""
    brought_by: str = ""  # the result of another step of this case that brings the value
    before: str = ""  # what stood there until a correction
    code: str = ""


@dataclass(frozen=True)
class Section:
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class OwnPaper:
    """One material this item uses. `supplied_by`: another step of this case brings it; `number`: what it brought."""

    code: str
    name: str
    note: str
    state: str = ""
    files: tuple[MaterialFile, ...] = ()
    supplied_by: Task | None = None
    number: str = ""
    checked: tuple[tuple[str, bool], ...] = ()  # what the window answered: review point, yes
    source: str = ""  # how far the window saw it: original, copies kept
    owed: str = ""  # promised for later and not come: what the reviewer has to know before deciding
    checked_at: datetime | None = None  # when the window last said something about it
    answer: Fetch | Verification | None = None  # what a register said of an exempt paper
    issued: CasePaper | None = None  # the decision that the other step's grant brought, to read

    @property
    def waits(self) -> bool:
        return self.supplied_by is not None and self.supplied_by.state not in FAVOURABLE


@dataclass(frozen=True)
class Point:
    """A review point with the answer stored or just typed: yes, no, na or empty. `about`: the paper or field it looks at;
    `article`: what asks for it, where the department named it for this point."""

    key: str
    text: str
    value: str
    about: str = ""
    article: str = ""


@dataclass
class Dossier:
    """Everything the page of one task shows."""

    task: Task
    case: Application
    item: ItemSpec
    siblings: list[Task]
    blockers: list[Task]
    sections: tuple[Section, ...]
    papers: tuple[OwnPaper, ...]
    points: tuple[Point, ...]
    points_confirmed: bool
    pause: Suspension | None
    issued: list[CasePaper]
    why: tuple[Reason, ...] = ()
    arrived: list[Task] = field(default_factory=list)

    @property
    def others(self) -> list[Task]:
        """The other items of the case, whoever decides them."""
        return [task for task in self.siblings if task.pk != self.task.pk]

    @property
    def running_elsewhere(self) -> int:
        """How many other items are being worked on at the same time."""
        return sum(task.is_open for task in self.others)


def siblings_of(task: Task) -> list[Task]:
    """All tasks of the task's case in plan order, the task itself among them as the same object. One query."""
    found = Task.objects.filter(application_id=task.application_id).select_related("department", "assignee")
    return [task if other.pk == task.pk else other for other in found.order_by("position")]


def lights(tasks: list[Task], today: date, calendar: Calendar) -> dict[int, Light | None]:
    """The light of every task of one case, by id: who only waits for others is not late. No query."""
    views = by_code(view_of(task) for task in tasks)
    return {
        task.pk: task_light(task, today, calendar, locked=bool(blockers(views[task.item_code], views)))
        for task in tasks
    }


def open_dossier(task: Task, calendar: Calendar, typed: Mapping[str, str] | None = None) -> Dossier:
    """The dossier of a task read with its application, matter and applicant. `typed`: points just sent, unsaved."""
    case = task.application
    plan = plan_of(case.revision_id)
    under = scheme(plan, case.answers, frozenset(case.commitments))
    siblings = siblings_of(task)
    item = plan.items[task.item_code]
    return Dossier(
        task=task,
        case=case,
        item=item,
        siblings=siblings,
        blockers=waits_for(task, siblings) if task.is_open else [],
        sections=_own_sections(under, task, siblings),
        papers=own_papers(task, siblings, under),
        points=points_of(item, {**task.points, **(typed or {})}, plan),
        points_confirmed=bool(item.points),
        pause=_pause(task),
        issued=list(CasePaper.objects.filter(task=task).select_related("document")),
        why=_reasons(task, siblings, plan, calendar),
        arrived=[t for t in siblings if t.item_code in (*task.after, *task.starts_after) and t.state in FAVOURABLE],
    )


def points_of(item: ItemSpec, answers: Mapping[str, Any], plan: Plan) -> tuple[Point, ...]:
    """The item's review points; while the department has named none, its legal conditions stand in for them."""
    texts = item.points or item.conditions
    about = {one.point: (_looks_at(one, plan), one.article) for one in item.about}
    return tuple(
        Point(str(i), text, str(answers.get(str(i), "")), *about.get(text, ("", ""))) for i, text in enumerate(texts)
    )


def _looks_at(about: About, plan: Plan) -> str:
    if about.material:
        return f"材料：{plan.materials[about.material].name}"
    return f"填的：{plan.fields[about.field].label}" if about.field else ""


def _pause(task: Task) -> Suspension | None:
    if task.state != TaskState.SUSPENDED:
        return None
    return Suspension.objects.filter(task=task, ended_on=None).first()


def _own_sections(under: Scheme, task: Task, siblings: list[Task]) -> tuple[Section, ...]:
    by_item = {other.item_code: other for other in siblings}
    before = task.application.form_before()
    own = []
    for section in under.sections:
        entries = tuple(
            _entry(planned.spec, task.application.form, by_item, under.plan, before)
            for planned in section.fields
            if task.item_code in planned.used_by
        )
        if entries:
            own.append(Section(section.title, entries))
    return tuple(own)


def _entry(
    spec: FieldSpec, form: Mapping[str, Any], by_item: Mapping[str, Task], plan: Plan, before: Mapping[str, Any]
) -> Entry:
    """The value filled in, or the number that another step's grant brings (`prefill: result.<item>.number`)."""
    kind, _, rest = spec.prefill.partition(".")
    source = by_item.get(rest.removesuffix(".number")) if kind == "result" else None
    value = show_value(spec, form.get(spec.code))
    if source is None or value:
        return Entry(spec.label, value, _unit(spec), before=show_value(spec, before.get(spec.code)), code=spec.code)
    return Entry(spec.label, number_of(source), brought_by=result_name(plan, source), code=spec.code)


def _unit(spec: FieldSpec) -> str:
    return spec.unit or ("元" if spec.type == "money" else "")


def show_value(spec: FieldSpec, value: Any) -> str:
    """A stored value in words; identity numbers masked; empty when nothing was filled in."""
    if value in (None, "", []):
        return ""
    if spec.type == "id-number":
        return mask_id_number(str(value))
    if spec.type == "boolean":
        return {"yes": "是", "no": "否"}.get(str(value), str(value))
    if spec.type in ("choice", "multichoice"):
        labels = {choice.code: choice.label for choice in spec.choices}
        chosen = value if isinstance(value, list) else [value]
        return "、".join(labels.get(str(code), str(code)) for code in chosen)
    return str(value)


def own_papers(task: Task, siblings: list[Task], under: Scheme) -> tuple[OwnPaper, ...]:
    """The materials that this item uses, with their files, and those that another step brings. Two queries, two more
    where one is exempt, and one once another step has brought something."""
    case = task.application
    listed = list(case.materials.filter(used_by__contains=[task.item_code]).select_related("breach"))
    files: dict[str, list[MaterialFile]] = {}
    codes = [material.material_code for material in listed]
    for stored in MaterialFile.objects.filter(application=case, material_code__in=codes).select_related("file"):
        files.setdefault(stored.material_code, []).append(stored)
    brought = _brought(task, siblings, under)
    issued = _issued([source for source in brought.values() if source.state in FAVOURABLE])
    answers = answers_of(case) if any(one.state == MaterialState.EXEMPT for one in listed) else {}
    papers = [
        _supplied(material.material_code, material.name, brought.pop(material.material_code), issued)
        if material.material_code in brought
        else OwnPaper(
            code=material.material_code,
            name=material.name,
            note=_paper_note(material),
            state=material.state,
            files=tuple(files.get(material.material_code, ())),
            checked=_checked(material, under.plan),
            source=_seen_at_the_window(material),
            owed=_owed(material),
            checked_at=material.checked_at,
            answer=answers.get(material.material_code),
        )
        for material in listed
    ]
    names = {planned.spec.code: planned.spec.name for planned in under.materials}
    return (*papers, *(_supplied(code, names[code], source, issued) for code, source in brought.items()))


def _brought(task: Task, siblings: list[Task], under: Scheme) -> dict[str, Task]:
    """Materials of this item that another step of the case brings: material → task.

    So where the catalogue says `result_of`; and where an exempt paper has the very name of the result of a step that
    this one waits for (营业执照), which is the paper that the wait is about.
    """
    by_item = {other.item_code: other for other in siblings}
    before = [code for code in (*task.after, *task.starts_after) if code in by_item]
    results = {under.plan.items[code].result.name: by_item[code] for code in before}
    found = {}
    for planned in under.materials:
        if task.item_code not in planned.used_by:
            continue
        source = by_item.get(planned.supplied_by_step or "")
        if source is None and planned.spec.exempt:
            source = results.get(planned.spec.name)
        if source is not None:
            found[planned.spec.code] = source
    return found


def _issued(sources: list[Task]) -> dict[int, CasePaper]:
    """The papers of these grants, by task. No query while nothing was granted."""
    if not sources:
        return {}
    papers = CasePaper.objects.filter(task__in=sources, kind__in=GRANT_PAPERS).select_related("document__file")
    return {paper.task_id: paper for paper in papers if paper.task_id is not None}


def _supplied(code: str, name: str, source: Task, issued: Mapping[int, CasePaper]) -> OwnPaper:
    if source.state in FAVOURABLE:
        number = number_of(source)
        note = f"已发，编号 {number}" if number else "已发"
        return OwnPaper(code, name, note, supplied_by=source, number=number, issued=issued.get(source.pk))
    note = "等发证后自动带来" if source.is_open else "没有发，前置事项已结束"
    return OwnPaper(code, name, note, supplied_by=source)


def number_of(task: Task) -> str:
    """The number a grant has brought: the issuer's own, else that of the decision; empty before."""
    return (task.result_number or task.decision_number) if task.state in FAVOURABLE else ""


def _checked(material: CaseMaterial, plan: Plan) -> tuple[tuple[str, bool], ...]:
    points = points_of_paper(plan, material.material_code, material.submit, material.copies)
    return tuple((one.text, material.points[one.key] == YES) for one in points if one.key in material.points)


def _seen_at_the_window(material: CaseMaterial) -> str:
    parts = [f"原件已核（{material.original_seen_by_name}）"] if material.original_seen_at else []
    parts += [f"留存复印件 {material.copies_kept}\u00a0份"] if material.copies_kept else []
    return "，".join(parts)


def _owed(material: CaseMaterial) -> str:
    """A paper promised for later that has not come. It locks nothing: the department decides on what is there."""
    if material.state != MaterialState.DEFERRED or material.deferred_until is None:
        return ""
    day = f"{material.deferred_until.month}\u00a0月\u00a0{material.deferred_until.day}\u00a0日"
    if hasattr(material, "breach"):
        return f"{material.name}：{day}到期没有补来，按现有材料决定"
    if material.handed_in_at is not None:
        return f"{material.name}：补来了，等窗口核对"
    moved = "（不可抗力，延长过一次）" if material.extended_from else ""
    return f"{material.name}：申请人承诺 {day}前补{moved}"


def _paper_note(material: Any) -> str:
    if material.state == "received":
        return "窗口核过，原件已核" if material.original_seen_at else "窗口核过"
    if material.dropped_by_id is not None:
        return str(material.note)
    if material.state == "deferred" and material.deferred_until:
        day = material.deferred_until
        return f"容缺，{day.month}\u00a0月\u00a0{day.day}\u00a0日{'到期没有补来' if hasattr(material, 'breach') else '前补'}"
    words = {
        "exempt": "免交，部门间核对",
        "not_applicable": f"不涉及：{material.note}",
        "wrong": f"要补：{material.note}",
    }
    return words.get(material.state, "窗口还没看")


def _reasons(task: Task, siblings: list[Task], plan: Plan, calendar: Calendar) -> tuple[Reason, ...]:
    case = task.application
    if case.accepted_on is None or task.due is None:
        return ()
    pauses = pauses_of(case, timezone.localdate(), calendar)
    all_clocks = {clock.code: clock for clock in clocks_of(case, siblings, calendar, pauses)}
    if task.item_code not in all_clocks:
        return ()
    return why_due(
        all_clocks[task.item_code],
        all_clocks,
        {other.item_code: result_name(plan, other) for other in siblings},
        clocks.due_days(all_clocks.values(), case.accepted_on, calendar),
        case.accepted_on,
        calendar,
        deemed=case.deemed,
    )


def result_name(plan: Plan, task: Task) -> str:
    """What people call the thing one waits for: the result (营业执照) where there is one, else the item."""
    item = plan.items[task.item_code]
    return task.item_name if item.result.kind == "none" or not item.result.name else item.result.name


def awaits_word(task: Task) -> bool:
    """Whether the department itself has still to say 受理 or 不予受理 (it has not entrusted the window)."""
    return (
        task.state == TaskState.PENDING
        and not task.intake_word
        and task.application.state == CaseState.RECEIVED
        and task.department.intake_mode != "entrusted"
    )
