"""The guide in a real browser: questions, the link to share, why a paper is asked, prints, an old print, axe."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from departments.models import Hall
from matters.versions import current_edition
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_public_pages import Opener, errors_of, opened

__all__ = ["opened"]
pytestmark = pytest.mark.slow

RESTAURANT = "/matters/open-restaurant/"


def test_the_guide_and_what_belongs_to_it_fit_and_axe_finds_nothing(opened: Opener) -> None:
    Hall.objects.create(code="county", name="灌南县政务服务中心", address="新安镇", hours="周一至周五 9:00—17:00")
    code = current_edition("open-restaurant").code
    pages = (
        f"{RESTAURANT}?scale=large&sewer=town&signboard=street&v={code}",
        "/matters/build-factory/",  # six stages
        "/matters/open-travel-agency/",  # with the city
        f"{RESTAURANT}v/1/",
        f"{RESTAURANT}prints/",
        "/prints/?code=1-00000000",
    )
    for size, large in ((PHONE, False), (DESK, False), (PHONE, True)):
        page = opened(size, large=large)
        complaints = errors_of(page)
        for address in pages:
            page.goto(address)
            for fold in page.locator("details:not(.menu)").all():
                fold.evaluate("fold => { fold.open = true; }")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (size, large, address)
            if large:
                continue
            found = Axe().run(page).response["violations"]
            assert found == [], (address, [(each["id"], [node["html"] for node in each["nodes"]]) for each in found])
        assert complaints == []
        page.context.close()


def test_questions_sharing_and_printing(opened: Opener) -> None:
    page = opened(DESK)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(RESTAURANT)
    page.check("#scale-small")
    page.wait_for_url("**?scale=small")
    page.wait_for_selector("#share-link[value$='?scale=small']", state="attached")
    page.click("text=发给家里人看")
    page.click("[data-copy]")
    page.wait_for_selector("[data-copy] >> text=已复制")
    assert page.evaluate("navigator.clipboard.readText()").endswith(f"{RESTAURANT}?scale=small")

    page.click("text=这些数怎么算的")
    assert "× 7 ÷ 5 ≈ 21" in page.inner_text(".sums").replace("\u00a0", " ")
    use = page.locator("details.paper-use").first
    use.locator("summary").click()
    assert "《" in use.inner_text()
    notice = page.get_attribute("text=一次性告知单（打印）", "href")
    assert notice == f"{RESTAURANT}notice.pdf?scale=small"
    response = page.request.get(notice)
    assert response.ok and response.body().startswith(b"%PDF")

    page.goto("/prints/")
    page.fill("#code", current_edition("open-restaurant").code)
    page.click("main >> text=核对 >> nth=-1")
    page.wait_for_selector("#printed")
    assert "您手上的告知单是现行的" in page.inner_text("#printed")
    page.context.close()


def test_without_scripts_the_address_can_be_copied_by_hand(opened: Opener) -> None:
    page = opened(PHONE, scripts=False)
    page.goto(f"{RESTAURANT}?scale=small")
    page.click("text=发给家里人看")
    assert page.is_visible("#share-link") and not page.is_visible("[data-copy]")
    page.context.close()
