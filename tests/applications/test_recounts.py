"""E7: a year imported, a typhoon: running cases are counted anew, what moved is listed, and the applicant is told once."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from applications.models import Application, Correction, MovedDay, Recount
from applications.operations import correcting, intake
from applications.operations.answer_days import extend_answer
from applications.operations.informing import inform_entry
from applications.operations.recounting import recount_running
from departments.models import CalendarDay
from foundation.notices.models import Notice
from foundation.outbox.models import Outbox
from tests.applications.browsing import sign_in
from tests.applications.world import World, accepted_case, check_all, decide, file_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture(autouse=True)
def counted(world: World) -> None:
    """The calendar of the small county has been counted by once."""
    recount_running()


def close(*days: str) -> None:
    """A typhoon: nobody works on these days of 2026."""
    for day in days:
        CalendarDay.objects.create(date=date.fromisoformat(f"2026-{day}"), working=False, name="台风停办")


def moved(case: Application) -> dict[str, tuple[str, str]]:
    rows = MovedDay.objects.filter(application=case)
    return {row.what: (f"{row.before:%m-%d}", f"{row.after:%m-%d}") for row in rows}


def test_the_first_count_only_remembers_the_calendar(world: World) -> None:
    case = file_case(world)
    assert recount_running() == 0
    assert Recount.objects.count() == 1
    assert moved(case) == {}


def test_a_typhoon_day_moves_the_day_to_accept_by_and_the_applicant_hears_once(world: World) -> None:
    case = file_case(world)
    close("03-04")
    assert recount_running() == 1
    assert recount_running() == 0
    case.refresh_from_db()
    assert (moved(case), f"{case.accept_by}") == ({"受理期限": ("03-09", "03-10")}, "2026-03-10")
    rows = Outbox.objects.filter(kind="inform", key__startswith="recounted")
    assert rows.count() == 1
    inform_entry(rows.get())
    assert "受理期限改到 3 月 10 日" in Notice.objects.get(title="办理的日子有变", channel="inbox").body


@pytest.mark.parametrize("day", ["02-27", "03-02", "12-24"])
def test_a_change_before_the_event_or_behind_the_last_day_moves_nothing(world: World, day: str) -> None:
    case = file_case(world)
    close(day)
    assert recount_running() == 0
    assert moved(case) == {}


def test_every_term_of_an_accepted_case_moves_and_the_departments_are_listed_too(world: World) -> None:
    case = accepted_case(world)
    before = case.promised_due
    close("03-03")
    recount_running()
    case.refresh_from_db()
    assert before is not None and case.promised_due is not None and case.promised_due > before
    found = moved(case)
    assert found["承诺办结日"] == (f"{before:%m-%d}", f"{case.promised_due:%m-%d}")
    assert {"食品经营许可到期日", "经营主体设立登记法定到期日", "消防安全检查到期日"} <= set(found)
    assert set(MovedDay.objects.filter(told=True).values_list("what", flat=True)) == {"承诺办结日"}


def test_a_day_that_is_worked_after_all_brings_the_days_back(world: World) -> None:
    case = accepted_case(world)
    first = [case.promised_due, *case.tasks.order_by("pk").values_list("due", flat=True)]
    close("03-03")
    recount_running()
    CalendarDay.objects.filter(name="台风停办").delete()
    assert recount_running() == 1
    case.refresh_from_db()
    assert [case.promised_due, *case.tasks.order_by("pk").values_list("due", flat=True)] == first


def test_a_decided_item_keeps_its_day(world: World) -> None:
    case = accepted_case(world)
    decide(world, case, "registration")
    close("03-03")
    recount_running()
    assert not any(what.startswith(case.tasks.get(item_code="registration").item_name) for what in moved(case))


def test_an_interrupted_count_is_taken_up_again(world: World) -> None:
    case = file_case(world)
    close("03-04")
    recount_running()
    Recount.objects.update(done_at=None)
    assert recount_running() == 0  # nothing moves twice
    assert Recount.objects.first().done_at is not None
    assert len(moved(case)) == 1


def test_the_day_to_answer_a_correction_moves_unless_the_window_gave_it_by_hand(world: World) -> None:
    case = intake.receive(actor=world.clerk, number=file_case(world).number)
    check_all(world, case)
    correcting.mark_field(actor=world.clerk, number=case.number, field="premises-area", note="不一样")
    correcting.ask_correction(actor=world.clerk, number=case.number)
    close("03-05")
    recount_running()
    assert Correction.objects.get().answer_by == date(2026, 3, 17)
    extend_answer(actor=world.clerk, number=case.number, days=3, reason="住院")
    given = Correction.objects.get().answer_by
    close("03-06")
    recount_running()
    assert Correction.objects.get().answer_by == given
    close(f"{given:%m-%d}")
    recount_running()
    assert Correction.objects.get().answer_by > given


def test_the_supervisor_reads_what_moved_and_which_cards_were_given(world: World) -> None:
    case = accepted_case(world)
    close("03-03")
    recount_running()
    with time_machine.travel(datetime(2026, 3, 10, 2, tzinfo=UTC), tick=False):
        from_page: Client = sign_in(world, "zhoutao")
        page = from_page.get(reverse("supervise-clocks")).content.decode()
    assert case.number in page
    assert "承诺办结日" in page
