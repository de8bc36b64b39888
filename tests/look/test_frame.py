"""What every answer carries: the exact policy, what caches may mix up, htmx's settings, the cookie of large text."""

import json
import re
from html import unescape

import pytest

from foundation.management.commands.build_icons import names, sprite
from tests.applications.world import World, build_world, file_case
from tests.look.test_pages import SPRITE

STRICT = {
    "default-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}
OF_THE_ADMINISTRATION = STRICT | {
    "script-src 'self' 'unsafe-eval' 'unsafe-inline'",
    "style-src 'self' 'unsafe-inline'",
}


def policy(response):
    return {part.strip() for part in response.headers["Content-Security-Policy"].split(";")}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/", "/search/?q=x", "/halls/", "/sign-in/", "/nowhere/", "/my/", "/static/css/none.css"]
)
def test_the_policy_is_exactly_this_on_pages_redirects_and_errors(client, address):
    response = client.get(address)
    assert policy(response) == STRICT
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"


def test_the_administration_alone_has_a_wider_one(admin_client):
    assert policy(admin_client.get("/admin/")) == OF_THE_ADMINISTRATION
    assert policy(admin_client.get("/")) == STRICT


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/search/?q=x", "/search/"])
def test_caches_do_not_mix_up_page_and_part(client, address):
    assert {"HX-Request", "Cookie"} <= set(re.split(r", *", client.get(address).headers["Vary"]))


@pytest.mark.django_db
def test_htmx_neither_evaluates_nor_writes_styles_nor_keeps_pages(client):
    page = client.get("/").content.decode()
    (config,) = re.findall(r"<meta name=\"htmx-config\" content='([^']+)'", page)
    read = json.loads(unescape(config))
    assert (read["allowEval"], read["includeIndicatorStyles"], read["selfRequestsOnly"]) == (False, False, True)
    assert read["historyCacheSize"] == 0, "pages with personal data do not stay in the browser's storage"
    shown = {rule["code"]: rule["swap"] for rule in read["responseHandling"]}
    assert shown["4.."] and not shown["..."], "refusals show, server errors do not replace what was typed"


@pytest.mark.django_db
def test_large_text_is_a_cookie_that_other_sites_do_not_send(client, settings):
    settings.SESSION_COOKIE_SECURE = True
    cookie = client.post("/large-text/", {"next": "/"}).cookies["large-text"]
    assert (cookie["samesite"], cookie["secure"], cookie["max-age"]) == ("Lax", True, 365 * 24 * 3600)
    assert client.get("/large-text/").status_code == 405


@pytest.mark.parametrize("odd", ["1; drop", "2", "<b>", ""])
@pytest.mark.django_db
def test_an_odd_cookie_is_the_standard_size(client, odd):
    client.cookies["large-text"] = odd
    assert '<html lang="zh-CN">' in client.get("/halls/").content.decode()


def test_the_sprite_is_drawn_from_the_icons_as_they_are():
    assert sprite(names()) == SPRITE, "run: manage.py build_icons"


@pytest.fixture
def world(db: None) -> World:
    return build_world()


def test_what_is_filed_most_is_counted_once_in_ten_minutes(world, client, django_assert_max_num_queries):
    assert "跨部门最多的几件" in client.get("/").content.decode()
    file_case(world)
    with django_assert_max_num_queries(2) as asked:
        client.get("/")
    assert not any("applications_application" in query["sql"] for query in asked.captured_queries)


@pytest.mark.django_db
def test_the_front_page_stands_without_the_cache(client, settings):
    away = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": away}
    assert client.get("/").status_code == 200
    settings.CACHES = {"default": {**away, "LOCATION": settings.REDIS_URL}}
