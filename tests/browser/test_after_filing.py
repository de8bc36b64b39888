"""After filing, on a phone: the receipt opens the progress, papers follow, answers change; by keyboard, in large type, axe."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from applications import slips
from applications.operations import intake
from applications.operations.deferring import sign_promise
from foundation import throttle
from tests.applications.applying import photo as picture
from tests.applications.world import World, accepted_case, build_world, check_all, file_case
from tests.browser.conftest import PHONE, PICTURES
from tests.browser.going import follow

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def world() -> World:
    throttle.local.clear()
    return build_world()


@pytest.fixture
def device(chromium: Browser, live_server: LiveServer, world: World):
    """device("zhangting") → her phone, signed in; device() → a stranger's."""
    contexts = []

    def make(account: str = "") -> Page:
        size = {"width": PHONE[0], "height": PHONE[1]}
        context = chromium.new_context(viewport=size, locale="zh-CN", base_url=live_server.url)
        contexts.append(context)
        if account:
            client = Client()
            client.force_login(world.users[account])
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(20_000)
        return page

    yield make
    for context in contexts:
        context.close()


def sound(page: Page, name: str) -> None:
    """No fault for axe, nothing wider than the screen, in both sizes of type; a picture to look at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"after-{name}-390.png", full_page=True)
    for large in (False, True):
        page.evaluate("on => document.documentElement.classList.toggle('large', on)", large)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (
            f"{name} is wider than the phone"
        )
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    page.evaluate("document.documentElement.classList.remove('large')")


def test_the_receipts_qr_code_opens_the_progress_for_whoever_holds_it(device: Callable[..., Page], world: World):
    case = file_case(world)
    page = device()
    address = slips.query_address(case)
    page.goto(address[address.index("/query/") :])
    expect(page.locator("#number")).to_have_value(case.number)
    assert page.evaluate("location.hash") == ""  # the code leaves the address bar
    sound(page, "query")
    page.keyboard.press("Enter")  # the cursor stands on the button
    expect(page.get_by_role("heading", name="各部门办到哪里")).to_be_visible()
    assert case.applicant.name not in page.content()
    sound(page, "query-answer")


def test_a_wrong_code_is_said_and_the_number_stays(device: Callable[..., Page], world: World):
    case = file_case(world)
    page = device()
    page.goto("/query/")
    page.fill("#number", case.number)
    page.fill("#code", "22222222")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("没有查到")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator("#number")).to_have_value(case.number)
    sound(page, "query-wrong")


def test_answers_are_changed_by_keyboard_alone(device: Callable[..., Page], world: World):
    case = accepted_case(world, answers={"scale": "small"})
    page = device("zhangting")
    page.goto(f"/my/{case.number}/")
    page.get_by_role("link", name="情形变了，要改").press("Enter")
    page.locator("input[name=scale][value=small]").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#panel")).to_contain_text("装修竣工证明")  # before anything is sent
    sound(page, "change")
    page.get_by_role("button", name="看有什么变化").press("Enter")
    expect(page.get_by_role("heading", name="改成这样，对吗")).to_be_visible()
    sound(page, "change-sum")
    page.get_by_role("button", name="确认改情形").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("打勾确认")
    sound(page, "change-refused")
    page.locator("input[name=sure]").press("Space")
    page.get_by_role("button", name="确认改情形").press("Enter")
    expect(page).to_have_url(re.compile(rf"/my/{case.number}/$"))
    expect(page.locator("main")).to_contain_text("情形改好了")
    expect(page.locator("main")).to_contain_text("交新增事项的材料")
    sound(page, "track-added")


def test_a_deferred_paper_is_handed_in_from_home(device: Callable[..., Page], world: World, tmp_path):
    case = file_case(world)
    intake.receive(actor=world.clerk, number=case.number)
    intake.check_material(actor=world.clerk, number=case.number, material_code="fit-out-proof", state="deferred")
    check_all(world, case)
    sign_promise(actor=world.clerk, number=case.number, how="paper")
    intake.accept(actor=world.clerk, number=case.number)
    page = device("zhangting")
    page.goto(f"/my/{case.number}/")
    follow(page.get_by_role("link", name="现在传"))
    sound(page, "papers")
    photo = tmp_path / "竣工证明.jpg"
    photo.write_bytes(picture().read())
    page.locator("#m-fit-out-proof input[type=file][multiple]").set_input_files(photo)
    page.get_by_role("button", name="传好了，交给窗口核对").click()
    expect(page.locator("main")).to_contain_text("等窗口核对")
    sound(page, "papers-handed-in")


@pytest.mark.parametrize(
    ("name", "path"), [("receipt", "/my/{number}/receipt/"), ("data", "/my/data/"), ("privacy", "/privacy/")]
)
def test_receipt_own_data_and_privacy(device: Callable[..., Page], world: World, name: str, path: str):
    case = file_case(world)
    page = device("zhangting")
    page.goto(path.format(number=case.number))
    sound(page, name)
