"""Rule A3, pure: a newer revision reaches a case only if it asks for less, and for nothing more."""

from dataclasses import replace
from typing import Any

import pytest

from applications.relief import compare, still_open
from tests.matters import builders as b

FORM = dict.fromkeys(("f-one", "f-two", "f-three"), "填好")
ANSWERS = {"size": "big"}


def plan(
    *steps: dict[str, Any],
    asks: list[dict[str, Any]] | None = None,
    materials: dict[str, Any] | None = None,
    fields: dict[str, Any] | None = None,
    item: dict[str, Any] | None = None,
    **matter: Any,
):
    """A shop licence and a fire check that waits for it; what a case changes about them by keyword."""
    asks = [b.ask("m-one"), b.ask("m-two", submit="original", copies=2)] if asks is None else asks
    items = (
        b.item("shop", materials=asks, **(item or {})),
        b.item("fire", department="fire", materials=[b.ask("m-three", need="deferrable")], fields=["f-one"]),
        b.item("sign", materials=[], fields=[]),
    )
    dictionary = b.by_code(
        *(b.material(code, **(materials or {}).get(code, {})) for code in ("m-one", "m-two", "m-three", "m-four"))
    )
    form = b.by_code(
        *(b.form_field(f"f-{n}", **(fields or {}).get(f"f-{n}", {})) for n in ("one", "two", "three", "four"))
    )
    parts = b.dictionaries(*items, materials=dictionary, fields=form)
    found = list(steps) or [b.step("shop", essential=True), b.step("fire", after=["shop"])]
    questions = matter.pop("questions", [b.question("size", "small", "big")])
    return b.plan_of(b.matter(*found, questions=questions, **matter), parts)


SHOP, FIRE = b.step("shop", essential=True), b.step("fire", after=["shop"])
LESS = {
    "a paper dropped": (plan(asks=[b.ask("m-one")]), "papers", {"m-two": "材料 m-two"}),
    "a paper exempt": (plan(materials={"m-two": {"exempt": True}}), "papers", {"m-two": "材料 m-two"}),
    "a paper only in another situation": (
        plan(asks=[b.ask("m-one"), b.ask("m-two", submit="original", copies=2, when={"size": ["small"]})]),
        "papers",
        {"m-two": "材料 m-two"},
    ),
    "copy instead of original": (
        plan(asks=[b.ask("m-one"), b.ask("m-two", copies=2)]),
        "eased",
        ["“材料 m-two”交复印件就行"],
    ),
    "fewer copies": (
        plan(asks=[b.ask("m-one"), b.ask("m-two", submit="original")]),
        "eased",
        ["“材料 m-two”交 1 份就行"],
    ),
    "may follow later": (
        plan(asks=[b.ask("m-one", need="deferrable"), b.ask("m-two", submit="original", copies=2)]),
        "eased",
        ["“材料 m-one”可以容缺后补"],
    ),
    "a field dropped": (plan(item={"fields": ["f-one", "f-two"]}), "fields", ("字段 f-three",)),
    "a field may stay empty": (plan(fields={"f-two": {"required": False}}), "fields", ("字段 f-two",)),
    "a step dropped": (plan(SHOP), "steps", {"fire": "事项 fire"}),
}
MORE = {
    "a paper added": (
        plan(asks=[b.ask("m-one"), b.ask("m-two", submit="original", copies=2), b.ask("m-four", need="deferrable")]),
        "加交：材料 m-four",
    ),
    "an item added": (plan(FIRE | {"after": []}, SHOP, b.step("sign")), "加办：事项 sign"),
    "another question": (
        plan(questions=[b.question("size", "small", "big"), b.question("sewer", "yes", "no")]),
        "没有问过：sewer？",
    ),
    "his answer is gone": (plan(questions=[b.question("size", "small", "middle")]), "没有问过：size？"),
    "original instead of copy": (
        plan(asks=[b.ask("m-one", submit="original"), b.ask("m-two", submit="original", copies=2)]),
        "要求更严：材料 m-one",
    ),
    "more copies": (
        plan(asks=[b.ask("m-one", copies=2), b.ask("m-two", submit="original", copies=2)]),
        "要求更严：材料 m-one",
    ),
    "a field added, though it may stay empty": (
        plan(item={"fields": ["f-one", "f-two", "f-three", "f-four"]}, fields={"f-four": {"required": False}}),
        "加填：字段 f-four",
    ),
    "what was filled in is no longer fit": (plan(fields={"f-two": {"type": "number"}}), "填写要求更严：字段 f-two"),
    "waits for one more": (plan(SHOP | {"after": ["fire"]}, FIRE | {"after": []}), "多等前置：事项 shop"),
    "its review waits too": (plan(SHOP, FIRE | {"after": [], "starts_after": ["shop"]}), "多等前置：事项 fire"),
    "a longer promise of an item": (plan(item={"promised_days": 6}), "时限更长：事项 shop"),
    "a longer time by law": (plan(item={"statutory_days": 21}), "时限更长：事项 shop"),
    "a longer promise of the whole": (plan(promised_days=61), "整件承诺时限更长"),
    "a condition in other words": (plan(item={"conditions": ["有场所", "有电"]}), "条件不同：事项 shop"),
    "a fee": (plan(item={"fee": "每证 10 元"}), "收费不同：事项 shop"),
    "one visit more": (
        plan(item={"presence": {"times": 2, "who": "法人", "reason": "面签"}}),
        "多跑：事项 shop",
    ),
    "essential now": (plan(SHOP, FIRE | {"essential": True}), "改成核心事项：事项 fire"),
    "less time to bring it later": (plan(item={"deferral_days": 3}), "容缺期限更短：事项 shop"),
}


def held(new: Any, old: Any = None, answers: dict[str, str] | None = None, form: dict[str, str] | None = None):
    return compare(old or plan(), new, answers or ANSWERS, frozenset(), FORM if form is None else form)


@pytest.mark.parametrize("case", LESS)
def test_less_reaches(case: str) -> None:
    new, part, expected = LESS[case]
    found = held(new)
    assert (found.more, found.reaches) == ((), True)
    value = getattr(found, part)
    assert ([one.text for one in value] if part == "eased" else value) == expected


@pytest.mark.parametrize("case", MORE)
def test_more_does_not_reach(case: str) -> None:
    new, why = MORE[case]
    found = held(new)
    assert why in found.more
    assert not found.reaches


@pytest.mark.parametrize("case", MORE)
def test_one_thing_more_keeps_all_that_is_less_away(case: str) -> None:
    new, _ = MORE[case]
    both = replace(new, materials={**new.materials, "m-three": replace(new.materials["m-three"], exempt=True)})
    found = held(both)
    assert found.papers == {"m-three": "材料 m-three"}
    assert not found.reaches


def test_the_same_and_a_shorter_promise_are_neither_less_nor_more() -> None:
    assert not held(plan()).reaches
    shorter = held(plan(item={"promised_days": 4}, promised_days=30, summary="新的说明"))
    assert (shorter.more, shorter.reaches) == ((), False)


def test_what_is_more_in_another_situation_does_not_matter() -> None:
    new = plan(asks=[b.ask("m-one"), b.ask("m-four", when={"size": ["small"]})])
    assert held(new).reaches
    small = held(new, answers={"size": "small"})
    assert (small.more, small.reaches) == (("加交：材料 m-four",), False)


def test_a_fee_that_is_no_more() -> None:
    found = held(plan(), old=plan(item={"fee": "每证 10 元"}))
    assert (found.reaches, found.fees) == (True, {"shop": "事项 shop"})


def test_a_value_that_was_never_fit_is_nothing_new() -> None:
    new = plan(asks=[b.ask("m-one")], fields={"f-two": {"help": "换了说法"}})
    assert held(new, form={"f-one": "填好"}).reaches


def test_settled_papers_and_decided_items_stay_as_they_are() -> None:
    less = held(plan(asks=[]))
    assert set(less.papers) == {"m-one", "m-two"}
    relief = still_open(less, {"m-two": ["shop"]}, {"shop", "fire"})
    assert relief.papers == {"m-two": "材料 m-two"}
    assert relief.text(3) == "新版（第 3 版）不再要求：材料 m-two，不用再交"
    assert not still_open(less, {}, {"shop", "fire"})


def test_an_item_that_is_left_out_goes_on_and_keeps_its_papers() -> None:
    less = held(plan(SHOP))
    relief = still_open(less, {"m-three": ["fire"]}, {"shop", "fire"})
    assert (relief.papers, relief.steps) == ({}, ("事项 fire",))
    assert "照常办" in relief.text(2)
    assert still_open(less, {"m-three": ["fire"]}, {"shop"}).papers == {"m-three": "材料 m-three"}
