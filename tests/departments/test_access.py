"""Who somebody is while they act: from posts and mandates, anew with every request."""

from datetime import timedelta
from typing import cast

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Person, User
from accounts.operations.people import give_mandate, register_organisation, register_person, revoke_mandate
from departments.access import SYSTEM, VISITOR, Actor, actor_for, home_of, may_change_post
from departments.middleware import ActorMiddleware, ActorRequest
from departments.models import Department, Hall, Post, Rank, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> Department:
    return Department.objects.create(code="market", name="灌南县市场监督管理局", short_name="市场监管局")


@pytest.fixture
def hall() -> Hall:
    return Hall.objects.create(code="county", name="灌南县政务服务中心")


def user(username: str, name: str) -> User:
    return User.objects.create(username=username, name=name)


def test_a_citizen_holds_nothing() -> None:
    zhang = user("zhangting", "张婷")
    person = register_person(name="张婷", id_number="32072419880315002X", user=zhang)
    actor = actor_for(zhang)
    assert (actor.user_id, actor.name, actor.person_id) == (zhang.pk, "张婷", person.pk)
    assert actor.signed_in
    assert not actor.staff
    assert home_of(actor) == "/my/"


def test_a_clerk_sits_at_a_counter(hall: Hall) -> None:
    li = user("limin", "李敏")
    Post.objects.create(user=li, role=Role.CLERK, hall=hall, counter="3")
    actor = actor_for(li)
    assert (actor.clerk, actor.hall, actor.counter) == (True, "county", "3")
    assert home_of(actor) == "/window/"


def test_a_reviewer_decides_in_the_departments_of_their_posts(market: Department) -> None:
    zhao = user("market1", "赵强")
    fire = Department.objects.create(code="fire", name="灌南县消防救援大队", short_name="消防救援大队")
    post = Post.objects.create(user=zhao, role=Role.REVIEWER, department=market)
    Post.objects.create(user=zhao, role=Role.REVIEWER, department=fire)
    assert actor_for(zhao).departments == {"market", "fire"}
    Post.objects.filter(pk=post.pk).update(active=False)
    assert actor_for(zhao).departments == {"fire"}
    assert home_of(actor_for(zhao)) == "/queue/"


def test_editors_and_supervisors_belong_to_no_department() -> None:
    editor, supervisor = user("editor1", "何静"), user("supervisor", "周涛")
    Post.objects.create(user=editor, role=Role.EDITOR)
    Post.objects.create(user=supervisor, role=Role.SUPERVISOR)
    assert actor_for(editor).editor
    assert home_of(actor_for(editor)) == "/admin/"
    assert actor_for(supervisor).supervisor
    assert not actor_for(supervisor).departments


def test_nobody_signed_in_and_a_switched_off_account_are_visitors(market: Department) -> None:
    zhao = user("market1", "赵强")
    Post.objects.create(user=zhao, role=Role.REVIEWER, department=market)
    zhao.is_active = False
    assert actor_for(zhao) is VISITOR
    assert actor_for(AnonymousUser()) is VISITOR
    assert not SYSTEM.staff


def test_an_agent_acts_until_the_mandate_ends() -> None:
    zhang = register_person(name="张婷", id_number="32072419880315002X", user=user("zhangting", "张婷"))
    wang_user = user("wanglei", "王磊")
    wang = register_person(name="王磊", id_number="320724197508200018", user=wang_user)
    company = register_organisation(
        name="灌南县灌河餐饮有限公司", uscc="91320724MA1XQ2ABX7", legal_representative=zhang
    )
    today = timezone.localdate()
    mandate = give_mandate(agent=wang, organisation=company, scope="全部", valid_until=today)
    assert actor_for(wang_user).organisations == {company.pk}
    revoke_mandate(mandate_id=mandate.pk, by=zhang)
    assert actor_for(wang_user).organisations == frozenset()
    give_mandate(agent=wang, principal=zhang, scope="全部", valid_until=today + timedelta(days=1))
    assert actor_for(wang_user).principals == {zhang.pk}


def test_the_actor_costs_nothing_until_asked(
    market: Department, rf: RequestFactory, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    zhao = user("market1", "赵强")
    Post.objects.create(user=zhao, role=Role.REVIEWER, department=market)
    request = cast(ActorRequest, rf.get("/"))
    request.user = zhao
    seen: list[Actor] = []

    def view(passed: HttpRequest) -> HttpResponse:
        seen.append(cast(ActorRequest, passed).actor)
        return HttpResponse()

    with django_assert_num_queries(0):
        ActorMiddleware(view)(request)
    with django_assert_num_queries(2):
        assert seen[0].departments == {"market"}
        assert seen[0].name == "赵强"


def test_nobody_changes_a_post_of_their_own() -> None:
    keeper = Actor(user_id=7, name="丁宁", superuser=True)
    assert may_change_post(keeper, 8)
    assert not may_change_post(keeper, 7)
    assert not may_change_post(Actor(user_id=9, name="何静", editor=True), 8)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.CLERK])
def test_a_post_names_its_place(role: Role) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(user=user("x", "某"), role=role)


def test_a_post_is_held_once(hall: Hall) -> None:
    li = user("limin", "李敏")
    Post.objects.create(user=li, role=Role.CLERK, hall=hall)
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(user=li, role=Role.CLERK, hall=hall)
    Post.objects.create(user=li, role=Role.CLERK, hall=hall, active=False)


def test_the_start_page_sends_everybody_to_their_own(client: Client, hall: Hall) -> None:
    assert client.get("/start/").headers["Location"] == "/sign-in/?next=/start/"
    li = user("limin", "李敏")
    client.force_login(li)
    assert client.get("/start/").headers["Location"] == "/my/"
    Post.objects.create(user=li, role=Role.CLERK, hall=hall)
    assert client.get("/start/").headers["Location"] == "/window/"
    assert client.post("/start/").status_code == 405
    assert not Person.objects.exists()


def test_who_holds_several_posts_signs_at_the_highest_rank(market: Department) -> None:
    zhao = user("market1", "赵强")
    assert actor_for(zhao).rank_in("market") == 0
    Post.objects.create(user=zhao, role=Role.REVIEWER, department=market, rank=Rank.CHECK)
    actor = actor_for(zhao)
    assert actor.rank_in("market") == Rank.CHECK
    assert actor.rank_in("fire") == 0
    assert actor.signs_for("market", Rank.CHECK) == ""


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [(0, 0, True), (-3, 3, True), (1, 3, False), (-3, -1, False), (-1, 0, True), (0, 5, True)],
)
def test_a_deputy_signs_on_the_days_of_the_deputation_and_no_other(
    market: Department, first: int, last: int, holds: bool
) -> None:
    zhao, feng = user("market1", "赵强"), user("market3", "冯刚")
    today = timezone.localdate()
    Post.objects.create(user=zhao, role=Role.REVIEWER, department=market)
    Post.objects.create(
        user=zhao,
        role=Role.REVIEWER,
        department=market,
        rank=Rank.HEAD,
        deputy_for=feng,
        starts_on=today + timedelta(days=first),
        ends_on=today + timedelta(days=last),
    )
    actor = actor_for(zhao)
    assert actor.rank_in("market") == (Rank.HEAD if holds else Rank.HANDLE)
    assert actor.signs_for("market", Rank.HEAD) == ("冯刚" if holds else "")
    assert actor.signs_for("market", Rank.HANDLE) == ""


def test_a_deputys_post_needs_its_days(market: Department) -> None:
    zhao, feng = user("market1", "赵强"), user("market3", "冯刚")
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(user=zhao, role=Role.REVIEWER, department=market, deputy_for=feng)
