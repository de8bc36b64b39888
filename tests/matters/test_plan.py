"""Tables for the plan: schedule, merged materials, the one form. The county's own figures: test_county_figures."""

import pytest

from matters.plan import StepsInCircle, fullest, missing_answers, plan_hash, scheme
from matters.specs import Plan
from tests.matters.builders import (
    ask,
    by_code,
    department,
    dictionaries,
    form_field,
    item,
    material,
    matter,
    plan_of,
    question,
    step,
)

DAYS = {"a": 1, "b": 3, "c": 7, "d": 0}


def days_plan(*steps: dict) -> Plan:
    items = [item(code, promised_days=days) for code, days in DAYS.items()]
    return plan_of(matter(*steps), dictionaries(*items))


@pytest.mark.parametrize(
    ("steps", "finishes", "series", "parallel", "critical"),
    [
        # All at once: the slowest decides.
        ([step("a"), step("b"), step("c")], {"a": 1, "b": 3, "c": 7}, 11, 7, ("c",)),
        # A decision waits for its prerequisite, the review does not.
        ([step("c"), step("a", after=["c"])], {"c": 7, "a": 7}, 8, 7, ("c",)),
        ([step("a"), step("c", after=["a"])], {"a": 1, "c": 7}, 8, 7, ("c",)),
        # The review itself waits.
        ([step("b"), step("c", starts_after=["b"])], {"b": 3, "c": 10}, 10, 10, ("b", "c")),
        # Both: starts after one, decides after the other.
        (
            [step("a"), step("c"), step("b", starts_after=["a"], after=["c"])],
            {"a": 1, "c": 7, "b": 7},
            11,
            7,
            ("c",),
        ),
        # A chain through a decision on the spot.
        (
            [step("c"), step("d", after=["c"]), step("b", starts_after=["d"])],
            {"c": 7, "d": 7, "b": 10},
            10,
            10,
            ("c", "d", "b"),
        ),
        ([step("d")], {"d": 0}, 0, 0, ("d",)),
    ],
)
def test_schedule(steps, finishes, series, parallel, critical) -> None:
    found = scheme(days_plan(*steps), {})
    assert {code: planned.finish for code, planned in found.by_item.items()} == finishes
    assert (found.series_days, found.parallel_days, found.critical) == (series, parallel, critical)


def test_a_predecessor_that_does_not_apply_is_ignored() -> None:
    plan = plan_of(
        matter(
            step("c", when={"q": ["yes"]}),
            step("b", starts_after=["c"], after=["c"]),
            questions=[question("q", "yes", "no")],
        ),
        dictionaries(item("c", promised_days=7), item("b", promised_days=3)),
    )
    without = scheme(plan, {"q": "no"}).by_item["b"]
    assert (without.after, without.starts_after, without.start, without.finish, without.rank) == ((), (), 0, 3, 0)
    with_it = scheme(plan, {"q": "yes"}).by_item["b"]
    assert (with_it.after, with_it.starts_after, with_it.start, with_it.finish, with_it.rank) == (
        ("c",),
        ("c",),
        7,
        10,
        1,
    )


def test_ranks_make_stages() -> None:
    plan = days_plan(step("b", after=["a"]), step("a"), step("c", starts_after=["b"]), step("d"))
    names = [[planned.item.code for planned in stage] for stage in scheme(plan, {}).stages()]
    assert names == [["a", "d"], ["b"], ["c"]]


def test_a_commitment_takes_no_days_where_the_item_allows_it() -> None:
    plan = plan_of(
        matter(step("a"), step("c"), step("b")),
        dictionaries(
            item("a", promised_days=1), item("c", promised_days=7, commitment=True), item("b", promised_days=3)
        ),
    )
    found = scheme(plan, {}, frozenset({"c", "b", "unknown"}))
    assert found.commitments == {"c"}
    assert (found.series_days, found.parallel_days, found.by_item["c"].own_days) == (4, 3, 0)


@pytest.mark.parametrize("steps", [[step("a", after=["a"])], [step("a", after=["b"]), step("b", starts_after=["a"])]])
def test_a_circle_is_named(steps) -> None:
    with pytest.raises(StepsInCircle) as refused:
        scheme(days_plan(*steps), {})
    assert refused.value.items[0] == refused.value.items[-1] == "a"


def test_materials_are_merged_to_the_strongest() -> None:
    plan = plan_of(
        matter(step("a"), step("b")),
        dictionaries(
            item("a", materials=[ask("m-one", submit="verify", need="deferrable", copies=3), ask("m-two")]),
            item("b", materials=[ask("m-three", need="deferrable"), ask("m-one", submit="original")]),
        ),
    )
    found = scheme(plan, {})
    assert (found.asked, found.merged) == (4, 3)
    first = found.materials[0]
    assert (first.spec.code, first.submit, first.copies, first.need) == ("m-one", "original", 3, "core")
    assert first.used_by == ("a", "b")
    assert [planned.spec.code for planned in found.materials] == ["m-one", "m-two", "m-three"]
    assert found.materials[2].need == "deferrable"


def test_exempt_and_own_results_are_listed_and_not_counted() -> None:
    plan = plan_of(
        matter(step("a"), step("b", when={"q": ["yes"]}), questions=[question("q", "yes", "no")]),
        dictionaries(
            item("a", materials=[ask("m-one"), ask("m-two"), ask("m-three")]),
            item("b"),
            materials=by_code(material("m-one"), material("m-two", exempt=True), material("m-three", result_of="b")),
        ),
    )
    counted = {planned.spec.code: planned.counted for planned in scheme(plan, {"q": "yes"}).materials}
    assert counted == {"m-one": True, "m-two": False, "m-three": False}
    assert scheme(plan, {"q": "yes"}).materials[2].supplied_by_step == "b"
    without = scheme(plan, {"q": "no"})
    assert [planned.spec.code for planned in without.to_hand_in] == ["m-one", "m-three"]


def test_the_form_stands_in_dictionary_order_whoever_asks_first() -> None:
    fields = by_code(
        form_field("f-one", section="甲"),
        form_field("f-two", section="乙"),
        form_field("f-three", section="甲", when={"q": ["yes"]}),
        form_field("f-four", section="乙"),
    )
    plan = plan_of(
        matter(step("a"), step("b"), questions=[question("q", "yes", "no")]),
        dictionaries(
            item("a", fields=["f-four", "f-three", "f-two"]), item("b", fields=["f-two", "f-one"]), fields=fields
        ),
    )
    sections = scheme(plan, {"q": "yes"}).sections
    assert [(section.title, [f.spec.code for f in section.fields]) for section in sections] == [
        ("甲", ["f-one", "f-three"]),
        ("乙", ["f-two", "f-four"]),
    ]
    assert sections[1].fields[0].used_by == ("a", "b")
    assert [f.spec.code for f in scheme(plan, {"q": "no"}).fields] == ["f-one", "f-two", "f-four"]


@pytest.mark.parametrize(
    ("presences", "visits"),
    [
        ([None, None], 1),
        ([None, {"times": 1}], 1),
        ([{"times": 2}, {"times": 1}], 2),
        ([{"times": 0}, {"times": 0}], 0),
        ([{"times": 0}, None], 1),
    ],
)
def test_first_appearances_fall_into_one_trip(presences, visits) -> None:
    items = [item(code, presence=presence) for code, presence in zip("ab", presences, strict=True)]
    assert scheme(plan_of(matter(step("a"), step("b")), dictionaries(*items)), {}).visits == visits


def test_unknown_answers_are_left_out_and_missing_ones_named() -> None:
    plan = plan_of(
        matter(step("a"), questions=[question("q", "yes", "no"), question("r", "one", "two")]), dictionaries(item("a"))
    )
    assert scheme(plan, {"q": "yes", "r": "three", "x": "y"}).answers == {"q": "yes"}
    assert missing_answers(plan, {"q": "yes", "r": "three"}) == ("r",)
    assert missing_answers(plan, {"q": "yes", "r": "one"}) == ()


def test_fullest_takes_the_most_steps_then_the_most_materials() -> None:
    plan = plan_of(
        matter(
            step("a"),
            step("b", when={"q": ["yes"]}),
            step("c", when={"r": ["two"]}),
            questions=[question("q", "no", "yes"), question("r", "one", "two")],
        ),
        dictionaries(item("a"), item("b"), item("c")),
    )
    assert fullest(plan) == {"q": "yes", "r": "two"}


def test_fees_name_only_items_that_charge() -> None:
    plan = plan_of(matter(step("a"), step("b")), dictionaries(item("a"), item("b", fee="每件 80 元")))
    assert [(fee.item, fee.text) for fee in scheme(plan, {}).fees] == [("b", "每件 80 元")]


def test_a_plan_goes_through_json_and_back() -> None:
    rich = item(
        "a",
        points=["看场所"],
        clock={"unit": "calendar", "waits": [{"kind": "公示", "days": 7, "basis": "《某办法》第二条"}]},
        special_procedures=[{"kind": "听证", "basis": "《行政许可法》第四十五条"}],
        presence={"times": 1, "who": "法定代表人", "reason": "当面核验"},
        deferral_days=10,
        own_form=True,
        creates_applicant=True,
    )
    row = matter(
        step("a", when={"q": ["yes", "no"]}, starts_on={"event": "竣工", "within_days": 365}),
        questions=[question("q", "yes", "no")],
    )
    plan = plan_of(row, dictionaries(rich))
    assert Plan.from_json(plan.to_json()) == plan
    assert plan_hash(plan.to_json()) == plan_hash(Plan.from_json(plan.to_json()).to_json())
    assert plan.items["a"].clock.waits[0].days == 7
    assert plan.steps[0].starts_on is not None


def test_departments_hold_the_deciding_first_then_parents_and_issuers() -> None:
    plan = plan_of(
        matter(step("a"), step("b")),
        dictionaries(
            item("a", department="fire"),
            item("b"),
            departments=by_code(
                department("market", parent="above"), department("fire"), department("above"), department("police")
            ),
            materials=by_code(material("m-one", provided_by="government", issuer="police")),
        ),
    )
    assert plan.deciding == ("fire", "market")
    assert list(plan.departments) == ["fire", "market", "above", "police"]
    assert plan.joint
