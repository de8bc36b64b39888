"""Appointments and tickets in a real browser: every page on a phone and at a desk, and calling by keyboard alone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import DESK, PHONE, Person
from tests.browser.going import follow
from tests.catalogue import put_county_catalogue
from visits.models import HallQueue, Ticket
from visits.operations.demo import open_demo_halls

pytestmark = pytest.mark.slow
WALL = (1920, 1080)


@pytest.fixture
def halls(live_server: LiveServer) -> str:
    """The county with its demonstration halls open for tickets."""
    put_county_catalogue()
    call_command("create_demo_accounts", verbosity=0)
    open_demo_halls()
    return live_server.url


def somebody(chromium: Browser, address: str, size: tuple[int, int], account: str = "") -> Person:
    context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
    person = Person(context, address, account or "somebody")
    if account:
        person.sign_in(account)
    return person


def sound(page: Page) -> None:
    """Nothing sticks out to the right, and axe finds nothing, also in large text (width alone)."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    found = Axe().run(page).response["violations"]
    assert found == [], (page.url, [(each["id"], [node["html"] for node in each["nodes"]]) for each in found])


def test_from_the_guide_to_the_counter(chromium: Browser, halls: str) -> None:
    zhang = somebody(chromium, halls, PHONE, "zhangting")
    page = zhang.go("/matters/open-restaurant/")
    follow(page.get_by_role("link", name="预约时间"))
    sound(page)
    follow(page.get_by_role("link", name="灌南县政务服务中心"))
    follow(page.locator(".visit-days a").nth(2))
    follow(page.locator(".visit-slots a").nth(1))
    assert "slot=" in page.url
    sound(page)
    follow(page.get_by_role("button", name="约这个时间"))
    assert "/visits/b/" in page.url
    sound(page)
    follow(page.get_by_role("link", name="改时间"))
    sound(page)
    for address in ("/visits/", "/visits/phone/"):
        zhang.go(address)
        sound(page)
    assert zhang.faults == []

    screen_maker = somebody(chromium, halls, (1080, 1600), "chenjing")
    kiosk = screen_maker.go("/window/tickets/")
    sound(kiosk)
    follow(kiosk.get_by_role("button", name="把这台设成取号机"))
    assert kiosk.url.endswith("/halls/county/kiosk/")
    sound(kiosk)
    kiosk.get_by_role("button", name="优先取号").click()
    kiosk.wait_for_selector(".kiosk-taken")
    assert kiosk.locator(".visit-number").inner_text() == "C001"
    sound(kiosk)
    assert screen_maker.faults == []

    token = Ticket.objects.get().token
    phone, wall = somebody(chromium, halls, PHONE), somebody(chromium, halls, WALL)
    sound(phone.go(f"/visits/t/{token}/"))
    screen = wall.go("/halls/county/screen/")
    sound(screen)

    clerk = somebody(chromium, halls, DESK, "limin")
    desk = clerk.go("/window/")
    desk.wait_for_selector("[data-key=c]")
    desk.keyboard.press("c")
    desk.wait_for_selector(".visit-current.calling")
    screen.wait_for_selector(".screen-number:has-text('C001')")
    desk.keyboard.press("r")
    desk.wait_for_selector("text=叫了 2 次")
    desk.keyboard.press("s")
    desk.wait_for_selector(".visit-current:not(.calling)")
    sound(desk)
    desk.keyboard.press("e")
    desk.wait_for_selector("[data-key=c]")
    assert Ticket.objects.get().state == "served"
    phone.page.reload()
    assert "办完了" in phone.page.inner_text("#ticket")

    sound(somebody(chromium, halls, DESK, "supervisor").go("/supervise/visits/"))
    for address in (
        "/visits/book/?hall=county",
        f"/visits/t/{token}/",
        "/halls/county/kiosk/",
        "/halls/county/screen/",
    ):
        page = phone.go(address)
        phone.context.add_cookies([{"name": "large-text", "value": "1", "url": halls}])
        page.reload()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    assert clerk.faults == wall.faults == phone.faults == []


def test_who_has_no_key_takes_no_ticket(chromium: Browser, halls: str) -> None:
    visitor = somebody(chromium, halls, PHONE)
    page = visitor.go("/halls/county/kiosk/")
    assert "不是大厅的取号机" in page.inner_text("main")
    sound(page)
    assert HallQueue.objects.get(pk="county").kiosk_number == 1
