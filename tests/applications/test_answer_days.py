"""K8 补正的日子: on the notice and the pages, reminded once each, longer on request; never counted as withdrawn."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from applications.models import Application, Correction, Event
from applications.operations import correcting, intake
from applications.operations.answer_days import extend_answer, remind_of_corrections
from applications.operations.timing import lapse_overdue
from applications.states import CaseState
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.models import Outbox
from tests.applications.world import World, check_all, file_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def asked(world: World) -> Application:
    """A notice went out on Monday, 2 March 2026: ten working days are 16 March."""
    case = intake.receive(actor=world.clerk, number=file_case(world).number)
    check_all(world, case)
    correcting.mark_field(actor=world.clerk, number=case.number, field="premises-area", note="不一样")
    correcting.ask_correction(actor=world.clerk, number=case.number)
    case.refresh_from_db()
    return case


def at(day: str, hour: int = 2) -> time_machine.travel:
    return time_machine.travel(datetime.fromisoformat(f"2026-{day}T{hour:02}:00+00:00").astimezone(UTC), tick=False)


def test_ten_working_days_from_the_notice(asked: Application) -> None:
    assert Correction.objects.get().answer_by == date(2026, 3, 16)


def test_reminded_three_days_and_one_day_ahead_once_each(asked: Application) -> None:
    told = []
    for day in ("03-10", "03-11", "03-11", "03-12", "03-13", "03-13", "03-16", "03-17"):
        with at(day):
            if remind_of_corrections():
                told.append(day)
    assert told == ["03-11", "03-13"]
    assert Outbox.objects.filter(kind="inform", key__startswith="correction_due").count() == 2


@pytest.mark.parametrize(("awake", "reminders"), [("03-13", 1), ("03-16", 1), ("03-18", 0)])
def test_after_an_outage_the_nearest_reminder_alone(asked: Application, awake: str, reminders: int) -> None:
    with at(awake):
        assert remind_of_corrections() == reminders
        assert remind_of_corrections() == 0


def test_unanswered_it_waits_outside_the_governments_time(asked: Application) -> None:
    with at("09-01"):
        assert lapse_overdue() == 0
        assert remind_of_corrections() == 0
    asked.refresh_from_db()
    assert asked.state == CaseState.CORRECTING


@pytest.mark.parametrize(
    ("day", "days", "until"),
    [("03-03", 5, date(2026, 3, 23)), ("03-20", 5, date(2026, 3, 27)), ("03-16", 10, date(2026, 3, 30))],
)
def test_longer_on_request_from_the_day_or_from_today(
    world: World, asked: Application, day: str, days: int, until: date
) -> None:
    with at(day):
        moved = extend_answer(actor=world.clerk, number=asked.number, days=days, reason="房东在外地")
    assert (moved.answer_by, moved.reminded) == (until, None)
    assert Event.objects.get(application=asked, kind="answer_extended").note == "房东在外地"


@pytest.mark.parametrize(("days", "reason", "field"), [(0, "x", "days"), (11, "x", "days"), (5, " ", "reason")])
def test_not_without_reason_and_not_without_end(
    world: World, asked: Application, days: int, reason: str, field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        extend_answer(actor=world.clerk, number=asked.number, days=days, reason=reason)
    assert refusal.value.field == field


def test_the_window_alone_and_only_while_something_is_asked(world: World, asked: Application) -> None:
    with pytest.raises(NotAllowed):
        extend_answer(actor=world.zhang, number=asked.number, days=5, reason="x")
    correcting.answer_correction(actor=world.zhang, number=asked.number, values={"premises-area": "285"})
    with pytest.raises(Conflict):
        extend_answer(actor=world.clerk, number=asked.number, days=5, reason="x")


def test_the_day_stands_on_the_citizens_page_and_the_window_moves_it(world: World, asked: Application) -> None:
    zhang, limin = Client(), Client()
    zhang.force_login(world.users["zhangting"])
    limin.force_login(world.users["limin"])
    assert (
        "3\u00a0月\u00a016\u00a0日前补来"
        in zhang.get(reverse("answer-correction", args=[asked.number])).content.decode()
    )
    url = reverse("window-extend-answer", args=[asked.number])
    assert limin.post(url, {"days": "很久", "reason": "x"}).status_code == 422
    assert limin.post(url, {"days": "5", "reason": "房东在外地"}).status_code == 302
    assert "3\u00a0月\u00a023\u00a0日前补来" in limin.get(reverse("window-case", args=[asked.number])).content.decode()
