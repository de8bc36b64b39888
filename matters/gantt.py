"""Pure: the steps of a scheme drawn along the days, and the step that binds the whole, in words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from matters.plan import PlannedStep, Scheme, scheme


@dataclass(frozen=True, slots=True)
class Drawn:
    """Where the parts of a bar stand, in percent of the width, as text for the attributes of an SVG.

    Each part is (from, width); None where there is none. A step of no days is a mark of `LEAST` percent.
    """

    before: tuple[str, str] | None
    own: tuple[str, str]
    waiting: tuple[str, str] | None


LEAST = 1.5


@dataclass(frozen=True, slots=True)
class Bar:
    """One step on the days from acceptance. It works from `start` to `worked` and is decided at `finish`.

    Up to `start` its review waits, from `worked` to `finish` its decision does; `waits` names for whom.
    """

    start: int
    worked: int
    finish: int
    critical: bool
    waits: tuple[str, ...]
    committed: bool = False

    @property
    def own_days(self) -> int:
        return self.worked - self.start

    def drawn(self, days: int) -> Drawn:
        """The bar on an axis of so many days."""

        def part(start: int, end: int, least: float = 0) -> tuple[str, str]:
            width = max((end - start) * 100 / max(days, 1), least)
            left = min(start * 100 / max(days, 1), 100 - width)
            return f"{left:.2f}%", f"{width:.2f}%"

        return Drawn(
            before=part(0, self.start) if self.start and self.waits else None,
            own=part(self.start, self.worked, LEAST),
            waiting=part(self.worked, self.finish) if self.finish > self.worked else None,
        )

    @property
    def text(self) -> str:
        """“第 1–5 天” with what it waits for."""
        if self.committed:
            return f"签承诺书，第 {self.finish} 天" if self.finish else "签承诺书，受理当天"
        days = (
            f"第 {self.start}–{self.worked} 天"
            if self.own_days
            else f"第 {self.start} 天"
            if self.start
            else "受理当天"
        )
        if not self.waits:
            return days
        who = "、".join(self.waits)
        early = f"等{who}办成才开审，{days}" if self.start else days
        return f"{early}，等{who}到第 {self.finish} 天" if self.finish > self.worked else early


def side_by_side(found: Scheme) -> dict[str, Bar]:
    """Item code -> bar, as the plan runs: reviews at once, decisions and some reviews when others are granted."""
    critical = set(found.critical)
    return {step.item.code: _bar(found, step, step.item.code in critical) for step in found.steps}


def one_after_another(found: Scheme) -> dict[str, Bar]:
    """Item code -> bar when every item starts only after the one before is done; in an order that respects the waits."""
    bars: dict[str, Bar] = {}
    day = 0
    for step in in_order(found):
        bars[step.item.code] = Bar(day, day + step.working_days, day + step.working_days, critical=False, waits=())
        day += step.working_days
    return bars


def in_order(found: Scheme) -> tuple[PlannedStep, ...]:
    """The steps so that none stands before one that it waits for; otherwise as the plan lists them."""
    return tuple(sorted(found.steps, key=lambda step: step.rank))


def binding(found: Scheme) -> str:
    """Which step decides the days of the whole, and how far shortening it alone would help."""
    if not found.steps or found.parallel_days == 0:
        return "都是受理当天办结，没有哪一个环节拖住整件事。"
    by_item: Mapping[str, PlannedStep] = found.by_item
    slowest = max((by_item[code] for code in found.critical), key=lambda step: step.working_days)
    name, days = slowest.item.name, slowest.working_days
    chain = " → ".join(f"{by_item[code].item.name} {by_item[code].working_days} 天" for code in found.critical)
    told = f"关键路径：{chain}。" if len(found.critical) > 1 else ""
    floor = _without_days(found, slowest).parallel_days
    if floor == found.parallel_days:
        others = _as_late(found, slowest)
        return f"{told}卡在{name}（{days} 个工作日）；{others}也要同样久，只压缩它一个没有用。"
    return f"{told}卡在{name}（{days} 个工作日）：单独压缩它，整件事最多能从 {found.parallel_days} 天降到 {floor} 天。"


def _without_days(found: Scheme, slowest: PlannedStep) -> Scheme:
    item = replace(slowest.item, promised_days=0)
    plan = replace(found.plan, items={**found.plan.items, item.code: item})
    return scheme(plan, found.answers, found.commitments)


def _as_late(found: Scheme, slowest: PlannedStep) -> str:
    names = [
        step.item.name
        for step in found.steps
        if step.finish == found.parallel_days and step.item.code not in found.critical
    ]
    return "、".join(names) or f"{slowest.item.name}以外的环节"


def _bar(found: Scheme, step: PlannedStep, critical: bool) -> Bar:
    blocking = [code for code in step.waits_for if found.by_item[code].finish > 0]
    return Bar(
        start=step.start,
        worked=step.start + step.working_days,
        finish=step.finish,
        critical=critical,
        waits=tuple(found.by_item[code].item.name for code in blocking),
        committed=step.item.code in found.commitments,
    )
