"""承办 → 审核 → 批准: who may sign which step, what goes to whom, who stays out."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from applications.models import Application, Task
from applications.operations import colleagues, review, signing
from applications.signing import cannot_sign, rank_needed
from applications.states import TaskState
from departments.access import Actor, Seat, actor_for
from departments.models import Post, Rank, Role
from foundation.errors import Conflict, NotAllowed, Refused
from matters.models import Item
from tests.applications.world import World, accepted_case, decide, file_case, task_of

ITEM = "food-licence"


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        (1, [Rank.HANDLE]),
        (2, [Rank.HANDLE, Rank.APPROVE]),
        (3, [Rank.HANDLE, Rank.CHECK, Rank.APPROVE]),
    ],
)
def test_which_rank_each_step_wants(steps: int, wanted: list[Rank]) -> None:
    assert [rank_needed(step, steps) for step in range(1, steps + 1)] == wanted


SIGNED = [{"user": 1, "step": 1}, {"user": 2, "step": 2}]


@pytest.mark.parametrize(
    ("user", "rank", "step", "recused", "sentence"),
    [
        (1, Rank.HANDLE, 1, [], ""),  # sent back: the handler handles again
        (1, Rank.HEAD, 2, [], "已经签过"),
        (1, Rank.HEAD, 3, [], "已经签过"),
        (2, Rank.HEAD, 3, [], "已经签过"),
        (2, Rank.CHECK, 2, [], ""),  # after a return the same person checks again
        (3, Rank.HANDLE, 1, [], ""),
        (3, Rank.HANDLE, 2, [], "等审核人签"),
        (3, Rank.CHECK, 2, [], ""),
        (3, Rank.CHECK, 3, [], "等批准人签"),
        (3, Rank.APPROVE, 3, [], ""),
        (3, Rank.HEAD, 3, [], ""),
        (3, Rank.HEAD, 3, [3], "回避"),
        (3, Rank.HANDLE, 1, [3], "回避"),
    ],
)
def test_who_may_sign(user: int, rank: Rank, step: int, recused: list[int], sentence: str) -> None:
    task = Task(department_id="market", review_steps=3, step=step, signed=SIGNED, recused=recused)
    actor = Actor(user, "谁", departments=frozenset({"market"}), seats=(Seat("market", rank),))
    said = cannot_sign(task, actor)
    assert sentence in said
    assert bool(said) == bool(sentence)


@pytest.fixture
def office(world: World) -> World:
    """The market bureau as an office of four: 赵强 handles, 钱丽 checks, 冯局 heads, 周副 approves."""
    Post.objects.filter(user=world.users["market2"]).update(rank=Rank.CHECK)
    for name, words, rank in (("market3", "冯局", Rank.HEAD), ("market4", "周副", Rank.APPROVE)):
        world.users[name] = User.objects.create(username=name, name=words)
        Post.objects.create(user=world.users[name], role=Role.REVIEWER, department_id="market", rank=rank)
    return world


@pytest.fixture
def case(office: World) -> Application:
    """A case whose licence takes three signatures; everything before it is granted."""
    Item.objects.filter(code=ITEM).update(review_steps=3)
    case = accepted_case(office)
    for before in task_of(case, ITEM).after:
        decide(office, case, before)
    return case


def put_forward(world: World, case: Application, name: str, verdict: str = "grant", **extra: Any) -> Task:
    extra.setdefault("opinion", f"{name}看过")
    return signing.propose(actor=world.actor(name), task_id=task_of(case, ITEM).pk, verdict=verdict, **extra)


def approve(world: World, case: Application, name: str, verdict: str = "grant", **extra: Any) -> Task:
    return review.decide(actor=world.actor(name), task_id=task_of(case, ITEM).pk, verdict=verdict, **extra)


def test_three_people_sign_and_the_last_one_decides(office: World, case: Application) -> None:
    review.claim(actor=office.actor("market1"), task_id=task_of(case, ITEM).pk)
    put_forward(office, case, "market1")
    task = task_of(case, ITEM)
    assert (task.state, task.step, task.assignee_id, task.decided_at) == (TaskState.OPEN, 2, None, None)
    put_forward(office, case, "market2")
    task = approve(office, case, "market4", opinion="同意")
    assert task.state == TaskState.GRANTED
    assert task.decision_number
    assert [(row["word"], row["name"]) for row in task.signed] == [("承办", "赵强"), ("审核", "钱丽"), ("批准", "周副")]
    told = list(case.events.filter(task=task, kind__in=("proposed", "decided")).values_list("note", flat=True))
    assert told[:2] == ["承办：同意。market1看过", "审核：同意。market2看过"]


def test_nobody_decides_before_the_last_step(office: World, case: Application) -> None:
    with pytest.raises(Refused, match="3个人签，现在是承办"):
        approve(office, case, "market3")


@pytest.mark.parametrize("who", ["market1", "market2"])
def test_who_signed_before_does_not_approve_whatever_the_rank(office: World, case: Application, who: str) -> None:
    Post.objects.filter(user=office.users[who]).update(rank=Rank.HEAD)
    put_forward(office, case, "market1")
    put_forward(office, case, "market2")
    with pytest.raises(NotAllowed, match="已经签过前面的步骤"):
        approve(office, case, who)
    with pytest.raises(NotAllowed, match="已经签过前面的步骤"):
        review.claim(actor=office.actor(who), task_id=task_of(case, ITEM).pk)


def test_a_handler_cannot_take_a_task_that_waits_for_the_checker(office: World, case: Application) -> None:
    office.users["market5"] = User.objects.create(username="market5", name="小吴")
    Post.objects.create(user=office.users["market5"], role=Role.REVIEWER, department_id="market")
    put_forward(office, case, "market1")
    with pytest.raises(NotAllowed, match="等审核人签"):
        review.claim(actor=office.actor("market5"), task_id=task_of(case, ITEM).pk)
    with pytest.raises(NotAllowed, match="等审核人签"):
        put_forward(office, case, "market5")


def test_a_step_may_be_signed_while_the_decision_is_locked(office: World) -> None:
    Item.objects.filter(code=ITEM).update(review_steps=2)
    case = accepted_case(office)
    assert task_of(case, ITEM).after
    put_forward(office, case, "market1")
    with pytest.raises(Conflict, match="现在还不能作决定"):
        approve(office, case, "market3")
    for before in task_of(case, ITEM).after:
        decide(office, case, before)
    assert approve(office, case, "market3").state == TaskState.GRANTED


def test_the_approver_may_decide_otherwise_than_was_put_forward(office: World, case: Application) -> None:
    put_forward(office, case, "market1")
    put_forward(office, case, "market2")
    task = approve(office, case, "market3", "refuse", reason="布局不符合《食品安全法》第三十三条")
    assert task.state == TaskState.REFUSED
    assert [row["verdict"] for row in task.signed] == ["grant", "grant", "refuse"]


def test_what_goes_back_comes_to_its_handler_with_the_reason(office: World, case: Application) -> None:
    put_forward(office, case, "market1", "refuse", reason="没有更衣间")
    task = signing.send_back(actor=office.actor("market2"), task_id=task_of(case, ITEM).pk, reason="依据写全")
    assert (task.state, task.step, task.assignee_id) == (TaskState.CLAIMED, 1, office.users["market1"].pk)
    assert case.events.get(kind="sent-back").note == "依据写全"
    put_forward(office, case, "market1", opinion="补了依据")
    put_forward(office, case, "market2")
    assert approve(office, case, "market4").state == TaskState.GRANTED


def test_what_goes_back_to_somebody_who_left_is_for_whoever_claims_it(office: World, case: Application) -> None:
    put_forward(office, case, "market1")
    Post.objects.filter(user=office.users["market1"]).update(active=False)
    task = signing.send_back(actor=office.actor("market2"), task_id=task_of(case, ITEM).pk, reason="再看")
    assert (task.state, task.step, task.assignee_id) == (TaskState.OPEN, 1, None)


def test_the_first_step_has_nobody_to_send_it_back_to(office: World, case: Application) -> None:
    with pytest.raises(NotAllowed):
        signing.send_back(actor=office.actor("market3"), task_id=task_of(case, ITEM).pk, reason="再看")


@pytest.mark.parametrize(
    ("verdict", "extra", "sentence"),
    [
        ("maybe", {}, "请选拟准予或者拟不予"),
        ("grant", {"opinion": " "}, "请写审查意见"),
        ("refuse", {}, "写明事实和依据"),
    ],
)
def test_what_a_signature_needs(
    office: World, case: Application, verdict: str, extra: dict[str, str], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        put_forward(office, case, "market1", verdict, **extra)
    assert task_of(case, ITEM).step == 1


def test_where_nobody_could_sign_next_nothing_is_lost_in_a_dead_end(office: World, case: Application) -> None:
    Post.objects.filter(user__username__in=("market2", "market3", "market4")).update(active=False)
    with pytest.raises(Refused, match="没有别的审核人可以签"):
        put_forward(office, case, "market1")
    assert task_of(case, ITEM).step == 1


def test_a_deputy_signs_in_whose_place_is_written_down(office: World, case: Application) -> None:
    today = timezone.localdate()
    Post.objects.filter(user__username="market4").update(active=False)
    office.users["market5"] = User.objects.create(username="market5", name="小吴")
    Post.objects.create(
        user=office.users["market5"],
        role=Role.REVIEWER,
        department_id="market",
        rank=Rank.HEAD,
        deputy_for=office.users["market3"],
        starts_on=today,
        ends_on=today + timedelta(days=3),
    )
    put_forward(office, case, "market1")
    put_forward(office, case, "market2")
    task = approve(office, case, "market5", opinion="同意")
    assert [(row["name"], row["for"]) for row in task.signed][-1] == ("小吴", "冯局")


def test_on_the_spot_items_have_one_hand_whatever_the_office_set(office: World) -> None:
    Item.objects.update(review_steps=3)
    case = accepted_case(office)
    for task in case.tasks.all():
        assert task.review_steps == (3 if task.own_days else 1)


def test_how_many_sign_is_fixed_at_acceptance(office: World) -> None:
    waiting = file_case(office)
    case = accepted_case(office)
    Item.objects.filter(code=ITEM).update(review_steps=2)
    assert task_of(case, ITEM).review_steps == 1
    assert task_of(waiting, ITEM).review_steps == 1
    assert task_of(accepted_case(office), ITEM).review_steps == 2


def test_who_is_recused_neither_claims_nor_signs_and_puts_down_what_they_hold(office: World, case: Application) -> None:
    zhao, task = office.actor("market1"), task_of(case, ITEM)
    review.claim(actor=zhao, task_id=task.pk)
    with pytest.raises(Refused, match="写明回避的原因"):
        signing.recuse(actor=zhao, task_id=task.pk, reason=" ")
    task = signing.recuse(actor=zhao, task_id=task.pk, reason="申请人是我姐姐")
    assert (task.state, task.assignee_id, task.recused) == (TaskState.OPEN, None, [zhao.user_id])
    with pytest.raises(NotAllowed, match="回避"):
        review.claim(actor=zhao, task_id=task.pk)
    with pytest.raises(NotAllowed, match="回避"):
        put_forward(office, case, "market1")
    with pytest.raises(Conflict, match="已经回避"):
        signing.recuse(actor=zhao, task_id=task.pk, reason="再说一次")
    event = case.events.get(kind="recused")
    assert "姐姐" in event.note
    assert "姐姐" not in event.text
    assert "赵强" not in event.text


def test_the_head_withdraws_a_colleague_and_nobody_else_does(office: World, case: Application) -> None:
    zhao, task = office.actor("market1"), task_of(case, ITEM)
    review.claim(actor=zhao, task_id=task.pk)
    with pytest.raises(NotAllowed, match="本部门负责人"):
        signing.recuse(actor=office.actor("market2"), task_id=task.pk, reason="亲戚", who=zhao.user_id)
    with pytest.raises(Refused, match="本部门在岗的同事"):
        fire = office.users["fire1"].pk
        signing.recuse(actor=office.actor("market3"), task_id=task.pk, reason="亲戚", who=fire)
    task = signing.recuse(actor=office.actor("market3"), task_id=task.pk, reason="申请人提出", who=zhao.user_id)
    assert task.assignee_id is None
    assert zhao.user_id in task.recused


def test_a_task_is_handed_on_to_those_alone_who_could_sign_the_step(office: World, case: Application) -> None:
    put_forward(office, case, "market1")
    review.claim(actor=office.actor("market2"), task_id=task_of(case, ITEM).pk)
    names = [user.name for user in colleagues.colleagues_for(task_of(case, ITEM))]
    assert sorted(names) == ["冯局", "周副"]


def test_another_department_signs_nothing_here(office: World, case: Application) -> None:
    head = office.users["fire1"]
    Post.objects.filter(user=head).update(rank=Rank.HEAD)
    with pytest.raises(Task.DoesNotExist):
        signing.recuse(actor=actor_for(head), task_id=task_of(case, ITEM).pk, reason="亲戚")
