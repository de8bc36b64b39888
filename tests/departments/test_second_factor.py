"""Where the second factor is required, staff come nowhere without it, whichever way they signed in."""

from datetime import UTC, datetime

import pyotp
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from accounts.operations.second_factor import WRONG
from departments.models import Post, Role
from foundation.crypto import decrypt

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 23, 1, tzinfo=UTC)
PASSWORD = "a-long-password-26"


@pytest.fixture(autouse=True)
def _required(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def officer() -> User:
    user = User.objects.create_user(username="zhoutao", password=PASSWORD, name="周涛")
    Post.objects.create(user=user, role=Role.SUPERVISOR)
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.post("/sign-in/", {"username": user.username, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(user.pk)
    return client


def tie(client: Client, target: str = "/supervise/") -> pyotp.TOTP:
    client.get("/sign-in/second/")
    totp = pyotp.TOTP(decrypt(client.session["second-factor-secret"]))
    response = client.post("/sign-in/second/", {"code": totp.now(), "next": target})
    assert response.headers["Location"] == target
    return totp


def test_without_the_code_every_door_leads_to_the_page(officer: User) -> None:
    client = signed_in(officer)
    for address in ("/supervise/", "/", "/my/", "/start/"):
        assert client.get(address).headers["Location"].startswith("/sign-in/second/?next=/")
    assert client.post("/supervise/").headers["Location"] == "/sign-in/second/?next=/start/"
    response = client.get("/supervise/", headers={"HX-Request": "true"})
    assert response.headers["HX-Redirect"].startswith("/sign-in/second/")
    answer = client.get("/api/v1/cases/")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "second_factor")
    assert client.post("/sign-out/").status_code == 302


def test_the_first_time_an_app_is_tied_and_then_asked_for(officer: User) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        client = signed_in(officer)
        assert "data:image/svg+xml" in client.get("/sign-in/second/").content.decode()
        before = client.session.session_key
        totp = tie(client)
        assert client.session.session_key != before
        assert client.get("/supervise/").status_code == 200
        officer.refresh_from_db()
        assert officer.second_factor == totp.secret
        other = signed_in(officer)
        page = other.get("/sign-in/second/").content.decode()
        assert totp.secret not in page
        assert "data:image" not in page
        # The code that tied it is used up.
        assert WRONG in other.post("/sign-in/second/", {"code": totp.now()}).content.decode()
        clock.shift(30)
        assert other.post("/sign-in/second/", {"code": totp.now()}).headers["Location"] == "/start/"
        assert other.get("/supervise/").status_code == 200


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "1234567"])
def test_what_is_no_code_is_said(officer: User, typed: str) -> None:
    response = signed_in(officer).post("/sign-in/second/", {"code": typed})
    assert response.status_code == 422
    assert "6 位数字" in response.content.decode()


def test_guessing_gets_slow(officer: User) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        client = signed_in(officer)
        totp = tie(client)
        clock.shift(30)
        other = signed_in(officer)
        wrong = f"{(int(totp.now()) + 1) % 1_000_000:06}"
        for _ in range(6):
            other.post("/sign-in/second/", {"code": wrong})
        assert "试的次数太多了" in other.post("/sign-in/second/", {"code": totp.now()}).content.decode()


def test_another_sign_in_in_the_same_browser_needs_its_own(officer: User) -> None:
    client = signed_in(officer)
    tie(client)
    second = User.objects.create_user(username="second", password=PASSWORD, is_staff=True)
    client.post("/sign-in/", {"username": second.username, "password": PASSWORD})
    assert client.get("/").headers["Location"].startswith("/sign-in/second/")


def test_citizens_are_not_asked(settings: Settings, officer: User) -> None:
    citizen = User.objects.create_user(username="zhangting", password=PASSWORD)
    assert signed_in(citizen).get("/my/").status_code == 200
    settings.STAFF_SECOND_FACTOR = False
    assert signed_in(officer).get("/supervise/").status_code == 200


def test_a_lost_phone(officer: User) -> None:
    tie(signed_in(officer))
    call_command("reset_second_factor", "zhoutao")
    officer.refresh_from_db()
    assert officer.second_factor == ""
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nobody")
