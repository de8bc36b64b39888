"""A8, E7: the year's arrangement is typed in or taken over, and what it would move is seen before anything is done."""

import re
from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from accounts.models import User
from applications.models import Application, MovedDay
from applications.operations import recounting
from applications.operations.recounting import preview_recount, recount_running
from departments.calendar import current_calendar
from departments.models import CalendarDay, Post, Role
from departments.operations.calendar import Day, first_moved, import_days, read_days, with_days
from foundation.errors import Refused
from foundation.outbox.models import Outbox
from tests.applications.browsing import sign_in, text_of
from tests.applications.world import World, accepted_case, file_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
TYPHOON = "2026-03-04 休 台风停办"


@pytest.fixture(autouse=True)
def counted(world: World) -> None:
    recount_running()


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("2027-02-06 班 春节调休上班", Day(date(2027, 2, 6), True, "春节调休上班", 2027)),
        ("2027/2/8，休，春节", Day(date(2027, 2, 8), False, "春节", 2027)),
        ("2027年2月8日 放假", Day(date(2027, 2, 8), False, "", 2027)),
    ],
)
def test_a_day_is_read_as_people_write_it(line: str, day: Day) -> None:
    assert read_days(line, whole_year=True) == [day]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "至少一天"),
        ("2027-02-06", "第 1 行看不懂"),
        ("2027-02-08 休\n2027-02-30 休", "第 2 行看不懂"),
        ("2027-02-08 也许", "第 1 行看不懂"),
        ("2027-02-08 休\n2027-2-8 休", "第 2 行的 2027-02-08 前面已经写过"),
        ("\n".join(f"{n}" for n in range(201)), "最多 200 天"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_line(text: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        read_days(text, whole_year=False)


def moves(text: str, *, whole_year: bool = False) -> dict[str, tuple[date, date]]:
    days = read_days(text, whole_year=whole_year)
    found = preview_recount(with_days(current_calendar(), days, force=False), min(day.date for day in days))
    return {row.what: (row.before, row.after) for row in found.rows}


def test_the_preview_is_what_the_recount_then_does_and_keeps_nothing_itself(world: World) -> None:
    accepted_case(world)
    file_case(world, "noodle-shop")
    before = list(Application.objects.order_by("pk").values("accept_by", "promised_due", "expected_due"))
    sent = Outbox.objects.count()
    seen = preview_recount(
        with_days(current_calendar(), read_days(TYPHOON, whole_year=False), force=False), date(2026, 3, 4)
    )
    assert (seen.running, seen.moved, seen.told) == (2, 2, 2)
    assert list(Application.objects.order_by("pk").values("accept_by", "promised_due", "expected_due")) == before
    assert (Outbox.objects.count(), MovedDay.objects.count()) == (sent, 0)
    import_days(days=read_days(TYPHOON, whole_year=False))
    recount_running()
    done = [(row.application_id, row.what, row.before, row.after) for row in MovedDay.objects.order_by("id")]
    assert sorted((row.application.pk, row.what, row.before, row.after) for row in seen.rows) == sorted(done)


def test_a_request_counts_no_more_than_the_nearest_and_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recounting, "PREVIEWED", 1)
    accepted_case(world)
    accepted_case(world)
    days = read_days(TYPHOON, whole_year=False)
    seen = preview_recount(with_days(current_calendar(), days, force=False), date(2026, 3, 4))
    assert (seen.running, seen.reached, seen.counted, seen.moved) == (2, 2, 1, 1)


def test_a_day_behind_every_term_moves_nothing(world: World) -> None:
    accepted_case(world)
    assert moves("2026-12-24 休 台风停办") == {}


def test_a_day_that_is_there_stays_unless_somebody_says_so(world: World) -> None:
    CalendarDay.objects.create(date=date(2026, 3, 7), working=True, name="县里加班")
    calendar = current_calendar()
    days = read_days("2026-03-07 休", whole_year=False)
    assert with_days(calendar, days, force=False) == calendar
    assert date(2026, 3, 7) in with_days(calendar, days, force=True).off


def test_a_year_that_is_skipped_moves_from_the_first_unknown_one_on(world: World) -> None:
    calendar = current_calendar()
    then = with_days(calendar, read_days("2031-01-01 休 元旦", whole_year=True), force=False)
    assert first_moved(calendar, then) == date(calendar.known_through + 1, 1, 1)
    assert first_moved(calendar, calendar) is None


def test_a_whole_year_becomes_a_known_one_and_a_typhoon_does_not(world: World) -> None:
    calendar = current_calendar()
    assert with_days(calendar, read_days("2031-01-01 休 元旦", whole_year=True), force=False).known_through == 2031
    one_day = with_days(calendar, read_days("2031-01-01 休", whole_year=False), force=False)
    assert one_day.known_through == calendar.known_through


@pytest.fixture
def editor(world: World) -> User:
    user = world.users["editor"] = User.objects.create(username="editor", name="编目")
    Post.objects.create(user=user, role=Role.EDITOR)
    return user


def test_the_administrator_sees_it_first_and_then_does_it(world: World, editor: User) -> None:
    case = accepted_case(world)
    browser, page = sign_in(world, "editor"), reverse("calendar-import")
    assert browser.get(page).status_code == 200
    wrong = browser.post(page, {"days": "明天 休"})
    assert (wrong.status_code, "明天 休" in text_of(wrong)) == (422, True)
    seen = text_of(browser.post(page, {"days": TYPHOON}))
    assert "会动到 1 件" in seen
    assert case.number in seen
    assert not CalendarDay.objects.filter(date=date(2026, 3, 4)).exists()
    token = re.search(r'name="seen" value="(\w+)"', seen)
    assert token
    changed = browser.post(page, {"days": "2026-03-05 休", "act": "import", "seen": token[1]})
    assert (changed.status_code, "请看过再导入" in text_of(changed)) == (422, True)
    assert browser.post(page, {"days": TYPHOON, "act": "import"}).status_code == 422, "nothing unseen is done"
    assert not CalendarDay.objects.filter(date=date(2026, 3, 5)).exists()
    assert browser.post(page, {"days": TYPHOON, "act": "import", "seen": token[1]}).status_code == 302
    assert LogEntry.objects.get().user == editor
    assert CalendarDay.objects.get(date=date(2026, 3, 4)).working is False
    assert recount_running() == 1


@pytest.mark.parametrize("who", ["limin", "market1", "zhoutao", "zhangting"])
def test_nobody_else_changes_the_calendar(world: World, who: str) -> None:
    assert sign_in(world, who).post(reverse("calendar-import"), {"days": TYPHOON}).status_code == 403
