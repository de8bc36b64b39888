"""Pure: which edited rows a changed plan stands for, and the same edits carried over to other plans that share rows.

Written rows and shown plan come from the same comparison, so that a draft opened from a proposal cannot say anything
else than the page where it was tried.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from matters.specs import Plan

# What items and materials are edited in is shared by every matter that is composed of them.
SHARED = ("item", "ask", "material")
ITEM_NAMES = ("promised_days", "inspection", "commitment")


@dataclass(frozen=True, slots=True)
class Edit:
    """One value of one row. `name` is empty where the whole row goes (`old` then is its JSON in the plan).

    `kind` and `key`: matter (), question (code), step (item), item (item), ask (item, material), material (material).
    """

    kind: str
    key: tuple[str, ...]
    name: str
    old: Any
    new: Any

    @property
    def shared(self) -> bool:
        """True when other matters may have the same row."""
        return self.kind in SHARED


def edits(before: Plan, after: Plan) -> tuple[Edit, ...]:
    """What has to be written so that rows which compile to `before` compile to `after`, made by `apply_changes`."""
    found = [
        Edit("matter", (), name, getattr(before, name), getattr(after, name))
        for name in ("promised_days", "level")
        if getattr(before, name) != getattr(after, name)
    ]
    asked = {question.code for question in after.questions}
    data = before.to_json()
    found += [Edit("question", (row["code"],), "", row, None) for row in data["questions"] if row["code"] not in asked]
    steps = {step.item: step for step in after.steps}
    for old, row in zip(before.steps, data["steps"], strict=True):
        if old.item not in steps:
            found.append(Edit("step", (old.item,), "", row, None))
            continue
        for name in ("after", "starts_after"):
            was, now = getattr(old, name), getattr(steps[old.item], name)
            if was != now:
                found.append(Edit("step", (old.item,), name, list(was), list(now)))
    for code, item in after.items.items():
        was_item = before.items[code]
        found += [
            Edit("item", (code,), name, getattr(was_item, name), getattr(item, name))
            for name in ITEM_NAMES
            if getattr(was_item, name) != getattr(item, name)
        ]
        found += [
            Edit("ask", (code, ask.material), "need", was_ask.need, ask.need)
            for was_ask, ask in zip(was_item.asks, item.asks, strict=True)
            if was_ask.need != ask.need
        ]
    found += [
        Edit("material", (code,), "exempt", before.materials[code].exempt, material.exempt)
        for code, material in after.materials.items()
        if before.materials[code].exempt != material.exempt
    ]
    return tuple(found)


def carried(plan: Plan, made: Iterable[Edit]) -> Plan:
    """Another matter's plan after the shared ones of these edits; the same object when none of them touches it."""
    items, materials = dict(plan.items), dict(plan.materials)
    for edit in made:
        if not edit.shared:
            continue
        code = edit.key[0]
        if edit.kind == "material":
            if code in materials:
                materials[code] = replace(materials[code], exempt=edit.new)
        elif code in items:
            if edit.kind == "item":
                items[code] = replace(items[code], **{edit.name: edit.new})
            else:
                asks = tuple(
                    replace(ask, need=edit.new) if ask.material == edit.key[1] else ask for ask in items[code].asks
                )
                items[code] = replace(items[code], asks=asks)
    if items == dict(plan.items) and materials == dict(plan.materials):
        return plan
    return replace(plan, items=items, materials=materials)
