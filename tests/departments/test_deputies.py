"""请同事代理: who may lend a signature, to whom, for which days."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from departments.access import actor_for
from departments.models import Department, Post, Rank, Role
from departments.operations.deputies import deputise, end_deputy
from foundation.errors import NotAllowed, Refused

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def staff() -> dict[str, User]:
    market = Department.objects.create(code="market", name="灌南县市场监督管理局", short_name="市场监管局")
    fire = Department.objects.create(code="fire", name="灌南县消防救援大队", short_name="消防救援大队", mark="灌消")
    people = {}
    for name, department, rank in (
        ("赵强", market, Rank.HANDLE),
        ("钱丽", market, Rank.CHECK),
        ("冯刚", market, Rank.HEAD),
        ("孙丽", fire, Rank.HEAD),
    ):
        people[name] = User.objects.create(username=name, name=name)
        Post.objects.create(user=people[name], role=Role.REVIEWER, department=department, rank=rank)
    return people


def lend(staff: dict[str, User], who: str, to: str, first: int = 0, last: int = 5) -> Post:
    days = {"starts_on": TODAY() + timedelta(days=first), "ends_on": TODAY() + timedelta(days=last)}
    return deputise(actor=actor_for(staff[who]), department="market", to=staff[to].pk, **days)


def test_a_head_on_leave_lends_the_signature_and_takes_it_back(staff: dict[str, User]) -> None:
    post = lend(staff, "冯刚", "钱丽")
    deputy = actor_for(staff["钱丽"])
    assert (deputy.rank_in("market"), deputy.signs_for("market", Rank.HEAD)) == (Rank.HEAD, "冯刚")
    end_deputy(actor=actor_for(staff["冯刚"]), post_id=post.pk)
    assert actor_for(staff["钱丽"]).rank_in("market") == Rank.CHECK


@pytest.mark.parametrize(
    ("to", "first", "last", "sentence"),
    [
        ("孙丽", 0, 5, "本部门在岗的同事"),
        ("冯刚", 0, 5, "本部门在岗的同事"),
        ("钱丽", -1, 5, "不能早于今天"),
        ("钱丽", 3, 2, "最后一天要在开始日以后"),
        ("钱丽", 0, 91, "最长 90 天"),
    ],
)
def test_whom_and_when_a_signature_cannot_be_lent(
    staff: dict[str, User], to: str, first: int, last: int, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        lend(staff, "冯刚", to, first, last)


def test_two_deputies_on_the_same_days_are_refused(staff: dict[str, User]) -> None:
    lend(staff, "冯刚", "钱丽", 0, 5)
    with pytest.raises(Refused, match="已经请了代理"):
        lend(staff, "冯刚", "赵强", 5, 7)
    assert lend(staff, "冯刚", "赵强", 6, 7)


def test_a_handler_and_a_deputy_have_no_signature_to_lend(staff: dict[str, User]) -> None:
    with pytest.raises(NotAllowed):
        lend(staff, "赵强", "钱丽")
    lend(staff, "冯刚", "赵强")
    with pytest.raises(NotAllowed):
        lend(staff, "赵强", "钱丽")


def test_nobody_ends_a_deputation_of_somebody_else(staff: dict[str, User]) -> None:
    post = lend(staff, "冯刚", "钱丽")
    with pytest.raises(Post.DoesNotExist):
        end_deputy(actor=actor_for(staff["钱丽"]), post_id=post.pk)


def test_the_page_keeps_what_was_typed_and_says_what_is_wrong(client: Client, staff: dict[str, User]) -> None:
    client.force_login(staff["冯刚"])
    day = TODAY().isoformat()
    form = {"department": "market", "colleague": staff["钱丽"].pk, "starts_on": day, "ends_on": "不知道"}
    page = client.post("/deputies/", form)
    assert page.status_code == 422
    assert "最后一天要在开始日以后" in page.content.decode()
    assert f'value="{staff["钱丽"].pk}" selected' in page.content.decode()
    answer = client.post("/deputies/", form | {"ends_on": day})
    assert answer.status_code == 302
    shown = client.get("/deputies/").content.decode()
    assert "收回" in shown
    assert "钱丽" in shown
    post = Post.objects.get(deputy_for=staff["冯刚"])
    assert client.post("/deputies/", {"end": post.pk}).status_code == 302
    assert not Post.objects.get(pk=post.pk).active
    assert client.post("/deputies/", {"end": 10**8}).status_code == 404
