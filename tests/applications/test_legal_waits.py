"""Items whose own law counts calendar days or puts a 公示 before the grant: inside the term, and no grant before its end."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from applications.models import Application, LegalWait
from applications.operations import intake, legal_waits, review
from applications.operations.recounting import recount_running
from departments.models import CalendarDay
from foundation.errors import Conflict, NotAllowed, Refused
from matters.models import Item, Matter
from matters.operations.publishing import drafts, publish_many
from tests.applications.browsing import sign_in, text_of
from tests.applications.world import World, accepted_case, check_all, decide, file_case, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
ITEM = "sign-filing"
BASIS = "《城市市容条例》第二十条"


def on(day: str) -> Any:
    return time_machine.travel(f"{day} 10:00 +0800", tick=False)


@pytest.fixture
def published(world: World) -> World:
    """The sign's filing takes 30 calendar days, with seven of 公示 in them."""
    clock = {"unit": "calendar", "waits": [{"kind": "公示", "days": 7, "basis": BASIS}]}
    Item.objects.filter(code=ITEM).update(clock=clock, promised_days=30, statutory_days=60, commitment=True)
    Matter.objects.filter(code="noodle-shop").update(promised_days=30)
    publish_many([drafts()["noodle-shop"]], reason="门头公示")
    return world


@pytest.fixture
def case(published: World) -> Application:
    found = accepted_case(published)
    review.claim(actor=published.reviewer("urban-management"), task_id=task_of(found, ITEM).pk)
    return found


def begin(world: World, case: Application, **more: Any) -> LegalWait:
    given: dict[str, Any] = {"kind": "公示", "began_on": date(2026, 3, 2), "place": "县政府网站“公示公告”"} | more
    task = task_of(case, ITEM)
    return legal_waits.begin_wait(actor=world.reviewer("urban-management"), task_id=task.pk, **given)


def test_the_term_counts_calendar_days_from_acceptance_in_every_place_that_tells_it(published, case) -> None:
    task = task_of(case, ITEM)
    assert (task.calendar_days, task.due, task.statutory_due) == (True, date(2026, 4, 1), date(2026, 5, 6))
    assert case.promised_due == date(2026, 4, 14), "thirty working days of the matter"
    page = text_of(sign_in(published, "urban-management1").get(reverse("task", args=[task.pk])))
    assert "30 个自然日" in page
    guide = text_of(sign_in(published, "zhangting").get("/matters/noodle-shop/"))
    assert "30 个自然日" in guide and "依法公示 7 个自然日" in guide
    bench = text_of(sign_in(published, "limin").get(reverse("window-case", args=[case.number]) + "?tab=plan"))
    assert "30 个自然日" in bench


def test_a_holiday_announced_on_the_last_day_moves_it(published, case) -> None:
    recount_running()
    CalendarDay.objects.create(date=date(2026, 4, 1), working=False, name="台风")
    assert recount_running() == 1
    assert task_of(case, ITEM).due == date(2026, 4, 2)


@pytest.mark.parametrize(
    ("began", "on_day", "granted"),
    [
        (None, "2026-03-20", False),  # nothing written down
        ("2026-03-02", "2026-03-06", False),
        ("2026-03-02", "2026-03-09", False),  # its last day runs until midnight
        ("2026-03-02", "2026-03-10", True),
        ("2026-03-06", "2026-03-13", False),
        ("2026-03-06", "2026-03-16", True),
    ],
)
def test_no_grant_before_the_publication_is_over(published, case, began, on_day, granted) -> None:
    if began:
        with on(began):
            begin(published, case, began_on=date.fromisoformat(began))
    with on(on_day):
        if granted:
            assert decide(published, case, ITEM).state == "granted"
            return
        with pytest.raises(Conflict, match="公示"):
            decide(published, case, ITEM)
    assert task_of(case, ITEM).state == "claimed"


def test_a_refusal_waits_for_nothing(published, case) -> None:
    begin(published, case)
    assert decide(published, case, ITEM, "refuse").state == "refused"


def test_published_anew_the_last_publication_counts(published, case) -> None:
    begin(published, case)
    with on("2026-03-09"):
        begin(published, case, began_on=date(2026, 3, 9), place="镇政府公告栏")
    with on("2026-03-12"), pytest.raises(Conflict, match="3\u00a0月\u00a016\u00a0日"):
        decide(published, case, ITEM)
    assert LegalWait.objects.count() == 2, "the first stays as it was"


@pytest.mark.parametrize(
    ("given", "refusal", "says"),
    [
        ({"kind": "公告"}, Refused, "不用等"),
        ({"began_on": None}, Refused, "开始的日子"),
        ({"began_on": date(2026, 3, 1)}, Refused, "开始的日子"),  # before its acceptance
        ({"began_on": date(2026, 3, 3)}, Refused, "开始的日子"),  # not yet
        ({"place": "  "}, Refused, "在哪里"),
    ],
)
def test_what_cannot_be_written_down_is_said_and_nothing_is_kept(published, case, given, refusal, says) -> None:
    with pytest.raises(refusal, match=says):
        begin(published, case, **given)
    assert not LegalWait.objects.exists()


def test_only_who_holds_the_task_writes_it_down(published, case) -> None:
    task = task_of(case, ITEM)
    review.release(actor=published.reviewer("urban-management"), task_id=task.pk)
    with pytest.raises(NotAllowed):
        begin(published, case)


def test_a_promise_of_the_applicant_jumps_no_publication(published) -> None:
    case = file_case(published)
    Application.objects.filter(pk=case.pk).update(commitments=[ITEM])
    case.tasks.filter(item_code=ITEM).update(committed=True, own_days=0)
    intake.receive(actor=published.clerk, number=case.number)
    check_all(published, case)
    intake.accept(actor=published.clerk, number=case.number)
    assert task_of(case, ITEM).state == "open"
    assert decide(published, case, "registration").state == "granted"
    assert task_of(case, ITEM).state == "open"


def test_the_page_says_what_is_missing_keeps_what_was_typed_and_tells_the_citizen(published, case) -> None:
    reviewer, task = sign_in(published, "urban-management1"), task_of(case, ITEM)
    page, act = reverse("task", args=[task.pk]), reverse("task-wait", args=[task.pk])
    assert "公示 7 个自然日，还没有登记" in text_of(reviewer.get(page))
    refused = reviewer.post(act, {"wait": "0", "wait_began0": "2026-03-02", "wait_place0": "", "opinion": "齐"})
    assert refused.status_code == 422
    assert "在哪里公布的" in text_of(refused) and b'value="2026-03-02"' in refused.content
    assert "齐" in text_of(refused)
    for nonsense in ({}, {"wait": "9"}, {"wait": "-1"}, {"wait": "x", "wait_began0": "31 March"}):
        assert reviewer.post(act, nonsense).status_code == 422
    done = reviewer.post(act, {"wait": "0", "wait_began0": "2026-03-02", "wait_place0": "县政府网站"})
    assert done.status_code == 302
    shown = text_of(reviewer.get(page))
    assert "公示到 3 月 9 日" in shown and "县政府网站" in shown
    track = text_of(sign_in(published, "zhangting").get(reverse("track", args=[case.number])))
    assert "公示从" in track and "县政府网站" in track
    with on("2026-03-10"):
        assert "公示满了" in text_of(reviewer.get(page))
