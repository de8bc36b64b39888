"""The administration: editors keep departments and calendar, the keeper accounts and posts, nobody their own."""

from datetime import date

import pytest
from django.test import Client

from accounts.models import User
from departments.models import CalendarDay, Counter, Department, Hall, Post, Role, Town

pytestmark = pytest.mark.django_db

PAGES = {
    "editor": ["departments/department", "departments/town", "departments/hall", "departments/calendarday"],
    "keeper": ["departments/post", "accounts/user"],
}


@pytest.fixture
def cast() -> dict[str, User]:
    editor = User.objects.create(username="editor1", name="何静", is_staff=True)
    Post.objects.create(user=editor, role=Role.EDITOR)
    keeper = User.objects.create(username="sysadmin", name="丁宁", is_staff=True, is_superuser=True)
    supervisor = User.objects.create(username="supervisor", name="周涛", is_staff=True)
    Post.objects.create(user=supervisor, role=Role.SUPERVISOR)
    Department.objects.create(code="market", name="灌南县市场监督管理局", short_name="市场监管局", mark="灌市监")
    hall = Hall.objects.create(code="county", name="灌南县政务服务中心")
    Counter.objects.create(hall=hall, number="1")
    Town.objects.create(code="xinan", name="新安镇", hall=hall)
    CalendarDay.objects.create(date=date(2026, 10, 1), working=False, name="国庆节", arrangement=2026)
    return {"editor": editor, "keeper": keeper, "supervisor": supervisor}


@pytest.mark.parametrize("who", ["editor", "keeper", "supervisor"])
def test_who_opens_which_page(client: Client, cast: dict[str, User], who: str) -> None:
    client.force_login(cast[who])
    for owner, pages in PAGES.items():
        for page in pages:
            allowed = who == owner or who == "keeper"
            for address in (f"/admin/{page}/", f"/admin/{page}/add/"):
                assert client.get(address).status_code == (200 if allowed else 403), address


@pytest.mark.parametrize(
    "address",
    [
        "/admin/departments/department/market/change/",
        "/admin/departments/hall/county/change/",
        "/admin/departments/town/xinan/change/",
        "/admin/departments/calendarday/2026-10-01/change/",
    ],
)
def test_an_editor_opens_every_row(client: Client, cast: dict[str, User], address: str) -> None:
    client.force_login(cast["editor"])
    assert client.get(address).status_code == 200


def test_an_editor_changes_a_mark_but_no_code(client: Client, cast: dict[str, User]) -> None:
    client.force_login(cast["editor"])
    response = client.post(
        "/admin/departments/department/market/change/",
        {
            "code": "other",
            "name": "灌南县市场监督管理局",
            "short_name": "市场监管局",
            "level": "county",
            "parent": "",
            "intake_mode": "stationed",
            "mark": "灌市监许",
            "phone": "0518-83220000",
        },
    )
    assert response.status_code == 302
    department = Department.objects.get()
    assert (department.code, department.mark, department.intake_mode) == ("market", "灌市监许", "stationed")
    assert client.get("/admin/departments/department/market/delete/").status_code == 403


def test_two_departments_cannot_share_a_mark(client: Client, cast: dict[str, User]) -> None:
    client.force_login(cast["editor"])
    response = client.post(
        "/admin/departments/department/add/",
        {
            "code": "market-2",
            "name": "又一个局",
            "short_name": "又一个局",
            "level": "county",
            "intake_mode": "own",
            "mark": "灌市监",
        },
    )
    assert "另一个部门已经用了这个文号字" in response.content.decode()


def test_the_keeper_gives_posts_to_others_only(client: Client, cast: dict[str, User]) -> None:
    client.force_login(cast["keeper"])
    new = {"role": "reviewer", "department": "market", "rank": "1", "hall": "", "counter": "", "active": "on"}
    client.post("/admin/departments/post/add/", {**new, "user": cast["supervisor"].pk})
    assert Post.objects.filter(user=cast["supervisor"], role=Role.REVIEWER).exists()
    response = client.post("/admin/departments/post/add/", {**new, "user": cast["keeper"].pk})
    assert response.status_code == 200
    assert not Post.objects.filter(user=cast["keeper"]).exists()


def test_the_keeper_cannot_change_a_post_of_their_own(client: Client, cast: dict[str, User]) -> None:
    own = Post.objects.create(user=cast["keeper"], role=Role.EDITOR)
    client.force_login(cast["keeper"])
    address = f"/admin/departments/post/{own.pk}/change/"
    assert client.get(address).status_code == 200
    data = {"user": cast["supervisor"].pk, "role": "supervisor", "department": "", "hall": "", "counter": ""}
    assert client.post(address, data).status_code == 403
    own.refresh_from_db()
    assert (own.role, own.active) == (Role.EDITOR, True)


def test_a_reviewers_post_names_a_department(client: Client, cast: dict[str, User]) -> None:
    client.force_login(cast["keeper"])
    data = {
        "user": cast["supervisor"].pk,
        "role": "reviewer",
        "department": "",
        "hall": "",
        "counter": "",
        "active": "on",
    }
    assert "审批岗要选部门" in client.post("/admin/departments/post/add/", data).content.decode()


def test_the_keeper_cannot_change_rights_of_their_own(client: Client, cast: dict[str, User]) -> None:
    client.force_login(cast["keeper"])
    address = f"/admin/accounts/user/{cast['keeper'].pk}/change/"
    assert client.get(address).status_code == 200
    client.post(address, {"username": "sysadmin", "name": "丁宁", "is_superuser": ""})
    cast["keeper"].refresh_from_db()
    assert cast["keeper"].is_superuser
    assert client.get(f"/admin/accounts/user/{cast['keeper'].pk}/delete/").status_code == 403


def test_the_keeper_opens_and_switches_off_an_account(client: Client, cast: dict[str, User]) -> None:
    client.force_login(cast["keeper"])
    client.post(
        "/admin/accounts/user/add/",
        {"username": "newclerk", "name": "新人", "password1": "a-long-password-26", "password2": "a-long-password-26"},
    )
    new = User.objects.get(username="newclerk")
    assert new.name == "新人"
    address = f"/admin/accounts/user/{new.pk}/change/"
    assert client.post(address, {"username": "newclerk", "name": "新人"}).status_code == 302
    new.refresh_from_db()
    assert not new.is_active
