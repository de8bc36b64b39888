"""The tabs of the queue with their counts, the list that looks after itself, what leavers still hold."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from applications import desk
from applications.models import Task
from applications.operations import review, signing, timing
from applications.signing import cannot_sign
from departments.models import Post, Rank, Role
from matters.models import Item
from tests.applications.browsing import text_of
from tests.applications.world import World, accepted_case, decide, task_of

pytestmark = pytest.mark.django_db
ITEM = "food-licence"


def tabs(client: Client, query: str = "") -> dict[str, str]:
    """Word and count of each tab on the page."""
    page = client.get(f"/queue/{query}").content.decode()
    nav = page.partition('id="desk-tabs"')[2].partition("</nav>")[0]
    found = re.findall(r"<a [^>]*>([^<]+?)(?: <span class=\"n\">([^<]*)</span>)?</a>", nav)
    return dict(found)


def test_each_tab_says_how_many_stand_in_it(world: World, market: Client) -> None:
    mine, free, paused, theirs = (task_of(accepted_case(world), ITEM) for _ in range(4))
    review.claim(actor=world.reviewer("market"), task_id=mine.pk)
    review.claim(actor=world.reviewer("market"), task_id=paused.pk)
    timing.suspend(
        actor=world.reviewer("market"), task_id=paused.pk, cause="testing", basis="第四十五条", expected_days=5
    )
    review.claim(actor=world.reviewer("market", 2), task_id=theirs.pk)
    found = tabs(market)
    assert found["我的"] == "2"
    assert found["没人领的"] == "1"
    assert found["停表中"] == "1"
    assert found["等别人的"] == "4"  # the licence waits for the registration
    assert "离岗同事手里" not in found
    decide(world, free.application, "registration")
    assert tabs(market)["等别人的"] == "3"


def test_a_list_holds_what_its_tab_counts(world: World, market: Client) -> None:
    cases = [accepted_case(world) for _ in range(3)]
    decide(world, cases[0], "registration")
    page = text_of(market.get("/queue/?who=locked"))
    assert [case.number in page for case in cases] == [False, True, True]
    review.claim(actor=world.reviewer("market"), task_id=task_of(cases[1], ITEM).pk)
    timing.suspend(
        actor=world.reviewer("market"), task_id=task_of(cases[1], ITEM).pk, cause="testing", basis="x", expected_days=2
    )
    page = text_of(market.get("/queue/?who=paused"))
    assert [case.number in page for case in cases] == [False, True, False]


def test_beyond_the_cap_only_my_own_are_counted_to_the_end(
    world: World, market: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = [task_of(accepted_case(world), ITEM) for _ in range(4)]
    review.claim(actor=world.reviewer("market"), task_id=tasks[-1].pk)
    monkeypatch.setattr(desk, "COUNT_CAP", 2)
    found = tabs(market)
    assert found["我的"] == "1"
    assert found["没人领的"] == "2+"


def staff(world: World) -> list[str]:
    """The market bureau with one of each rank."""
    for name, rank in (("market3", Rank.CHECK), ("market4", Rank.APPROVE), ("market5", Rank.HEAD)):
        world.users[name] = User.objects.create(username=name, name=name)
        Post.objects.create(user=world.users[name], role=Role.REVIEWER, department_id="market", rank=rank)
    return ["market1", "market2", "market3", "market4", "market5"]


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_unclaimed_are_just_those_whose_step_i_could_sign(world: World, steps: int) -> None:
    """The rule of `signing.cannot_sign` and its SQL answer alike for every rank, at every step."""
    Item.objects.filter(code=ITEM).update(review_steps=steps)
    names = staff(world)
    task = task_of(accepted_case(world), ITEM)
    signing.recuse(actor=world.actor("market2"), task_id=task.pk, reason="亲戚")
    for signer in ["", "market1", "market3"][:steps]:
        if signer:
            signing.propose(actor=world.actor(signer), task_id=task.pk, verdict="grant", opinion="看过")
        task.refresh_from_db()
        for name in names:
            actor = world.actor(name)
            listed = Task.objects.filter(desk.signable(actor), pk=task.pk).exists()
            assert listed == (not cannot_sign(task, actor)), (name, task.step)


def test_the_list_answers_nothing_while_nothing_has_changed(world: World, market: Client) -> None:
    task = task_of(accepted_case(world), ITEM)
    page = market.get("/queue/").content.decode()
    address = re.search(r'hx-get="(/queue/live/[^"]*)"', page)
    assert address
    live = address[1].replace("&amp;", "&")
    with CaptureQueriesContext(connection) as asked:
        assert market.get(live).status_code == 204
    assert len(asked) <= 15
    review.claim(actor=world.reviewer("market", 2), task_id=task.pk)
    answer = market.get(live)
    assert answer.status_code == 200
    shown = answer.content.decode()
    assert "<html" not in shown
    assert 'id="desk-tabs"' in shown
    assert task.application.number not in shown  # a colleague has it; it left 我能办的


def test_a_new_case_comes_into_the_open_list(world: World, market: Client) -> None:
    page = market.get("/queue/").content.decode()
    address = re.search(r'hx-get="(/queue/live/[^"]*)"', page)
    assert address
    case = accepted_case(world)
    assert case.number in market.get(address[1].replace("&amp;", "&")).content.decode()


def test_on_the_spot_grants_are_offered_only_where_one_could_be_granted(world: World, market: Client) -> None:
    case = accepted_case(world)
    assert "即办所选" not in text_of(market.get("/queue/"))
    assert "认领所选" in text_of(market.get("/queue/"))
    Task.objects.filter(application=case, item_code=ITEM).update(own_days=0)
    assert "即办所选" not in text_of(market.get("/queue/"))  # still waits for the registration
    decide(world, case, "registration")
    assert "即办所选" in text_of(market.get("/queue/"))


@pytest.fixture
def left(world: World) -> Callable[[], list[Task]]:
    """钱丽 held two tasks and left the bureau."""

    def leave() -> list[Task]:
        tasks = [task_of(accepted_case(world), ITEM) for _ in range(2)]
        for task in tasks:
            review.claim(actor=world.reviewer("market", 2), task_id=task.pk)
        Post.objects.filter(user=world.users["market2"]).update(active=False)
        return tasks

    return leave


def test_what_a_leaver_holds_is_listed_and_taken_over_together(
    world: World, market: Client, left: Callable[[], list[Task]]
) -> None:
    tasks = left()
    assert tabs(market)["离岗同事手里"] == "2"
    page = text_of(market.get("/queue/?who=left"))
    assert all(task.application.number in page for task in tasks)
    assert "接手所选" in page
    chosen = {"task": [task.pk for task in tasks] + [10**9]}
    said = text_of(market.post("/queue/take-over/", chosen, follow=True))
    assert "已接手 2 件" in said
    assert "已经不在本部门" in said
    assert {task_of(task.application, ITEM).assignee_id for task in tasks} == {world.users["market1"].pk}
    assert "离岗同事手里" not in tabs(market)


def test_from_who_is_still_there_nothing_is_taken_in_a_heap(world: World, market: Client) -> None:
    task = task_of(accepted_case(world), ITEM)
    review.claim(actor=world.reviewer("market", 2), task_id=task.pk)
    said = text_of(market.post("/queue/take-over/", {"task": [task.pk]}, follow=True))
    assert "还在岗" in said
    assert task_of(task.application, ITEM).assignee_id == world.users["market2"].pk
