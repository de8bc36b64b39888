"""传材料 on a phone: photos one after another, put in order by keyboard and by pulling, turned, joined; a lost network."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageDraw
from playwright.sync_api import Locator, expect

from accounts.models import User
from applications.models import Draft
from applications.operations import drafting
from departments.access import actor_for
from tests.applications.race.worker import until
from tests.browser.conftest import PHONE, Person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
CODE = "premises-use-proof"
ANSWERS = {"scale": "large", "sewer": "town", "signboard": "street"}


@pytest.fixture
def photos(tmp_path: Path) -> list[str]:
    paths = []
    for number in (1, 2, 3):
        image = Image.new("RGB", (1600, 1200), "white")
        ImageDraw.Draw(image).rectangle((100, 100, 300 * number, 900), outline="black", width=20)
        image.save(tmp_path / f"{number}.jpg")
        paths.append(str(tmp_path / f"{number}.jpg"))
    return paths


@pytest.fixture
def citizen(someone) -> Person:
    person = someone("张婷", PHONE)
    person.sign_in("zhangting")
    return person


def open_papers(citizen: Person) -> tuple[Draft, Locator]:
    zhang = actor_for(User.objects.get(username="zhangting"))
    draft = drafting.start_draft(actor=zhang, matter_code="open-restaurant", answers=ANSWERS)
    citizen.go(f"/drafts/{draft.pk}/materials/")
    return draft, citizen.page.locator(f"#m-{CODE}")


def names(tile: Locator) -> list[str]:
    return tile.locator(".page-words > a").all_inner_texts()


def test_photos_are_sent_in_order_turned_and_joined_on_a_phone(citizen, photos):
    draft, tile = open_papers(citizen)
    page = citizen.page
    tile.locator("input[id^=pick-]").set_input_files(photos)
    expect(tile.locator(".page-row")).to_have_count(3)
    expect(tile.locator("[data-upload-said]")).to_have_text("传好了，已保存")
    citizen.picture("materials-pages")

    tile.locator("button[id^=down-]").first.focus()
    page.keyboard.press("Enter")
    expect(tile.locator(".page-words > a").first).to_have_text("2.jpg")
    assert page.evaluate("document.activeElement.id").startswith("down-")

    grip, last = tile.locator("[data-grip]").nth(2), tile.locator(".page-row").nth(0)
    last.scroll_into_view_if_needed()
    start, end = grip.bounding_box(), last.bounding_box()
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(end["x"] + 8, end["y"] + 4, steps=12)
    page.mouse.up()
    expect(tile.locator(".page-words > a").first).to_have_text("3.jpg")
    until(lambda: [row.file.name for row in draft.files.select_related("file")] == ["3.jpg", "2.jpg", "1.jpg"])

    before = draft.files.first().file_id
    tile.locator("button[id^=turn-]").first.click()
    until(lambda: draft.files.first().file_id != before)
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == []

    tile.locator("button[id^=join-]").click()
    expect(tile.locator(".page-row")).to_have_count(1)
    tile.locator("button[id^=split-]").click()
    expect(tile.locator(".page-row")).to_have_count(3)
    assert names(tile) == ["3.jpg", "2.jpg", "1.jpg"]


def test_a_lost_network_keeps_what_was_sent_and_says_so(citizen, photos):
    draft, tile = open_papers(citizen)
    tile.locator("input[id^=pick-]").set_input_files(photos[0])
    expect(tile.locator(".page-row")).to_have_count(1)
    citizen.context.set_offline(True)
    tile.locator("input[id^=pick-]").set_input_files(photos[1])
    expect(tile.locator("[data-upload-said]")).to_contain_text("网断了")
    citizen.context.set_offline(False)
    citizen.faults.clear()  # the browser itself tells of the lost network
    tile.locator("input[id^=pick-]").set_input_files(photos[1])
    expect(tile.locator(".page-row")).to_have_count(2)
    assert draft.files.count() == 2


def test_a_file_too_large_or_of_a_wrong_kind_is_named_and_the_good_one_stays(citizen, photos, tmp_path):
    _, tile = open_papers(citizen)
    (tmp_path / "大.pdf").write_bytes(b"%PDF-1.7\n" + bytes(31 * 1024 * 1024))
    (tmp_path / "图.svg").write_text("<svg/>")
    sent = [str(tmp_path / "大.pdf"), str(tmp_path / "图.svg"), photos[0]]
    tile.locator("input[id^=pick-]").set_input_files(sent)
    expect(tile.locator(".page-row")).to_have_count(1)
    said = tile.locator("[data-upload-said]")
    expect(said).to_contain_text("超过 30")
    expect(said).to_contain_text("SVG")


def test_an_exempt_paper_is_fetched_while_the_page_stands(citizen):
    open_papers(citizen)
    tile = citizen.page.locator("li.drop", has=citizen.page.locator("input[name=consent]")).first
    code = tile.get_attribute("id")
    tile.locator("input[name=consent]").check()
    tile.locator("button[id^=fetch-]").click()
    expect(citizen.page.locator(f"#{code} .tag")).to_contain_text("已由系统调取", timeout=20_000)
    expect(citizen.page.locator(f"#{code}")).to_contain_text("演示数据")
