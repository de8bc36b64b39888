"""A task changes hands inside its department: handed on, taken over, never behind somebody's back."""

import pytest
from django.test import Client

from applications.models import Event, Task
from applications.operations import colleagues, review
from applications.states import TaskState
from departments.models import Post
from foundation.errors import Conflict, NotAllowed, Refused
from tests.applications.browsing import address, sign_in, text_of
from tests.applications.world import World, accepted_case, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


def held(world: World) -> Task:
    """The registration of a fresh case, claimed by 刘洋 with an opinion kept."""
    task = task_of(accepted_case(world), "registration")
    review.claim(actor=world.reviewer("approval"), task_id=task.pk)
    review.advise(actor=world.reviewer("approval"), task_id=task.pk, points={"0": "yes"}, opinion="名称可用")
    return task


def test_the_holder_hands_on_and_the_colleague_goes_on_with_what_is_kept(world: World) -> None:
    task = held(world)
    colleagues.hand_on(
        actor=world.reviewer("approval"), task_id=task.pk, to=world.users["approval2"].pk, note="等银行流水"
    )
    task.refresh_from_db()
    assert (task.state, task.assignee, task.opinion) == (TaskState.CLAIMED, world.users["approval2"], "名称可用")
    line = Event.objects.get(task=task, kind="handed-on")
    assert line.text == "经营主体设立登记转由同事接着办" and line.note == "交给吴迪。等银行流水"
    with pytest.raises(NotAllowed):
        review.advise(actor=world.reviewer("approval"), task_id=task.pk, points={}, opinion="晚了")


@pytest.mark.parametrize("whom", ["market1", "approval1", "limin", "zhangting"])
def test_only_another_reviewer_of_the_department_gets_it(world: World, whom: str) -> None:
    task = held(world)
    with pytest.raises(Refused, match="本部门在岗的同事"):
        colleagues.hand_on(actor=world.reviewer("approval"), task_id=task.pk, to=world.users[whom].pk)


def test_nobody_hands_on_what_a_colleague_holds(world: World) -> None:
    task = held(world)
    Post.objects.create(user=world.users["market2"], role="reviewer", department_id="approval")
    with pytest.raises(NotAllowed):
        colleagues.hand_on(actor=world.reviewer("approval", 2), task_id=task.pk, to=world.users["market2"].pk)


def test_from_somebody_in_the_post_only_with_a_reason_from_a_leaver_without(world: World) -> None:
    task, holder = held(world), world.users["approval1"]
    with pytest.raises(Refused, match="刘洋还在岗"):
        colleagues.take_over(actor=world.reviewer("approval", 2), task_id=task.pk, holder=holder.pk)
    Post.objects.filter(user=holder).update(active=False)
    colleagues.take_over(actor=world.reviewer("approval", 2), task_id=task.pk, holder=holder.pk)
    task.refresh_from_db()
    assert task.assignee == world.users["approval2"]
    assert Event.objects.get(task=task, kind="taken-over").note == "从刘洋接手。原办理人已不在岗"


def test_a_takeover_on_stale_sight_is_a_conflict(world: World) -> None:
    task, first, second = held(world), world.users["approval1"], world.users["approval2"]
    colleagues.take_over(actor=world.reviewer("approval", 2), task_id=task.pk, holder=first.pk, reason="休假")
    Post.objects.create(user=world.users["market2"], role="reviewer", department_id="approval")
    with pytest.raises(Conflict, match="换了人"):
        colleagues.take_over(actor=world.actor("market2"), task_id=task.pk, holder=first.pk, reason="休假")
    with pytest.raises(Conflict, match="已经是您"):
        colleagues.take_over(actor=world.reviewer("approval", 2), task_id=task.pk, holder=second.pk, reason="休假")


def test_who_took_the_case_in_takes_no_task_over(world: World) -> None:
    task = held(world)
    Post.objects.create(user=world.users["limin"], role="reviewer", department_id="approval")
    with pytest.raises(NotAllowed):
        colleagues.take_over(
            actor=world.actor("limin"), task_id=task.pk, holder=world.users["approval1"].pk, reason="休假"
        )


def test_the_page_offers_both_and_keeps_what_was_typed(world: World) -> None:
    task = held(world)
    liu, wu = sign_in(world, "approval1"), sign_in(world, "approval2")
    assert "交给同事" in text_of(liu.get(address("task", task))) and "吴迪</option>" in text_of(
        liu.get(address("task", task))
    )
    assert "从刘洋接手" in text_of(wu.get(address("task", task)))
    refused = liu.post(address("task-hand-on", task), {"handing_note": "等流水"})
    assert refused.status_code == 422 and "请选一位" in text_of(refused) and "等流水" in text_of(refused)
    taken = {"holder": world.users["approval1"].pk}
    assert "请写明为什么由您接手" in text_of(wu.post(address("task-take-over", task), taken))
    done = wu.post(address("task-take-over", task), taken | {"takeover_reason": "刘洋休假"}, follow=True)
    assert "已接手" in text_of(done)
    stale = wu.post(address("task-take-over", task), taken | {"takeover_reason": "刘洋休假"})
    assert stale.status_code == 409 and "已经是您在办" in text_of(stale)


def test_another_departments_task_does_not_exist(world: World, market: Client) -> None:
    task = held(world)
    for name in ("task-hand-on", "task-take-over"):
        assert market.post(address(name, task), {"holder": task.assignee_id or 0}).status_code == 404
