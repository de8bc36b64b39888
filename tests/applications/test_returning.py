"""退回窗口 (D13) and moving to another department (E12): once, in time, with the right owner named; the clock runs on."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from applications.models import Application, Task
from applications.operations import returning, review
from applications.states import CaseState, TaskState
from departments.calendar import current_calendar
from departments.models import Post, Rank
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.models import Outbox
from tests.applications.browsing import sign_in, text_of
from tests.applications.world import World, accepted_case, decide, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
ITEM = "sign-filing"


@pytest.fixture
def case(world: World) -> Application:
    return accepted_case(world)


def give_back(world: World, case: Application, owner: str = "market", reason: str = "招牌归市场局管") -> Task:
    actor = world.reviewer("urban-management")
    return returning.give_back(actor=actor, task_id=task_of(case, ITEM).pk, reason=reason, owner=owner)


def reroute(world: World, case: Application, to: str = "market") -> Task:
    pk = task_of(case, ITEM).pk
    return returning.reroute(actor=world.clerk, number=case.number, task_id=pk, department=to)


def test_the_right_department_gets_it_with_number_days_and_history(world: World, case: Application) -> None:
    before = task_of(case, ITEM)
    give_back(world, case)
    back = task_of(case, ITEM)
    assert (back.state, back.returned_to_id, back.due) == (TaskState.RETURNED, "market", before.due)
    reroute(world, case)
    task = task_of(case, ITEM)
    assert (task.state, task.department_id, task.assignee, task.due) == (TaskState.OPEN, "market", None, before.due)
    queues = Outbox.objects.filter(kind="dispatch", payload__task=task.pk).values_list("queue", flat=True)
    assert sorted(queues) == ["dept.market", "dept.urban-management"]
    assert not Task.objects.of_departments(world.reviewer("urban-management")).filter(pk=task.pk).exists()
    review.claim(actor=world.reviewer("market"), task_id=task.pk)
    granted = review.decide(actor=world.reviewer("market"), task_id=task.pk, verdict="grant")
    assert granted.decision_number.startswith("灌市监") or granted.decision_number
    assert list(case.events.filter(task=task, kind__in=("returned", "rerouted")).values_list("kind", flat=True)) == [
        "returned",
        "rerouted",
    ]


def test_the_new_department_begins_at_the_first_signature(world: World, case: Application) -> None:
    """What the former department signed and noted is its own; the timeline keeps it."""
    Task.objects.filter(application=case, item_code=ITEM).update(
        review_steps=2, step=2, signed=[{"user": 1, "step": 1}], proposal={"verdict": "grant"}, opinion="看过"
    )
    Post.objects.filter(user=world.users["urban-management1"]).update(rank=Rank.APPROVE)
    give_back(world, case)
    reroute(world, case)
    task = task_of(case, ITEM)
    assert (task.step, task.signed, task.proposal, task.opinion) == (1, [], {}, "")


def test_while_it_waits_for_the_window_nothing_ends_and_the_clock_runs(world: World, case: Application) -> None:
    for item in ("registration", "food-licence", "fire-check"):
        decide(world, case, item)
    give_back(world, case)
    case.refresh_from_db()
    assert case.state == CaseState.ACCEPTED
    assert not case.choice_open
    assert task_of(case, ITEM).is_open


def test_it_is_returned_once(world: World, case: Application) -> None:
    give_back(world, case)
    reroute(world, case)
    with pytest.raises(Conflict, match="已经退回过一次"):
        returning.give_back(
            actor=world.reviewer("market"), task_id=task_of(case, ITEM).pk, reason="也不归我", owner="fire"
        )


@pytest.mark.parametrize(("days", "may"), [(0, True), (1, True), (2, False)])
def test_only_within_a_working_day_of_its_arrival(world: World, case: Application, days: int, may: bool) -> None:
    day = current_calendar().add(timezone.localdate(), days)
    with time_machine.travel(timezone.now() + (day - timezone.localdate()), tick=False):
        if may:
            assert give_back(world, case).returned_at is not None
        else:
            with pytest.raises(Conflict, match="工作日内才能退回"):
                give_back(world, case)


@pytest.mark.parametrize(
    ("owner", "reason", "sentence"),
    [
        ("market", " ", "为什么不归本部门"),
        ("", "不归我", "应当归哪个部门"),
        ("nobody", "不归我", "应当归哪个部门"),
        ("urban-management", "不归我", "应当归哪个部门"),
    ],
)
def test_what_a_return_needs(world: World, case: Application, owner: str, reason: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        give_back(world, case, owner, reason)


def test_where_no_department_decides_it_it_ends_with_a_notice(world: World, case: Application) -> None:
    give_back(world, case)
    pk = task_of(case, ITEM).pk
    with pytest.raises(Refused, match="为什么终止"):
        returning.end_returned(actor=world.clerk, number=case.number, task_id=pk, reason=" ")
    returning.end_returned(actor=world.clerk, number=case.number, task_id=pk, reason="这一项已经取消，不用办")
    assert task_of(case, ITEM).state == TaskState.TERMINATED
    assert Outbox.objects.filter(kind="paper", payload__kind="termination", payload__task=pk).exists()
    with pytest.raises(Conflict, match="没有退回来"):
        reroute(world, case)


def test_only_window_and_supervisor_give_it_on(world: World, case: Application) -> None:
    give_back(world, case)
    pk = task_of(case, ITEM).pk
    for actor in (world.reviewer("market"), world.zhang):
        with pytest.raises(NotAllowed):
            returning.reroute(actor=actor, number=case.number, task_id=pk, department="market")
    returning.reroute(actor=world.supervisor, number=case.number, task_id=pk, department="market")


def test_the_workbench_shows_it_and_the_case_page_gives_it_on(world: World, case: Application, clerk: Client) -> None:
    give_back(world, case)
    assert "部门退回，等转" in text_of(clerk.get("/window/"))
    page = text_of(clerk.get(f"/window/{case.number}/"))
    assert "招牌归市场局管" in page
    assert "窗口正在转给应当办的部门" in text_of(sign_in(world, "zhangting").get(f"/my/{case.number}/"))
    pk = task_of(case, ITEM).pk
    address = f"/window/{case.number}/reroute/"
    assert clerk.post(address, {"task": pk, "say": "end", "end_reason": ""}).status_code == 422
    assert clerk.post(address, {"task": pk, "say": "reroute", "owner": "market"}).status_code == 302
    assert task_of(case, ITEM).department_id == "market"
    assert clerk.post(address, {"task": pk, "say": "reroute", "owner": "market"}).status_code == 409
    assert "部门退回，等转" not in text_of(clerk.get("/window/"))
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        assert case.number in text_of(sign_in(world, "market1").get("/queue/?who=all"))
