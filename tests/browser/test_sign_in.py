"""Signing in by phone as a citizen does: at 390 px, with and without scripts, by keyboard; axe on every page of it."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Person, RealName, User
from tests.accounts.phones import last_code
from tests.browser.conftest import DESK, PHONE

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
CARD = "32072419880315002X"
Opener = Callable[..., Page]


@pytest.fixture
def opened(chromium: Browser, live_server: LiveServer) -> Opener:
    def window(size: tuple[int, int] = PHONE, *, large: bool = False, scripts: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, base_url=live_server.url, java_script_enabled=scripts
        )
        if large:
            context.add_cookies([{"name": "large-text", "value": "1", "url": live_server.url}])
        return context.new_page()

    return window


def looks_right(page: Page) -> None:
    """Nothing sticks out, axe finds nothing."""
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.url
    found = Axe().run(page).response["violations"]
    assert found == [], (page.url, [(one["id"], one["nodes"][0]["html"]) for one in found])


@pytest.mark.parametrize(("size", "large"), [(PHONE, False), (DESK, False), (PHONE, True)])
def test_a_new_citizen_registers_and_finds_their_pages(opened: Opener, size: tuple[int, int], large: bool) -> None:
    page = opened(size, large=large)
    page.goto("/sign-in/?next=/me/")
    page.locator("#phone").fill("1380000")
    page.get_by_role("button", name="获取验证码").click()
    expect(page.get_by_role("alert")).to_contain_text("手机号码是 11 位")
    looks_right(page)
    page.locator("#phone").fill("13800000018")
    page.keyboard.press("Enter")
    box = page.locator("#code")
    expect(box).to_be_visible()
    again = page.locator("[data-wait]")
    expect(again).to_be_disabled()
    expect(again).to_contain_text("秒后可以再发")
    looks_right(page)
    code = last_code()
    box.fill(f"{(int(code) + 1) % 1_000_000:06}")
    assert "/enter/" in page.url  # six digits alone send nothing
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("还可以试 4 次")
    looks_right(page)
    page.locator("#code").fill(code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("登记姓名和证件")
    page.locator("#name").fill("张婷")
    page.locator("#id_number").fill("320724198803150021")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_contain_text("对不上")
    looks_right(page)
    page.locator("#id_number").fill(CARD)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的信息")
    assert CARD not in page.content()
    assert Person.objects.get().real_name == RealName.DECLARED
    for address in ("/me/", "/me/phone/", "/me/reveal/", "/me/organisations/", "/me/mandates/", "/sign-in/demo-sms/"):
        page.goto(address)
        looks_right(page)


def test_it_works_without_scripts(opened: Opener) -> None:
    page = opened(scripts=False)
    page.goto("/sign-in/")
    page.locator("#phone").fill("13800000018")
    page.get_by_role("button", name="获取验证码").click()
    page.get_by_role("button", name="没收到").click()
    expect(page.get_by_role("alert")).to_contain_text("要得太快")
    page.locator("#code").fill(last_code())
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登记姓名和证件")
    assert User.objects.count() == 1
