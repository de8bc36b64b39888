"""Pure: what the guide says of each applying item (办事指南, GB/T 36114): the filled elements and what follows by itself."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from departments.models import Level
from matters.elements import ELEMENTS, Filled, filled
from matters.plan import ItemSpec, Scheme

# Told elsewhere on the page, or part of another line.
APART = {"code_scheme", "faq"}


class Fact(NamedTuple):
    """One line of the table: a label and one text or several."""

    label: str
    texts: tuple[str, ...]


class ItemGuide(NamedTuple):
    """One applying item. `answers`: its common questions, each with `question` and `answer`."""

    item: ItemSpec
    facts: tuple[Fact, ...]
    answers: tuple[dict[str, Any], ...]


def item_guides(scheme: Scheme) -> tuple[ItemGuide, ...]:
    """A table for each applying item, in the order of the steps; what is not known has no line."""
    return tuple(
        ItemGuide(step.item, tuple(_facts(step.item, scheme)), tuple(step.item.elements.get("faq", ())))
        for step in scheme.steps
    )


def completeness(elements: Filled | None) -> tuple[int, int]:
    """How many elements of an item are filled, and how many there are; a code and its scheme are one."""
    said = filled(elements)
    return sum(key in said for key in ELEMENTS if key != "code_scheme"), len(ELEMENTS) - 1


def missing(elements: Filled | None) -> tuple[str, ...]:
    """Labels of the elements that are not filled."""
    said = filled(elements)
    return tuple(e.label for key, e in ELEMENTS.items() if key not in said and key != "code_scheme")


def _facts(item: ItemSpec, scheme: Scheme) -> Iterator[Fact]:
    department = scheme.plan.departments[item.department]
    said = {key: Fact(e.label, e.said(item.elements[key])) for key, e in ELEMENTS.items() if item.elements.get(key)}
    if "code" in said:
        yield said.pop("code")
    yield Fact("实施主体", (department.name,))
    if "subject_nature" in said:
        yield said.pop("subject_nature")
    yield Fact("行使层级", (str(dict(Level.choices).get(department.level, department.level)),))
    yield Fact("办件类型", ("承诺件" if item.promised_days else "即办件",))
    yield Fact("法定时限", tuple(_terms(item)))
    if others := _others(item, scheme):
        yield Fact("联办机构", ("、".join(others),))
    if item.presence is not None:
        yield Fact("到现场", (_presence(item),))
    yield from (fact for key, fact in said.items() if key not in APART)


def _terms(item: ItemSpec) -> Iterator[str]:
    unit = item.clock.days_word
    yield f"{item.statutory_days}\u00a0{unit}" if item.statutory_days else "当场办结"
    yield from (f"依法{wait.kind} {wait.days}\u00a0{unit}：{wait.basis}" for wait in item.clock.waits)
    for cause in item.special_procedures:
        days = f"（最多 {cause.days} 天）" if cause.days else ""
        yield f"{cause.kind}{days}的时间另算：{cause.basis}"


def _others(item: ItemSpec, scheme: Scheme) -> tuple[str, ...]:
    return tuple(scheme.plan.departments[code].short_name for code in scheme.departments if code != item.department)


def _presence(item: ItemSpec) -> str:
    presence = item.presence
    if presence is None or presence.times == 0:
        return "不用到现场"
    return "，".join(part for part in (f"{presence.times}\u00a0次", presence.who, presence.reason) if part)
