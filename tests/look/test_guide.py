"""Pure: how a plan is drawn. What stands side by side, what is waited for, which group a paper is in."""

import pytest

from matters.guide import Guide, calendar_days, guide, numeral
from tests.matters.builders import ask, by_code, dictionaries, item, material, matter, plan_of, question, step


def drawn(*steps, items=None, answers=None, questions=(), **parts) -> Guide:
    """The guide of a matter made of these steps; items not given are plain ones of the same code."""
    given = items or tuple(item(row["item"]) for row in steps)
    plan = plan_of(matter(*steps, questions=list(questions)), dictionaries(*given, **parts))
    return guide(plan, answers or {})


def names(stage) -> list[str]:
    return [line.step.item.code for line in stage.lines]


def test_one_stage_when_nobody_waits():
    shown = drawn(step("slow"), step("fast"), items=(item("slow", promised_days=9), item("fast", promised_days=1)))
    assert [names(stage) for stage in shown.stages] == [["slow", "fast"]]
    assert shown.stages[0].shared == ()
    assert [line.width for line in shown.stages[0].lines] == [100, 11]
    assert shown.opening == "受理当天，2\u00a0项同时开始审，谁也不等谁"


def test_longest_step_of_a_stage_stands_first_and_a_step_of_a_day_still_shows():
    shown = drawn(step("none"), step("long"), items=(item("none", promised_days=0), item("long", promised_days=15)))
    assert [(line.step.item.code, line.width) for line in shown.stages[0].lines] == [("long", 100), ("none", 3)]


def test_what_all_of_a_stage_wait_for_is_said_once():
    shown = drawn(step("first"), step("one", after=["first"]), step("two", after=["first"]))
    first, second = shown.stages
    assert second.shared == ("first 证",) and not second.starts_later
    assert [(line.result, line.frees) for line in first.lines] == [("first 证", 2)]
    assert shown.opening == "受理当天，3\u00a0项同时开始审；只有发证要等first 证"


def test_where_they_wait_for_different_things_each_step_says_its_own():
    shown = drawn(step("a"), step("b"), step("one", after=["a"]), step("two", after=["b"]))
    second = shown.stages[1]
    assert second.shared == ()
    assert {line.step.item.code: line.waits for line in second.lines} == {"one": ("a 证",), "two": ("b 证",)}
    assert shown.opening.endswith("有的发证要等前面的结果")


def test_a_review_that_cannot_start_is_told_from_a_decision_that_waits():
    shown = drawn(step("tax"), step("title", starts_after=["tax"]))
    assert shown.stages[1].starts_later
    assert shown.opening == "受理当天，1\u00a0项同时开始审，另\u00a01\u00a0项等前面的结果出来再审"


def test_a_result_without_a_name_is_called_by_its_item():
    nothing = item("visit", result={"code": "visit-none", "name": "", "kind": "none", "valid_months": None})
    shown = drawn(step("visit"), step("next", after=["visit"]), items=(nothing, item("next")))
    assert shown.stages[1].shared == ("事项 visit",)
    assert [step.item.code for step in shown.results] == ["next"]


def test_papers_in_three_groups_with_running_numbers():
    asks = [ask("m-two", need="deferrable"), ask("m-three", submit="verify"), ask("m-one", submit="original", copies=2)]
    shown = drawn(
        step("only"),
        items=(item("only", materials=asks),),
        materials=by_code(material("m-one"), material("m-two"), material("m-three", exempt=True)),
    )
    assert [(p.no, p.material.spec.code, p.how) for p in shown.core] == [(1, "m-one", "原件，2\u00a0份")]
    assert [(p.no, p.material.spec.code) for p in shown.later] == [(2, "m-two")]
    assert [(p.no, p.how) for p in shown.exempt] == [(3, "带来核验")]


def test_a_paper_that_a_step_of_the_same_case_brings_is_not_asked_for():
    shown = drawn(
        step("first"),
        step("next"),
        items=(item("first"), item("next", materials=[ask("m-two")])),
        materials=by_code(material("m-one"), material("m-two", result_of="first")),
    )
    assert [(p.material.spec.code, p.how) for p in shown.exempt] == [("m-two", "本次办出，不用交")]


def test_departments_of_a_shared_paper_are_named_once_each():
    shown = drawn(step("a"), step("b"), step("c"), items=(item("a"), item("b"), item("c", department="fire")))
    assert shown.core[0].departments == ("market", "fire")


@pytest.fixture
def asked():
    """Two questions; the second step applies only to what is big."""
    return {"questions": (question("size", "small", "big"), question("place", "town", "land"))}


def test_the_fullest_case_until_all_is_answered(asked):
    steps = (step("a", when={"place": ["town", "land"]}), step("b", when={"size": ["big"]}))
    assert len(drawn(*steps, **asked).scheme.steps) == 2
    assert drawn(*steps, **asked).open_questions == ("size", "place")
    answered = drawn(*steps, answers={"size": "small", "place": "town"}, **asked)
    assert len(answered.scheme.steps) == 1
    assert not answered.open_questions and not answered.stale


def test_an_answer_that_no_longer_exists_is_left_out_and_told(asked):
    shown = drawn(step("a"), answers={"size": "huge", "place": "town", "from": "message"}, **asked)
    assert dict(shown.chosen) == {"place": "town"}
    assert shown.stale == ("size？",)


def test_every_law_once():
    twice = drawn(step("a"), step("b"))
    assert twice.bases == ("《某法》第一条",)


@pytest.mark.parametrize(("working", "calendar"), [(0, 0), (1, 1), (5, 7), (15, 21), (60, 84)])
def test_calendar_days(working, calendar):
    assert calendar_days(working) == calendar


def test_numerals():
    assert [numeral(n) for n in (1, 3, 10, 11)] == ["一", "三", "十", "11"]
