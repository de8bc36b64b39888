"""属地: the address names the town, and only its reviewers see and decide what is that town's."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from applications.access import reviews
from applications.models import Application, Oversight, PromiseCheck, Task
from applications.operations import (
    colleagues,
    committing,
    drafting,
    extending,
    intake,
    oversight,
    placing,
    returning,
    review,
    revoking,
    submission,
)
from applications.states import TaskState
from applications.territory import town_named
from departments.access import Actor, actor_for
from departments.models import Hall, Post, Rank, Role, Town
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.models import Outbox
from matters.models import Item
from tests.applications.world import FORM, World, accepted_case, check_all, decide, task_of

TOWNS = {"xinan": "新安镇", "duigougang": "堆沟港镇", "xinji": "新集镇"}


@pytest.mark.parametrize(
    ("addresses", "town"),
    [
        (["灌南县新安镇人民东路 128 号"], "xinan"),
        (["江苏省连云港市灌南县堆沟港镇渔港村 3 组"], "duigougang"),
        (["人民东路 128 号"], ""),
        (["新安路 3 号"], ""),
        (["新安镇新集镇交界处"], ""),
        (["新安镇新集镇交界处", "新集镇大街 1 号"], "xinji"),
        (["人民东路 128 号", "新安镇人民东路"], "xinan"),
        (["新集镇大街 1 号", "新安镇人民东路"], "xinji"),
        ([], ""),
        ([""], ""),
    ],
)
def test_the_first_address_that_names_exactly_one_town_in_full_decides(addresses, town):
    assert town_named(addresses, TOWNS) == town


def reviewer_of(town: str, name: str) -> Actor:
    """The reviewer of one town, with a post in its hall."""
    hall, _ = Hall.objects.get_or_create(code=town, defaults={"name": f"{TOWNS[town]}便民服务中心"})
    Town.objects.filter(code=town).update(hall=hall)
    user, _ = User.objects.get_or_create(username=f"{town}-{name}", defaults={"name": name})
    Post.objects.get_or_create(user=user, role=Role.REVIEWER, department_id="township", hall=hall, rank=Rank.HEAD)
    return actor_for(user)


def filed(world: World, address: str) -> Application:
    """A case with one item of township level, received and checked, at this address."""
    draft = drafting.start_draft(actor=world.zhang, matter_code="hardship", answers={})
    values = FORM | {"premises-address": address}
    draft = drafting.fill_in(actor=world.zhang, draft_id=draft.pk, version=draft.version, values=values)
    case = submission.submit(actor=world.zhang, draft_id=draft.pk, duplicate_reason="再办一件")
    intake.receive(actor=world.clerk, number=case.number)
    check_all(world, case)
    return case


def accepted(world: World, address: str = "新安镇人民东路 128 号") -> Task:
    case = filed(world, address)
    intake.accept(actor=world.clerk, number=case.number)
    return task_of(case, "household-check")


def test_only_the_reviewers_of_the_town_see_its_task(world):
    task = accepted(world)
    here, there = reviewer_of("xinan", "苏梅"), reviewer_of("xinji", "孟洁")
    assert task.town_id == "xinan"
    assert list(Task.objects.of_departments(here)) == [task]
    assert not Task.objects.of_departments(there).exists()
    assert reviews(task, here) and not reviews(task, there)


def test_the_reviewer_of_another_town_can_neither_claim_nor_decide(world):
    task, there = accepted(world), reviewer_of("xinji", "孟洁")
    for act in (
        lambda: review.claim(actor=there, task_id=task.pk),
        lambda: review.decide(actor=there, task_id=task.pk, verdict="grant"),
    ):
        with pytest.raises(Task.DoesNotExist):
            act()
    review.decide(actor=reviewer_of("xinan", "苏梅"), task_id=task.pk, verdict="grant")
    task.refresh_from_db()
    assert task.state == TaskState.GRANTED


def test_what_is_handed_to_towns_for_supervision_is_seen_by_the_town_of_the_case(world):
    Item.objects.filter(code="food-licence").update(supervised_by="township")
    case = accepted_case(world)
    decide(world, case, "registration")
    decide(world, case, "food-licence")
    for row in Outbox.objects.filter(kind="oversight"):
        oversight.hand_entry(row)
    one = Oversight.objects.get()
    assert one.town_id == "xinan"
    assert list(oversight.handed_to(reviewer_of("xinan", "苏梅"))) == [one]
    assert not oversight.handed_to(reviewer_of("xinji", "孟洁")).exists()
    assert oversight.receive_handed(actor=reviewer_of("xinji", "孟洁"), ids=[one.pk]) == 0


def test_a_task_is_handed_to_a_colleague_of_the_same_town_only(world):
    task, here = accepted(world), reviewer_of("xinan", "苏梅")
    beside = reviewer_of("xinan", "常青")
    reviewer_of("xinji", "孟洁")
    task = review.claim(actor=here, task_id=task.pk)
    assert [one.pk for one in colleagues.colleagues_for(task)] == [beside.user_id]


def test_an_address_without_a_town_waits_for_the_window_to_name_it(world):
    case = filed(world, "人民东路 128 号")
    with pytest.raises(Refused, match="归哪个镇"):
        intake.accept(actor=world.clerk, number=case.number)
    placing.name_town(actor=world.clerk, number=case.number, town="xinji")
    intake.accept(actor=world.clerk, number=case.number)
    task = task_of(case, "household-check")
    assert task.town_id == "xinji"
    with pytest.raises(Conflict, match="不能再改"):
        placing.name_town(actor=world.clerk, number=case.number, town="xinan")


def test_the_town_is_named_by_the_window_alone_and_out_of_the_list(world):
    case = filed(world, "人民东路 128 号")
    with pytest.raises(Refused, match="请选一个镇"):
        placing.name_town(actor=world.clerk, number=case.number, town="nowhere")
    with pytest.raises(NotAllowed):
        placing.name_town(actor=world.zhang, number=case.number, town="xinan")


def test_what_silence_accepted_without_a_town_can_still_be_given_one(world):
    task = accepted(world)
    Task.objects.filter(pk=task.pk).update(town=None)
    here = reviewer_of("xinan", "苏梅")
    assert reviews(task_of(task.application, "household-check"), here), "it is hidden from nobody"
    placing.name_town(actor=world.clerk, number=task.application.number, town="xinji")
    assert not Task.objects.of_departments(here).exists()


def test_a_case_of_county_level_belongs_to_no_town(world):
    case = accepted_case(world)
    assert set(case.tasks.values_list("town", flat=True)) == {None}
    with pytest.raises(Conflict):
        placing.name_town(actor=world.clerk, number=case.number, town="xinan")


def test_the_window_says_the_town_on_the_page_and_reads_why_it_cannot_accept(client, world):
    case = filed(world, "人民东路 128 号")
    client.force_login(world.users["limin"])
    page = f"/window/{case.number}/"
    assert "还没定归哪个镇办" in client.get(page).content.decode()
    answer = client.post(f"{page}town/", {"town": ""})
    assert answer.status_code == 422 and "请选一个镇" in answer.content.decode()
    said = client.post(f"{page}town/", {"town": "xinji"}, follow=True).content.decode()
    assert "归新集镇办" in said and "还没定归哪个镇办" not in said


def test_no_list_or_act_beside_the_queue_reaches_another_towns_task(world):
    """Extensions for the head, promises to check, 撤销受理 and the fees' page ask by the town as the queue does."""
    task, here, there = accepted(world), reviewer_of("xinan", "苏梅"), reviewer_of("xinji", "孟洁")
    review.claim(actor=here, task_id=task.pk)
    extending.ask_extension(actor=here, task_id=task.pk, days=2, reason="核对系统停机", basis="《某办法》第九条")
    PromiseCheck.objects.create(task=task, department_id="township", due=timezone.localdate())
    assert extending.waiting_for_head(here).count() == committing.open_checks(here).count() == 1
    assert extending.waiting_for_head(there).count() == committing.open_checks(there).count() == 0
    with pytest.raises(NotAllowed):
        revoking.ask_revoke(actor=there, number=task.application.number, item_codes=[task.item_code], reason="受理错了")
    address = f"/fees/{task.application.number}/"
    for actor, status in ((here, 200), (there, 404)):
        client = Client()
        client.force_login(User.objects.get(pk=actor.user_id))
        assert client.get(address).status_code == status


def test_given_on_to_a_county_department_it_belongs_to_no_town_any_more(world):
    task, here = accepted(world), reviewer_of("xinan", "苏梅")
    returning.give_back(actor=here, task_id=task.pk, reason="归市场局", owner="market")
    returning.reroute(actor=world.clerk, number=task.application.number, task_id=task.pk, department="market")
    task.refresh_from_db()
    assert task.town is None
    assert Task.objects.of_departments(world.reviewer("market")).filter(pk=task.pk).exists()
