"""容缺, as tables of dates: until when a paper may follow, when its owner is reminded, until when a broken promise bars."""

from datetime import date

import pytest

from applications import deferral
from departments.workdays import Calendar

# March 2026: the 2nd is a Monday; 6 April is a day off (清明).
CALENDAR = Calendar(off=frozenset({date(2026, 4, 6)}), on=frozenset(), known_through=2026)
MONDAY = date(2026, 3, 2)


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


@pytest.mark.parametrize(
    ("own", "promise", "expected"),
    [
        ([], 15, 15),
        ([None, None], 15, 15),
        ([5, None], 15, 5),
        ([10, 3], 15, 3),
        ([20], 15, 20),  # what an item sets itself goes before the matter's promise
    ],
)
def test_the_fewest_days_that_an_item_sets_else_the_matters_promise(own, promise, expected):
    assert deferral.days_allowed(own, promise) == expected


@pytest.mark.parametrize(
    ("accepted", "days", "decisions", "last"),
    [
        ("03-02", 10, [], "03-16"),
        ("03-02", 10, ["03-11"], "03-11"),  # a permit is decided earlier
        ("03-02", 10, ["03-20", "03-13"], "03-13"),
        ("03-02", 10, ["03-30"], "03-16"),  # later decisions give no more days
        ("04-01", 3, [], "04-07"),  # the day off and the week-end do not count
        ("03-06", 1, [], "03-09"),
        ("03-02", 0, [], "03-02"),
    ],
)
def test_the_last_day_is_never_beyond_a_permits_decision(accepted, days, decisions, last):
    assert deferral.last_day(day(accepted), days, [day(one) for one in decisions], CALENDAR) == day(last)


@pytest.mark.parametrize(
    ("until", "days", "decisions", "moved"),
    [
        ("03-11", 5, [], "03-18"),
        ("03-11", 5, ["03-13"], "03-13"),
        ("03-11", 5, ["03-11"], "03-11"),  # no day is left
        ("03-11", 5, ["03-09"], "03-11"),  # a decision that is overdue takes no day back
        ("04-03", 1, [], "04-07"),
    ],
)
def test_force_majeure_moves_the_day_as_far_as_the_permit_allows(until, days, decisions, moved):
    assert deferral.extended_day(day(until), days, [day(one) for one in decisions], CALENDAR) == day(moved)


@pytest.mark.parametrize(
    ("today", "told", "due"),
    [
        ("03-10", None, None),  # four working days are left
        ("03-11", None, 3),
        ("03-11", 3, None),  # once each
        ("03-12", None, 3),  # the machine stood still on the 11th
        ("03-12", 3, None),
        ("03-13", 3, 1),
        ("03-13", None, 1),  # stood still for days: the nearest alone
        ("03-14", 3, 1),  # Saturday: still one working day
        ("03-16", None, 1),
        ("03-16", 1, None),
        ("03-17", None, None),  # the day is over: nothing to remind of
    ],
)
def test_reminders_three_and_one_working_days_ahead(today, told, due):
    assert deferral.reminder_due(MONDAY, day("03-16"), told, (3, 1), day(today), CALENDAR) == due


@pytest.mark.parametrize(
    ("until", "today", "due"), [("03-04", "03-02", None), ("03-04", "03-03", 1), ("03-03", "03-02", None)]
)
def test_a_term_shorter_than_the_reminder_has_none(until, today, due):
    assert deferral.reminder_due(MONDAY, day(until), None, (3, 1), day(today), CALENDAR) == due


@pytest.mark.parametrize(
    ("promised_for", "days", "free"),
    [(date(2026, 3, 11), 365, date(2027, 3, 12)), (date(2026, 3, 11), 30, date(2026, 4, 11))],
)
def test_a_broken_promise_bars_until_its_days_are_over(promised_for, days, free):
    assert deferral.free_from(promised_for, days) == free
