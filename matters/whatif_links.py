"""Pure: changes as short texts for a link, and changes read off the controls of the what-if page.

A link holds one `c` a change (`promise.food-licence.10`) and one `a.<question>` an answer, so that whoever opens it sees
the same. Codes are slugs: a dot never stands in one.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from foundation.errors import Refused
from matters.specs import Plan, StepSpec
from matters.whatif import Change, lock_of

PARTS: Mapping[str, tuple[str, ...]] = {
    "drop_step": ("item",),
    "promise": ("item", "days"),
    "matter_promise": ("days",),
    "wait": ("item", "other", "locks"),
    "exempt": ("material",),
    "deferrable": ("material",),
    "no_inspection": ("item",),
    "commitment": ("item",),
}
ANSWER, CHANGE = "a.", "c"


def written(change: Change) -> str:
    """The change as a text. Raises KeyError for one that is not whole."""
    kind = str(change["kind"])
    return ".".join([kind, *(str(change[name]) for name in PARTS[kind])])


def read_change(text: str) -> dict[str, Any]:
    """The change that a text says. Raises Refused when it says none; whether it can be made is not looked at."""
    kind, *values = text.split(".")
    names = PARTS.get(kind)
    if names is None or len(values) != len(names):
        raise Refused(f"看不懂这处改动：{text[:60]}")
    change: dict[str, Any] = {"kind": kind, **dict(zip(names, values, strict=True))}
    if "days" in change:
        change["days"] = whole(change["days"])
    return change


def whole(text: str) -> int:
    """Working days as typed. Raises Refused for anything but a whole number of at most four digits."""
    text = text.strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 4):
        raise Refused(f"时限要写整数，写成了“{text[:20]}”。")
    return int(text)


def link_query(answers: Mapping[str, str], changes: Iterable[Change]) -> str:
    """The query string of the page for these answers and changes."""
    pairs = [(f"{ANSWER}{question}", choice) for question, choice in answers.items()]
    return urlencode([*pairs, *((CHANGE, written(change)) for change in changes)])


def answers_in(data: Mapping[str, str]) -> dict[str, str]:
    """The answers in a query string; unknown ones are left to the scheme, which ignores them."""
    return {key.removeprefix(ANSWER): value for key, value in data.items() if key.startswith(ANSWER)}


def changes_in_controls(plan: Plan, data: Mapping[str, str], kept: Sequence[Change]) -> tuple[list[Change], list[str]]:
    """The changes that the page's controls stand for, against `plan`, and what could not be read of them.

    The page names each step it has controls for (`known.<item>`); of `kept`, the changes made so far, those to other
    steps stay. Dropped steps come first, because what they leave behind follows from them.
    """
    faults: list[str] = []
    known = [step for step in plan.steps if f"known.{step.item}" in data]
    codes = {step.item for step in known}
    changes: list[Change] = [change for change in kept if "item" in change and change["item"] not in codes]
    dropped = [step.item for step in known if f"drop.{step.item}" in data]
    changes += [{"kind": "drop_step", "item": code} for code in dropped]
    for step in known:
        if step.item not in dropped:
            changes += _of_step(plan, step, data, dropped, faults)
    for code in plan.materials:
        if f"exempt.{code}" in data:
            changes.append({"kind": "exempt", "material": code})
        elif f"defer.{code}" in data:
            changes.append({"kind": "deferrable", "material": code})
    _days_of("days", plan.promised_days, {"kind": "matter_promise"}, data, changes, faults)
    return list({written(change): change for change in changes}.values()), faults


def _of_step(
    plan: Plan, step: StepSpec, data: Mapping[str, str], dropped: Sequence[str], faults: list[str]
) -> list[Change]:
    code = step.item
    changes: list[Change] = []
    locks = {
        other.item: data[f"lock.{code}.{other.item}"] for other in plan.steps if f"lock.{code}.{other.item}" in data
    }
    other, _, lock = data.get(f"new.{code}", "").rpartition(".")
    if other:
        locks[other] = lock
    for waited, wanted in sorted(locks.items(), key=lambda pair: pair[1] != "nothing"):
        if waited not in dropped and wanted != lock_of(step, waited):
            changes.append({"kind": "wait", "item": code, "other": waited, "locks": wanted})
    item = plan.items[code]
    _days_of(f"days.{code}", item.promised_days, {"kind": "promise", "item": code}, data, changes, faults)
    if item.inspection and f"unseen.{code}" in data:
        changes.append({"kind": "no_inspection", "item": code})
    if not item.commitment and f"commit.{code}" in data:
        changes.append({"kind": "commitment", "item": code})
    return changes


def _days_of(
    name: str, present: int, change: Change, data: Mapping[str, str], changes: list[Change], faults: list[str]
) -> None:
    text = data.get(name, "").strip()
    if not text:
        return
    try:
        days = whole(text)
    except Refused as why:
        faults.append(why.message)
        return
    if days != present:
        changes.append({**change, "days": days})
