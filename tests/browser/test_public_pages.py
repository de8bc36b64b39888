"""The public pages in a real browser: nothing wider than a phone, no violation that axe finds, answers and search."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Route
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import DESK, PHONE
from tests.browser.going import follow
from tests.catalogue import put_county_catalogue

pytestmark = pytest.mark.slow

RESTAURANT = "/matters/open-restaurant/"
PAGES = (
    "/",
    "/matters/?audience=individual",
    RESTAURANT,
    f"{RESTAURANT}?scale=large&sewer=town&signboard=gone",
    "/halls/",
    "/search/?q=开饭店",
    "/search/?q=zzzzzz",
    "/sign-in/",
    "/nowhere/",
)
Opener = Callable[..., Page]


@pytest.fixture
def opened(chromium: Browser, live_server: LiveServer) -> Opener:
    """opened(DESK, large=True) → a window on the county's catalogue; no worker, nobody signed in."""
    put_county_catalogue()

    def window(size: tuple[int, int], *, large: bool = False, scripts: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, base_url=live_server.url, java_script_enabled=scripts
        )
        if large:
            context.add_cookies([{"name": "large-text", "value": "1", "url": live_server.url}])
        return context.new_page()

    return window


def errors_of(page: Page) -> list[str]:
    """What the page's console complains about from now on."""
    heard: list[str] = []

    def listen(said: ConsoleMessage) -> None:
        if said.type == "error":
            heard.append(said.text)

    page.on("console", listen)
    return heard


def test_every_page_fits_and_axe_finds_nothing(opened: Opener) -> None:
    for size, large in ((PHONE, False), (DESK, False), (PHONE, True)):
        page = opened(size, large=large)
        complaints = errors_of(page)
        for address in PAGES:
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (size, large, address)
            if large:  # the same elements in other sizes
                continue
            found = Axe().run(page).response["violations"]
            assert found == [], (address, [(each["id"], [node["html"] for node in each["nodes"]]) for each in found])
        # The page that does not exist is the one; a style, an icon or a script that the policy drops would be another.
        assert len(complaints) == 1 and "404" in complaints[0], complaints
        page.context.close()


def test_answers_and_search_with_scripts_and_without(opened: Opener) -> None:
    page = opened(DESK)
    page.goto(RESTAURANT)
    page.check("#scale-small")
    page.wait_for_url("**?scale=small")
    assert page.inner_text("#guide-said").replace("\u00a0", " ") == "现在要办 8 项，交 21 份材料，15 个工作日办结"
    assert page.evaluate("document.activeElement.id") == "scale-small"
    page.check("#sewer-own")
    page.wait_for_url("**sewer=own")
    page.go_back()
    page.wait_for_selector("#sewer-own:not(:checked)")
    assert page.is_checked("#scale-small") and page.locator(".masthead").count() == 1

    page.goto("/")
    page.fill("input[name=q]", "kcg")
    page.wait_for_selector("#hits a")
    assert "我要开餐馆" in page.inner_text("#hits")
    page.fill("input[name=q]", "")
    page.wait_for_selector("#hits", state="hidden")
    page.context.close()

    page = opened(PHONE, scripts=False)
    page.goto(RESTAURANT)
    page.check("#scale-small")
    follow(page.locator("noscript button"))
    assert page.url.endswith("?scale=small") and "21" in page.inner_text("#figures")
    assert not page.is_visible("[data-print]")
    page.goto("/")
    page.fill("input[name=q]", "开饭店")
    page.click("text=查找")
    assert "我要开餐馆" in page.inner_text("#hits")
    page.click(".menu.narrow summary")
    page.click(".menu.narrow >> text=办事大厅")
    assert page.url.endswith("/halls/")
    page.context.close()


def test_a_choice_made_before_the_scripts_are_there_is_answered_when_they_are(opened: Opener) -> None:
    page = opened(PHONE)
    held: list[Route] = []
    page.route("**/htmx*", lambda route: held.append(route))
    page.goto(RESTAURANT, wait_until="commit")
    page.check("#scale-small")

    held[0].continue_()
    page.wait_for_url("**?scale=small")
    assert "21" in page.inner_text("#figures")
