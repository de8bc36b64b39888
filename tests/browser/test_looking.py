"""Beside the review points: a paper page by page, another paper without losing what is typed, more only with a purpose."""

from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from applications.models import MaterialFile
from applications.operations import review
from foundation.files.operations import store
from tests.applications.world import accepted_case, build_world, task_of
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_relief import window
from tests.foundation.zoo import pdf

pytestmark = pytest.mark.slow
WHY = "地址和租赁合同对不上"


def test_a_paper_is_read_by_keys_and_another_items_paper_with_a_purpose(
    chromium: Browser, live_server: LiveServer
) -> None:
    world = build_world()
    case = accepted_case(world)
    task = task_of(case, "fire-check")
    review.claim(actor=world.reviewer("fire"), task_id=task.pk)
    for material in ("floor-plan", "premises-proof"):
        stored = store(BytesIO(pdf(pages=3)), name=f"{material}.pdf", by=world.users["zhangting"].pk)
        MaterialFile.objects.create(application=case, material_code=material, file=stored)

    page = window(chromium, live_server, world, "fire1", DESK).new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.goto(f"/queue/{task.pk}/")
    page.fill("#opinion", "写到一半")
    page.locator("h1").click()
    page.keyboard.press("j")
    at, sheet = page.locator(".viewer [data-at]"), page.locator(".viewer .sheet")
    expect(at).to_have_text("1")
    for key, shown in ((".", "2"), (".", "3"), (".", "3"), (",", "2")):
        page.keyboard.press(key)
        expect(at).to_have_text(shown)
    expect(page.locator(".viewer img")).to_have_js_property("complete", True)
    assert page.locator(".viewer img").evaluate("image => image.naturalWidth") > 500
    page.keyboard.press("+")
    expect(sheet).to_have_class("sheet zoom-1")
    page.keyboard.press("-")
    page.keyboard.press("r")
    expect(sheet).to_have_class("sheet turn-1")
    expect(page.locator("#opinion")).to_have_value("写到一半")
    assert said == []

    page.keyboard.press("m")
    expect(page.get_by_role("heading", name="看更多材料")).to_be_visible()
    page.get_by_label("经营场所使用证明").check()
    page.get_by_role("button", name="打开").click()
    expect(page.get_by_text("请选做什么用")).to_be_visible()
    assert page.get_by_label("经营场所使用证明").is_checked()
    page.get_by_label("和本事项的材料对不上，要核对").check()
    page.fill("#words", WHY)
    page.get_by_role("button", name="打开").click()
    expect(page.get_by_role("link", name="premises-proof.pdf")).to_be_visible()
    assert Axe().run(page).response["violations"] == []

    for account, path in (("fire1", f"/queue/{task.pk}/more/"), ("zhangting", f"/my/{case.number}/#looked")):
        phone = window(chromium, live_server, world, account, PHONE).new_page()
        phone.goto(path)
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    phone.locator("#looked summary").click()
    expect(phone.get_by_text(WHY)).to_be_visible()
    assert Axe().run(phone).response["violations"] == []
