"""Pure: the catalogue's figures, and whether they hold to what the public announcement of the reform states."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from matters.plan import Plan, fullest, scheme


@dataclass(frozen=True)
class Figures:
    """One matter in its fullest case. Days are working days; `before_days` is as announced, not converted."""

    number: int
    code: str
    name: str
    answers: Mapping[str, str]
    steps: int
    departments: tuple[str, ...]
    asked: int
    merged: int
    fields: int
    series_days: int
    parallel_days: int
    promised_days: int
    before_days: int
    visits: int
    before_visits: int

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "departments": list(self.departments)}


def figures(plan: Plan) -> Figures:
    """The figures of a plan under the answers with which most steps apply."""
    found = scheme(plan, fullest(plan))
    return Figures(
        number=plan.number,
        code=plan.code,
        name=plan.name,
        answers=found.answers,
        steps=len(found.steps),
        departments=found.departments,
        asked=found.asked,
        merged=found.merged,
        fields=len(found.fields),
        series_days=found.series_days,
        parallel_days=found.parallel_days,
        promised_days=plan.promised_days,
        before_days=plan.before_days,
        visits=found.visits,
        before_visits=plan.before_visits,
    )


@dataclass(frozen=True)
class Totals:
    """Counts of the whole catalogue. Single or joint by the departments of all of a matter's steps."""

    matters: int
    audience: Mapping[str, int]
    single: int
    joint: int
    city_county: tuple[str, ...]
    first_list: int


def totals(plans: Sequence[Plan]) -> Totals:
    joint = sum(plan.joint for plan in plans)
    return Totals(
        matters=len(plans),
        audience=dict(Counter(plan.audience for plan in plans)),
        single=len(plans) - joint,
        joint=joint,
        city_county=tuple(plan.name for plan in plans if plan.level == "city-county"),
        first_list=sum(plan.batch == 1 for plan in plans),
    )


def announcement_faults(plans: Sequence[Plan], stated: Mapping[str, Any]) -> list[str]:
    """Where the published catalogue differs from the announcement, a Chinese sentence each; empty when all holds.

    `stated` is the content of announcement.yaml beside the source files.
    """
    found = totals(plans)
    pairs = [
        ("一件事总数", found.matters, stated["matters"]),
        ("编号", sorted(plan.number for plan in plans), list(range(1, stated["matters"] + 1))),
        ("企业和个人", dict(found.audience), stated["audience"]),
        ("单部门", found.single, stated["single"]),
        ("多部门联办", found.joint, stated["joint"]),
        ("市县联办", sorted(found.city_county), sorted(stated["city_county"])),
        ("第一批清单", found.first_list, stated["first_list"]),
    ]
    faults = [f"{name}是 {seen}，公布的是 {wanted}" for name, seen, wanted in pairs if seen != wanted]
    first = {plan.name for plan in plans if plan.batch == 1}
    faults += [f"第一批清单里没有{name}" for name in stated["first_list_includes"] if name not in first]
    single = stated["single_are"]
    for plan in plans:
        if not plan.joint and (plan.batch, plan.deciding) != (single["batch"], (single["department"],)):
            faults.append(f"{plan.name}是单部门事项，但不是第 {single['batch']} 批或不由 {single['department']} 办")
    return faults + _fullest_faults(plans, stated["fullest"])


def _fullest_faults(plans: Sequence[Plan], stated: Mapping[str, Any]) -> list[str]:
    plan = next((plan for plan in plans if plan.name == stated["name"]), None)
    if plan is None:
        return [f"没有{stated['name']}"]
    found = figures(plan)
    pairs = [
        ("部门数", len(found.departments), stated["departments"]),
        ("各部门要的材料", found.asked, stated["asked"]),
        ("合并后的材料", found.merged, stated["merged"]),
        ("承诺工作日", found.promised_days, stated["promised_days"]),
    ]
    faults = [f"{plan.name}的{name}是 {seen}，公布的是 {wanted}" for name, seen, wanted in pairs if seen != wanted]
    missing = [code for code in stated["departments_include"] if code not in found.departments]
    return faults + [f"{plan.name}的部门里没有 {code}" for code in missing]
