"""The demonstration's accounts and halls: one list, made once, only in a demonstration."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from accounts.identity import check_id_number, check_phone, check_uscc
from accounts.models import Mandate, Person, User
from departments.access import actor_for
from departments.demo import demo_accounts, demo_password, main_accounts
from departments.models import Counter, Department, Hall, Post, Role, Town

DEPARTMENTS = {"approval": "行政审批局", "fire": "消防救援大队", "market": "市场监管局", "tax": "税务局"}


@pytest.fixture
def county(db: None) -> None:
    for code, name in DEPARTMENTS.items():
        Department.objects.create(code=code, name=f"灌南县{name}", short_name=name, mark=code)
    Town.objects.create(code="xinan", name="新安镇")
    Town.objects.create(code="tanggou", name="汤沟镇")


def test_the_list_names_the_cast() -> None:
    accounts = {account.username: account for account in demo_accounts(DEPARTMENTS)}
    names = {username: account.name for username, account in accounts.items()}
    assert len(names) == len(set(names.values())), "everybody has a name of their own"
    for username, name in {
        "zhangting": "张婷",
        "wanglei": "王磊",
        "limin": "李敏",
        "chenjing": "陈静",
        "market1": "赵强",
        "fire1": "孙丽",
        "approval1": "刘洋",
        "supervisor": "周涛",
    }.items():
        assert names[username] == name
    assert {"market1", "market2", "market3", "fire1", "fire2", "fire3", "tax1", "editor1", "editor2"} <= set(names)
    for account in accounts.values():
        assert not account.id_number or check_id_number(account.id_number) is None
        assert not account.phone or check_phone(account.phone) is None
        assert not account.agency or check_uscc(account.agency.uscc) is None


def test_names_suffice_for_the_departments_of_a_county() -> None:
    many = {f"department-{number}": f"第 {number} 局" for number in range(33)}
    names = [account.name for account in demo_accounts(many | DEPARTMENTS)]
    assert len(names) == len(set(names))


def test_the_sign_in_page_lists_a_handful() -> None:
    names = {account.username for account in main_accounts(DEPARTMENTS)}
    assert {"zhangting", "wanglei", "limin", "market1", "fire1", "approval1", "editor1", "supervisor"} <= names
    assert not {"market2", "tax1"} & names


def test_creating_twice_is_creating_once(county: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_demo_accounts")
    first = capsys.readouterr().out
    users = list(User.objects.order_by("pk").values_list("username", "password"))
    rows = [User.objects.count(), Post.objects.count(), Person.objects.count(), Mandate.objects.count()]
    rows += [Hall.objects.count(), Counter.objects.count()]
    call_command("create_demo_accounts")
    assert capsys.readouterr().out == first
    assert list(User.objects.order_by("pk").values_list("username", "password")) == users
    again = [User.objects.count(), Post.objects.count(), Person.objects.count(), Mandate.objects.count()]
    assert [*again, Hall.objects.count(), Counter.objects.count()] == rows
    assert "账号" in first
    assert "guannan-demo" in first
    assert "审批人员（市场监管局）" in first


def test_every_account_signs_in_and_holds_its_post(county: None, client: Client) -> None:
    call_command("create_demo_accounts")
    for account in demo_accounts(DEPARTMENTS):
        assert client.login(username=account.username, password=demo_password()), account.username
        actor = actor_for(User.objects.get(username=account.username))
        assert actor.clerk is (account.role == Role.CLERK)
        assert actor.departments == ({account.department} if account.department else frozenset())
        assert actor.editor is (account.role == Role.EDITOR)
        assert actor.supervisor is (account.role == Role.SUPERVISOR)
        assert (actor.person_id is not None) is (account.role == "citizen")
    wang = actor_for(User.objects.get(username="wanglei"))
    assert len(wang.organisations) == 1


def test_halls_of_county_and_towns(county: None) -> None:
    call_command("create_demo_accounts")
    assert Hall.objects.get(code="county").name == "灌南县政务服务中心"
    assert [counter.number for counter in Counter.objects.filter(hall="county")] == [str(n) for n in range(1, 11)]
    for town in Town.objects.select_related("hall"):
        assert town.hall is not None
        assert town.hall.name == f"{town.name}便民服务中心"
        assert "演示" in town.hall.address


def test_a_changed_password_stays(county: None, client: Client) -> None:
    call_command("create_demo_accounts")
    user = User.objects.get(username="zhangting")
    user.set_password("another-one-2026")
    user.save(update_fields=["password"])
    call_command("create_demo_accounts")
    assert client.login(username="zhangting", password="another-one-2026")


def test_machine_readable(county: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_demo_accounts", "--json")
    rows = json.loads(capsys.readouterr().out)
    assert {"username": "limin", "password": "guannan-demo", "name": "李敏", "title": "窗口人员（3 号窗口）"} in rows


def test_never_outside_a_demonstration(county: None, settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="只能建在演示环境里"):
        call_command("create_demo_accounts")
    assert not User.objects.exists()


@pytest.mark.django_db
def test_departments_come_first() -> None:
    with pytest.raises(CommandError, match="load_catalogue"):
        call_command("create_demo_accounts")
