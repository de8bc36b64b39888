"""What closed cases really took: queueing, work, pauses and waiting told apart, and which cases say nothing."""

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from applications.closed import closed_cases
from applications.models import Application
from applications.operations import review, timing
from departments.models import Post, Role
from matters.replay import RealTask
from tests.applications.browsing import sign_in
from tests.applications.world import World, accepted_case, decide, task_of


def through(world: World) -> Application:
    """A case over three weeks: registration on Tuesday, the food licence reviewed on Wednesday and decided on Friday."""
    with time_machine.travel("2026-03-02 09:00 +0800", tick=False):
        case = accepted_case(world)
    food = task_of(case, "food-licence")
    market = world.reviewer("market")
    with time_machine.travel("2026-03-03 09:00 +0800", tick=False):
        review.claim(actor=market, task_id=food.pk)
    with time_machine.travel("2026-03-04 09:00 +0800", tick=False):
        review.advise(actor=market, task_id=food.pk, points={}, opinion="合格")
    with time_machine.travel("2026-03-05 17:00 +0800", tick=False):
        decide(world, case, "registration")
    with time_machine.travel("2026-03-06 13:00 +0800", tick=False):
        decide(world, case, "food-licence")
        for task in case.tasks.exclude(item_code__in=("registration", "food-licence")):
            if task_of(case, task.item_code).is_open:
                decide(world, case, task.item_code)
    return case


def of_item(found: tuple[RealTask, ...], item: str) -> RealTask:
    return next(task for task in found if task.item == item)


def test_work_is_told_from_queueing_and_from_waiting_for_others(world: World) -> None:
    case = through(world)
    case.refresh_from_db()
    assert case.concluded_at is not None
    (found,) = closed_cases(case.matter_id, 50).cases
    food = of_item(found.tasks, "food-licence")
    # Unclaimed for a day, a day of review, then waiting for the registration to Thursday evening, half a day to decide.
    assert (food.queued, food.worked, food.ended) == (1.0, 1.5, 4.5)
    registration = of_item(found.tasks, "registration")
    assert (registration.queued, registration.worked) == (0.0, 4.0)
    assert (found.arrived, found.lasted) == (0.0, 4.5)


def test_a_pause_by_law_is_no_work(world: World) -> None:
    with time_machine.travel("2026-03-02 09:00 +0800", tick=False):
        case = accepted_case(world)
        task = task_of(case, "registration")
        review.claim(actor=world.reviewer(task.department_id), task_id=task.pk)
        reviewer = world.reviewer(task.department_id)
        timing.suspend(actor=reviewer, task_id=task.pk, cause="appraisal", basis="《某法》第一条", expected_days=3)
    with time_machine.travel("2026-03-05 09:00 +0800", tick=False):
        timing.resume(actor=reviewer, task_id=task.pk, result="报告合格")
    with time_machine.travel("2026-03-06 09:00 +0800", tick=False):
        for item in case.tasks.order_by("position").values_list("item_code", flat=True):
            if task_of(case, item).is_open:
                decide(world, case, item)
    (found,) = closed_cases(case.matter_id, 50).cases
    registration = of_item(found.tasks, "registration")
    assert (registration.paused, registration.worked) == (3.0, 1.0)


def test_cases_that_ended_before_every_decision_are_left_out_and_counted(world: World) -> None:
    through(world)
    with time_machine.travel("2026-03-09 09:00 +0800", tick=False):
        ended = accepted_case(world)
        decide(world, ended, "sign-filing")
        decide(world, ended, "registration", "refuse")
    ended.refresh_from_db()
    assert ended.concluded_at is not None
    found = closed_cases(ended.matter_id, 50)
    assert len(found.cases) == 1
    assert found.excluded == {"有的事项没有作出决定就终止了": 1}


def test_no_case_gives_nothing(world: World) -> None:
    found = closed_cases("noodle-shop", 50)
    assert (found.cases, dict(found.excluded)) == ((), {})


@pytest.fixture
def editor(world: World, client: Client) -> Client:
    user = User.objects.create(username="editor1", name="何静", is_staff=True)
    Post.objects.create(user=user, role=Role.EDITOR)
    client.force_login(user)
    return client


PAGE = "/admin/matters/matter/noodle-shop/what-if/"


def test_the_what_if_replays_five_cases_and_says_so_with_fewer(world: World, editor: Client) -> None:
    through(world)
    assert "重放最近的办件" in editor.get(PAGE).content.decode()
    few = editor.get(f"{PAGE}?replay=1").content.decode()
    assert "只有 1 件可以重放，少于 5 件" in few
    for _ in range(4):
        through(world)
    shown = editor.get(f"{PAGE}?replay=1&k.market=1&last=5").content.decode()
    assert "最近办结的 5 件" in shown and "按改后流程重放" in shown
    wrong = editor.get(f"{PAGE}?replay=1&k.market=many&last=0").content.decode()
    assert "的人数要写 1 到 99 的整数" in wrong and "办件数要写 1 到 500 的整数" in wrong


def test_a_supervisor_reads_and_tries_and_saves_nothing(world: World) -> None:
    supervisor = sign_in(world, "zhoutao")
    listed = supervisor.get("/supervise/what-if/").content.decode()
    assert "/supervise/what-if/noodle-shop/" in listed
    page = "/supervise/what-if/noodle-shop/"
    tried = supervisor.get(f"{page}?c=drop_step.sign-filing").content.decode()
    assert "去掉环节" in tried and "用真实办件重放" in tried
    assert "保存为再造方案" not in tried and "/admin/" not in tried
    led = supervisor.get(f"{page}?set=1&known.sign-filing=1&drop.sign-filing=on&days.sign-filing=3")
    assert led.status_code == 302 and "c=drop_step.sign-filing" in led.headers["Location"]
    assert supervisor.post(page, {"title": "方案", "reason": "试"}).status_code == 405
    assert supervisor.get("/supervise/what-if/nothing/").status_code == 404
    assert sign_in(world, "limin").get(page).status_code == 403
