"""Tables of dates. 2026 as the State Council arranged it; 2027 and later tentative."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from chinese_calendar import constants
from hypothesis import given
from hypothesis import strategies as st

from departments.festivals import FESTIVALS
from departments.workdays import Calendar, statutory_holidays

CALENDAR = Calendar(off=frozenset(constants.holidays), on=frozenset(constants.workdays), known_through=2026)

TERMS = [
    # The four terms worked out by hand in the counting rule.
    ("2026-02-12", 5, "2026-02-26"),
    ("2026-09-18", 20, "2026-10-22"),
    ("2026-04-30", 1, "2026-05-06"),
    ("2026-02-13", 15, "2026-03-12"),
    # Ordinary weeks.
    ("2026-03-02", 0, "2026-03-02"),
    ("2026-03-02", 1, "2026-03-03"),
    ("2026-03-02", 5, "2026-03-09"),
    ("2026-03-06", 1, "2026-03-09"),
    # Events on days off: still day 0.
    ("2026-03-07", 0, "2026-03-07"),
    ("2026-03-07", 1, "2026-03-09"),
    ("2026-03-08", 1, "2026-03-09"),
    # 元旦, with Sunday 4 January worked.
    ("2025-12-31", 1, "2026-01-04"),
    ("2025-12-31", 2, "2026-01-05"),
    ("2026-01-02", 1, "2026-01-04"),
    ("2025-12-26", 4, "2026-01-04"),
    # 春节: 14 and 28 February are worked Saturdays.
    ("2026-02-13", 1, "2026-02-14"),
    ("2026-02-14", 1, "2026-02-24"),
    ("2026-02-16", 1, "2026-02-24"),
    ("2026-02-27", 1, "2026-02-28"),
    ("2026-02-28", 1, "2026-03-02"),
    # 清明, with Monday 6 April off.
    ("2026-04-03", 1, "2026-04-07"),
    ("2026-04-02", 2, "2026-04-07"),
    # 劳动节, with Saturday 9 May worked.
    ("2026-05-05", 1, "2026-05-06"),
    ("2026-05-08", 1, "2026-05-09"),
    ("2026-05-08", 2, "2026-05-11"),
    ("2026-04-29", 5, "2026-05-09"),
    # 端午 falls on a Friday.
    ("2026-06-18", 1, "2026-06-22"),
    # 中秋 (Friday) and 国庆, with Sunday 20 September and Saturday 10 October worked.
    ("2026-09-18", 1, "2026-09-20"),
    ("2026-09-24", 1, "2026-09-28"),
    ("2026-09-30", 1, "2026-10-08"),
    ("2026-09-30", 3, "2026-10-10"),
    ("2026-10-10", 1, "2026-10-12"),
    # Over the end of the year into tentative days: 1 January 2027 is a Friday.
    ("2026-12-31", 1, "2027-01-04"),
    ("2026-12-30", 2, "2027-01-04"),
    ("2026-12-21", 15, "2027-01-12"),
    # Tentative 2027: 除夕 is Friday 5 February, 初三 Monday 8 February; no worked weekend is guessed.
    ("2027-02-04", 1, "2027-02-09"),
    ("2027-04-02", 1, "2027-04-06"),
    ("2027-04-30", 1, "2027-05-03"),
    ("2027-06-08", 1, "2027-06-10"),
    ("2027-09-14", 1, "2027-09-16"),
    ("2027-09-30", 1, "2027-10-04"),
    # Tentative 2028: 1 October a Sunday, 中秋 on Tuesday the 3rd is a day of 国庆 already.
    ("2028-09-29", 1, "2028-10-04"),
    ("2028-01-24", 1, "2028-01-31"),
]


@pytest.mark.parametrize(("start", "count", "end"), TERMS)
def test_a_term_of_working_days_ends(start: str, count: int, end: str) -> None:
    assert CALENDAR.add(date.fromisoformat(start), count) == date.fromisoformat(end)


@pytest.mark.parametrize(("start", "count", "end"), TERMS)
def test_days_used_are_counted_back(start: str, count: int, end: str) -> None:
    assert CALENDAR.between(date.fromisoformat(start), date.fromisoformat(end)) == count
    assert CALENDAR.between(date.fromisoformat(end), date.fromisoformat(start)) == -count


@pytest.mark.parametrize(
    ("start", "end", "used"),
    [
        ("2026-03-06", "2026-03-08", 0),
        ("2026-03-07", "2026-03-09", 1),
        ("2026-02-14", "2026-02-23", 0),
        ("2026-10-01", "2026-10-07", 0),
        ("2026-01-01", "2026-12-31", 248),
        ("2025-12-31", "2026-12-31", 248),
    ],
)
def test_days_between(start: str, end: str, used: int) -> None:
    assert CALENDAR.between(date.fromisoformat(start), date.fromisoformat(end)) == used


@pytest.mark.parametrize("day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"])
def test_weekend_days_worked_in_2026(day: str) -> None:
    assert date.fromisoformat(day).weekday() >= 5
    assert CALENDAR.is_working(date.fromisoformat(day))


def test_known_years_agree_with_the_state_councils_days() -> None:
    day = date(2020, 1, 1)
    while day.year < 2027:
        assert CALENDAR.is_working(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "tentative"), [("2004-01-01", False), ("2026-12-31", False), ("2027-01-01", True), ("2031-05-06", True)]
)
def test_days_after_the_last_arranged_year_are_tentative(day: str, tentative: bool) -> None:
    assert CALENDAR.is_tentative(date.fromisoformat(day)) is tentative


def test_statutory_holidays_of_2027() -> None:
    assert sorted(day.strftime("%m%d") for day in statutory_holidays(2027)) == [
        *("0101", "0205", "0206", "0207", "0208", "0405", "0501", "0502", "0609", "0915", "1001", "1002", "1003")
    ]


@pytest.mark.parametrize("year", sorted(FESTIVALS))
def test_festivals_fall_in_their_season(year: int) -> None:
    new_year, clear_brightness, dragon_boat, mid_autumn = FESTIVALS[year]
    assert date(year, 1, 20) < new_year < date(year, 2, 21)
    assert clear_brightness in (date(year, 4, 4), date(year, 4, 5))
    # From the first day of the first month to 5 May of the moon lie four or five months (a leap month).
    assert 120 <= (dragon_boat - new_year).days <= 153
    # Three months (with a leap month four) and ten days lie between 端午 and 中秋.
    assert (mid_autumn - dragon_boat).days in (98, 99, 127, 128, 129)
    assert 11 <= len(statutory_holidays(year)) <= 13


def test_statutory_days_are_off_in_the_arranged_years_too() -> None:
    for year in (2025, 2026):
        assert all(not CALENDAR.is_working(day) for day in statutory_holidays(year))


def test_the_countys_own_exception_counts_in_a_tentative_year() -> None:
    typhoon = date(2027, 8, 3)
    calendar = Calendar(off=CALENDAR.off | {typhoon}, on=CALENDAR.on | {date(2027, 8, 7)}, known_through=2026)
    assert calendar.add(date(2027, 8, 2), 1) == date(2027, 8, 4)
    assert calendar.is_working(date(2027, 8, 7))


def test_a_year_beyond_the_festival_table_keeps_its_solar_holidays() -> None:
    assert date(2095, 10, 1) in statutory_holidays(2095)


def test_a_negative_term_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add(date(2026, 3, 2), -1)


@given(st.dates(date(2024, 1, 1), date(2032, 1, 1)), st.integers(0, 90))
def test_adding_and_counting_are_inverse(day: date, count: int) -> None:
    end = CALENDAR.add(day, count)
    assert CALENDAR.between(day, end) == count
    assert count == 0 or CALENDAR.is_working(end)


@given(st.dates(date(2025, 1, 1), date(2028, 1, 1)), st.integers(0, 40), st.integers(0, 40))
def test_terms_add_up(day: date, first: int, second: int) -> None:
    assert CALENDAR.add(CALENDAR.add(day, first), second) == CALENDAR.add(day, first + second)
