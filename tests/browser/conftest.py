"""A real browser (Debian's Chromium) on the real portal: live server, worker process, the county's catalogue."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from departments.demo import demo_password
from tests.applications.race.worker import worker

# Playwright's own event loop runs in this thread; the ORM calls of the test itself are as synchronous as ever.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
PICTURES = Path(os.environ.get("PORTAL_PICTURES") or Path(django_settings.BASE_DIR) / "var" / "pictures")
DESK, PHONE = (1440, 900), (390, 844)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("没有 Chromium，浏览器测试跳过 (browser tests skipped: install Debian's chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def portal(live_server, settings) -> Iterator[str]:
    """The portal's address, with the county's whole catalogue, the demo accounts and a worker on every queue."""
    from departments.models import Department

    settings.OUTBOX_NUDGE = True
    call_command("load_catalogue", verbosity=0)
    call_command("load_calendar", verbosity=0)
    call_command("create_demo_accounts", verbosity=0)
    departments = Department.objects.values_list("code", flat=True)
    queues = ",".join(["default", "notices", "papers", "lookups", *(f"dept.{code}" for code in departments)])
    with worker(queues):
        yield live_server.url


class Person:
    """One role in one browser window."""

    def __init__(self, context: BrowserContext, address: str, name: str) -> None:
        self.context, self.address, self.name = context, address, name
        self.page: Page = context.new_page()
        self.page.set_default_timeout(20_000)
        self.faults: list[str] = []
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self.page.on("console", lambda message: self._heard(message.type, message.text))

    def _heard(self, kind: str, text: str) -> None:
        # A refused form answers 4xx on purpose; everything else in the console is a fault of ours.
        # htmx tells the console when a newer request replaces one under way.
        refused = "status of 4" in text or "Status Error Code 4" in text
        if kind == "error" and not refused and not text.startswith("htmx:"):
            self.faults.append(text)

    def go(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def sign_in(self, account: str) -> None:
        page = self.go("/sign-in/")
        page.fill("[name=username]", account)
        page.fill("[name=password]", demo_password())
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url(lambda url: "/sign-in/" not in url)

    def picture(self, name: str) -> None:
        """Save the page as it is; nothing may stick out to the right."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        width = self.page.viewport_size["width"]
        self.page.screenshot(path=PICTURES / f"{name}-{width}.png", full_page=True, caret="initial")
        wider = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, f"{name} is {wider} px wider than the screen"


@pytest.fixture
def someone(chromium: Browser, portal: str) -> Iterator[Callable[..., Person]]:
    """someone("name", DESK) → a person with a browser window of that size."""
    people: list[Person] = []

    def make(name: str, size: tuple[int, int] = DESK) -> Person:
        context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
        people.append(Person(context, portal, name))
        return people[-1]

    yield make
    for person in people:
        person.context.close()
    assert {person.name: person.faults for person in people if person.faults} == {}
