"""When a hall is open, its slots, how many may book, who comes in time and who may book online."""

from datetime import date, datetime, time, timedelta

import pytest

from departments.workdays import Calendar
from visits.opening import SHANGHAI, Exceptional, Hours, NoShowRule, Opening, Span, Tolerance, capacity, slots_of

MORNING, AFTERNOON = Hours(time(9), time(12)), Hours(time(13, 30), time(17, 30))
FRIDAY_SHORT = Hours(time(9), time(11), weekday=4)
HALL = Opening(
    (MORNING, AFTERNOON, FRIDAY_SHORT),
    (
        Exceptional(date(2026, 3, 4), note="停电检修"),
        Exceptional(date(2026, 3, 7), time(9), time(11, 30), "周六延时服务"),
    ),
)
CALENDAR = Calendar(off=frozenset({date(2026, 4, 6)}), on=frozenset({date(2026, 2, 28)}), known_through=2026)


@pytest.mark.parametrize(
    ("day", "wanted"),
    [
        (date(2026, 3, 2), "09:00-12:00 13:30-17:30"),
        (date(2026, 3, 4), ""),  # closed by exception
        (date(2026, 3, 6), "09:00-11:00"),  # Friday has hours of its own
        (date(2026, 3, 7), "09:00-11:30"),  # a Saturday, opened by exception
        (date(2026, 3, 8), ""),  # Sunday
        (date(2026, 4, 6), ""),  # a day off
        (date(2026, 2, 28), "09:00-12:00 13:30-17:30"),  # a Saturday that is worked
    ],
)
def test_the_hours_of_a_day(day: date, wanted: str) -> None:
    assert " ".join(f"{span.starts:%H:%M}-{span.ends:%H:%M}" for span in HALL.spans(day, CALENDAR)) == wanted


@pytest.mark.parametrize(("minutes", "count", "last"), [(30, 14, "17:00"), (60, 7, "16:30"), (50, 7, "16:00")])
def test_a_day_is_cut_into_whole_slots(minutes: int, count: int, last: str) -> None:
    slots = slots_of(HALL.spans(date(2026, 3, 2), CALENDAR), minutes)
    assert (len(slots), f"{slots[-1].starts:%H:%M}") == (count, last)


@pytest.mark.parametrize(
    ("counters", "slot", "service", "walk_in", "wanted"),
    [(6, 30, 20, 50, 4), (2, 30, 20, 50, 1), (1, 30, 20, 50, 0), (6, 30, 20, 100, 0), (6, 60, 15, 75, 6)],
)
def test_at_most_half_is_given_away_online(counters: int, slot: int, service: int, walk_in: int, wanted: int) -> None:
    found = capacity(counters, slot, service, walk_in)
    assert found == wanted
    assert found <= counters * slot / service * (100 - walk_in) / 100


@pytest.mark.parametrize(
    ("opens", "closes", "wanted"), [(9, 10, True), (11, 12, True), (12, 13, False), (8, 10, False)]
)
def test_a_slot_stands_only_while_the_hall_is_open(opens: int, closes: int, wanted: bool) -> None:
    span = Span(datetime(2026, 3, 2, opens, tzinfo=SHANGHAI), datetime(2026, 3, 2, closes, tzinfo=SHANGHAI))
    assert HALL.is_open(span, CALENDAR) is wanted


@pytest.mark.parametrize(
    ("minutes", "wanted"),
    [(-31, "early"), (-30, "in time"), (0, "in time"), (15, "in time"), (16, "late"), (300, "late")],
)
def test_who_comes_in_time(minutes: int, wanted: str) -> None:
    due = datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)
    assert Tolerance(early=30, late=15).judge(due, due + timedelta(minutes=minutes)) == wanted


@pytest.mark.parametrize(
    ("missed", "until"),
    [
        ([], None),
        (["2026-02-20", "2026-02-23"], None),
        (["2026-01-05", "2026-02-20", "2026-02-23"], "2026-03-25"),
        (["2025-11-20", "2026-02-20", "2026-02-23"], None),  # the first is too long ago
        (["2026-01-05", "2026-01-06", "2026-01-07"], None),  # the pause is over
        (["2026-02-20", "2026-02-23", "2026-03-02"], None),  # today is not over
    ],
)
def test_who_stayed_away_too_often_pauses(missed: list[str], until: str | None) -> None:
    rule = NoShowRule(count=3, days=90, pause=30)
    found = rule.paused_until([date.fromisoformat(day) for day in missed], date(2026, 3, 2))
    assert found == (date.fromisoformat(until) if until else None)


def test_before_the_last_straw_it_is_told() -> None:
    rule, today = NoShowRule(count=3, days=90, pause=30), date(2026, 3, 2)
    assert not rule.one_more_pauses([date(2026, 2, 20)], today)
    assert rule.one_more_pauses([date(2026, 2, 20), date(2026, 2, 23)], today)
