"""Pure: what differs between two schemes, and what each choice of a question adds to one."""

from collections.abc import Mapping
from dataclasses import dataclass

from matters.plan import Plan, PlannedField, PlannedMaterial, PlannedStep, Scheme, scheme


@dataclass(frozen=True, slots=True)
class Differences:
    """What the new scheme has and the old has not (added), and the other way round (dropped).

    Materials are those that the applicant hands in.
    """

    added_steps: tuple[PlannedStep, ...]
    dropped_steps: tuple[PlannedStep, ...]
    added_materials: tuple[PlannedMaterial, ...]
    dropped_materials: tuple[PlannedMaterial, ...]
    added_fields: tuple[PlannedField, ...]
    dropped_fields: tuple[PlannedField, ...]

    @property
    def empty(self) -> bool:
        return not any(getattr(self, name) for name in self.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class ChoiceEffect:
    """What applies with this choice and not with every other choice of the same question."""

    steps: tuple[PlannedStep, ...]
    materials: tuple[PlannedMaterial, ...]
    fields: tuple[PlannedField, ...]

    @property
    def text(self) -> str:
        """In a sentence for the guide: “加办消防安全检查，承诺 7 个工作日”; empty when the choice adds nothing."""
        if self.steps:
            names = "、".join(step.item.name for step in self.steps)
            days = max(step.working_days for step in self.steps)
            if len(self.steps) == 1:
                own = self.steps[0]
                promise = f"承诺 {own.own_days} {own.item.clock.days_word}" if days else "当天办结"
            else:
                promise = f"最长 {days} 个工作日" if days else "都当天办结"
            return f"加办{names}，{promise}"
        if self.materials:
            names = "、".join(material.spec.name for material in self.materials)
            return f"加交 {len(self.materials)} 份材料：{names}"
        return ""


def differences(old: Scheme, new: Scheme) -> Differences:
    """Steps, materials and fields added and dropped on the way from `old` to `new`, each in its scheme's order."""
    old_steps, new_steps = old.by_item, new.by_item
    old_materials = {material.spec.code for material in old.to_hand_in}
    new_materials = {material.spec.code for material in new.to_hand_in}
    old_fields, new_fields = {f.spec.code for f in old.fields}, {f.spec.code for f in new.fields}
    return Differences(
        added_steps=tuple(step for step in new.steps if step.item.code not in old_steps),
        dropped_steps=tuple(step for step in old.steps if step.item.code not in new_steps),
        added_materials=tuple(m for m in new.to_hand_in if m.spec.code not in old_materials),
        dropped_materials=tuple(m for m in old.to_hand_in if m.spec.code not in new_materials),
        added_fields=tuple(f for f in new.fields if f.spec.code not in old_fields),
        dropped_fields=tuple(f for f in old.fields if f.spec.code not in new_fields),
    )


def choice_effects(plan: Plan, answers: Mapping[str, str]) -> dict[tuple[str, str], ChoiceEffect]:
    """(question code, choice code) -> what that choice adds, all other answers as they are in `answers`.

    Unanswered questions stay unanswered while another question's choices are compared.
    """
    effects: dict[tuple[str, str], ChoiceEffect] = {}
    for question in plan.questions:
        schemes = {c.code: scheme(plan, {**answers, question.code: c.code}) for c in question.choices}
        for code, under in schemes.items():
            others = [other for choice, other in schemes.items() if choice != code]
            effects[question.code, code] = _effect(under, others)
    return effects


def _effect(under: Scheme, others: list[Scheme]) -> ChoiceEffect:
    """What `under` has and at least one of the others lacks."""
    gained = [differences(other, under) for other in others]
    steps = {step.item.code for found in gained for step in found.added_steps}
    materials = {material.spec.code for found in gained for material in found.added_materials}
    fields = {field.spec.code for found in gained for field in found.added_fields}
    return ChoiceEffect(
        steps=tuple(step for step in under.steps if step.item.code in steps),
        materials=tuple(material for material in under.to_hand_in if material.spec.code in materials),
        fields=tuple(field for field in under.fields if field.spec.code in fields),
    )
