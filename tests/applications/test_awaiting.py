"""等申请人: a review that begins only with what the applicant does, outside the government's time, with a last day."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from applications.models import Application, CasePaper, MovedDay, Task
from applications.operations import awaiting
from applications.operations.carding import give_cards
from applications.operations.papers import issue_entry
from applications.operations.recounting import recount_running
from departments.models import CalendarDay
from foundation.errors import Conflict, NotAllowed
from foundation.outbox.models import Outbox
from matters.models import Step
from matters.operations.publishing import drafts, publish_many
from tests.applications.browsing import sign_in, text_of
from tests.applications.world import World, accepted_case, decide, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
ITEM, EVENT = "fire-check", "装修完工，可以检查"


def on(day: str) -> Any:
    return time_machine.travel(f"{day} 10:00 +0800", tick=False)


@pytest.fixture
def published(world: World) -> World:
    """The fire inspection begins when the fitting-out is done: twenty working days for it."""
    Step.objects.filter(matter="noodle-shop", item=ITEM).update(starts_on={"event": EVENT, "within_days": 20})
    publish_many([drafts()["noodle-shop"]], reason="装修完工才检查")
    return world


@pytest.fixture
def case(published: World) -> Application:
    return accepted_case(published)


def say(world: World, case: Application) -> Task:
    return awaiting.say_begun(actor=world.zhang, number=case.number, task_id=task_of(case, ITEM).pk)


def test_until_the_applicant_says_so_the_item_waits_with_its_last_day_and_no_term_runs(published, case) -> None:
    task = task_of(case, ITEM)
    assert (task.state, task.begin_by, task.due) == ("waiting", date(2026, 3, 30), date(2026, 4, 9))
    assert (task.own_acceptance, task.accepted_on, task.statutory_due) == (True, None, None)
    assert case.promised_due == date(2026, 4, 9), "twenty days of theirs, then seven of the fire department's"
    decide(published, case, "registration")
    assert task_of(case, ITEM).state == "waiting", "the predecessor's grant does not begin it"


@pytest.mark.parametrize(
    ("said", "due", "statutory"),
    [
        ("2026-03-03", "2026-03-12", "2026-03-17"),
        ("2026-03-07", "2026-03-17", "2026-03-20"),  # a Saturday
        ("2026-03-27", "2026-04-08", "2026-04-13"),  # over Qingming
        ("2026-04-10", "2026-04-21", "2026-04-24"),  # after its last day, while nobody has ended it
    ],
)
def test_said_it_begins_that_day_with_its_own_acceptance_and_its_own_days(published, case, said, due, statutory):
    decide(published, case, "registration")
    with on(said):
        say(published, case)
        task = task_of(case, ITEM)
        case.refresh_from_db()
    assert (task.state, task.begun_on, task.begin_by) == ("open", date.fromisoformat(said), None)
    assert (task.due.isoformat(), task.accepted_on.isoformat(), task.statutory_due.isoformat()) == (
        due,
        said,
        statutory,
    )
    assert Outbox.objects.filter(kind="paper", key__startswith=f"acceptance:{case.pk}:{task.pk}").count() == 1
    assert case.promised_due == max(date(2026, 3, 16), task.due)
    with on(said), pytest.raises(Conflict, match="不等您"):
        say(published, case)


def test_any_window_says_it_for_them_and_nobody_else(published, case) -> None:
    task = task_of(case, ITEM)
    for actor in (published.stranger, published.reviewer("fire")):
        with pytest.raises((NotAllowed, Application.DoesNotExist)):
            awaiting.say_begun(actor=actor, number=case.number, task_id=task.pk)
    with pytest.raises(Conflict):
        awaiting.say_begun(actor=published.clerk, number=case.number, task_id=task_of(case, "food-licence").pk)
    awaiting.say_begun(actor=published.actor("chenjing"), number=case.number, task_id=task.pk)
    assert task_of(case, ITEM).state == "open"


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (["2026-03-02"], 0),
        (["2026-03-13"], 0),
        (["2026-03-16"], 1),  # ten working days ahead
        (["2026-03-16", "2026-03-17", "2026-03-24"], 1),
        (["2026-03-16", "2026-03-25"], 2),  # three ahead
        (["2026-03-27"], 1),  # after an outage the nearest alone
        (["2026-03-31"], 0),  # the day is over
    ],
)
def test_the_last_day_is_reminded_of(published, case, days, told) -> None:
    for day in days:
        with on(day):
            awaiting.remind_of_events()
            awaiting.remind_of_events()
    assert Outbox.objects.filter(kind="inform", key__startswith="event_due").count() == told


def test_waiting_for_the_applicant_gives_no_card_and_a_holiday_moves_their_last_day(published, case) -> None:
    recount_running()
    CalendarDay.objects.create(date=date(2026, 3, 30), working=False, name="台风")
    recount_running()
    assert task_of(case, ITEM).begin_by == date(2026, 3, 31)
    told = MovedDay.objects.get(what=f"“{EVENT}”最迟的日子")
    assert (told.before, told.after, told.told) == (date(2026, 3, 30), date(2026, 3, 31), True)
    for item in ("registration", "food-licence", "sign-filing"):
        decide(published, case, item)
    with on("2026-04-02"):
        give_cards()
    assert case.cards.filter(task__item_code=ITEM).count() == 0


def test_the_window_may_end_it_only_after_its_last_day_and_what_was_granted_stays(published, case) -> None:
    task = task_of(case, ITEM)
    for item in ("registration", "food-licence", "sign-filing"):
        decide(published, case, item)
    with on("2026-03-30"), pytest.raises(Conflict, match="没有过"):
        awaiting.end_unbegun(actor=published.clerk, number=case.number, task_id=task.pk)
    with on("2026-03-31"):
        with pytest.raises(NotAllowed):
            awaiting.end_unbegun(actor=published.zhang, number=case.number, task_id=task.pk)
        awaiting.end_unbegun(actor=published.clerk, number=case.number, task_id=task.pk)
        case.refresh_from_db()
        assert (task_of(case, ITEM).state, case.state, case.outcome) == ("terminated", "concluded", "partly")
        issue_entry(Outbox.objects.get(kind="paper", key__startswith=f"termination:{case.pk}"))
    assert "到期没有告知" in task_of(case, ITEM).reason
    assert CasePaper.objects.filter(task=task, kind="termination").exists()


def test_the_applicant_reads_what_is_waited_for_and_says_it_on_a_page(published, case) -> None:
    zhang, task = sign_in(published, "zhangting"), task_of(case, ITEM)
    address = reverse("begun", args=[case.number])
    track = zhang.get(reverse("track", args=[case.number]))
    assert EVENT in text_of(track) and address.encode() in track.content
    page = text_of(zhang.get(address))
    assert "3 月 30 日" in page and "不算部门的办理期限" in page and "终止这一项" not in page
    assert zhang.post(address, {"task": "x"}).status_code in (409, 422)
    assert zhang.post(address, {"task": task.pk, "act": "begun"}).status_code == 302
    assert task_of(case, ITEM).begun_on == date(2026, 3, 2)
    assert zhang.get(address).status_code == 302, "nothing waits any more"


def test_the_window_sees_that_the_day_is_over_and_ends_it(published, case) -> None:
    with on("2026-03-31"):
        clerk, task = sign_in(published, "limin"), task_of(case, ITEM)
        address = reverse("window-begun", args=[case.number])
        assert address.encode() in clerk.get(reverse("window-case", args=[case.number])).content
        assert "到期没有办，终止这一项" in text_of(clerk.get(address))
        assert clerk.post(address, {"task": task.pk, "act": "end"}).status_code == 302
        assert task_of(case, ITEM).state == "terminated"


def test_the_reviewer_reads_whom_the_task_waits_for(published, case) -> None:
    decide(published, case, "registration")
    page = text_of(sign_in(published, "fire1").get(reverse("task", args=[task_of(case, ITEM).pk])))
    assert "等申请人，还不能开始审" in page and EVENT in page
