"""材料的审查要点: what the window asks of one paper, yes or no, before the departments read it. Pure.

The formal questions follow from how the catalogue wants the paper; those that a department has tied to the paper
(`about` of its review points) come behind them, so that both look at the same list. Whether the content is right is
the department's alone (受审分离).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from applications.states import Channel
from matters.specs import MaterialSpec, Plan

MOST = 6  # more than a glance takes nobody answers with care
YES, NO = "yes", "no"
SHOWN_ON_THE_DESK = ("original", "verify")
KEPT_ON_THE_DESK = ("copy", "verify")


@dataclass(frozen=True)
class PaperPoint:
    """One question. `fault` tells the applicant what to do when the answer is no; `items`: who else answers it."""

    key: str
    text: str
    fault: str
    items: tuple[str, ...] = ()


def points_of(plan: Plan, code: str, submit: str, copies: int) -> tuple[PaperPoint, ...]:
    """The two to six questions for one paper of the plan; none for a paper that the plan does not know."""
    spec = plan.materials.get(code)
    if spec is None:
        return ()
    formal = _formal(plan, spec, submit, copies)
    return (*formal, *_of_departments(plan, code)[: MOST - len(formal)])


def _formal(plan: Plan, spec: MaterialSpec, submit: str, copies: int) -> tuple[PaperPoint, ...]:
    found = [PaperPoint("complete", "是这份材料，没有缺页", f"不是“{spec.name}”或者缺页，请换成完整的一份。")]
    if submit == "verify":
        found.append(PaperPoint("original", "原件看过，和复印件一致", "请把原件带来核对。"))
    elif submit == "original":
        found.append(PaperPoint("original", "是原件", "请交原件，不是复印件。"))
    else:
        found.append(PaperPoint("clear", "字迹、图像清楚", "看不清楚，请重新复印或者重新拍。"))
    if spec.provided_by == "applicant":
        found.append(PaperPoint("signed", "该签字、盖章的都有", "请在要签字、盖章的地方补齐。"))
    else:
        issuer = plan.departments.get(spec.issuer or "")
        by = f"{issuer.short_name}出的，" if issuer else ""
        found.append(PaperPoint("valid", f"{by}没有过期", "已经过期或者看不出谁出的，请换一份有效的。"))
    if copies > 1:
        found.append(PaperPoint("copies", f"够 {copies} 份", f"份数不够，要交 {copies} 份。"))
    return tuple(found)


def _of_departments(plan: Plan, code: str) -> list[PaperPoint]:
    """Points that items tie to this paper, each text once, in the order of the steps."""
    found: dict[str, PaperPoint] = {}
    for item in plan.items.values():
        for one in item.about:
            if one.material == code and one.point in item.points:
                known = found.get(one.point)
                key = known.key if known else f"{item.code}:{item.points.index(one.point)}"
                items = (*(known.items if known else ()), item.code)
                found[one.point] = PaperPoint(key, one.point, f"不符合：{one.point}。", items)
    return list(found.values())


def answered(points: Iterable[PaperPoint], answers: Mapping[str, str]) -> dict[str, str]:
    """The answers to these questions alone; whatever else was sent is dropped."""
    return {point.key: answers[point.key] for point in points if answers.get(point.key) in (YES, NO)}


def faults_in(points: Iterable[PaperPoint], answers: Mapping[str, str]) -> str:
    """What the applicant has to put right, from the questions answered no; empty without any."""
    return "".join(point.fault for point in points if answers.get(point.key) == NO)


def usual(submit: str, channel: str, copies: int) -> tuple[bool, int]:
    """(original seen, copies kept) as they usually are when somebody hands a paper over a desk; online neither."""
    if channel != Channel.WINDOW:
        return False, 0
    return submit in SHOWN_ON_THE_DESK, copies if submit in KEPT_ON_THE_DESK else 0
