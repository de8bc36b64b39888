"""Real cases run once more: under another plan, and with more or fewer officers, first come, first served."""

from datetime import date, datetime
from typing import Any

import pytest

from departments.workdays import Calendar
from matters.plan import Plan
from matters.replay import RealCase, RealTask, durations, moment, replayed, spread
from matters.whatif import apply_changes
from tests.matters import builders

WEEKS = Calendar(off=frozenset(), on=frozenset(), known_through=2026)
MONDAY = date(2026, 3, 2)


def task(item: str, worked: float, **other: Any) -> RealTask:
    values: dict[str, Any] = {"department": "market", "queued": 0.0, "paused": 0.0, "ended": worked}
    return RealTask(item=item, worked=worked, **values | other)


def case(*tasks: RealTask, arrived: float = 0.0) -> RealCase:
    return RealCase(arrived, tasks)


def plan(**waits: Any) -> Plan:
    """A plan of two items, five days each, in which the second waits as told."""
    steps = builders.step("licence"), builders.step("food", **waits)
    items = [builders.item(code) for code in ("licence", "food")]
    return builders.plan_of(builders.matter(*steps, promised_days=10), builders.dictionaries(*items))


@pytest.mark.parametrize(
    ("at", "days"),
    [
        ("2026-03-02 09:00", 0.0),
        ("2026-03-02 13:00", 0.5),
        ("2026-03-02 22:00", 1.0),  # after hours the clock stands
        ("2026-03-03 07:00", 1.0),
        ("2026-03-06 17:00", 5.0),
        ("2026-03-07 12:00", 5.0),  # Saturday
        ("2026-03-09 11:00", 5.25),
    ],
)
def test_time_runs_in_office_hours_of_working_days(at: str, days: float) -> None:
    assert moment(datetime.fromisoformat(at), MONDAY, WEEKS) == days


@pytest.mark.parametrize(
    ("days", "median", "most", "worst"),
    [
        ([1, 2, 3, 4, 5], 3, 5, 5),
        ([1, 2, 3, 4], 2, 4, 4),  # nearest rank: a figure that occurred
        (list(range(1, 11)), 5, 9, 10),
        (list(range(100, 0, -1)), 50, 90, 100),
    ],
)
def test_median_and_ninetieth_percentile_are_days_that_occurred(
    days: list[float], median: float, most: float, worst: float
) -> None:
    found = spread(days)
    assert (found.median, found.most, found.worst) == (median, most, worst)


@pytest.mark.parametrize(
    ("tasks", "days"),
    [
        ([task("licence", 1), task("food", 3)], 3),  # side by side
        ([task("licence", 4), task("food", 3, after=("licence",))], 4),  # the decision waits, the review does not
        ([task("licence", 4), task("food", 3, starts_after=("licence",))], 7),
        ([task("licence", 1, queued=2.0), task("food", 1, paused=5.0)], 6),
        ([task("a", 2), task("b", 1, after=("a",)), task("c", 2, starts_after=("b",))], 4),
    ],
)
def test_a_case_takes_what_its_tasks_take_and_wait(tasks: list[RealTask], days: float) -> None:
    assert durations([case(*tasks)], {}) == [days]


@pytest.mark.parametrize(
    ("officers", "days"),
    [
        ({}, [2, 2, 2]),  # as it was: nobody queued
        ({"market": 1}, [2, 4, 6]),
        ({"market": 2}, [2, 2, 4]),
        ({"market": 3}, [2, 2, 2]),
        ({"fire": 1}, [2, 2, 2]),
    ],
)
def test_tasks_wait_for_a_free_officer_in_the_order_they_came(officers: dict[str, int], days: list[float]) -> None:
    assert durations([case(task("food", 2)) for _ in range(3)], officers) == days


def test_a_later_case_finds_the_officer_free_again() -> None:
    cases = [case(task("food", 2)), case(task("food", 2), arrived=1.0), case(task("food", 2), arrived=9.0)]
    assert durations(cases, {"market": 1}) == [2, 3, 2]


def test_a_pause_by_law_holds_no_officer() -> None:
    cases = [case(task("food", 1, paused=10.0)), case(task("food", 1))]
    assert durations(cases, {"market": 1}) == [11, 2]


@pytest.mark.parametrize(
    ("changes", "days"),
    [
        ([], 7),
        ([{"kind": "wait", "item": "food", "other": "licence", "locks": "nothing"}], 4),  # earlier start
        ([{"kind": "wait", "item": "food", "other": "licence", "locks": "decision"}], 4),
        ([{"kind": "drop_step", "item": "licence"}], 3),
        ([{"kind": "promise", "item": "licence", "days": 1}], 4),  # the promise caps what it took
        ([{"kind": "promise", "item": "licence", "days": 9}], 7),  # a longer one leaves it as it was
    ],
)
def test_a_changed_plan_is_run_with_what_the_cases_really_took(changes: list[dict[str, Any]], days: float) -> None:
    today = plan(starts_after=["licence"])
    took = case(task("licence", 3, queued=1.0, ended=4.0), task("food", 3, starts_after=("licence",), ended=7.0))
    found = replayed([took] * 5, today, apply_changes(today, changes))
    assert found is not None
    assert (found.real.median, found.today.median, found.then.median) == (7, 7, days)


def test_items_granted_on_a_commitment_take_no_time() -> None:
    today = plan()
    took = case(task("licence", 1), task("food", 4))
    changed = apply_changes(today, [{"kind": "commitment", "item": "food"}])
    found = replayed([took] * 5, today, changed, committed=frozenset(["food"]))
    assert found is not None
    assert (found.today.median, found.then.median) == (4, 1)


def test_both_sides_of_a_comparison_queue_by_the_same_rule() -> None:
    found = replayed([case(task("food", 2))] * 6, plan(), plan(), officers={"market": (1, 2)})
    assert found is not None
    assert (found.today.worst, found.then.worst) == (12, 6)


@pytest.mark.parametrize(("cases", "said"), [(0, False), (4, False), (5, True)])
def test_fewer_than_five_cases_give_no_figure(cases: int, said: bool) -> None:
    assert bool(replayed([case(task("food", 2))] * cases, plan(), plan())) == said


def test_an_item_the_plan_does_not_know_keeps_its_own_waits() -> None:
    took = case(task("licence", 2), task("old", 1, starts_after=("licence",)))
    found = replayed([took] * 5, plan(), plan())
    assert found is not None and found.then.median == 3
