"""Signing in by a code on the phone: the same for known and unknown numbers, hard to guess, never readable afterwards."""

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pytest_django import Settings

from accounts.models import Person, PhoneCode, Purpose, User
from accounts.operations.codes import NOT_SENT, TRIES, send_code
from accounts.operations.signing import account_of_phone, set_sign_in_phone
from foundation.errors import Conflict, Refused
from tests.accounts.phones import WANG, ZHANG, ask, enter, last_code, texts, wrong

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 23, 1, tzinfo=UTC)


@pytest.fixture
def zhang() -> User:
    user = User.objects.create_user(username="zhangting", name="张婷", password="a-long-password-26")
    return set_sign_in_phone(user=user, phone=ZHANG)


def test_a_known_number_signs_in_to_its_account(client: Client, zhang: User) -> None:
    assert ask(client, " 138-0000-0018 ").headers["Location"] == "/sign-in/code/enter/"
    response = enter(client, last_code())
    assert (response.status_code, response.headers["Location"]) == (302, "/start/")
    assert client.session["_auth_user_id"] == str(zhang.pk)


def test_a_new_number_registers_and_goes_on_to_the_real_name(client: Client) -> None:
    ask(client, WANG)
    response = enter(client, last_code(), next="/apply/x/?scale=small")
    assert response.headers["Location"] == "/me/real-name/?" + urlencode({"next": "/apply/x/?scale=small"})
    user = User.objects.get()
    assert (user.name, user.phone, user.has_usable_password(), user.is_staff) == ("尾号 0026", WANG, False, False)
    assert not Person.objects.exists()


def test_known_and_unknown_numbers_read_the_same_until_the_code_was_right(zhang: User) -> None:
    pages = set()
    for phone in (ZHANG, WANG):
        browser = Client()
        response = ask(browser, phone)
        page = browser.get(response.headers["Location"]).content.decode() + enter(browser, "000000").content.decode()
        pages.add(re.sub(r"[A-Za-z0-9]{64}|138\*{4}00\d\d|\d+\s秒", "", page))
    assert len(pages) == 1


def test_guide_answers_survive_signing_in(client: Client, zhang: User) -> None:
    target = "/apply/restaurant/?area=large&sewage=yes"
    page = client.get("/sign-in/?" + urlencode({"next": target})).content.decode()
    assert page.count('name="next" value="/apply/restaurant/?area=large&amp;sewage=yes"') == 2
    there = ask(client, ZHANG, next=target).headers["Location"]
    assert 'value="/apply/restaurant/?area=large&amp;sewage=yes"' in client.get(there).content.decode()
    assert enter(client, last_code(), next=target).headers["Location"] == target


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "/sign-in/?next=/x"])
def test_next_stays_on_this_host(client: Client, zhang: User, target: str) -> None:
    assert ask(client, ZHANG, next=target).headers["Location"] == "/sign-in/code/enter/"
    assert enter(client, last_code(), next=target).headers["Location"] == "/start/"


def test_the_session_of_before_is_not_the_session_of_after(client: Client, zhang: User) -> None:
    ask(client, ZHANG)
    before = client.session.session_key
    enter(client, last_code())
    assert client.session.session_key != before
    other = Client()
    other.cookies["sessionid"] = str(before)
    assert "_auth_user_id" not in other.session


def test_a_code_works_once_in_the_browser_that_asked(client: Client, zhang: User) -> None:
    ask(client, ZHANG)
    code = last_code()
    assert enter(Client(), code).headers["Location"] == "/sign-in/"
    assert enter(client, code).status_code == 302
    assert enter(client, code).headers["Location"] == "/sign-in/"


def test_five_tries_then_the_code_is_worn_out(client: Client, zhang: User) -> None:
    ask(client, ZHANG)
    code = last_code()
    for left in range(TRIES - 1, 0, -1):
        page = enter(client, wrong(code))
        assert (page.status_code, f"还可以试 {left} 次" in page.content.decode()) == (422, True)
    assert "作废了" in enter(client, wrong(code)).content.decode()
    assert "作废了" in enter(client, code).content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦"])
def test_what_is_no_code_costs_no_try(client: Client, zhang: User, typed: str) -> None:
    ask(client, ZHANG)
    assert "6 位数字" in enter(client, typed).content.decode()
    assert PhoneCode.objects.get().tries == 0


def test_a_code_is_read_as_people_type_it(client: Client, zhang: User) -> None:
    ask(client, ZHANG)
    code = last_code()
    full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert enter(client, f" {full_width[:3]} {full_width[3:]} ").status_code == 302


def test_a_code_ends_after_five_minutes(client: Client, zhang: User) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        ask(client, ZHANG)
        clock.shift(301)
        assert "过了 5 分钟" in enter(client, last_code()).content.decode()


def test_another_code_only_after_a_minute_and_then_the_old_one_is_dead(client: Client, zhang: User) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        ask(client, ZHANG)
        old = last_code()
        page = client.get("/sign-in/code/enter/").content.decode()
        assert 'data-wait="60"' in page
        assert 'autocomplete="one-time-code"' in page
        assert 'inputmode="numeric"' in page
        response = client.post("/sign-in/code/enter/", {"again": "1"}, REMOTE_ADDR="192.0.2.1")
        assert response.status_code == 429
        assert 55 <= int(response.headers["Retry-After"]) <= 61
        assert ask(Client(), ZHANG, "198.51.100.7").status_code == 429  # by number, whoever asks
        clock.shift(62)
        assert client.post("/sign-in/code/enter/", {"again": "1"}).status_code == 302
        new = last_code()
        if new != old:
            assert enter(client, old).status_code == 422
        assert enter(client, new).status_code == 302


def test_codes_are_limited_by_number_and_by_address() -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        outcomes = []
        for _ in range(7):
            outcomes.append(ask(Client(), ZHANG).status_code)
            clock.shift(61)
        assert outcomes == [302] * 6 + [429]
        spread = [ask(Client(), f"1390000{number:04}", "198.51.100.9").status_code for number in range(22)]
        assert spread == [302] * 21 + [429]


def test_faulty_numbers_are_named_and_kept(client: Client) -> None:
    response = ask(client, "1380000")
    page = response.content.decode()
    assert response.status_code == 422
    assert "手机号码是 11 位，您填了 7 位" in page
    assert 'value="1380000"' in page
    assert not PhoneCode.objects.exists()


def test_a_switched_off_account_is_told_so_after_the_code(client: Client, zhang: User) -> None:
    User.objects.update(is_active=False)
    ask(client, ZHANG)
    response = enter(client, last_code())
    assert response.status_code == 422
    assert "停用了" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_nothing_kept_can_be_read(client: Client, zhang: User, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        ask(client, ZHANG)
        code = last_code()
        enter(client, wrong(code))
        enter(client, code)
    spoken = [line for line in caplog.records if code in line.getMessage()]
    assert {line.name for line in spoken} <= {"sms"}
    statements = ["SELECT * FROM accounts_phonecode", "SELECT * FROM django_session", "SELECT * FROM accounts_user"]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            rows = str(cursor.fetchall())
            assert code not in rows
            assert ZHANG not in rows


def test_no_message_holds_a_link(client: Client, zhang: User) -> None:
    ask(client, ZHANG)
    assert texts()[0].startswith("【灌南一件事】验证码 ")
    assert "http" not in texts()[0]
    assert "/" not in texts()[0]


def test_a_gateway_that_is_away_is_said_and_costs_no_minute(client: Client, settings: Settings) -> None:
    settings.SMS_ADAPTER = "foundation.notices.adapters.gateway"
    settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_TOKEN = "http://127.0.0.1:1/sms", "x"
    for _ in range(2):
        response = ask(client, ZHANG)
        assert (response.status_code, NOT_SENT in response.content.decode()) == (422, True)
    assert not PhoneCode.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_first_sign_ins_at_once_get_one_account() -> None:
    def first(_: int) -> tuple[int, bool]:
        try:
            user, fresh = account_of_phone(phone=WANG)
            return user.pk, fresh
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(first, range(16)))
    assert len({pk for pk, _ in found}) == 1
    assert sum(fresh for _, fresh in found) == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_askers_at_once_one_message_goes_out() -> None:
    def one(number: int) -> bool:
        try:
            send_code(purpose=Purpose.SIGN_IN, phone=ZHANG, address=f"192.0.2.{number}")
            return True
        except Refused:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(16))) == 1
    assert len(texts()) == 1


def test_a_number_signs_in_to_one_account_only(zhang: User) -> None:
    other = User.objects.create(username="other")
    with pytest.raises(Conflict):
        set_sign_in_phone(user=other, phone=ZHANG)
    with pytest.raises(Refused):
        set_sign_in_phone(user=other, phone="0518-83220000")


def test_the_page_of_messages_is_the_demonstrations_alone(client: Client, settings: Settings) -> None:
    ask(client, ZHANG)
    page = client.get("/sign-in/demo-sms/").content.decode()
    assert last_code() in page
    assert ZHANG not in page
    cache.clear()
    settings.DEMO = False
    assert client.get("/sign-in/demo-sms/").status_code == 404
    ask(client, WANG)
    assert texts() == []
