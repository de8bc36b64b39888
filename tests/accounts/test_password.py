"""登录密码: the second way to sign in of an account that began with a code on the phone."""

import pytest
from django.test import Client

from accounts.models import User
from accounts.operations.signing import account_of_phone
from tests.accounts.phones import WANG, ZHANG, last_code

pytestmark = pytest.mark.django_db
GOOD = "huaiyin-lamp-48"


@pytest.fixture
def user() -> User:
    made, _fresh = account_of_phone(phone=ZHANG)
    return made


@pytest.fixture
def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def prove(browser: Client) -> None:
    browser.post("/me/password/", {"send": "1"})
    assert browser.post("/me/password/code/", {"code": last_code()}).headers["Location"] == "/me/password/"


def sign_in(name: str, password: str) -> Client | None:
    client = Client()
    answer = client.post("/sign-in/", {"username": name, "password": password})
    return client if answer.status_code == 302 else None


@pytest.mark.parametrize("typed", [ZHANG, f"+86 {ZHANG}", "138 0000 0018"])
def test_a_phone_account_sets_a_password_after_a_code_and_signs_in_by_number(browser: Client, typed: str) -> None:
    assert "先用短信验证码" in browser.get("/me/password/").content.decode()
    prove(browser)
    assert browser.post("/me/password/", {"password": GOOD, "again": GOOD}).headers["Location"] == "/me/"
    assert browser.get("/me/").status_code == 200, "this browser stays signed in"
    signed_in = sign_in(typed, GOOD)
    assert signed_in is not None
    assert "设过" in signed_in.get("/me/").content.decode()


def test_without_a_code_or_the_old_one_no_password_is_set(browser: Client, user: User) -> None:
    answer = browser.post("/me/password/", {"password": GOOD, "again": GOOD})
    assert answer.status_code == 422
    assert "请先用短信验证码" in answer.content.decode()
    user.refresh_from_db()
    assert not user.has_usable_password()


def test_the_old_password_is_asked_for_and_other_browsers_are_signed_out(browser: Client, user: User) -> None:
    user.set_password("before-all-this-7")
    user.save(update_fields=["password"])
    browser.force_login(user)
    elsewhere = sign_in(ZHANG, "before-all-this-7")
    assert elsewhere is not None
    wrong = browser.post("/me/password/", {"current": "x", "password": GOOD, "again": GOOD})
    assert (wrong.status_code, "密码不对" in wrong.content.decode()) == (422, True)
    browser.post("/me/password/", {"current": "before-all-this-7", "password": GOOD, "again": GOOD})
    assert elsewhere.get("/me/").status_code == 302
    assert browser.get("/me/").status_code == 200


@pytest.mark.parametrize(
    ("password", "again", "sentence"),
    [
        ("kurz-1", "kurz-1", "太短，至少要 8 位"),
        ("8841900273615", "8841900273615", "只包含数字"),
        ("password123", "password123", "太常见"),
        (GOOD, GOOD + "x", "两遍填的密码不一样"),
    ],
)
def test_a_weak_or_mistyped_one_is_refused_in_words(browser: Client, password: str, again: str, sentence: str) -> None:
    prove(browser)
    answer = browser.post("/me/password/", {"password": password, "again": again})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert password not in answer.content.decode()


def test_a_number_nobody_has_reads_like_a_wrong_password(user: User) -> None:
    answers = {Client().post("/sign-in/", {"username": name, "password": GOOD}).content for name in (ZHANG, WANG)}
    sentences = {"账号或密码不对" in answer.decode() for answer in answers}
    assert sentences == {True}


def test_name_and_number_of_one_account_share_their_tries(user: User) -> None:
    for name in (ZHANG, user.username) * 3:
        Client().post("/sign-in/", {"username": name, "password": "wrong"})
    answer = Client().post("/sign-in/", {"username": ZHANG, "password": "wrong"})
    assert answer.status_code == 429
