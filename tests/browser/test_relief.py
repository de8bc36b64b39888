"""What a newer revision no longer asks for, as citizen, clerk and reviewer see it; and axe on what staff work with."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext
from pytest_django.live_server_helper import LiveServer

from applications.operations import intake
from applications.operations.deferring import sign_promise
from applications.operations.relieving import relieve_running
from matters.models import Material
from matters.operations.publishing import drafts, publish_many
from tests.applications.world import World, build_world, check_all, file_case, task_of
from tests.browser.conftest import DESK, PHONE, PICTURES

pytestmark = pytest.mark.slow


def window(chromium: Browser, server: LiveServer, world: World, account: str, size: tuple[int, int]) -> BrowserContext:
    client = Client()
    client.force_login(world.users[account])
    context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, base_url=server.url)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": server.url}])
    return context


def test_everybody_reads_the_relief_and_axe_finds_nothing(chromium: Browser, live_server: LiveServer) -> None:
    world = build_world()
    case = file_case(world)
    intake.receive(actor=world.clerk, number=case.number)
    intake.check_material(actor=world.clerk, number=case.number, material_code="fit-out-proof", state="deferred")
    check_all(world, case)
    sign_promise(actor=world.clerk, number=case.number, how="paper")
    intake.accept(actor=world.clerk, number=case.number)
    Material.objects.filter(pk="fit-out-proof").update(exempt=True)
    with transaction.atomic():
        publish_many([drafts()["noodle-shop"]], reason="减材料")
    assert relieve_running() == 1

    PICTURES.mkdir(parents=True, exist_ok=True)
    track, desk = reverse("track", args=[case.number]), reverse("window-case", args=[case.number])
    task = reverse("task", args=[task_of(case, "fire-check").pk])
    told = [("zhangting", track, PHONE), ("zhangting", track, DESK), ("limin", desk, DESK), ("fire1", task, DESK)]
    others = [("fire1", reverse("queue"), DESK), ("zhoutao", reverse("supervise"), DESK)]
    others += [
        ("zhoutao", reverse("supervise-list"), DESK),
        ("zhoutao", reverse("supervise-case", args=[case.number]), DESK),
    ]
    for number, (account, address, size) in enumerate([*told, *others]):
        context = window(chromium, live_server, world, account, size)
        page = context.new_page()
        page.goto(address)
        page.screenshot(path=PICTURES / f"relief-{number}-{account}-{size[0]}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (account, address, size)
        if number < len(told):
            line = page.get_by_text("新版（第 2 版）不再要求：装修竣工证明，不用再交").first
            assert line.is_visible(), (account, address)
        found = Axe().run(page).response["violations"]
        assert found == [], (address, [(each["id"], [node["html"] for node in each["nodes"]]) for each in found])
        context.close()
