"""The clocks, as tables of dates. 2026: 2 March is a Monday; 4-6 April Qingming (Sat-Mon); 1-5 May, 9 May works."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.clocks import (
    TaskClock,
    acceptance_due,
    accepted_on_its_own,
    applicants_days,
    begin_by,
    due_days,
    expected,
    finishes,
    kept_open,
    lengthening,
    light,
    paused_days,
    promised_due,
    review_up_due,
    term_end,
)
from departments.workdays import Calendar, most_working_days

NEW_YEAR = [date(2026, 2, d) for d in range(15, 24)]
QINGMING = [date(2026, 4, 6)]
MAY = [date(2026, 5, d) for d in (1, 4, 5)]
NATIONAL = [date(2026, 9, 25), *(date(2026, 10, d) for d in range(1, 8))]
CALENDAR = Calendar(
    off=frozenset([*NEW_YEAR, *QINGMING, *MAY, *NATIONAL]),
    on=frozenset(date(2026, m, d) for m, d in [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]),
    known_through=2026,
)
MONDAY = date(2026, 3, 2)


def day(text):
    return date.fromisoformat(f"2026-{text}")


@pytest.mark.parametrize(
    ("receipt", "last"),
    [
        ("02-12", "02-26"),  # over Spring Festival, 14 February is a working Saturday
        ("03-02", "03-09"),
        ("03-06", "03-13"),  # a Friday
        ("03-07", "03-13"),  # sent on a Saturday: counts from there, Monday is day 1
        ("03-08", "03-13"),
        ("04-03", "04-13"),  # over Qingming
        ("04-30", "05-11"),  # over May Day; 9 May is a working Saturday
        ("09-18", "09-24"),  # Sunday 20 September works
        ("09-30", "10-13"),
        ("12-31", None),  # beyond the known years: checked below as tentative
    ],
)
def test_k1_five_working_days_from_the_receipt(receipt, last):
    due = acceptance_due(day(receipt), CALENDAR)
    if last is None:
        assert CALENDAR.is_tentative(due)
    else:
        assert due == day(last)


@pytest.mark.parametrize(
    ("started", "ended", "days"),
    [
        ("03-02", "03-02", 0),  # notice and result on one day
        ("03-02", "03-03", 1),
        ("03-02", "03-06", 4),
        ("03-06", "03-09", 1),  # over a weekend
        ("03-07", "03-08", 0),  # a pause that lies on a weekend
        ("04-30", "05-06", 1),
        ("05-08", "05-09", 1),  # a working Saturday
        ("03-05", "03-02", 0),  # never negative
    ],
)
def test_a_pause_counts_from_the_day_after_the_notice_up_to_the_day_of_the_result(started, ended, days):
    assert paused_days(day(started), day(ended), CALENDAR) == days


LICENCE = TaskClock("licence", 1)
FOOD = TaskClock("food", 5, after=("licence",))
FIRE = TaskClock("fire", 7, after=("licence",))
SEAL = TaskClock("seal", 0, after=("licence",))


def test_planned_finishes_of_the_restaurant():
    assert finishes([LICENCE, FOOD, FIRE, SEAL], MONDAY, CALENDAR) == {"licence": 1, "food": 5, "fire": 7, "seal": 1}


def test_an_on_the_spot_item_is_due_with_the_predecessor_it_waits_for():
    assert due_days([LICENCE, SEAL], MONDAY, CALENDAR)["seal"] == day("03-03")


@pytest.mark.parametrize(
    ("granted", "food_due", "seal_due"),
    [
        ("03-02", "03-09", "03-03"),  # early: the planned day stays
        ("03-03", "03-09", "03-03"),  # on its day
        ("03-04", "03-09", "03-05"),  # one day late: grant + 1 where that is later
        ("03-06", "03-09", "03-09"),
        ("03-09", "03-10", "03-10"),
        ("03-13", "03-16", "03-16"),  # Friday: plus one working day is Monday
    ],
)
def test_a_predecessor_granted_late_moves_its_dependents(granted, food_due, seal_due):
    licence = TaskClock("licence", 1, decided_on=day(granted))
    due = due_days([licence, FOOD, SEAL], MONDAY, CALENDAR)
    assert (due["food"], due["seal"]) == (day(food_due), day(seal_due))


@pytest.mark.parametrize(
    ("granted", "transfer_due"),
    [(None, "03-09"), ("03-02", "03-09"), ("03-04", "03-09"), ("03-06", "03-11"), ("03-13", "03-18")],
)
def test_a_review_that_starts_after_another_counts_its_own_days_from_that_grant(granted, transfer_due):
    tax = TaskClock("tax", 2, decided_on=day(granted) if granted else None)
    transfer = TaskClock("transfer", 3, starts_after=("tax",))
    assert due_days([tax, transfer], MONDAY, CALENDAR)["transfer"] == day(transfer_due)


@pytest.mark.parametrize(
    ("food_pause", "fire_pause", "longer", "promised"),
    [
        (0, 0, 0, "03-23"),
        (2, 0, 0, "03-23"),  # off the critical path: the citizen's date stands
        (3, 0, 1, "03-24"),
        (0, 1, 1, "03-24"),
        (0, 10, 10, "04-07"),  # over Qingming
        (4, 4, 4, "03-27"),
    ],
)
def test_only_pauses_on_the_critical_path_move_the_promise(food_pause, fire_pause, longer, promised):
    clocks = [
        LICENCE,
        TaskClock("food", 5, after=("licence",), paused=food_pause),
        TaskClock("fire", 7, after=("licence",), paused=fire_pause),
    ]
    assert lengthening(clocks, MONDAY, CALENDAR) == longer
    assert promised_due(MONDAY, 15, clocks, CALENDAR) == day(promised)


@pytest.mark.parametrize(
    ("food", "fire", "food_due", "fire_due", "promised"),
    [
        (0, 0, "03-09", "03-11", "03-23"),
        (2, 0, "03-11", "03-11", "03-23"),  # off the critical path: the citizen's date stands
        (3, 0, "03-12", "03-11", "03-24"),
        (0, 5, "03-09", "03-18", "03-30"),
        (10, 10, "03-23", "03-25", "04-07"),  # over Qingming
    ],
)
def test_an_extension_counts_from_the_due_day_and_moves_the_promise_as_far_as_the_critical_path(
    food, fire, food_due, fire_due, promised
):
    clocks = [
        LICENCE,
        TaskClock("food", 5, after=("licence",), extended=food),
        TaskClock("fire", 7, after=("licence",), extended=fire),
    ]
    due = due_days(clocks, MONDAY, CALENDAR)
    assert (due["food"], due["fire"]) == (day(food_due), day(fire_due))
    assert promised_due(MONDAY, 15, clocks, CALENDAR) == day(promised)


def test_an_extension_moves_whoever_waits_and_comes_on_top_of_a_pause():
    clocks = [TaskClock("first", 3, extended=2, paused=1), TaskClock("second", 1, after=("first",))]
    due = due_days(clocks, MONDAY, CALENDAR)
    assert (due["first"], due["second"]) == (day("03-10"), day("03-10"))


@pytest.mark.parametrize(
    ("today", "licence", "fire", "result"),
    [
        ("03-02", None, None, "03-11"),
        ("03-10", "03-03", None, "03-11"),
        ("03-12", "03-03", None, "03-12"),  # overdue: today at the earliest
        ("03-12", "03-03", "03-06", "03-06"),  # all decided: the last decision
    ],
)
def test_the_expected_day_is_the_critical_path_as_it_stands_now(today, licence, fire, result):
    clocks = [
        TaskClock("licence", 1, decided_on=day(licence) if licence else None),
        TaskClock("fire", 7, after=("licence",), decided_on=day(fire) if fire else None),
    ]
    assert expected(clocks, MONDAY, day(today), CALENDAR) == day(result)


def test_an_ended_task_is_no_longer_expected():
    clocks = [TaskClock("licence", 1, decided_on=day("03-03")), TaskClock("fire", 7, ended=True)]
    assert expected(clocks, MONDAY, day("03-04"), CALENDAR) == day("03-03")


@pytest.mark.parametrize(
    ("due", "promise", "today", "colour", "left"),
    [
        ("03-20", 15, "03-02", "green", 14),
        ("03-20", 15, "03-16", "green", 4),
        ("03-20", 15, "03-17", "yellow", 3),  # 20 % of 15 days
        ("03-20", 15, "03-20", "yellow", 0),  # due today is not overdue
        ("03-20", 15, "03-23", "red", -1),
        ("03-20", 15, "03-21", "red", -1),  # a Saturday: overdue at once, one day at least
        ("03-03", 1, "03-02", "yellow", 1),  # at least one day of warning
        ("03-02", 0, "03-02", "yellow", 0),
        ("03-09", 5, "03-05", "green", 2),
        ("03-09", 5, "03-06", "yellow", 1),
    ],
)
def test_the_light_compares_with_the_promise(due, promise, today, colour, left):
    shown = light(day(due), promise, day(today), CALENDAR)
    assert (shown.colour, shown.left) == (colour, left)


def test_a_light_that_stands_still_is_never_red():
    assert light(day("03-03"), 5, day("03-20"), CALENDAR, still=True).colour == "still"


@pytest.mark.parametrize(
    ("kind", "finish", "statutory", "starts_after", "before", "own"),
    [
        ("permit", 5, 10, [], [], False),
        ("permit", 10, 10, [], [], False),
        ("permit", 11, 10, [], [], True),  # the plan ends beyond the item's statutory days
        ("filing", 1, 0, [], ["registration"], True),
        ("permit", 5, 10, ["tax"], [], True),
        ("registration", 5, 10, ["tax"], [], True),
        ("permit", 5, 10, [], ["registration"], True),  # before it the applicant is no legal person: 预审
        ("filing", 5, 10, [], ["registration"], False),  # 预审 is for permits
        ("permit", 5, 10, [], ["other"], False),
    ],
)
def test_when_an_item_is_accepted_on_its_own(kind, finish, statutory, starts_after, before, own):
    assert own is accepted_on_its_own(
        kind=kind,
        finish=finish,
        statutory_days=statutory,
        waits=bool(starts_after),
        before=before,
        creates={"registration": True},
    )


@st.composite
def plans(draw):
    size = draw(st.integers(1, 7))
    tasks = []
    for n in range(size):
        earlier = [str(p) for p in range(n)]
        some = st.lists(st.sampled_from(earlier), unique=True, max_size=2) if earlier else st.just([])
        tasks.append(
            TaskClock(str(n), draw(st.integers(0, 20)), tuple(draw(some)), tuple(draw(some)), draw(st.integers(0, 9)))
        )
    return tasks


@given(plans())
def test_a_pause_never_makes_a_due_day_earlier_and_never_more_than_itself_later(tasks):
    plain = [TaskClock(t.code, t.own_days, t.after, t.starts_after) for t in tasks]
    before, after = due_days(plain, MONDAY, CALENDAR), due_days(tasks, MONDAY, CALENDAR)
    assert all(after[code] >= before[code] for code in before)
    assert 0 <= lengthening(tasks, MONDAY, CALENDAR) <= sum(t.paused for t in tasks)


@given(plans(), st.integers(0, 6), st.integers(0, 40))
def test_a_late_grant_never_makes_any_day_earlier(tasks, which, late):
    which %= len(tasks)
    granted = CALENDAR.add(MONDAY, late)
    moved = [
        TaskClock(t.code, t.own_days, t.after, t.starts_after, t.paused, granted if n == which else None)
        for n, t in enumerate(tasks)
    ]
    before, after = due_days(tasks, MONDAY, CALENDAR), due_days(moved, MONDAY, CALENDAR)
    planned = finishes(tasks, MONDAY, CALENDAR)
    assert all(after[code] >= CALENDAR.add(MONDAY, planned[code]) for code in planned)
    if granted >= before[str(which)]:
        assert all(after[code] >= before[code] for code in before)


# The vectors of the counting rule, and every kind of weekend and holiday of 2026: event, working days, last day.
TERMS = [
    ("02-12", 5, "02-26"),
    ("09-18", 20, "10-22"),
    ("04-30", 1, "05-06"),
    ("02-13", 15, "03-12"),
    ("03-02", 0, "03-02"),
    ("03-02", 1, "03-03"),
    ("03-02", 4, "03-06"),
    ("03-02", 5, "03-09"),
    ("03-02", 10, "03-16"),
    ("03-02", 15, "03-23"),
    ("03-02", 20, "03-30"),
    ("03-02", 24, "04-03"),
    ("03-02", 25, "04-07"),
    ("03-02", 45, "05-08"),
    ("03-06", 1, "03-09"),
    ("03-07", 1, "03-09"),
    ("03-08", 1, "03-09"),
    ("03-08", 0, "03-08"),
    ("02-13", 1, "02-14"),
    ("02-13", 2, "02-24"),
    ("02-14", 1, "02-24"),
    ("02-15", 1, "02-24"),
    ("02-23", 1, "02-24"),
    ("02-27", 1, "02-28"),
    ("02-27", 2, "03-02"),
    ("04-03", 1, "04-07"),
    ("04-04", 1, "04-07"),
    ("04-06", 1, "04-07"),
    ("04-30", 3, "05-08"),
    ("04-30", 4, "05-09"),
    ("04-30", 5, "05-11"),
    ("05-01", 1, "05-06"),
    ("05-05", 1, "05-06"),
    ("05-08", 1, "05-09"),
    ("05-09", 1, "05-11"),
    ("09-18", 1, "09-20"),
    ("09-18", 5, "09-24"),
    ("09-18", 6, "09-28"),
    ("09-24", 1, "09-28"),
    ("09-25", 1, "09-28"),
    ("09-30", 1, "10-08"),
    ("09-30", 2, "10-09"),
    ("09-30", 3, "10-10"),
    ("09-30", 4, "10-12"),
    ("10-01", 1, "10-08"),
    ("10-07", 1, "10-08"),
    ("10-10", 1, "10-12"),
]


@pytest.mark.parametrize(("event", "days", "last"), TERMS)
def test_a_term_counts_working_days_from_the_day_after_the_event(event, days, last):
    assert CALENDAR.add(day(event), days) == day(last)
    assert CALENDAR.between(day(event), day(last)) == days


@pytest.mark.parametrize(
    ("accepted", "days", "paused", "last"),
    [
        ("03-02", 0, 0, "03-02"),
        ("03-02", 5, 0, "03-09"),
        ("03-02", 20, 0, "03-30"),
        ("03-02", 20, 1, "03-31"),
        ("03-02", 20, 5, "04-07"),
        ("03-02", 20, 10, "04-14"),
        ("02-12", 5, 5, "03-04"),
        ("09-18", 20, 0, "10-22"),
        ("09-18", 20, 10, "11-05"),
        ("04-30", 1, 4, "05-11"),
        ("03-07", 3, 0, "03-11"),
    ],
)
def test_k2_the_statutory_day_leaves_out_what_the_item_stood_still_by_law(accepted, days, paused, last):
    assert term_end(day(accepted), days, CALENDAR, calendar_days=False, paused=paused) == day(last)


@pytest.mark.parametrize(
    ("accepted", "days", "paused", "last"),
    [
        ("03-02", 0, 0, "03-02"),
        ("03-02", 1, 0, "03-03"),
        ("03-02", 5, 0, "03-09"),  # ends on a Saturday: the next working day is the last (《民法典》第二百零三条)
        ("03-02", 6, 0, "03-09"),
        ("03-02", 7, 0, "03-09"),
        ("03-02", 10, 0, "03-12"),
        ("03-02", 30, 0, "04-01"),  # every day counts, rest days too
        ("03-02", 33, 0, "04-07"),  # 4 April: Qingming until Monday the 6th
        ("02-05", 10, 0, "02-24"),  # 15 February, Spring Festival until the 23rd
        ("02-04", 10, 0, "02-14"),  # the working Saturday is a working day
        ("04-30", 9, 0, "05-09"),  # so is 9 May
        ("04-30", 2, 0, "05-06"),
        ("09-18", 20, 0, "10-08"),
        ("09-18", 7, 0, "09-28"),  # 25 September is closed, and the weekend after it
        ("03-02", 5, 2, "03-11"),  # a pause moves the last day by working days
        ("03-02", 10, 5, "03-19"),
        ("03-02", 30, 10, "04-16"),
    ],
)
def test_a_term_in_calendar_days_counts_every_day_and_ends_on_one_that_is_worked(accepted, days, paused, last):
    assert term_end(day(accepted), days, CALENDAR, calendar_days=True, paused=paused) == day(last)


@pytest.mark.parametrize(
    ("accepted", "paused", "last"),
    [
        ("03-02", 0, "03-30"),
        ("03-02", 1, "03-31"),
        ("03-02", 5, "04-07"),  # over Qingming
        ("03-06", 0, "04-03"),
        ("03-09", 0, "04-07"),
        ("03-07", 0, "04-03"),  # accepted on a Saturday: Monday is day 1
        ("02-12", 0, "03-18"),  # over Spring Festival; 14 and 28 February are worked
        ("02-12", 10, "04-01"),
        ("04-20", 0, "05-20"),  # over May Day; 9 May is worked
        ("09-18", 0, "10-22"),  # 20 September and 10 October are worked
        ("09-24", 0, "10-29"),
        ("09-30", 3, "11-06"),
    ],
)
def test_k7_twenty_working_days_to_pass_up_with_pauses_and_holidays(accepted, paused, last):
    assert review_up_due(day(accepted), paused, CALENDAR) == day(last)


NOTICE = TaskClock("notice", 30, calendar_days=True)
BUILT = TaskClock("built", 5, event_days=20)


@pytest.mark.parametrize(
    ("clocks", "due"),
    [
        ([NOTICE], {"notice": "04-01"}),
        ([replace(NOTICE, paused=3)], {"notice": "04-07"}),
        ([replace(NOTICE, extended=10)], {"notice": "04-13"}),  # in its own days: 11 April is a Saturday
        ([replace(NOTICE, late=3)], {"notice": "04-07"}),  # from 5 March: 4 April, closed until the 6th
        ([TaskClock("first", 3), replace(NOTICE, starts_after=("first",))], {"first": "03-05", "notice": "04-07"}),
        (
            [TaskClock("first", 3, decided_on=day("03-03")), replace(NOTICE, starts_after=("first",))],
            {"first": "03-05", "notice": "04-07"},  # early: the planned day stays
        ),
        (
            [TaskClock("first", 3, decided_on=day("03-10")), replace(NOTICE, starts_after=("first",))],
            {"first": "03-05", "notice": "04-09"},
        ),
        ([NOTICE, TaskClock("last", 0, after=("notice",))], {"notice": "04-01", "last": "04-01"}),
        ([BUILT], {"built": "04-07"}),  # until they say so: twenty days of theirs, then five
        ([replace(BUILT, begun_on=day("03-04"))], {"built": "03-11"}),
        ([replace(BUILT, begun_on=day("04-20"))], {"built": "04-27"}),  # said late: still five days of ours
        ([replace(BUILT, begun_on=day("03-07"))], {"built": "03-13"}),  # said on a Saturday: Monday is day 1
        ([TaskClock("first", 3), replace(BUILT, starts_after=("first",))], {"first": "03-05", "built": "04-10"}),
        (
            [
                TaskClock("first", 3, decided_on=day("03-05")),
                replace(BUILT, starts_after=("first",), begun_on=day("03-03")),
            ],
            {"first": "03-05", "built": "03-12"},  # said before the review could begin
        ),
        ([replace(BUILT, calendar_days=True, begun_on=day("03-02"))], {"built": "03-09"}),
    ],
)
def test_due_days_of_items_in_calendar_days_and_of_items_that_wait_for_the_applicant(clocks, due):
    assert due_days(clocks, MONDAY, CALENDAR) == {code: day(last) for code, last in due.items()}


@pytest.mark.parametrize(
    ("clocks", "until"),
    [
        ([BUILT], {"built": "03-30"}),
        ([replace(BUILT, late=2)], {"built": "04-01"}),
        ([replace(BUILT, begun_on=day("03-04"))], {}),
        ([TaskClock("first", 3), replace(BUILT, starts_after=("first",))], {}),  # its days begin with that grant
        (
            [TaskClock("first", 3, decided_on=day("03-04")), replace(BUILT, starts_after=("first",))],
            {"built": "04-01"},
        ),
        ([LICENCE, FOOD], {}),
    ],
)
def test_until_when_the_applicant_may_say_that_it_has_happened(clocks, until):
    assert begin_by(clocks, MONDAY, CALENDAR) == {code: day(last) for code, last in until.items()}


@pytest.mark.parametrize(
    ("clocks", "promised", "theirs"),
    [
        ([LICENCE, FOOD, FIRE], "03-23", 0),
        ([NOTICE], "04-01", 0),  # 22 working days: the matter's promise allows for them
        ([BUILT], "04-07", 20),
        ([replace(BUILT, begun_on=day("03-03"))], "03-24", 1),
        ([replace(BUILT, begun_on=day("04-20"))], "04-27", 34),
        ([FIRE, replace(BUILT, event_days=1)], "03-23", 0),  # off the critical path
    ],
)
def test_what_the_applicant_takes_is_no_time_of_the_government(clocks, promised, theirs):
    days = 22 if clocks == [NOTICE] else 16 if clocks[0].begun_on == day("03-03") else 15
    assert promised_due(MONDAY, days, clocks, CALENDAR) == day(promised)
    assert applicants_days(clocks, MONDAY, CALENDAR) == theirs


@pytest.mark.parametrize(
    ("given", "kept"),
    [("03-02", "03-02"), ("03-07", "03-09"), ("02-14", "02-14"), ("02-16", "02-24"), ("05-09", "05-09")],
)
def test_a_day_given_by_hand_only_leaves_a_day_on_which_nobody_works(given, kept):
    assert kept_open(day(given), CALENDAR) == day(kept)


@given(plans(), st.integers(0, 6), st.integers(1, 20))
def test_a_pause_off_the_critical_path_moves_no_promised_date(tasks, which, longer):
    which %= len(tasks)
    paused = [replace(t, paused=t.paused + longer) if n == which else t for n, t in enumerate(tasks)]
    before, after = (max(finishes(some, MONDAY, CALENDAR, with_pauses=True).values()) for some in (tasks, paused))
    moved = promised_due(MONDAY, 15, paused, CALENDAR), promised_due(MONDAY, 15, tasks, CALENDAR)
    assert (moved[0] == moved[1]) == (before == after)
    assert moved[0] >= moved[1]


@given(plans(), st.integers(0, 60), st.integers(0, 6), st.integers(0, 20))
def test_a_change_of_the_calendar_moves_only_what_lies_behind_it(tasks, closed_after, which, pause):
    closed = CALENDAR.add(MONDAY, closed_after + 1)
    typhoon = replace(CALENDAR, off=CALENDAR.off | {closed}, on=CALENDAR.on - {closed})
    before, after = due_days(tasks, MONDAY, CALENDAR), due_days(tasks, MONDAY, typhoon)
    assert all((after[code] > before[code]) == (before[code] >= closed) for code in before)
    law = [term_end(MONDAY, 20, of, calendar_days=False, paused=pause) for of in (CALENDAR, typhoon)]
    assert (law[1] > law[0]) == (law[0] >= closed)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.booleans())
def test_a_pause_never_makes_the_statutory_day_earlier(days, paused, more, calendar_days):
    ends = [
        term_end(MONDAY, days, CALENDAR, calendar_days=calendar_days, paused=some) for some in (paused, paused + more)
    ]
    assert ends[0] <= ends[1]


@given(st.integers(0, 200), st.integers(0, 300))
def test_a_promise_allows_for_every_working_day_that_calendar_days_can_hold(days, ahead):
    """In weeks without days moved between them, which the county's calendar announces a year ahead."""
    plain = Calendar(off=frozenset(), on=frozenset(), known_through=2030)
    begun = plain.add(MONDAY, ahead)
    end = term_end(begun, days, plain, calendar_days=True)
    assert plain.between(begun, end) <= most_working_days(days)
