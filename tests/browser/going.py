"""Going on: to the next page, or until the page has become what it should. The portal's content policy allows no eval,
so `Page.wait_for_function` with a text works only where it is true at once; `becomes` asks from outside instead."""

import time
from typing import Any

from playwright.sync_api import Locator, Page

PATIENCE, PAUSE = 20.0, 50.0  # seconds; milliseconds


def follow(link: Locator) -> Page:
    """Click what leads to another page and be there: what is asked next is asked of the new page."""
    with link.page.expect_navigation():
        link.click()
    return link.page


def becomes(page: Page, question: str, arg: Any = None) -> None:
    """Wait until the answer is yes. Raises AssertionError after `PATIENCE` seconds."""
    end = time.monotonic() + PATIENCE
    while not page.evaluate(question, arg):
        assert time.monotonic() < end, f"never came true: {question}"
        page.wait_for_timeout(PAUSE)
