"""The one form on a phone: saved while typing, offline, signed out, on two pages; keyboard alone, zoom, large type; axe."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from applications.models import Draft
from applications.operations import drafting
from tests.applications.world import World, build_world
from tests.browser.conftest import PHONE, PICTURES
from tests.browser.filling import fill_boxes
from tests.browser.going import becomes
from tests.catalogue import put_county_catalogue

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
RESTAURANT = {"scale": "large", "sewer": "town", "signboard": "street"}
KEPT = "text => JSON.stringify({...sessionStorage}).includes(text)"  # in the browser's own storage
SAVED = "#saved[data-state=saved]"


class Desk:
    """张婷, her draft, and as many browser windows as she has devices."""

    def __init__(self, chromium: Browser, server: LiveServer, world: World, matter: str, answers: dict) -> None:
        self.chromium, self.server, self.world = chromium, server, world
        self.draft = drafting.start_draft(actor=world.zhang, matter_code=matter, answers=answers)
        self.contexts: list[BrowserContext] = []

    def cookie(self, account: str = "zhangting") -> dict:
        client = Client()
        client.force_login(self.world.users[account])
        name = settings.SESSION_COOKIE_NAME
        return {"name": name, "value": client.cookies[name].value, "url": self.server.url}

    def device(self, size: tuple[int, int] = PHONE, **options: object) -> Page:
        context = self.chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="zh-CN", base_url=self.server.url, **options
        )
        context.add_cookies([self.cookie()])
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        return page

    def open(self, page: Page, number: int) -> Page:
        page.goto(self.address(number))
        return page

    def address(self, number: int) -> str:
        return f"/drafts/{self.draft.pk}/form/{number}/"

    def stored(self, code: str) -> object:
        return Draft.objects.get(pk=self.draft.pk).form.get(code, "")


@pytest.fixture
def noodles(chromium: Browser, live_server: LiveServer) -> Iterator[Desk]:
    """The small shop of the tests: two sections, six boxes."""
    desk = Desk(chromium, live_server, build_world(), "noodle-shop", {"scale": "large"})
    yield desk
    for context in desk.contexts:
        context.close()


@pytest.fixture
def restaurant(chromium: Browser, live_server: LiveServer) -> Iterator[Desk]:
    """The county's restaurant: eleven sections, boxes of thirteen types."""
    put_county_catalogue()
    desk = Desk(chromium, live_server, build_world(catalogue=False), "open-restaurant", RESTAURANT)
    yield desk
    for context in desk.contexts:
        context.close()


def looks_right(page: Page, name: str) -> None:
    """A picture; nothing sticks out to the right; axe finds nothing."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"form-{name}.png", full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{name}: {wide} px wider than the screen"
    found = Axe().run(page).response["violations"]
    assert found == [], (name, [(one["id"], [node["html"] for node in one["nodes"]]) for one in found])


def test_typed_is_saved_a_second_later_and_goes_on_elsewhere(noodles: Desk) -> None:
    phone = noodles.open(noodles.device(), 2)
    looks_right(phone, "empty")
    phone.fill("#f-shop-name", "灌河面馆")
    expect(phone.locator("#saved")).to_have_attribute("data-state", "typing")
    phone.locator(SAVED).wait_for()
    assert re.search(r"\d+:\d\d 已保存", phone.inner_text("#saved"))
    assert noodles.stored("shop-name") == "灌河面馆"
    tablet = noodles.open(noodles.device((820, 1180)), 2)
    assert tablet.input_value("#f-shop-name") == "灌河面馆"


def test_without_a_line_nothing_is_lost_and_it_is_saved_when_the_line_is_back(noodles: Desk) -> None:
    phone = noodles.open(noodles.device(), 2)
    noodles.contexts[0].set_offline(True)
    phone.fill("#f-shop-name", "断网时写的")
    phone.locator("#saved[data-state=offline]").wait_for()
    becomes(phone, KEPT, "断网时写的")
    phone.locator("form[data-autosave] .btn-primary").click()
    expect(phone.locator("#saved")).to_have_attribute("data-state", "offline")
    assert phone.input_value("#f-shop-name") == "断网时写的"
    looks_right(phone, "offline")
    phone.fill("#f-shop-name", "断网时又写的")
    noodles.contexts[0].set_offline(False)
    phone.locator(SAVED).wait_for()
    assert not phone.evaluate(KEPT, "写的")
    assert noodles.stored("shop-name") == "断网时又写的"
    assert not phone.locator("[data-both] button").count(), "an answer that was lost is no other page"


def test_a_page_loaded_anew_brings_back_what_was_not_saved_but_no_identity_number(noodles: Desk) -> None:
    phone = noodles.open(noodles.device(), 1)
    phone.route("**/save/", lambda route: route.abort())
    phone.fill("#f-applicant-name", "张婷婷")
    phone.fill("#f-applicant-id-number", "11010519491231002X")
    phone.locator("#saved[data-state=retrying]").wait_for()
    looks_right(phone, "retrying")
    assert phone.evaluate(KEPT, "张婷婷")
    assert not phone.evaluate(KEPT, "11010519491231002X")
    phone.on("dialog", lambda dialog: dialog.accept())
    phone.unroute("**/save/")
    held: list[Route] = []
    phone.route("**/save/", lambda route: held.append(route))
    phone.reload()
    phone.locator("#saved[data-state=restored]").wait_for()
    looks_right(phone, "restored")
    held.pop().continue_()
    phone.locator(SAVED).wait_for()
    assert noodles.stored("applicant-name") == "张婷婷"
    assert not phone.evaluate(KEPT, "张婷婷")


def test_a_draft_that_is_gone_says_so_and_keeps_the_text_on_the_page(noodles: Desk) -> None:
    phone = noodles.open(noodles.device(), 2)
    drafting.discard(actor=noodles.world.zhang, draft_id=noodles.draft.pk)
    phone.fill("#f-shop-name", "删掉以后写的")
    phone.locator("#saved[data-state=gone]").wait_for()
    assert phone.input_value("#f-shop-name") == "删掉以后写的"
    looks_right(phone, "gone")


def test_a_session_that_ends_stops_nothing_but_the_saving(noodles: Desk) -> None:
    phone = noodles.open(noodles.device(), 2)
    Session.objects.all().delete()
    cache.clear()
    phone.fill("#f-shop-name", "登录过期时写的")
    phone.locator("#saved[data-state=signed-out]").wait_for()
    looks_right(phone, "signed-out")
    assert phone.url.endswith("/form/2/")
    noodles.contexts[0].add_cookies([noodles.cookie()])  # signed in in the other tab
    phone.evaluate("dispatchEvent(new Event('focus'))")
    phone.locator(SAVED).wait_for()
    assert noodles.stored("shop-name") == "登录过期时写的"


def test_signing_out_in_another_tab_leaves_nothing_of_the_form_behind(noodles: Desk) -> None:
    phone = noodles.open(noodles.device(), 2)
    phone.route("**/save/", lambda route: route.abort())
    phone.fill("#f-shop-name", "没存上的")
    becomes(phone, KEPT, "没存上的")
    other = noodles.contexts[0].new_page()
    other.goto("/my/")
    other.locator("form[action$='/sign-out/']").first.evaluate("form => form.requestSubmit()")
    becomes(phone, "text => !JSON.stringify({...sessionStorage}).includes(text)", "没存上的")


def test_two_pages_write_in_one_box_and_the_person_chooses(noodles: Desk) -> None:
    phone, desk = noodles.open(noodles.device(), 2), noodles.open(noodles.device((1440, 900)), 2)
    desk.fill("#f-shop-name", "电脑上写的")
    desk.locator(SAVED).wait_for()
    phone.fill("#f-premises-address", "人民东路 128 号")
    phone.fill("#f-shop-name", "手机上写的")
    phone.locator("#saved[data-state=both]").wait_for()
    expect(phone.locator("#f-shop-name-theirs")).to_contain_text("电脑上写的")
    looks_right(phone, "both")
    assert noodles.stored("premises-address") == "人民东路 128 号"
    phone.locator("form[data-autosave] .btn-primary").click()
    phone.locator(".errors").wait_for()
    assert phone.title().startswith("有 1 栏要选")
    assert phone.input_value("#f-shop-name") == "手机上写的"
    looks_right(phone, "both-sent")
    phone.get_by_role("button", name="用这一页的").click()
    phone.wait_for_url(re.compile("#f-shop-name"))
    assert noodles.stored("shop-name") == "手机上写的"

    desk.fill("#f-shop-name", "电脑上又写的")
    desk.get_by_role("button", name="用那一页的").click()
    desk.wait_for_url(re.compile("#f-shop-name"))
    assert desk.input_value("#f-shop-name") == "手机上写的"


def test_filled_in_by_keyboard_alone(noodles: Desk) -> None:
    page = noodles.open(noodles.device(), 2)
    page.locator("#f-shop-name").focus()

    def focused() -> str:
        return page.evaluate("document.activeElement.id")

    for code, text in (("shop-name", "灌河面馆"), ("premises-address", "人民东路 128 号"), ("premises-area", "很大")):
        for _ in range(4):
            if focused() == f"f-{code}":
                break
            page.keyboard.press("Tab")
        assert focused() == f"f-{code}"
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.locator(".errors").wait_for()
    assert "errors" in page.evaluate("document.activeElement.className")
    looks_right(page, "wrong")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    becomes(page, "location.hash === '#f-premises-area'")
    page.locator("#f-premises-area").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("88")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/materials/"))
    assert noodles.stored("premises-area") == "88"


@pytest.mark.parametrize("how", ["zoomed", "large"])
def test_twice_as_large_everything_fits_and_can_be_reached(noodles: Desk, how: str) -> None:
    page = noodles.device()
    if how == "large":
        noodles.contexts[-1].add_cookies([{"name": "large-text", "value": "1", "url": noodles.server.url}])
    noodles.open(page, 2)
    if how == "large":
        assert "large" in (page.locator("html").get_attribute("class") or "")
    else:
        page.evaluate("document.documentElement.style.fontSize = '200%'")  # what a phone's own setting of type does
    page.fill("#f-premises-area", "很大")
    page.locator("form[data-autosave] .btn-primary").click()
    page.locator(".errors").wait_for()
    if how == "zoomed":
        page.evaluate("document.documentElement.style.fontSize = '200%'")
    looks_right(page, how)


@pytest.mark.parametrize("percent", [200, 400])
def test_at_the_browsers_own_zoom_the_way_through_the_form_fits(noodles: Desk, percent: int) -> None:
    """A screen of 1280 pixels at this zoom: the page has so many fewer to lay itself out on, each drawn larger."""
    factor = percent // 100
    page = noodles.device((1280 // factor, 800 // factor), device_scale_factor=factor)
    draft = f"/drafts/{noodles.draft.pk}/"
    ways = [draft, noodles.address(1), noodles.address(2), f"{draft}materials/", f"{draft}check/"]
    for place, way in enumerate([*ways, "/my/", "/me/", "/", "/matters/noodle-shop/"]):
        page.goto(way)
        looks_right(page, f"zoom-{percent}-{place}")


def test_every_section_of_the_restaurant_on_a_phone(restaurant: Desk) -> None:
    page = restaurant.device()
    fields = dict(drafting.plan_for(restaurant.draft).fields)
    restaurant.open(page, 1)
    seen = set()
    while "/form/" in page.url:
        here = page.url
        seen |= {
            fields[code].type
            for code in page.locator("input[name=_shown]").evaluate_all("all => all.map(one => one.value)")
        }
        looks_right(page, f"section-{here.rstrip('/').rpartition('/')[2]}")
        fill_boxes(page, fields)
        page.locator("form[data-autosave] .btn-primary").click()
        page.wait_for_url(lambda url, here=here: url != here)
    assert len(seen) >= 10, seen
    assert "/promises/" in page.url
    looks_right(page, "promises")
    page.locator("#p-fire-safety-check-2").check(force=True)
    page.locator(".formbar .btn-primary").click()
    page.wait_for_url(re.compile("/materials/"))
    assert Draft.objects.get(pk=restaurant.draft.pk).commitments == ["fire-safety-check"]

    page.goto(f"/drafts/{restaurant.draft.pk}/")
    page.locator("label.choice", has_text="300 平方米以下").click()
    page.get_by_text("不用了").wait_for()
    page.get_by_role("button", name="存下").click()
    page.get_by_text("这样改，办的事会变").wait_for()
    looks_right(page, "answers-change")
    page.get_by_role("button", name="就这样改").click()
    page.wait_for_url(re.compile("/form/1/"))
