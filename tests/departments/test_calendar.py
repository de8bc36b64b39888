"""The calendar in the database: seeded, kept as the administrator changed it, read in one query."""

from datetime import date

import pytest
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries

from departments.calendar import current_calendar
from departments.models import CalendarDay
from departments.operations.calendar import Day, import_days, published_days
from foundation.errors import Refused

pytestmark = pytest.mark.django_db


def test_the_seeded_calendar_counts_the_four_terms(
    django_assert_num_queries: DjangoAssertNumQueries, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("load_calendar")
    assert "已知到 2026 年，之后为暂定" in capsys.readouterr().out
    with django_assert_num_queries(1):
        calendar = current_calendar()
    for start, count, end in [
        (date(2026, 2, 12), 5, date(2026, 2, 26)),
        (date(2026, 9, 18), 20, date(2026, 10, 22)),
        (date(2026, 4, 30), 1, date(2026, 5, 6)),
        (date(2026, 2, 13), 15, date(2026, 3, 12)),
    ]:
        assert calendar.add(start, count) == end
    assert not calendar.is_tentative(date(2026, 12, 31))
    assert calendar.is_tentative(date(2027, 1, 1))


def test_an_empty_calendar_follows_the_rule() -> None:
    calendar = current_calendar()
    assert calendar.known_through == 0
    assert calendar.is_tentative(date(2026, 3, 2))
    assert calendar.add(date(2026, 9, 30), 1) == date(2026, 10, 5)  # 1 and 2 October off, 3 October a Saturday


def test_loading_again_changes_nothing_and_keeps_what_was_edited(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_calendar")
    before = CalendarDay.objects.count()
    assert before > 700
    CalendarDay.objects.filter(date=date(2026, 2, 14)).update(working=False, name="本县放假")
    CalendarDay.objects.create(date=date(2026, 7, 20), working=False, name="台风停办")
    call_command("load_calendar")
    assert CalendarDay.objects.count() == before + 1
    assert not current_calendar().is_working(date(2026, 2, 14))
    assert not current_calendar().is_working(date(2026, 7, 20))
    assert "保留管理员改过的 1 天" in capsys.readouterr().out
    call_command("load_calendar", "--force")
    assert current_calendar().is_working(date(2026, 2, 14))
    assert not current_calendar().is_working(date(2026, 7, 20))


def test_the_countys_own_day_does_not_make_a_year_known() -> None:
    import_days(days=published_days())
    CalendarDay.objects.create(date=date(2027, 8, 3), working=False, name="台风停办")
    calendar = current_calendar()
    assert calendar.known_through == 2026
    assert not calendar.is_working(date(2027, 8, 3))


def test_importing_the_next_year_makes_it_known() -> None:
    import_days(days=published_days())
    done = import_days(
        days=[Day(date(2027, 1, 4), True, "元旦调休上班", 2027), Day(date(2027, 1, 1), False, "元旦", 2027)]
    )
    assert done.added == 2
    assert current_calendar().known_through == 2027


def test_the_same_day_twice_is_refused() -> None:
    day = Day(date(2027, 1, 1), False, "元旦", 2027)
    with pytest.raises(Refused, match="2027-01-01 出现了两次"):
        import_days(days=[day, day])
