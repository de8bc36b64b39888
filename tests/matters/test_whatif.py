"""What-if: what each change makes of a plan, what it says, and that the county's rows changed alike compile to the same."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.errors import Refused
from matters.compiling import Dictionaries, compile_plan
from matters.gantt import binding, one_after_another, side_by_side
from matters.plan import Plan, fullest, plan_hash, scheme
from matters.source.checking import Catalogue
from matters.whatif import (
    apply_changes,
    consequences,
    in_words,
    longest,
    newly_committed,
    obstacles,
    try_changes,
)
from matters.whatif_edits import carried, edits
from matters.whatif_links import changes_in_controls, link_query, read_change, written
from tests.matters.builders import ask, by_code, dictionaries, item, material, matter, plan_of, question, step
from tests.matters.changing import changes_to


@pytest.fixture
def shop() -> Plan:
    """Registration 2 days; licence 6 (inspected, decision waits for registration); sign 3 (only in the street)."""
    items = (
        item("register", promised_days=2, statutory_days=5),
        item("licence", promised_days=6, statutory_days=10, inspection=True, materials=[ask("m-one"), ask("m-two")]),
        item(
            "sign",
            promised_days=3,
            statutory_days=8,
            department="fire",
            materials=[ask("m-three"), ask("paper")],
            clock={"unit": "working", "waits": [{"kind": "公示", "days": 2, "basis": "《某法》"}]},
        ),
    )
    papers = by_code(
        material("m-one"),
        material("m-two", exempt=True),
        material("m-three", provided_by="government", issuer="fire"),
        material("paper", result_of="licence"),
    )
    row = matter(
        step("register", essential=True),
        step("licence", after=["register"]),
        step("sign", starts_after=["register"], after=["licence"], when={"where": ["street"]}),
        questions=[question("where", "street", "mall")],
        promised_days=10,
    )
    return plan_of(row, dictionaries(*items, materials=papers))


def changed(plan: Plan, **change: Any) -> Plan:
    return apply_changes(plan, [change])


def test_no_change_is_the_same_plan(shop):
    assert apply_changes(shop, []) == shop
    assert edits(shop, shop) == ()


def test_a_dropped_step_takes_along_what_only_it_needed(shop):
    after = changed(shop, kind="drop_step", item="sign")
    assert [s.item for s in after.steps] == ["register", "licence"]
    assert list(after.materials) == ["m-one", "m-two"]
    assert list(after.departments) == ["market"]
    assert after.questions == (), "the question decided nothing but the step"
    assert consequences(shop, after) == ("问题“where？”不再决定任何环节和材料，一并去掉。",)


def test_who_waited_for_a_dropped_step_waits_no_longer_and_its_result_is_asked_for_again(shop):
    after = changed(shop, kind="drop_step", item="licence")
    street = {"where": "street"}
    assert (scheme(shop, street).merged, scheme(after, street).merged) == (2, 3)
    assert after.steps[1].after == () and after.steps[1].starts_after == ("register",)
    assert consequences(shop, after) == (
        "事项 sign原来要等事项 licence，去掉以后不再等它。",
        "材料 paper不再由本次办出，还在要它的环节得由申请人另交。",
    )


def test_a_matter_without_its_city_department_is_no_longer_of_both_levels(shop):
    city = replace(shop.departments["fire"], level="city")
    both = replace(shop, level="city-county", departments={**shop.departments, "fire": city})
    after = changed(both, kind="drop_step", item="sign")
    assert after.level == "county"
    assert "不再有市级部门，层级由市县联办改为县级。" in consequences(both, after)


@pytest.mark.parametrize(
    ("change", "days", "words"),
    [
        # Now the sign, looked at by day 5, is the last.
        ({"kind": "promise", "item": "licence", "days": 4}, 5, "事项 licence：承诺由 6 个工作日改为 4 个"),
        # 6 days for the licence stay: the sign's decision waits for it.
        ({"kind": "promise", "item": "sign", "days": 2}, 6, "事项 sign：承诺由 3 个工作日改为 2 个"),
        # Registration 2, then the licence 6.
        (
            {"kind": "wait", "item": "licence", "other": "register", "locks": "review"},
            8,
            "事项 licence：等事项 register办成才开始审",
        ),
        (
            {"kind": "wait", "item": "sign", "other": "register", "locks": "decision"},
            6,
            "事项 sign：同时审，发证要等事项 register",
        ),
        ({"kind": "wait", "item": "sign", "other": "licence", "locks": "nothing"}, 6, "事项 sign：不再等事项 licence"),
        ({"kind": "matter_promise", "days": 8}, 6, "整件事：承诺由 10 个工作日改为 8 个"),
        ({"kind": "no_inspection", "item": "licence"}, 6, "事项 licence：取消现场核查"),
        ({"kind": "exempt", "material": "m-one"}, 6, "免交：材料 m-one"),
        ({"kind": "deferrable", "material": "m-one"}, 6, "改为可容缺：材料 m-one"),
    ],
)
def test_days_of_the_whole_after_a_change(shop, change, days, words):
    """Before: registration 2; licence 6; the sign starts on day 2, is looked at by day 5, decided on day 6."""
    street = {"where": "street"}
    assert scheme(shop, street).parallel_days == 6
    assert scheme(apply_changes(shop, [change]), street).parallel_days == days
    assert in_words(shop, change) == words


def test_a_commitment_is_granted_at_once_for_who_signs(shop):
    after = changed(shop, kind="commitment", item="licence")
    committed = newly_committed(shop, after)
    assert committed == {"licence"}
    assert scheme(after, {"where": "mall"}).parallel_days == 6
    found = scheme(after, {"where": "mall"}, committed)
    assert found.parallel_days == 2, "its decision still waits for the registration"
    assert side_by_side(found)["licence"].text == "签承诺书，第 2 天"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, "没有这一种改动。"),
        ({"kind": "burn", "item": "sign"}, "没有这一种改动。"),
        ({"kind": "promise", "item": "sign"}, "没有写完整"),
        ({"kind": "drop_step", "item": "moon"}, "没有环节“moon”"),
        ({"kind": "promise", "item": "sign", "days": 3}, "本来就是 3 个工作日"),
        ({"kind": "promise", "item": "sign", "days": 9}, "法定时限是 8 个工作日，承诺不能超过它"),
        ({"kind": "promise", "item": "sign", "days": 1}, "公示依法要 2 个工作日"),
        ({"kind": "promise", "item": "sign", "days": -1}, "时限要写 0 到 3650 的整数"),
        ({"kind": "promise", "item": "sign", "days": "2"}, "时限要写 0 到 3650 的整数"),
        ({"kind": "promise", "item": "sign", "days": True}, "时限要写 0 到 3650 的整数"),
        ({"kind": "matter_promise", "days": 10}, "本来就是 10 个工作日"),
        ({"kind": "wait", "item": "sign", "other": "sign", "locks": "decision"}, "不能等它自己"),
        ({"kind": "wait", "item": "sign", "other": "moon", "locks": "decision"}, "没有环节“moon”"),
        ({"kind": "wait", "item": "sign", "other": "licence", "locks": "never"}, "前置只有三种"),
        ({"kind": "wait", "item": "sign", "other": "licence", "locks": "decision"}, "本来就是“发证要等”"),
        ({"kind": "wait", "item": "register", "other": "sign", "locks": "nothing"}, "本来就是“不用等”"),
        (
            {"kind": "wait", "item": "register", "other": "sign", "locks": "review"},
            "绕成了圈：事项 register → 事项 sign → 事项 licence → 事项 register",
        ),
        ({"kind": "exempt", "material": "m-two"}, "本来就免交"),
        ({"kind": "exempt", "material": "moon"}, "这件事不要材料 moon"),
        ({"kind": "deferrable", "material": "moon"}, "这件事不要材料 moon"),
        ({"kind": "no_inspection", "item": "sign"}, "本来就没有现场核查"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(shop, change, sentence):
    with pytest.raises(Refused) as refused:
        apply_changes(shop, [change])
    assert sentence in refused.value.message


def test_nothing_left_to_do_is_refused(shop):
    without = apply_changes(shop, [{"kind": "drop_step", "item": "sign"}, {"kind": "drop_step", "item": "licence"}])
    with pytest.raises(Refused, match="最后一个环节"):
        changed(without, kind="drop_step", item="register")
    with pytest.raises(Refused, match="“where？”答“选 mall”时一个环节也没有"):
        apply_changes(shop, [{"kind": "drop_step", "item": "register"}, {"kind": "drop_step", "item": "licence"}])


def test_what_was_dropped_cannot_be_changed_any_more(shop):
    dropped = {"kind": "drop_step", "item": "licence"}
    with pytest.raises(Refused, match="没有环节“事项 licence”，或者它已经去掉"):
        apply_changes(shop, [dropped, {"kind": "promise", "item": "licence", "days": 1}])
    trial = try_changes(shop, [dropped, {"kind": "promise", "item": "licence", "days": 1}])
    assert trial.changes == (dropped,) and len(trial.refused) == 1


def test_two_steps_may_change_places(shop):
    """The first of the two alone is a circle; which comes first does not matter."""
    swap = [
        {"kind": "wait", "item": "register", "other": "licence", "locks": "decision"},
        {"kind": "wait", "item": "licence", "other": "register", "locks": "nothing"},
    ]
    assert scheme(apply_changes(shop, swap), {"where": "mall"}).critical == ("licence", "register")
    assert apply_changes(shop, swap[::-1]) == apply_changes(shop, swap)
    assert try_changes(shop, swap[:1]).refused[0][1].startswith("这样改，环节互相等待")


def test_too_many_changes_are_refused(shop):
    with pytest.raises(Refused, match="最多 100 处"):
        apply_changes(shop, [{"kind": "matter_promise", "days": n} for n in range(11, 112)])
    trial = try_changes(shop, [{"kind": "matter_promise", "days": n} for n in range(11, 112)])
    assert (len(trial.changes), len(trial.refused)) == (100, 1)


def test_a_promise_below_the_longest_chain_keeps_from_publishing(shop):
    after = changed(shop, kind="matter_promise", days=5)
    assert longest(after) == 6
    assert "承诺 5 个工作日，而各环节并行也要 6 个" in obstacles(after)[0]
    assert obstacles(shop) == ()


def test_the_binding_step_is_named_and_how_far_shortening_it_helps(shop):
    mall, street = scheme(shop, {"where": "mall"}), scheme(shop, {"where": "street"})
    assert binding(mall) == "卡在事项 licence（6 个工作日）：单独压缩它，整件事最多能从 6 天降到 2 天。"
    assert binding(street) == "卡在事项 licence（6 个工作日）：单独压缩它，整件事最多能从 6 天降到 5 天。"
    later = scheme(changed(shop, kind="wait", item="licence", other="register", locks="review"), {"where": "mall"})
    assert binding(later) == (
        "关键路径：事项 register 2 天 → 事项 licence 6 天。"
        "卡在事项 licence（6 个工作日）：单独压缩它，整件事最多能从 8 天降到 2 天。"
    )
    same = apply_changes(
        shop,
        [
            {"kind": "wait", "item": "sign", "other": "licence", "locks": "nothing"},
            {"kind": "promise", "item": "sign", "days": 4},
        ],
    )
    assert binding(scheme(same, {"where": "street"})) == (
        "卡在事项 licence（6 个工作日）；事项 sign也要同样久，只压缩它一个没有用。"
    )


def test_one_after_another_and_side_by_side(shop):
    street = scheme(shop, {"where": "street"})
    series = one_after_another(street)
    assert [(code, bar.start, bar.finish) for code, bar in series.items()] == [
        ("register", 0, 2),
        ("licence", 2, 8),
        ("sign", 8, 11),
    ]
    bars = side_by_side(street)
    assert (bars["sign"].start, bars["sign"].worked, bars["sign"].finish) == (2, 5, 6)
    assert (
        bars["sign"].text
        == "等事项 register、事项 licence办成才开审，第 2–5 天，等事项 register、事项 licence到第 6 天"
    )
    assert bars["register"].text == "第 0–2 天"


# --- links and controls


def test_a_link_carries_what_a_change_says(shop):
    changes = [
        {"kind": "wait", "item": "licence", "other": "register", "locks": "review"},
        {"kind": "promise", "item": "sign", "days": 2},
        {"kind": "exempt", "material": "m-one"},
    ]
    assert [read_change(written(change)) for change in changes] == changes
    assert link_query({"where": "street"}, changes[1:]) == "a.where=street&c=promise.sign.2&c=exempt.m-one"


@pytest.mark.parametrize("text", ["", "x", "promise.sign", "promise.sign.two", "promise.sign.99999", "drop_step.a.b"])
def test_a_text_that_says_no_change_is_refused(text):
    with pytest.raises(Refused):
        read_change(text)


def test_controls_left_alone_say_no_change(shop):
    data = {f"known.{s.item}": "1" for s in shop.steps} | {
        "days": "10",
        "days.register": "2",
        "days.licence": "6",
        "days.sign": "3",
        "lock.licence.register": "decision",
        "lock.sign.register": "review",
        "lock.sign.licence": "decision",
        "new.register": "",
    }
    assert changes_in_controls(shop, data, []) == ([], [])


def test_controls_say_changes(shop):
    data = {f"known.{s.item}": "1" for s in shop.steps if s.item != "sign"} | {
        "days": "x",
        "days.register": "1",
        "drop.licence": "on",
        "days.licence": "1",
        "new.register": "licence.review",
        "exempt.m-one": "on",
        "defer.m-three": "on",
    }
    kept = [{"kind": "promise", "item": "sign", "days": 2}, {"kind": "promise", "item": "register", "days": 0}]
    found, faults = changes_in_controls(shop, data, kept)
    assert faults == ["时限要写整数，写成了“x”。"]
    assert found == [
        {"kind": "promise", "item": "sign", "days": 2},
        {"kind": "drop_step", "item": "licence"},
        {"kind": "promise", "item": "register", "days": 1},
        {"kind": "exempt", "material": "m-one"},
        {"kind": "deferrable", "material": "m-three"},
    ]


# --- the county's own plans


def plan_in(county: Catalogue, code: str) -> Plan:
    return Plan.from_json(compile_plan(county.rows["matter"][code], county.dictionaries))


def edited(county: Catalogue, code: str, made: Any) -> tuple[dict[str, Any], Dictionaries]:
    """The rows after these edits, as an administrator would make them by hand in the forms."""
    row = dict(county.rows["matter"][code])
    row["steps"] = [dict(one) for one in row["steps"]]
    items = {
        c: {**one, "materials": [dict(asked) for asked in one["materials"]]} for c, one in county.rows["item"].items()
    }
    materials = {c: dict(one) for c, one in county.rows["material"].items()}
    for edit in made:
        if edit.kind == "matter":
            row[edit.name] = edit.new
        elif edit.kind == "question":
            row["questions"] = [q for q in row["questions"] if q["code"] != edit.key[0]]
        elif edit.kind == "step" and not edit.name:
            row["steps"] = [s for s in row["steps"] if s["item"] != edit.key[0]]
        elif edit.kind == "step":
            next(s for s in row["steps"] if s["item"] == edit.key[0])[edit.name] = edit.new
        elif edit.kind == "item":
            items[edit.key[0]][edit.name] = edit.new
        elif edit.kind == "ask":
            next(a for a in items[edit.key[0]]["materials"] if a["material"] == edit.key[1])["need"] = edit.new
        else:
            materials[edit.key[0]]["exempt"] = edit.new
    parts = county.dictionaries
    return row, Dictionaries(parts.departments, materials, parts.fields, items)


@settings(max_examples=40)
@given(st.data())
def test_rows_changed_alike_compile_to_the_changed_plan(county, data):
    """For the matter itself, and for another that shares rows with it."""
    matters = list(county.rows["matter"])
    code = data.draw(st.sampled_from(matters))
    plan = plan_in(county, code)
    changes = data.draw(changes_to(plan))
    after = apply_changes(plan, changes)
    made = edits(plan, after)
    row, parts = edited(county, code, made)
    assert plan_hash(compile_plan(row, parts)) == plan_hash(after.to_json())
    other = data.draw(st.sampled_from([c for c in matters if c != code]))
    theirs = plan_hash(compile_plan(county.rows["matter"][other], parts))
    assert theirs == plan_hash(carried(plan_in(county, other), made).to_json())


@settings(max_examples=40)
@given(st.data())
def test_whatever_is_changed_can_be_told_linked_and_drawn(county, data):
    plan = plan_in(county, data.draw(st.sampled_from(list(county.rows["matter"]))))
    changes = data.draw(changes_to(plan))
    after = apply_changes(plan, changes)
    assert [read_change(written(change)) for change in changes] == changes
    assert all(in_words(plan, change) for change in changes)
    found = scheme(after, fullest(plan), newly_committed(plan, after))
    assert binding(found) and consequences(plan, after) is not None
    assert max((bar.finish for bar in side_by_side(found).values()), default=0) == found.parallel_days
    assert sum(bar.own_days for bar in one_after_another(found).values()) == found.series_days
    assert found.parallel_days <= longest(after)
