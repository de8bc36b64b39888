"""省统一认证, against a real OpenID Connect server in a process of its own."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.conf import settings as configured
from django.db import connection
from django.test import Client
from pytest_django import Settings

from accounts.models import Person, RealName, User
from accounts.operations.people import register_person
from accounts.operations.signing import set_sign_in_phone
from accounts.province import NOT_NOW

pytestmark = pytest.mark.django_db
CARD, PHONE = "32072419880315002X", "13800000018"
BACK = "http://testserver/sign-in/province/back/"


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the province's server."""
    home = tmp_path_factory.mktemp("province")
    environment = {**os.environ, "PROVINCE_HOME": str(home)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "tests.accounts.province.serve", BACK]
    where = Path(configured.BASE_DIR)
    with (
        open(home / "log", "w") as log,
        subprocess.Popen(command, cwd=where, env=environment, stdout=subprocess.PIPE, stderr=log, text=True) as server,
    ):
        assert server.stdout is not None
        port = server.stdout.readline().strip()
        assert port, (home / "log").read_text()
        yield f"http://127.0.0.1:{port}"
        server.terminate()


@pytest.fixture(autouse=True)
def _configured(province: str, settings: Settings) -> None:
    use(settings, province)


def use(settings: Settings, server: str) -> None:
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    ours = {**app["settings"], "server_url": server}
    app = {**app, "client_id": "county", "secret": "county-secret", "settings": ours}
    settings.OIDC_SERVER_URL = server
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}


def at_the_province(authorize: str, citizen: str) -> str:
    """Signs in over there and returns the address that leads back."""
    browser = requests.Session()
    page = browser.get(authorize, timeout=20)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token, page.text[:2000]
    typed = {"csrfmiddlewaretoken": token[1], "login": citizen, "password": "province"}
    typed["next"] = parse_qs(urlsplit(page.url).query)["next"][0]
    answer = browser.post(page.url, typed, allow_redirects=False, timeout=20)
    while not answer.headers["Location"].startswith(BACK):
        there = requests.compat.urljoin(answer.url, answer.headers["Location"])
        answer = browser.get(there, allow_redirects=False, timeout=20)
        assert "Location" in answer.headers, answer.text[:2000]
    return answer.headers["Location"]


def go(client: Client, citizen: str = "zhang", target: str = ""):
    there = client.get("/sign-in/province/" + (f"?{urlencode({'next': target})}" if target else ""))
    assert there.status_code == 302, there.content.decode()[:500]
    return client.get(at_the_province(there.headers["Location"], citizen))


def said(client: Client, response) -> str:
    assert response.headers["Location"] == "/sign-in/"
    return client.get("/sign-in/").content.decode()


def test_somebody_new_gets_an_account_and_the_provinces_word(client: Client) -> None:
    response = go(client, target="/apply/x/?scale=small")
    assert response.headers["Location"] == "/apply/x/?scale=small"
    person = Person.objects.get()
    assert (person.name, person.id_number, person.phone) == ("张婷", CARD, PHONE)
    assert person.real_name == RealName.PROVINCE
    assert client.session["_auth_user_id"] == str(person.user_id)
    assert go(Client()).headers["Location"] == "/start/"
    assert (User.objects.count(), Person.objects.count(), SocialAccount.objects.count()) == (1, 1, 1)


def test_the_walk_in_of_the_window_is_the_same_person(client: Client) -> None:
    walk_in = register_person(name="张婷", id_number=CARD, phone="13900000019")
    go(client)
    walk_in.refresh_from_db()
    assert (walk_in.real_name, walk_in.phone) == (RealName.PROVINCE, "13900000019")
    assert client.session["_auth_user_id"] == str(walk_in.user_id)


@pytest.mark.parametrize(
    ("level", "phone", "same_account"),
    [
        (RealName.WINDOW, "13900000019", True),
        (RealName.DECLARED, PHONE, True),
        (RealName.DECLARED, "13900000019", False),  # somebody else had typed the number
    ],
)
def test_what_was_only_declared_gives_way(client: Client, level: RealName, phone: str, same_account: bool) -> None:
    before = set_sign_in_phone(user=User.objects.create(username="m1"), phone=phone)
    person = register_person(name="张婷", id_number=CARD, user=before)
    Person.objects.update(real_name=level)
    go(client)
    person.refresh_from_db()
    assert person.real_name == RealName.PROVINCE
    assert (person.user_id == before.pk) is same_account
    assert client.session["_auth_user_id"] == str(person.user_id)


def test_nothing_of_the_answer_stays_readable(client: Client) -> None:
    go(client)
    assert SocialAccount.objects.get().extra_data == {}
    assert not SocialToken.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_data FROM django_session")
        assert CARD not in str(cursor.fetchall())
        cursor.execute("SELECT row_to_json(p)::text FROM accounts_person p")
        assert CARD not in str(cursor.fetchall())


def test_another_name_or_a_faulty_number_lets_nobody_in(client: Client) -> None:
    register_person(name="张婷", id_number=CARD)
    assert "不一样" in said(client, go(client, "renamed"))
    assert "对不上" in said(client, go(client, "faulty"))
    assert "_auth_user_id" not in client.session
    assert not User.objects.exists()


def test_without_a_number_the_account_is_there_and_the_real_name_is_asked_for(client: Client) -> None:
    assert go(client, "shy").headers["Location"] == "/start/"
    assert not Person.objects.exists()
    assert User.objects.get().name == "李红"


def test_a_switched_off_account_stays_out(client: Client) -> None:
    go(client)
    User.objects.update(is_active=False)
    other = Client()
    assert "停用了" in said(other, go(other))
    assert "_auth_user_id" not in other.session


def test_an_answer_nobody_asked_for_is_refused(client: Client) -> None:
    there = client.get("/sign-in/province/").headers["Location"]
    back = at_the_province(there, "zhang")
    stranger = Client()
    assert NOT_NOW in said(stranger, stranger.get(back))
    assert NOT_NOW in said(stranger, stranger.get("/sign-in/province/back/?error=access_denied&state=x"))
    assert not User.objects.exists()


def test_the_way_there_carries_state_and_proof_of_key(client: Client) -> None:
    asked = parse_qs(urlsplit(client.get("/sign-in/province/").headers["Location"]).query)
    assert asked["redirect_uri"] == [BACK]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["state"][0]


def test_a_province_that_is_away_is_said(client: Client, settings: Settings) -> None:
    use(settings, "http://127.0.0.1:1")
    assert NOT_NOW in said(client, client.get("/sign-in/province/"))


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/"])
def test_next_stays_on_this_host(client: Client, target: str) -> None:
    assert go(client, target=target).headers["Location"] in ("/start/", "/")


def test_without_a_server_there_is_no_button_and_no_address(client: Client, settings: Settings) -> None:
    assert "省统一身份认证" in client.get("/sign-in/?next=/my/").content.decode()
    settings.OIDC_SERVER_URL = ""
    assert "省统一身份认证" not in client.get("/sign-in/").content.decode()
    assert client.get("/sign-in/province/").status_code == 404
    assert client.get("/sign-in/province/back/").status_code == 404
