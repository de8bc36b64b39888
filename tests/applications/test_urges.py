"""催一催 and 督办: who may ask to get on, when, how often; the answer; the red card. And pauses that end with their task."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from applications.models import Application, Card, Suspension, Task, Urge
from applications.operations import review, timing, urging, withdrawal
from applications.operations.carding import give_cards
from departments.calendar import current_calendar
from foundation.errors import Conflict, NotAllowed, Refused
from tests.applications.browsing import sign_in, text_of
from tests.applications.world import World, accepted_case, decide, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
ITEM = "fire-check"


@pytest.fixture
def case(world: World) -> Application:
    """An accepted case in which the fire check waits for nobody."""
    case = accepted_case(world)
    decide(world, case, "registration")
    return case


def near_its_day(task: Task, days: int = 0) -> time_machine.travel:
    """`days` working days after the due day, at half past nine."""
    assert task.due is not None
    day = current_calendar().add(task.due, days)
    return time_machine.travel(timezone.now() + (day - timezone.localdate()), tick=False)


def urge(world: World, case: Application) -> Urge:
    return urging.urge(actor=world.zhang, number=case.number, task_id=task_of(case, ITEM).pk)


def test_an_item_far_from_its_day_is_not_urged(world: World, case: Application) -> None:
    with pytest.raises(Conflict, match="今天刚受理"):
        urge(world, case)
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False), pytest.raises(Conflict, match="还没有到"):
        urge(world, case)


@pytest.mark.parametrize("days", [0, 1, 5])
def test_near_its_day_and_after_it_the_applicant_urges(world: World, case: Application, days: int) -> None:
    with near_its_day(task_of(case, ITEM), days):
        urge(world, case)
        assert case.events.filter(kind="urged").count() == 1
        with pytest.raises(Conflict, match="可以再催"):
            urge(world, case)


@pytest.mark.parametrize(("later", "may"), [(1, False), (2, True)])
def test_again_only_after_some_days(world: World, case: Application, later: int, may: bool) -> None:
    task = task_of(case, ITEM)
    with near_its_day(task):
        urge(world, case)
    with near_its_day(task, later):
        if may:
            urge(world, case)
        else:
            with pytest.raises(Conflict, match="催过了"):
                urge(world, case)


def test_who_waits_for_another_is_not_urged(world: World) -> None:
    case = accepted_case(world)
    with near_its_day(task_of(case, ITEM)):
        with pytest.raises(Conflict, match="请催前面的"):
            urge(world, case)


def test_what_is_paused_or_decided_is_not_urged(world: World, case: Application) -> None:
    task = task_of(case, ITEM)
    with near_its_day(task):
        review.claim(actor=world.reviewer("fire"), task_id=task.pk)
        timing.suspend(
            actor=world.reviewer("fire"), task_id=task.pk, cause="testing", basis="第四十五条", expected_days=5
        )
        with pytest.raises(Conflict, match="不在部门手里"):
            urge(world, case)
        timing.resume(actor=world.reviewer("fire"), task_id=task.pk, result="报告合格")
        decide(world, case, ITEM)
        with pytest.raises(Conflict, match="不在部门手里"):
            urge(world, case)


def test_nobody_urges_for_somebody_else(world: World, case: Application) -> None:
    with near_its_day(task_of(case, ITEM)):
        with pytest.raises(NotAllowed):
            urging.urge(actor=world.clerk, number=case.number, task_id=task_of(case, ITEM).pk)
        with pytest.raises(Application.DoesNotExist):
            urging.urge(actor=world.stranger, number=case.number, task_id=task_of(case, ITEM).pk)
        with pytest.raises(Task.DoesNotExist):
            urging.urge(actor=world.zhang, number=case.number, task_id=10**9)


def order(world: World, case: Application, reason: str = "申请人反映无人联系") -> Urge:
    return urging.order_urge(actor=world.supervisor, number=case.number, task_id=task_of(case, ITEM).pk, reason=reason)


def answer(world: World, case: Application, words: str = "明天上门，周五决定") -> Urge:
    return urging.answer_order(actor=world.reviewer("fire"), task_id=task_of(case, ITEM).pk, answer=words)


def test_the_supervisor_orders_and_the_department_answers_with_what_it_did(world: World, case: Application) -> None:
    found = order(world, case)
    assert found.due == current_calendar().add(timezone.localdate(), 2)
    with pytest.raises(Conflict, match="已经督办"):
        order(world, case)
    with pytest.raises(Refused, match="办了什么"):
        answer(world, case, " ")
    assert answer(world, case).answered_by_name == "孙丽"
    with pytest.raises(Conflict, match="没有等回复"):
        answer(world, case)
    assert order(world, case).pk != found.pk


def test_only_the_supervisor_orders_and_says_why(world: World, case: Application) -> None:
    with pytest.raises(Refused, match="为什么督办"):
        order(world, case, " ")
    for actor in (world.clerk, world.reviewer("fire"), world.zhang):
        with pytest.raises(NotAllowed):
            urging.order_urge(actor=actor, number=case.number, task_id=task_of(case, ITEM).pk, reason="快")


@pytest.mark.parametrize(("days", "cards"), [(1, 0), (2, 0), (3, 1), (30, 1)])
def test_an_order_without_an_answer_is_a_red_card_once(world: World, case: Application, days: int, cards: int) -> None:
    order(world, case)
    later = current_calendar().add(timezone.localdate(), days)
    with time_machine.travel(timezone.now() + (later - timezone.localdate()), tick=False):
        give_cards()
        give_cards()
        found = Card.objects.filter(rule="order")
        assert [(card.colour, card.department_id) for card in found] == [("red", "fire")] * cards


def test_answered_or_decided_in_time_gives_no_card(world: World, case: Application) -> None:
    order(world, case)
    answer(world, case)
    other = accepted_case(world)
    decide(world, other, "registration")
    order(world, other)
    decide(world, other, ITEM)
    with time_machine.travel(timezone.now() + timedelta(days=30), tick=False):
        give_cards()
        assert not Card.objects.filter(rule="order").exists()


def test_the_pages_from_the_applicants_button_to_the_answer(world: World, case: Application) -> None:
    task = task_of(case, ITEM)
    assert "催一催" not in text_of(sign_in(world, "zhangting").get(f"/my/{case.number}/"))
    with near_its_day(task):
        zhang, boss, fire = (sign_in(world, name) for name in ("zhangting", "zhoutao", "fire1"))
        assert "催一催" in text_of(zhang.get(f"/my/{case.number}/"))
        said = text_of(zhang.post(f"/my/{case.number}/urge/", {"task": task.pk}, follow=True))
        assert "已经催了" in said
        assert "申请人催过 1 次" in text_of(fire.get(f"/queue/{task.pk}/"))
        said = text_of(
            boss.post(f"/supervise/{case.number}/order/", {"task": task.pk, "reason": "无人联系"}, follow=True)
        )
        assert "已督办" in said
        assert "无人联系" in text_of(boss.get("/supervise/clocks/"))
        assert "督查督办" in text_of(fire.get(f"/queue/{task.pk}/"))
        assert fire.post(f"/queue/{task.pk}/order/", {"order_answer": ""}).status_code == 422
        assert fire.post(f"/queue/{task.pk}/order/", {"order_answer": "明天上门"}).status_code == 302
        assert "明天上门" in text_of(boss.get(f"/supervise/{case.number}/"))


def test_a_pause_ends_with_its_task_and_moves_no_day_afterwards(world: World, case: Application) -> None:
    """A withdrawn item that stood still must not lengthen the promise day by day."""
    task = task_of(case, ITEM)
    review.claim(actor=world.reviewer("fire"), task_id=task.pk)
    timing.suspend(actor=world.reviewer("fire"), task_id=task.pk, cause="testing", basis="第四十五条", expected_days=5)
    withdrawal.withdraw(actor=world.zhang, number=case.number, item_codes=[ITEM])
    assert Suspension.objects.get(task=task).ended_on == timezone.localdate()
    case.refresh_from_db()
    promised = case.promised_due
    with time_machine.travel(timezone.now() + timedelta(days=10), tick=False):
        review.claim(actor=world.reviewer("market"), task_id=task_of(case, "food-licence").pk)
        decide(world, case, "sign-filing")
        case.refresh_from_db()
        assert case.promised_due == promised


def test_a_citizen_cannot_see_the_urge_form_of_another(world: World, case: Application, client: Client) -> None:
    assert sign_in(world, "stranger").post(f"/my/{case.number}/urge/", {"task": 1}).status_code == 404
