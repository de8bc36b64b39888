"""Which tasks may start, may decide, must end; is the case over, and how."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.joining import (
    TaskView,
    blockers,
    by_code,
    doomed,
    essential_lost,
    is_pre_review,
    may_start,
    outcome,
)
from applications.states import FINAL, Outcome, TaskState


def task(code, state="open", *, after=(), starts_after=(), essential=False):
    return TaskView(code, state, essential, tuple(after), tuple(starts_after))


def case(*tasks):
    return by_code(tasks)


@pytest.mark.parametrize(
    ("licence", "waits"),
    [
        ("open", ("licence",)),
        ("claimed", ("licence",)),
        ("suspended", ("licence",)),
        ("refused", ("licence",)),
        ("terminated", ("licence",)),
        ("granted", ()),
        ("passed_up", ()),
    ],
)
def test_a_decision_waits_for_the_grant_of_its_predecessor_and_for_nothing_else(licence, waits):
    tasks = case(task("licence", licence), task("food", after=["licence"]))
    assert blockers(tasks["food"], tasks) == waits


def test_a_predecessor_that_does_not_apply_under_the_answers_is_ignored():
    tasks = case(task("food", after=["fire"]))
    assert blockers(tasks["food"], tasks) == ()


@pytest.mark.parametrize(
    ("tax", "starts"), [("open", False), ("granted", True), ("passed_up", True), ("refused", False)]
)
def test_a_review_that_starts_after_another_begins_with_its_grant(tax, starts):
    tasks = case(task("tax", tax), task("transfer", "waiting", starts_after=["tax"]))
    assert may_start(tasks["transfer"], tasks) is starts


@pytest.mark.parametrize("state", ["refused", "declined", "terminated", "withdrawn", "void"])
def test_a_predecessor_that_ends_without_a_grant_ends_all_that_hangs_on_it(state):
    tasks = case(
        task("licence", state),
        task("food", after=["licence"]),
        task("sign", "claimed", after=["food"]),
        task("free"),
        task("done", "granted", after=["licence"]),
    )
    assert doomed(tasks) == {"food": "licence", "sign": "food"}


@pytest.mark.parametrize(
    ("states", "result"),
    [
        (["granted", "granted"], Outcome.GRANTED),
        (["granted", "passed_up"], Outcome.GRANTED),
        (["granted", "refused"], Outcome.PARTLY),
        (["granted", "withdrawn"], Outcome.PARTLY),
        (["granted", "terminated", "refused"], Outcome.PARTLY),
        (["refused", "terminated"], Outcome.REFUSED),
        (["declined", "declined"], Outcome.REFUSED),
        (["terminated", "withdrawn"], Outcome.TERMINATED),
        (["withdrawn", "withdrawn"], Outcome.WITHDRAWN),
        (["void", "void"], Outcome.VOID),
        (["granted", "open"], None),
        (["granted", "waiting"], None),
        (["granted", "suspended"], None),
        (["granted", "pending"], None),
        ([], None),
    ],
)
def test_how_a_case_is_over(states, result):
    assert outcome(case(*(task(str(n), state) for n, state in enumerate(states)))) == result


@pytest.mark.parametrize(
    ("state", "essential", "lost"),
    [
        ("refused", True, True),
        ("terminated", True, True),
        ("returned", True, False),  # the window gives it to another department
        ("declined", True, True),
        ("refused", False, False),
        ("granted", True, False),
    ],
)
def test_only_a_lost_essential_item_asks_the_applicant(state, essential, lost):
    assert essential_lost(case(task("core", state, essential=essential), task("other"))) is lost


def test_an_item_is_a_pre_review_when_the_parents_step_starts_after_it():
    steps = [("county", ()), ("city", ("precheck",))]
    assert is_pre_review("county", steps, "precheck", "city")
    assert not is_pre_review("county", steps, "other", "city")
    assert not is_pre_review("city", steps, "precheck", "")


states = st.sampled_from(TaskState.values)


@given(st.lists(st.tuples(states, st.booleans(), st.sets(st.integers(0, 7)), st.sets(st.integers(0, 7))), max_size=8))
def test_ending_the_doomed_leaves_nothing_doomed_and_never_touches_a_final_task(rows):
    tasks = case(
        *(
            task(
                str(n),
                state,
                essential=core,
                after=[str(p) for p in after if p < n],
                starts_after=[str(p) for p in st_ if p < n],
            )
            for n, (state, core, after, st_) in enumerate(rows)
        )
    )
    ending = doomed(tasks)
    assert all(tasks[code].state not in FINAL for code in ending)
    after = {
        code: TaskView(code, TaskState.TERMINATED if code in ending else t.state, t.essential, t.after, t.starts_after)
        for code, t in tasks.items()
    }
    assert doomed(after) == {}


@given(st.lists(st.tuples(st.sampled_from(FINAL), st.booleans()), min_size=1, max_size=9))
def test_a_case_whose_tasks_are_all_final_is_always_over(rows):
    assert outcome(case(*(task(str(n), s, essential=e) for n, (s, e) in enumerate(rows)))) is not None
