"""口径 beside a case by keyboard alone: Q opens it, Tab and Enter read an answer, one press says it is wrong; axe."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from matters.models import GuidanceDoubt
from matters.operations.guidance import Wording, confirm_guidance, write_guidance
from tests.applications.world import World, accepted_case, build_world, task_of
from tests.browser.conftest import DESK, PHONE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def opened(browser: Browser, server: LiveServer, world: World, account: str, size: tuple[int, int] = DESK) -> Page:
    client = Client()
    client.force_login(world.users[account])
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN", base_url=server.url)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": server.url}])
    return context.new_page()


def sound(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    found = Axe().run(page).response["violations"]
    assert found == [], [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]


def test_a_clerk_and_a_reviewer_read_and_doubt_an_answer_by_keyboard(
    chromium: Browser, live_server: LiveServer
) -> None:
    world = build_world()
    today = timezone.localdate()
    wording = Wording(
        "面馆要画布局图吗？",
        "要，手画的也行。",
        "《食品经营许可和备案管理办法》第十三条",
        today,
        today + timedelta(days=90),
        ("noodle-shop",),
        public=True,
    )
    version = write_guidance(actor=world.reviewer("market"), wording=wording, department="market")
    confirm_guidance(actor=world.reviewer("market", 2), version=version.pk)
    case = accepted_case(world)
    desk, task = reverse("window-case", args=[case.number]), reverse("task", args=[task_of(case, "registration").pk])
    for account, address in (("limin", desk), ("approval1", task)):
        page = opened(chromium, live_server, world, account)
        page.goto(address)
        page.get_by_text("面馆要画布局图吗？").wait_for(state="attached")
        page.keyboard.press("q")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_text("要，手画的也行。")).to_be_visible()
        sound(page)
        page.get_by_role("button", name="这条不对").click()
        expect(page.get_by_text("已经转给市场监管局")).to_be_visible()
        page.context.close()
    assert set(GuidanceDoubt.objects.values_list("by__username", flat=True)) == {"limin", "approval1"}
    owner = [reverse("guidance-own"), reverse("guidance-entry", args=[version.guidance_id]), reverse("guidance-new")]
    for size in (DESK, PHONE):
        page = opened(chromium, live_server, world, "market1", size)
        for address in [*owner, reverse("guidance"), reverse("guide", args=["noodle-shop"])]:
            page.goto(address)
            sound(page)
        page.context.close()
