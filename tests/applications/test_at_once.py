"""批量即办: several granted in a row, each a decision of its own; what is not on the spot stays."""

import pytest
from django.urls import reverse

from applications.models import Task
from applications.operations import review
from applications.operations.at_once import is_at_once
from applications.states import TaskState
from tests.applications.browsing import sign_in, text_of
from tests.applications.world import World, accepted_case, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.mark.parametrize(
    ("own_days", "committed", "pre_review", "expected"),
    [(0, False, False, True), (1, False, False, False), (0, True, False, False), (0, False, True, False)],
)
def test_at_once_is_what_is_promised_on_the_day_and_needs_no_second_look(
    own_days: int, committed: bool, pre_review: bool, expected: bool
) -> None:
    assert is_at_once(Task(own_days=own_days, committed=committed, pre_review=pre_review)) is expected


def sign_task(world: World) -> Task:
    task = task_of(accepted_case(world), "sign-filing")
    Task.objects.filter(pk=task.pk).update(after=[], starts_after=[])
    return task


def test_the_ticked_are_shown_first_then_granted_each_with_its_number_or_its_sentence(world: World) -> None:
    feng = sign_in(world, "urban-management1")
    one, two = sign_task(world), sign_task(world)
    ticked = {"task": [one.pk, two.pk, "x", "9" * 30]}
    page = text_of(feng.post(reverse("queue-grant"), ticked))
    assert "2 件可以即办" in page and "店招安全牢固" in page
    assert task_of(one.application, "sign-filing").state == TaskState.OPEN
    unsure = feng.post(reverse("queue-grant"), ticked | {"confirm": "yes"})
    assert unsure.status_code == 422 and "请先确认" in text_of(unsure)
    review.decide(actor=world.reviewer("urban-management"), task_id=two.pk, verdict="grant")
    result = text_of(feng.post(reverse("queue-grant"), ticked | {"confirm": "yes", "sure": "yes"}))
    done = task_of(one.application, "sign-filing")
    assert "办好 1 件，共 2 件" in result and done.decision_number in result and "不能再作决定" in result
    assert done.state == TaskState.GRANTED and done.points == {"0": "yes"}


def test_what_takes_days_and_what_is_another_departments_is_not_granted_so(world: World) -> None:
    case = accepted_case(world)
    slow, foreign = task_of(case, "registration"), task_of(case, "sign-filing")
    liu = sign_in(world, "approval1")
    answer = liu.post(reverse("queue-grant"), {"task": [slow.pk, foreign.pk], "confirm": "yes", "sure": "yes"})
    assert "不是即办件" in text_of(answer) and "办好 0 件，共 1 件" in text_of(answer)
    assert TaskState.GRANTED not in {task_of(case, item).state for item in ("registration", "sign-filing")}


def test_what_waits_for_another_grant_is_said_before_the_act_and_not_offered(world: World) -> None:
    task = task_of(accepted_case(world), "sign-filing")
    Task.objects.filter(pk=task.pk).update(after=["registration"], starts_after=[])
    page = text_of(sign_in(world, "urban-management1").post(reverse("queue-grant"), {"task": [task.pk]}))
    assert "要等经营主体设立登记准予" in page and "0 件可以即办" in page and 'name="confirm"' not in page
