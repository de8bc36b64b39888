"""Signing in: one message for every failure, `next` on this host alone, guessing gets slow."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client, RequestFactory
from pytest_django import Settings

from accounts import throttle
from accounts.models import User
from accounts.throttle import BY_ADDRESS, BY_NAME, Charged, Wait
from foundation import throttle as counters
from foundation.throttle import Bound, LocalCounters

pytestmark = pytest.mark.django_db

PASSWORD = "a-long-password-26"
WRONG = "账号或密码不对，请核对后再试"
MORNING = datetime(2026, 11, 23, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fresh_local_counters() -> Iterator[None]:
    counters.local.clear()
    yield
    counters.local.clear()


@pytest.fixture
def zhang() -> User:
    return User.objects.create_user(username="zhangting", password=PASSWORD, name="张婷")


def attempt(client: Client, username: str, password: str, address: str = "192.0.2.1", **more: str) -> Any:
    data = {"username": username, "password": password, **more}
    return client.post("/sign-in/", data, REMOTE_ADDR=address)


def test_right_password_leads_to_the_persons_own_page(client: Client, zhang: User) -> None:
    response = attempt(client, "zhangting", PASSWORD)
    assert (response.status_code, response.headers["Location"]) == (302, "/start/")


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/matters/", "/matters/"),
        ("https://evil.example/", "/start/"),
        ("//evil.example/", "/start/"),
        ("/\\evil.example", "/start/"),
        ("javascript:alert(1)", "/start/"),
        ("http://testserver/my/", "http://testserver/my/"),
        ("/sign-in/?next=/my/", "/start/"),
        ("", "/start/"),
    ],
)
def test_next_stays_on_this_host(client: Client, zhang: User, target: str, location: str) -> None:
    assert attempt(client, "zhangting", PASSWORD, next=target).headers["Location"] == location


def test_unknown_wrong_and_switched_off_read_the_same(client: Client) -> None:
    User.objects.create_user(username="known", password=PASSWORD)
    User.objects.create_user(username="switched-off", password=PASSWORD, is_active=False)
    pages = set()
    for username, password in [("known", "x"), ("nobody", "x"), ("switched-off", PASSWORD), ("switched-off", "x")]:
        response = attempt(client, username, password)
        assert response.status_code == 200
        page = response.content.decode()
        assert WRONG in page
        pages.add(re.sub(r"[A-Za-z0-9]{64}", "token", page.replace(username, "")))
    assert len(pages) == 1


def test_empty_fields_are_named_and_cost_no_try(client: Client, zhang: User) -> None:
    for _ in range(BY_NAME.free + 3):
        page = attempt(client, "zhangting", "").content.decode()
        assert "请填写密码" in page
    assert "请填写账号" in attempt(client, "", "x").content.decode()
    assert attempt(client, "zhangting", PASSWORD).status_code == 302


def test_what_was_typed_stays_but_not_the_password(client: Client, zhang: User) -> None:
    page = attempt(client, "zhangting", "not-this-one").content.decode()
    assert 'value="zhangting"' in page
    assert "not-this-one" not in page


def test_guessing_one_name_gets_slower_and_the_owner_gets_in(client: Client, zhang: User) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        for number in range(BY_NAME.free):
            assert attempt(client, "zhangting", "wrong", f"192.0.2.{number}").status_code == 200
        assert attempt(client, "zhangting", "wrong", "192.0.2.99").status_code == 200  # the first beyond: now a wait
        response = attempt(client, " ZhangTing ", PASSWORD, "198.51.100.7")
        assert response.status_code == 429
        assert 1 <= int(response.headers["Retry-After"]) <= 3
        assert "试的次数太多了" in response.content.decode()
        clock.shift(5)
        assert attempt(client, "zhangting", PASSWORD, "198.51.100.7").status_code == 302
        # A right password wipes the name's failures.
        assert attempt(Client(), "zhangting", "wrong", "192.0.2.1").status_code == 200
        assert attempt(Client(), "zhangting", PASSWORD, "192.0.2.1").status_code == 302


def test_the_owner_never_waits_longer_than_a_minute() -> None:
    assert [BY_NAME.wait_after(failures) for failures in (0, 5, 6, 7, 8, 12, 100, 10_000)] == [
        0,
        0,
        2,
        4,
        8,
        60,
        60,
        60,
    ]
    assert BY_ADDRESS.wait_after(10_000) == 900


def test_one_address_that_tries_many_names_gets_slower(client: Client, zhang: User) -> None:
    with time_machine.travel(MORNING, tick=False):
        for number in range(BY_ADDRESS.free + 1):
            assert attempt(client, f"name{number}", "wrong").status_code == 200
        assert attempt(client, "zhangting", PASSWORD).status_code == 429
        assert attempt(client, "zhangting", PASSWORD, "198.51.100.7").status_code == 302


def test_a_shared_address_has_more_free_tries(client: Client, zhang: User, settings: Settings) -> None:
    settings.SIGN_IN_SHARED_ADDRESSES = ["192.0.2.1"]
    for number in range(BY_ADDRESS.free + 5):
        attempt(client, f"name{number}", "wrong")
    assert attempt(client, "zhangting", PASSWORD).status_code == 302


def test_tries_at_the_same_moment_see_each_other() -> None:
    with time_machine.travel(MORNING, tick=False):
        outcomes = [throttle.charge("zhangting", f"192.0.2.{number}") for number in range(50)]
    assert sum(isinstance(outcome, Charged) for outcome in outcomes) == BY_NAME.free + 1


def test_without_redis_each_process_counts_for_itself(settings: Settings, client: Client, zhang: User) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    with time_machine.travel(MORNING, tick=False) as clock:
        for _ in range(BY_NAME.free + 1):
            assert isinstance(throttle.charge("zhangting", "192.0.2.1"), Charged)
        assert isinstance(throttle.charge("zhangting", "192.0.2.1"), Wait)
        clock.shift(5)
        charged = throttle.charge("zhangting", "192.0.2.1")
        assert isinstance(charged, Charged)
        throttle.refund(charged)
        assert isinstance(throttle.charge("zhangting", "192.0.2.1"), Charged)


def test_redis_and_the_process_count_alike() -> None:
    local = LocalCounters()
    bounds = {"a": Bound(2, 3, 20), "b": Bound(4, 5, 50)}
    with time_machine.travel(MORNING, tick=False) as clock:
        now = MORNING.timestamp()
        for step in range(30):
            arguments = [now, 3600]
            for bound in bounds.values():
                arguments += [bound.free, bound.first, bound.longest]
            client = counters.client(settings.REDIS_URL)
            shared = float(client.eval(counters.CHARGE_SCRIPT, 2, *bounds, *arguments))
            assert shared == pytest.approx(local.charge(bounds, now)), step
            clock.shift(4)
            now += 4


def test_names_are_no_plain_text_in_redis(client: Client) -> None:
    attempt(client, "32072419880315002X", "wrong")
    keys = counters.client(settings.REDIS_URL).keys("*")
    assert keys
    assert not any(b"32072419880315002" in key.upper() for key in keys)


@pytest.mark.parametrize(
    ("meta", "proxies", "address"),
    [
        ({"REMOTE_ADDR": "192.0.2.1"}, 0, "192.0.2.1"),
        ({"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}, 0, "192.0.2.1"),
        ({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "1.1.1.1, 203.0.113.9"}, 1, "203.0.113.9"),
        ({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "1.1.1.1, 203.0.113.9, 10.0.0.2"}, 2, "203.0.113.9"),
        ({"REMOTE_ADDR": "10.0.0.1"}, 1, "10.0.0.1"),
        ({"REMOTE_ADDR": "2001:db8:1:2:3::4"}, 0, "2001:db8:1:2::/64"),
        ({"REMOTE_ADDR": "::ffff:192.0.2.1"}, 0, "192.0.2.1"),
        ({"REMOTE_ADDR": ""}, 0, "unknown"),
        ({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "garbage"}, 1, "unknown"),
    ],
)
def test_where_a_request_came_from(
    rf: RequestFactory, settings: Settings, meta: dict[str, Any], proxies: int, address: str
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    assert throttle.client_address(rf.get("/", **meta)) == address


def test_signing_out_is_a_post(client: Client, zhang: User) -> None:
    client.force_login(zhang)
    assert client.get("/sign-out/").status_code == 405
    assert "_auth_user_id" in client.session
    response = client.post("/sign-out/")
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert "_auth_user_id" not in client.session


def test_a_form_from_elsewhere_is_refused(zhang: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert attempt(strict, "zhangting", PASSWORD).status_code == 403


def test_the_administration_signs_in_by_the_same_page(client: Client) -> None:
    response = client.get("/admin/login/?next=/admin/matters/")
    assert response.headers["Location"] == "/sign-in/?next=/admin/matters/"
    assert client.get("/admin/login/").headers["Location"] == "/sign-in/?next=/admin/"


def test_the_page_is_chinese_and_lists_the_demo_accounts(client: Client) -> None:
    response = client.get("/sign-in/?next=/my/")
    page = response.content.decode()
    assert "<h1>登录</h1>" in page
    assert 'name="next" value="/my/"' in page
    assert "zhangting" in page
    assert "no-store" in response.headers["Cache-Control"]


def test_outside_a_demonstration_no_account_is_listed(client: Client, settings: Settings) -> None:
    settings.DEMO = False
    page = client.get("/sign-in/").content.decode()
    assert "guannan-demo" not in page
    assert "zhangting" not in page
