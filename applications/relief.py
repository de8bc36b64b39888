"""Pure: does a newer revision ask a running case for less and for nothing more, and what of it is still open there.

Rule A3: a case keeps the revision it was filed on; a later one reaches it only if, under the case's own answers, it
asks for less. The test is of the whole revision: one thing more, and none of it reaches the case. What cannot be
compared (a reworded condition, another fee standard) counts as more.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from applications.filling import faults
from matters.plan import FREE, SUBMIT_STRENGTH, Plan, PlannedMaterial, PlannedStep, Scheme, missing_answers, scheme
from matters.words import Submit


@dataclass(frozen=True, slots=True)
class Eased:
    """A paper still asked for, in an easier way; empty or 0 where that did not change."""

    code: str
    name: str
    submit: str = ""
    copies: int = 0
    deferrable: bool = False

    @property
    def text(self) -> str:
        """“平面布局图”交复印件就行、交 1 份就行、可以容缺后补."""
        ways = [f"交{Submit(self.submit).label}就行"] if self.submit else []
        ways += [f"交 {self.copies} 份就行"] if self.copies else []
        ways += ["可以容缺后补"] if self.deferrable else []
        return f"“{self.name}”{'，'.join(ways)}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`more`: why the newer revision does not reach the case, in words; the rest: what it no longer asks for.

    `papers`, `steps` and `fees` (items that charge no longer) are code → name; `fields` are labels.
    """

    more: tuple[str, ...]
    papers: Mapping[str, str]
    eased: tuple[Eased, ...]
    fields: tuple[str, ...]
    steps: Mapping[str, str]
    fees: Mapping[str, str]
    kept_items: frozenset[str]

    @property
    def reaches(self) -> bool:
        """It asks for less, and for nothing more."""
        return not self.more and any((self.papers, self.eased, self.fields, self.steps, self.fees))


@dataclass(frozen=True, slots=True)
class Relief:
    """What of a comparison changes something for one case as it stands now."""

    papers: Mapping[str, str]
    eased: tuple[Eased, ...]
    steps: tuple[str, ...]
    fees: tuple[str, ...]

    def __bool__(self) -> bool:
        return any((self.papers, self.eased, self.steps, self.fees))

    def text(self, number: int) -> str:
        """For the applicant; `number` is that of the revision."""
        parts = [f"不再要求：{'、'.join(self.papers.values())}，不用再交"] if self.papers else []
        parts += [one.text for one in self.eased]
        parts += [f"“{name}”不再收费" for name in self.fees]
        parts += [f"不再列入“{name}”，您这一项照常办，不想办的受理以后可以单独撤回" for name in self.steps]
        return f"新版（第 {number} 版）{'；'.join(parts)}"


def compare(
    old: Plan, new: Plan, answers: Mapping[str, str], commitments: frozenset[str], form: Mapping[str, Any]
) -> Comparison:
    """`new` held against `old` under a case's answers, the items it has promised for, and what it has filled in.

    A shorter promise counts neither way: the case keeps its days.
    """
    before, after = scheme(old, answers, commitments), scheme(new, answers, commitments)
    was = {material.spec.code: material for material in before.to_hand_in}
    now = {material.spec.code: material for material in after.to_hand_in}
    both = [(was[code], now[code]) for code in now if code in was]
    steps = [(before.by_item[code], after.by_item[code]) for code in after.by_item if code in before.by_item]
    asked = {question.code: question.text for question in new.questions}
    more = [f"没有问过：{asked[code]}" for code in missing_answers(new, answers)]
    more += [f"加办：{step.item.name}" for step in after.steps if step.item.code not in before.by_item]
    more += [f"加交：{material.spec.name}" for code, material in now.items() if code not in was]
    more += [f"要求更严：{one.spec.name}" for first, one in both if _stricter(first, one)]
    more += _more_fields(before, after, form)
    more += [reason for first, one in steps for reason in _harder(first, one)]
    if new.promised_days > old.promised_days:
        more.append("整件承诺时限更长")
    left = {field.spec.code: field.spec for field in after.fields}
    return Comparison(
        more=tuple(more),
        papers={code: material.spec.name for code, material in was.items() if code not in now},
        eased=tuple(eased for first, one in both if (eased := _eased(first, one)) is not None),
        fields=tuple(
            field.spec.label
            for field in before.fields
            if field.spec.code not in left or (field.spec.required and not left[field.spec.code].required)
        ),
        steps={code: step.item.name for code, step in before.by_item.items() if code not in after.by_item},
        fees={first.item.code: one.item.name for first, one in steps if first.item.fee != FREE == one.item.fee},
        kept_items=frozenset(after.by_item),
    )


def still_open(less: Comparison, waiting: Mapping[str, Collection[str]], undecided: Collection[str]) -> Relief:
    """What of `less` changes something: papers that are settled and items that are decided stay as they are.

    `waiting`: papers neither found in order nor excused → the items that use them; `undecided`: items without an end.
    An item that the newer revision leaves out is still decided in this case (the applicant asked for the decision, and
    the law may still demand it), so a paper that such an item uses is asked for as before.
    """
    going_on = set(undecided) - less.kept_items
    free = {code for code, users in waiting.items() if not going_on & set(users)}
    return Relief(
        papers={code: name for code, name in less.papers.items() if code in free},
        eased=tuple(one for one in less.eased if one.code in free),
        steps=tuple(name for code, name in less.steps.items() if code in undecided),
        fees=tuple(name for code, name in less.fees.items() if code in undecided),
    )


def _stricter(old: PlannedMaterial, new: PlannedMaterial) -> bool:
    return (
        SUBMIT_STRENGTH[new.submit] > SUBMIT_STRENGTH[old.submit]
        or new.copies > old.copies
        or (old.need == "deferrable" and new.need == "core")
    )


def _eased(old: PlannedMaterial, new: PlannedMaterial) -> Eased | None:
    submit = new.submit if SUBMIT_STRENGTH[new.submit] < SUBMIT_STRENGTH[old.submit] else ""
    copies = new.copies if new.copies < old.copies else 0
    deferrable = old.need == "core" and new.need == "deferrable"
    if not (submit or copies or deferrable):
        return None
    return Eased(new.spec.code, new.spec.name, submit, copies, deferrable)


def _more_fields(before: Scheme, after: Scheme, form: Mapping[str, Any]) -> list[str]:
    """Fields that were not there, and those whose filled-in value was fit and is not any more."""
    known = {field.spec.code for field in before.fields}
    wrong = faults(before, form)
    worse = {code for code in faults(after, form) if code not in wrong}
    return [
        f"加填：{field.spec.label}" if field.spec.code not in known else f"填写要求更严：{field.spec.label}"
        for field in after.fields
        if field.spec.code not in known or field.spec.code in worse
    ]


def _harder(old: PlannedStep, new: PlannedStep) -> list[str]:
    """In what an item that stays is harder on the applicant than it was."""
    first, one = old.item, new.item
    times = [item.presence.times if item.presence else 0 for item in (first, one)]
    tests = {
        "多等前置": not set(new.waits_for) <= set(old.waits_for)
        or not set(new.starts_after) <= set(old.starts_after)
        or new.starts_on not in (None, old.starts_on),
        "时限更长": new.working_days > old.working_days
        or one.clock.working(one.statutory_days) > first.clock.working(first.statutory_days),
        "条件不同": not set(one.conditions) <= set(first.conditions),
        "收费不同": one.fee not in (FREE, first.fee),
        "多跑": times[1] > times[0],
        "改成核心事项": new.essential and not old.essential,
        "容缺期限更短": one.deferral_days is not None
        and (first.deferral_days is None or one.deferral_days < first.deferral_days),
    }
    return [f"{why}：{one.name}" for why, holds in tests.items() if holds]
