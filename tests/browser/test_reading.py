"""读给我听: the guide read by the device's own voice, stopped and gone on with; no voice on the device, no button."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import PHONE
from tests.browser.going import becomes
from tests.catalogue import put_county_catalogue

pytestmark = pytest.mark.slow

RESTAURANT = "/matters/open-restaurant/"
# The device: Chromium without a desktop has no voice. It notes each line and ends it when the test says so.
DEVICE = """
  window.heard = [];
  const device = new EventTarget();
  device.getVoices = () => [{ lang: "zh-CN", localService: LOCAL }];
  device.speak = (said) => { heard.push(said.text); window.finish = () => said.onend(); };
  device.cancel = () => {};
  window.SpeechSynthesisUtterance = function (text) { this.text = text; };
  Object.defineProperty(window, "speechSynthesis", { value: device });
"""


def opened(chromium: Browser, live_server: LiveServer, *, local: bool) -> Page:
    """The guide on a phone whose Chinese voice is its own, or somebody's server's."""
    put_county_catalogue()
    page = chromium.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, base_url=live_server.url).new_page()
    page.add_init_script(DEVICE.replace("LOCAL", "true" if local else "false"))
    page.goto(RESTAURANT)
    return page


def test_the_guide_is_read_from_its_heading_stops_and_goes_on_after_a_reload(
    chromium: Browser, live_server: LiveServer
) -> None:
    page = opened(chromium, live_server, local=True)
    button = page.locator("[data-read] button")
    assert Axe().run(page).response["violations"] == []
    button.focus()
    page.keyboard.press("Enter")
    becomes(page, "heard.length === 1")
    assert page.evaluate("heard") == [page.inner_text("h1")]
    assert button.inner_text() == "先不读了"
    page.evaluate("finish()")
    second = page.evaluate("heard[1]")
    page.keyboard.press("Enter")
    assert button.inner_text() == "接着读"
    page.reload()
    assert button.inner_text() == "接着读"
    button.click()
    becomes(page, "heard.length === 1")
    assert page.evaluate("heard") == [second]
    page.check("#scale-small")
    page.wait_for_url("**?scale=small")
    expect(button).to_have_text("读给我听")
    page.context.close()


def test_a_voice_of_somebodys_server_reads_nothing(chromium: Browser, live_server: LiveServer) -> None:
    page = opened(chromium, live_server, local=False)
    assert page.locator("[data-read]").is_hidden()
    page.context.close()
