"""我要开餐馆, from “我想开饭店” to certificates handed over, by the four roles in real browser windows."""

import re
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from applications.models import Application
from foundation.outbox.models import Outbox
from matters.published import current_plan
from tests.applications.race.worker import until
from tests.browser.conftest import DESK, PHONE, Person
from tests.browser.filling import fill_boxes
from tests.browser.going import becomes, follow

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
MATTER = "open-restaurant"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A floor plan as a phone would photograph it."""
    image = Image.new("RGB", (1200, 900), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((100, 100, 1100, 800), outline="black", width=8)
    pen.line((600, 100, 600, 800), fill="black", width=5)
    image.save(tmp_path / "floor-plan.jpg")
    return tmp_path / "floor-plan.jpg"


def find_and_begin(citizen: Person) -> None:
    """Search in everyday words, read the guide, answer the questions, sign in, begin."""
    page = citizen.go("/")
    citizen.picture("home")
    page.fill("input[name=q]", "我想开饭店")
    follow(page.get_by_role("button", name="查找"))
    citizen.picture("search")
    page.get_by_role("link", name=re.compile("我要开餐馆")).first.click()
    figures = page.locator("#figures")
    assert "47" in figures.inner_text() and "26" in figures.inner_text()
    page.get_by_text("管网没有通到").click()
    page.wait_for_url(re.compile("sewer=own"))
    fewer = int(page.locator("#figures .now b").first.inner_text())
    assert fewer < 26
    for label in ("300 平方米及以上", "接入城镇污水管网", "要，新做或者更换沿街店招"):
        page.locator("label.choice", has_text=label).click()
        page.wait_for_load_state("networkidle")
    page.wait_for_url(re.compile("sewer=town"))
    assert page.locator("#figures .now b").first.inner_text() == "26"
    citizen.picture("guide")
    page.get_by_role("link", name="开始办理").locator("visible=true").first.click()
    page.fill("[name=username]", "zhangting")
    page.fill("[name=password]", "guannan-demo")
    citizen.picture("sign-in")
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(re.compile("/start/"))
    citizen.picture("start")
    page.get_by_role("button", name="下一步").click()


def fill_and_submit(citizen: Person, photo: Path) -> str:
    """The one form section by section, one upload, check, submit. Returns the case number."""
    page, fields = citizen.page, dict(current_plan(MATTER).plan.fields)
    page.wait_for_url(re.compile("/form/1/"))
    # The first section comes from the profile; in the next, going on with nothing says what is missing.
    fill_boxes(page, fields)
    page.get_by_role("button", name=re.compile("^保存，去")).click()
    page.wait_for_url(re.compile("/form/2/"))
    page.get_by_role("button", name=re.compile("^保存，去")).click()
    page.locator(".errors").wait_for()
    assert page.title().startswith("有 ")
    citizen.picture("form-errors")
    while "/form/" in page.url:
        here = page.url
        if here.endswith("/form/2/"):
            with page.expect_response(re.compile("/save/")) as saved:
                fill_boxes(page, fields)
            assert saved.value.ok, "what was typed is stored a second after the last key"
            citizen.picture("form")
        fill_boxes(page, fields)
        page.get_by_role("button", name=re.compile("^保存，去")).click()
        page.wait_for_url(lambda url, here=here: url != here)
    page.wait_for_url(re.compile("/promises/"))
    citizen.picture("promises")
    page.get_by_role("button", name="保存，去传材料").click()
    page.wait_for_url(re.compile("/materials/"))
    page.set_input_files("input[type=file][multiple] >> nth=0", photo)
    page.get_by_text("floor-plan.jpg").first.wait_for()
    citizen.picture("materials")
    follow(page.get_by_role("link", name="去核对"))
    citizen.picture("check")
    page.check("#promise", force=True)
    page.get_by_role("button", name="递交", exact=True).click()
    page.wait_for_url(re.compile("/receipt/"))
    citizen.picture("receipt")
    found = re.search(r"320724\d{8}Y\d{5}[0-9A-Z]", page.inner_text("main"))
    assert found, "the receipt shows the number"
    return found.group()


def check_every_paper(clerk: Person, wrong: bool) -> None:
    """One paper after the other with the keyboard; the third one is not in order the first time."""
    page = clerk.page
    for n in range(60):
        open_row = page.locator(".check-open")
        if not open_row.count():
            return
        code = open_row.get_attribute("id")
        if wrong and n == 2:
            page.fill("#note", "没有签名，请经营者签名")
            page.locator("[data-key=x]").click()
        else:
            page.keyboard.press("y")
        becomes(page, "code => !document.querySelector('#' + code + '.check-open')", code)
    raise AssertionError("the list of papers never ends")


def grant(reviewer: Person, number: str, item: str, result_number: str = "") -> None:
    """Open the own task from the queue, claim, answer the points, grant."""
    page = reviewer.go(f"/queue/?q={number}&who=any")
    page.locator("tr", has_text=item).get_by_role("link").first.click()
    page.wait_for_url(re.compile(r"/queue/\d+/"))
    claim = page.get_by_role("button", name="认领这一件")
    if claim.count():
        follow(claim)
    page.locator("details[data-key=a]").wait_for()
    page.locator("details[data-key=a] > summary").click()
    if page.locator("#result_number").count():
        page.fill("#result_number", result_number)
    follow(page.locator("details[data-key=a] button[value=grant]"))


def test_the_restaurant_from_the_first_word_to_the_certificates(someone, photo):
    citizen, clerk = someone("citizen"), someone("clerk")
    find_and_begin(citizen)
    number = fill_and_submit(citizen, photo)

    # The window takes it in, finds one paper wrong and asks once.
    clerk.sign_in("limin")
    page = clerk.page
    clerk.go("/window/")
    clerk.picture("window")
    page.get_by_role("link", name="张婷").first.click()
    page.get_by_role("button", name="收件").click()
    page.locator(".check-open").wait_for()
    clerk.picture("window-case")
    check_every_paper(clerk, wrong=True)
    clerk.picture("window-checked")
    page.locator("details[data-key=b] > summary").click()
    page.get_by_role("button", name="确认发出").click()
    page.get_by_text("等申请人补正").wait_for()
    clerk.picture("window-correcting")

    # 轮到您: the citizen answers with a photo.
    phone = citizen.page
    citizen.go(f"/my/{number}/")
    phone.get_by_text("轮到您").first.wait_for()
    citizen.picture("track-correction")
    phone.locator("a[href$='/correction/']").first.click()
    phone.set_input_files("input[type=file][multiple] >> nth=0", photo)
    phone.get_by_text("floor-plan.jpg").first.wait_for()
    citizen.picture("correction")
    phone.get_by_role("button", name="补好了，交回窗口").click()
    phone.wait_for_url(re.compile(f"/my/{number}/"))

    # Accepted: seven departments at once.
    clerk.go(f"/window/{number}/")
    check_every_paper(clerk, wrong=False)
    page.locator("details[data-key=a] > summary").click()
    clerk.picture("window-accept")
    page.get_by_role("button", name="确认受理").click()
    page.get_by_role("heading", name="已受理").wait_for()
    clerk.picture("window-accepted")
    case = Application.objects.get(number=number)
    until(lambda: not case.tasks.filter(delivered_at=None).exists())
    assert case.tasks.values("department").distinct().count() == 7

    # A decision that waits says for what, and frees itself when the grant exists.
    market = someone("market")
    market.sign_in("market1")
    market.go("/queue/")
    market.picture("queue")
    desk = market.page
    desk.get_by_role("link", name="张婷").first.click()
    desk.get_by_role("button", name="认领这一件").click()
    desk.locator(".verdict-locked").wait_for()
    assert "营业执照" in desk.locator(".verdict-locked").inner_text()
    desk.fill("#opinion", "布局合理，建议准予")
    market.picture("task-locked")

    bureau = someone("bureau")
    bureau.sign_in("approval1")
    registration = case.tasks.get(after=[]).item_name
    grant(bureau, number, registration, "92320724MAE1K7T30J")
    bureau.picture("task-granted")
    desk.locator("details[data-key=a]").wait_for()
    assert desk.input_value("#opinion") == "布局合理，建议准予", "what was typed survives the release"
    market.picture("task-freed")

    # All departments decide; the last one concludes the case.
    open_tasks = list(case.tasks.exclude(state="granted").values_list("department_id", "item_name"))
    for department in dict.fromkeys(code for code, _ in open_tasks):
        reviewer = market if department == "market" else someone(department)
        if department != "market":
            reviewer.sign_in(f"{department}1")
        for n, item in enumerate(item for code, item in open_tasks if code == department):
            grant(reviewer, number, item, f"3207240000{n}")
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("concluded", "granted")
    until(lambda: not Outbox.objects.exclude(state="done").exists())

    # One hand-over with the code that only the citizen sees.
    citizen.go(f"/my/{number}/")
    phone.get_by_text(case.pickup_code).first.wait_for()
    citizen.picture("track-concluded")
    clerk.go("/window/pickups/")
    clerk.picture("pickups")
    page.get_by_role("link", name="张婷").first.click()
    page.fill("#code", case.pickup_code)
    for tick in page.locator("input[name=paper]").all():
        tick.check()
    clerk.picture("pickup")
    page.locator("button[data-key=a]").click()
    page.get_by_text("全部交付了").wait_for()
    clerk.picture("pickup-done")
    case.refresh_from_db()
    assert case.state == "delivered"
    until(lambda: case.papers.filter(kind="delivery", document__rendered_at__isnull=False).exists())
    citizen.go(f"/my/{number}/")
    citizen.picture("track-delivered")

    # Anybody can check a paper by its QR code.
    certificate = case.papers.select_related("document").filter(kind="certificate").first()
    assert certificate is not None
    stranger = someone("stranger", PHONE)
    stranger.go(f"/verify/{certificate.document.token}/")
    stranger.page.get_by_text(certificate.document.number).first.wait_for()
    assert "张婷" not in stranger.page.inner_text("main")
    stranger.picture("verify")


def test_the_citizens_part_on_a_phone(someone, photo):
    citizen = someone("citizen", PHONE)
    find_and_begin(citizen)
    number = fill_and_submit(citizen, photo)
    citizen.go(f"/my/{number}/")
    citizen.picture("track")
    citizen.go("/my/")
    citizen.picture("my")
    citizen.go("/my/notices/")
    citizen.picture("notices")


def test_a_walk_in_is_filled_in_and_received_at_the_window(someone):
    clerk = someone("clerk", DESK)
    clerk.sign_in("limin")
    page = clerk.go("/window/walk-in/")
    page.fill("main input[name=q]", "便利店")
    follow(page.get_by_role("button", name="查找"))
    clerk.picture("walk-in-matter")
    page.get_by_role("link", name=re.compile("我要开便利店")).first.click()
    page.fill("#name", "周海波")
    page.fill("#id_number", "320724198803150021")
    page.get_by_role("button", name="填表").click()
    page.locator(".errors").wait_for()
    assert page.input_value("#name") == "周海波"
    clerk.picture("walk-in-wrong")
    page.fill("#id_number", "11010519491231002X")
    page.fill("#phone", "13900000019")
    for question in page.locator("fieldset:has(.choice)").all():
        question.locator("input[type=radio]").first.dispatch_event("click")
    clerk.picture("walk-in")
    page.get_by_role("button", name="填表").click()
    page.wait_for_url(re.compile("/window/desk/"))
    page.get_by_role("button", name=re.compile("提交并收件")).click()
    page.locator(".errors").wait_for()
    clerk.picture("desk-errors")
    fill_boxes(page, dict(current_plan("open-convenience-store").plan.fields))
    page.get_by_role("button", name=re.compile("提交并收件")).click()
    page.wait_for_url(re.compile(r"/window/320724"))
    page.locator(".check-open").wait_for()
    clerk.picture("walk-in-received")
    assert Application.objects.get().state == "received"
