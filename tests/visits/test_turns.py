"""Whom a counter calls: booked people at their time, priority before walk-ins, walk-ins never starved."""

from datetime import datetime, timedelta

import pytest

from visits.opening import SHANGHAI
from visits.states import Lane
from visits.turns import Called, Waiting, expected_minutes, in_turn, next_ticket

TEN = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
PICKUP = "出件取件"


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def walk_in(pk: int, since: int = 0, topic: str = "") -> Waiting:
    """`since`: minutes from ten o'clock, as everywhere here."""
    return Waiting(pk, Lane.ORDINARY, TEN + minutes(since), topic=topic)


def elder(pk: int, since: int = 0) -> Waiting:
    return Waiting(pk, Lane.PRIORITY, TEN + minutes(since))


def booked(pk: int, due: int, since: int = -20) -> Waiting:
    return Waiting(pk, Lane.APPOINTMENT, TEN + minutes(since), TEN + minutes(due))


@pytest.mark.parametrize(
    ("waiting", "wanted"),
    [
        ([], None),
        ([walk_in(2, -5), walk_in(1, -9)], 1),
        ([walk_in(1, -9), elder(2, -1)], 2),
        ([elder(1, -9), booked(2, 0)], 2),
        ([booked(1, 0), booked(2, -15)], 2),
        ([booked(1, 30), elder(2, -1)], 2),  # whoever is early waits for the booked time …
        ([booked(1, 30), walk_in(2, -1)], 2),
        ([booked(1, 30)], 1),  # … unless nobody else waits
    ],
    ids=["nobody", "the first", "priority first", "booked now", "booked before", "early 1", "early 2", "early alone"],
)
def test_who_is_next(waiting: list[Waiting], wanted: int | None) -> None:
    found = next_ticket(waiting, TEN, [], 30)
    assert (found.pk if found else None) == wanted


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        ([], 2),
        ([Lane.PRIORITY] * 2, 2),
        ([Lane.PRIORITY] * 3, 1),  # with this one four, three tenths of which are one
        ([Lane.PRIORITY, Lane.APPOINTMENT, Lane.ORDINARY], 2),
        ([Lane.PRIORITY] * 5 + [Lane.ORDINARY], 1),
    ],
)
def test_walk_ins_keep_their_share(before: list[Lane], wanted: int) -> None:
    called = [Called(lane, TEN - minutes(5)) for lane in before]
    found = next_ticket([walk_in(1, -10), elder(2, -9)], TEN, called, 30)
    assert found is not None and found.pk == wanted


def test_what_was_called_before_the_walk_in_came_gives_no_right() -> None:
    called = [Called(Lane.PRIORITY, TEN - minutes(30))] * 9
    found = next_ticket([walk_in(1, -10), elder(2, -9)], TEN, called, 30)
    assert found is not None and found.pk == 2


@pytest.mark.parametrize("percent", [10, 30, 50, 90])
def test_nobody_starves_however_many_with_preference_come(percent: int) -> None:
    """A walk-in and an endless stream of elders and booked people: called within one share's worth of calls."""
    called: list[Called] = []
    for turn in range(20):
        stream = [elder(100 + turn, turn), booked(200 + turn, 0)]
        found = next_ticket([walk_in(1, 0), *stream], TEN + minutes(turn), called, percent)
        assert found is not None
        called.append(Called(found.lane, TEN + minutes(turn)))
        if found.pk == 1:
            break
    assert called[-1].lane == Lane.ORDINARY
    assert len(called) == -(-100 // percent)


@pytest.mark.parametrize(
    ("handles", "wanted"), [("", [1, 2, 3]), (PICKUP, [2]), ("“办不成事”反映", [])], ids=["combined", "own", "other"]
)
def test_a_counter_calls_what_it_is_for(handles: str, wanted: list[int]) -> None:
    waiting = [walk_in(1, -9), walk_in(2, -8, PICKUP), walk_in(3, -7)]
    assert [one.pk for one in in_turn(waiting, TEN, [], 30, handles)] == wanted


@pytest.mark.parametrize(
    ("before", "counters", "served", "said"),
    [
        (0, 3, [], 0),
        (1, 1, [], 20),
        (3, 2, [], 30),
        (1, 6, [], 5),
        (4, 2, [10] * 4, 40),  # four are too few to count
        (4, 2, [10] * 5, 20),
        (2, 0, [8] * 9, 20),  # nobody sits there yet: as for one counter, 16 rounded up
    ],
)
def test_the_wait_is_told_in_fives(before: int, counters: int, served: list[int], said: int) -> None:
    assert expected_minutes(before, counters, [minutes(one) for one in served], 20) == said
