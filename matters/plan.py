"""Pure: a published plan and somebody's answers in; steps, one set of materials, one form, days and figures out.

A *scheme* (办理方案) is the plan under certain answers. Everything that shows, files, dispatches or counts a case
reads it from here, so that the guide and the case can never differ.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from matters.conditions import holds
from matters.specs import (
    Ask,
    ChoiceSpec,
    Clock,
    DepartmentBrief,
    FieldSpec,
    ItemSpec,
    MaterialSpec,
    Plan,
    Presence,
    QuestionSpec,
    Result,
    SpecialProcedure,
    StartsOn,
    StepSpec,
    Wait,
    plan_hash,
)

__all__ = [
    "Ask",
    "ChoiceSpec",
    "Clock",
    "DepartmentBrief",
    "Fee",
    "FieldSpec",
    "FormSection",
    "ItemSpec",
    "MaterialSpec",
    "Plan",
    "PlannedField",
    "PlannedMaterial",
    "PlannedStep",
    "Presence",
    "QuestionSpec",
    "Result",
    "Scheme",
    "SpecialProcedure",
    "StartsOn",
    "StepSpec",
    "StepsInCircle",
    "Wait",
    "every_answer",
    "fullest",
    "missing_answers",
    "plan_hash",
    "scheme",
]

FREE = "不收费"
# When several items ask for one material in different ways, the applicant brings the strongest.
SUBMIT_STRENGTH = {"electronic": 0, "copy": 1, "verify": 2, "original": 3}


class StepsInCircle(ValueError):
    """The steps of a plan wait for each other in a circle; `items` names them in order, first = last."""

    def __init__(self, items: tuple[str, ...]) -> None:
        super().__init__(" -> ".join(items))
        self.items = items


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step that applies. `start` and `finish` are working days from acceptance (acceptance day = 0); `own_days` are in the
    item's own unit."""

    item: ItemSpec
    essential: bool
    after: tuple[str, ...]
    starts_after: tuple[str, ...]
    start: int
    finish: int
    own_days: int
    rank: int
    starts_on: StartsOn | None = None

    @property
    def working_days(self) -> int:
        """How many working days its own days take; of calendar days the most that they can hold."""
        return self.item.clock.working(self.own_days)

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Items that this one waits for, for its review or for its decision."""
        return tuple(dict.fromkeys((*self.starts_after, *self.after)))


@dataclass(frozen=True, slots=True)
class PlannedMaterial:
    """A material that applying items ask for, merged. Not `counted` when exempt or the result of another step."""

    spec: MaterialSpec
    submit: str
    copies: int
    need: str
    used_by: tuple[str, ...]
    counted: bool
    supplied_by_step: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedField:
    spec: FieldSpec
    used_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormSection:
    title: str
    fields: tuple[PlannedField, ...]


@dataclass(frozen=True, slots=True)
class Fee:
    """An item that charges: its code and the standard in words."""

    item: str
    text: str


@dataclass(frozen=True)
class Scheme:
    """The plan under certain answers. `asked` counts each item's own list, `merged` what the applicant hands in.

    `series_days` is the sum of the steps' days, `parallel_days` the finish of the last one, both working days.
    """

    plan: Plan
    answers: Mapping[str, str]
    commitments: frozenset[str]
    steps: tuple[PlannedStep, ...]
    materials: tuple[PlannedMaterial, ...]
    sections: tuple[FormSection, ...]
    departments: tuple[str, ...]
    asked: int
    merged: int
    series_days: int
    parallel_days: int
    critical: tuple[str, ...]
    visits: int
    fees: tuple[Fee, ...]

    @cached_property
    def by_item(self) -> Mapping[str, PlannedStep]:
        """The applying steps by item code."""
        return {step.item.code: step for step in self.steps}

    @cached_property
    def to_hand_in(self) -> tuple[PlannedMaterial, ...]:
        """The counted materials: what the applicant has to bring."""
        return tuple(material for material in self.materials if material.counted)

    @cached_property
    def fields(self) -> tuple[PlannedField, ...]:
        """All fields of the merged form, in order."""
        return tuple(field for section in self.sections for field in section.fields)

    def stages(self) -> tuple[tuple[PlannedStep, ...], ...]:
        """The steps by rank: stage 0 waits for nobody, each later one for something in an earlier one."""
        ranks = sorted({step.rank for step in self.steps})
        return tuple(tuple(step for step in self.steps if step.rank == rank) for rank in ranks)


def scheme(plan: Plan, answers: Mapping[str, str], commitments: frozenset[str] = frozenset()) -> Scheme:
    """The scheme for `answers` (question code -> choice code) and the items granted on a signed commitment.

    Answers to questions or with choices that the plan does not have are left out, as are commitments to items that
    do not apply or do not allow them. Raises StepsInCircle, which publishing makes impossible.
    """
    known = _known_answers(plan, answers)
    applying = tuple(step for step in plan.steps if holds(step.when, known))
    items = tuple(plan.items[step.item] for step in applying)
    committed = frozenset(item.code for item in items if item.commitment and item.code in commitments)
    steps = _schedule(applying, plan.items, committed)
    materials, asked = _materials(plan, items, known)
    return Scheme(
        plan=plan,
        answers=known,
        commitments=committed,
        steps=steps,
        materials=materials,
        sections=_sections(plan, items, known),
        departments=tuple(dict.fromkeys(item.department for item in items)),
        asked=asked,
        merged=sum(material.counted for material in materials),
        series_days=sum(step.working_days for step in steps),
        parallel_days=max((step.finish for step in steps), default=0),
        critical=_critical(steps),
        visits=_visits(items),
        fees=tuple(Fee(item.code, item.fee) for item in items if item.fee != FREE),
    )


def missing_answers(plan: Plan, answers: Mapping[str, str]) -> tuple[str, ...]:
    """Codes of the questions without a valid answer, in the order they are asked."""
    known = _known_answers(plan, answers)
    return tuple(question.code for question in plan.questions if question.code not in known)


def every_answer(plan: Plan) -> Iterator[dict[str, str]]:
    """Every full set of answers; one empty set when nothing is asked."""
    codes = [question.code for question in plan.questions]
    for combination in itertools.product(*[[c.code for c in q.choices] for q in plan.questions]):
        yield dict(zip(codes, combination, strict=True))


def fullest(plan: Plan) -> dict[str, str]:
    """The answers under which most steps apply, then most materials are asked; the first of equals."""

    def size(answers: dict[str, str]) -> tuple[int, int]:
        result = scheme(plan, answers)
        return len(result.steps), result.asked

    return max(every_answer(plan), key=size)


def _known_answers(plan: Plan, answers: Mapping[str, str]) -> dict[str, str]:
    return {
        question.code: answers[question.code]
        for question in plan.questions
        if any(choice.code == answers.get(question.code) for choice in question.choices)
    }


def _schedule(
    applying: tuple[StepSpec, ...], items: Mapping[str, ItemSpec], committed: frozenset[str]
) -> tuple[PlannedStep, ...]:
    """Each review starts at acceptance or with the last of `starts_after`; its decision waits for all of `after`.

    A predecessor that does not apply is ignored.
    """
    specs = {step.item: step for step in applying}
    done: dict[str, PlannedStep] = {}

    def place(code: str, trail: tuple[str, ...]) -> PlannedStep:
        if code in trail:
            raise StepsInCircle((*trail[trail.index(code) :], code))
        if code not in done:
            spec, inside = specs[code], (*trail, code)
            after = tuple(other for other in spec.after if other in specs)
            starts_after = tuple(other for other in spec.starts_after if other in specs)
            waits = [place(other, inside) for other in after]
            starts = [place(other, inside) for other in starts_after]
            own = 0 if code in committed else items[code].promised_days
            start = max((step.finish for step in starts), default=0)
            done[code] = PlannedStep(
                item=items[code],
                essential=spec.essential,
                after=after,
                starts_after=starts_after,
                start=start,
                finish=max(start + items[code].clock.working(own), *(step.finish for step in waits), 0),
                own_days=own,
                rank=1 + max((step.rank for step in (*waits, *starts)), default=-1),
                starts_on=spec.starts_on,
            )
        return done[code]

    return tuple(place(step.item, ()) for step in applying)


def _critical(steps: tuple[PlannedStep, ...]) -> tuple[str, ...]:
    """The chain of items that sets the last finish, first to last; of equals the one that stands first."""
    if not steps:
        return ()
    by_item = {step.item.code: step for step in steps}
    current = max(steps, key=lambda step: step.finish)
    chain = [current.item.code]
    while True:
        if current.start + current.working_days == current.finish:
            binding = [code for code in current.starts_after if by_item[code].finish == current.start > 0]
        else:
            binding = [code for code in current.after if by_item[code].finish == current.finish]
        if not binding:
            return tuple(reversed(chain))
        chain.append(binding[0])
        current = by_item[binding[0]]


def _materials(
    plan: Plan, items: tuple[ItemSpec, ...], answers: Mapping[str, str]
) -> tuple[tuple[PlannedMaterial, ...], int]:
    """The union of what the items ask for, by code, in order of first use; and how often something is asked."""
    asks: dict[str, list[tuple[str, Ask]]] = {}
    for item in items:
        for ask in item.asks:
            if holds(ask.when, answers):
                asks.setdefault(ask.material, []).append((item.code, ask))
    applying = {item.code for item in items}
    merged = tuple(_merge(plan.materials[code], uses, applying) for code, uses in asks.items())
    return merged, sum(len(uses) for uses in asks.values())


def _merge(spec: MaterialSpec, uses: list[tuple[str, Ask]], applying: set[str]) -> PlannedMaterial:
    users = tuple(item for item, _ in uses)
    supplied = spec.result_of if spec.result_of in applying else None
    return PlannedMaterial(
        spec=spec,
        submit=max((ask.submit for _, ask in uses), key=SUBMIT_STRENGTH.__getitem__),
        copies=max(ask.copies for _, ask in uses),
        need="core" if any(ask.need == "core" for _, ask in uses) else "deferrable",
        used_by=users,
        counted=not spec.exempt and supplied is None,
        supplied_by_step=supplied,
    )


def _sections(plan: Plan, items: tuple[ItemSpec, ...], answers: Mapping[str, str]) -> tuple[FormSection, ...]:
    """The union of the items' fields under their headings; headings and fields in dictionary order."""
    used_by: dict[str, list[str]] = {}
    for item in items:
        for code in item.fields:
            used_by.setdefault(code, []).append(item.code)
    sections: dict[str, list[PlannedField]] = {}
    for code, spec in plan.fields.items():
        if code in used_by and holds(spec.when, answers):
            sections.setdefault(spec.section, []).append(PlannedField(spec, tuple(used_by[code])))
    return tuple(FormSection(title, tuple(fields)) for title, fields in sections.items())


def _visits(items: tuple[ItemSpec, ...]) -> int:
    """Trips to the one window: every item's first appearance falls into the same trip, later ones are extra.

    Where items say nothing about presence, one trip for filing or hand-over; 0 only when all say nobody need come.
    """
    if items and all(item.presence is not None and item.presence.times == 0 for item in items):
        return 0
    return 1 + sum(max(item.presence.times - 1, 0) for item in items if item.presence is not None)
