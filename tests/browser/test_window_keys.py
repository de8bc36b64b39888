"""The window by keyboard alone: from the called ticket to the receipt, a correction, a promise for later; keys counted.

`pytest tests/browser/test_window_keys.py -rP` prints seconds and keystrokes.
"""

import re
import time

import pytest

from accounts.models import User
from applications.models import Application, CaseMaterial, Draft
from applications.states import CaseState, MaterialState
from departments.access import actor_for
from matters.published import current_plan
from tests.browser.typing import Keys
from visits.models import Ticket
from visits.operations.demo import open_demo_halls
from visits.operations.tickets import take_ticket

pytestmark = pytest.mark.slow


def receive_at_the_window(clerk, keys: Keys, said: str, name: str) -> Application:
    """From the workbench to the receipt of one matter, everything by keyboard."""
    page = clerk.page
    keys.press("w")
    page.locator("main input[name=q]:focus").wait_for()
    keys.write(said)
    keys.press("Enter")
    page.locator(".hits a").first.wait_for()
    keys.tab_to(name)
    keys.press("Enter")
    page.locator("#id_number").wait_for()
    page.evaluate("document.activeElement.blur()")
    keys.press("i")
    page.get_by_text("演示读卡器：").wait_for()
    _answer_every_question(page, keys)
    keys.press("Control+Enter", "Enter")
    page.wait_for_url(re.compile("/window/desk/"))
    keys.fill_form(dict(current_plan(_matter(page)).plan.fields))
    keys.press("Control+Enter", "Enter")
    page.wait_for_url(re.compile(r"/window/320724"))
    page.locator("[data-print-paper][data-key=p]").wait_for()
    keys.press("p")
    page.get_by_text("第 1 次打印").wait_for()
    return Application.objects.latest("pk")


def _matter(page) -> str:
    return Draft.objects.get(pk=page.url.split("/desk/")[1].strip("/").split("/")[0]).matter_id


def _answer_every_question(page, keys: Keys) -> None:
    """Each question's first answer, by Tab and Space."""
    while page.locator("#answers fieldset:not(:has(:checked))").count():
        at = keys.focused()
        name = at["name"]
        group = page.locator(f'#answers input[name="{name}"]')
        if at["type"] == "radio" and group.count() and not page.locator(f'input[name="{name}"]:checked').count():
            keys.press("Space")
        keys.press("Tab")


def at_the_counter(someone):
    """李敏 at her counter, somebody's ticket waiting; what printing opens is shut at once."""
    open_demo_halls()
    clerk = someone("clerk")
    clerk.context.add_init_script("window.print = () => {}")
    clerk.sign_in("limin")
    actor = actor_for(User.objects.get(username="limin"))
    take_ticket(hall=actor.hall, actor=actor)
    return clerk


def check_papers(page, keys: Keys, case: Application, *, wrong: str = "", deferred: str = "") -> None:
    """Y on every paper; X with words on one, R on another."""
    left = CaseMaterial.objects.filter(application=case, state=MaterialState.AWAITING)
    while before := left.count():
        code = page.locator(".check-open").get_attribute("id").removeprefix("m-")
        if code == wrong:
            keys.press("x")
            keys.write("没有房东签字")
            keys.press("Enter")
        else:
            keys.press("r" if code == deferred else "y")
        page.locator(f".check-open#m-{code}").wait_for(state="detached")
        assert left.count() == before - 1


def test_a_restaurant_from_the_ticket_to_the_receipt_and_accepted(someone):
    clerk = at_the_counter(someone)
    page, keys = clerk.go("/window/"), Keys(clerk.page)
    page.locator("[data-key=c]").wait_for()
    started = time.perf_counter()
    keys.press("c", "Enter")
    page.locator("[data-key=s]").wait_for()
    keys.press("s")
    page.get_by_text("正在办理").wait_for()
    case = receive_at_the_window(clerk, keys, "开餐馆", "我要开餐馆")
    seconds, acts, letters = time.perf_counter() - started, keys.acts, keys.letters
    print(
        f"from the ticket to the printed receipt: {seconds:.1f} s by machine, {acts} keys that act, {letters} letters"
    )
    assert case.state == CaseState.RECEIVED
    assert Ticket.objects.filter(subjects__isnull=False).exists()
    clerk.picture("keys-received")

    keys.acts = 0
    started = time.perf_counter()
    check_papers(page, keys, case)
    keys.press("a", "Enter")
    page.get_by_role("heading", name="已受理").wait_for()
    papers = case.materials.exclude(state=MaterialState.EXEMPT).count()
    print(f"{papers} papers looked at and accepted: {time.perf_counter() - started:.1f} s by machine, {keys.acts} keys")
    case.refresh_from_db()
    assert case.state == CaseState.ACCEPTED
    assert keys.acts == papers + 2


def test_from_the_ticket_to_the_person_to_the_case_in_three_keys(someone):
    """人到了 is said while the person sits down; then the card, then the case."""
    clerk = at_the_counter(someone)
    page, keys = clerk.go("/window/"), Keys(clerk.page)
    receive_at_the_window(clerk, keys, "小吃店", "我要开小吃店")
    clerk.go("/window/")
    page.locator("[data-key=c]").wait_for()
    keys.press("c", "Enter")
    page.locator("[data-key=s]").wait_for()
    keys.press("s")
    page.get_by_text("正在办理").wait_for()
    keys.acts = 0
    keys.press("i")
    page.wait_for_url(re.compile(r"/window/people/\d+/"))
    clerk.picture("person")
    keys.press("1")
    page.wait_for_url(re.compile("/window/320724"))
    print(f"from the ticket to the case: {keys.acts} keys")
    assert keys.acts <= 3
    assert Ticket.objects.get().person.name == "张婷"


def test_a_correction_and_a_promise_for_later_by_keyboard(someone):
    clerk = at_the_counter(someone)
    page, keys = clerk.go("/window/"), Keys(clerk.page)
    case = receive_at_the_window(clerk, keys, "小吃店", "我要开小吃店")
    rows = list(case.materials.filter(state=MaterialState.AWAITING).order_by("position"))
    later = next(row.material_code for row in rows if row.deferrable)
    wrong = next(row.material_code for row in rows if row.material_code != later)
    check_papers(page, keys, case, wrong=wrong, deferred=later)
    keys.press("b", "Enter")
    page.get_by_text("补正告知书已发出").wait_for()
    clerk.picture("keys-correction")
    case.refresh_from_db()
    assert case.state == CaseState.CORRECTING
    assert [ask["material"] for ask in case.corrections.get().asks] == [wrong]

    keys.press("a", "Enter")
    page.get_by_text("收到补正").first.wait_for()
    page.locator(".check-open").wait_for()
    check_papers(page, keys, case)
    keys.press("s", "Enter")
    page.get_by_text("签好了").first.wait_for()
    keys.press("a", "Enter")
    page.get_by_role("heading", name="已受理").wait_for()
    clerk.picture("keys-deferral")
    owed = case.materials.get(material_code=later)
    assert owed.state == MaterialState.DEFERRED and owed.deferred_until is not None


def test_camera_and_signature_pad_stand_in_and_say_so(someone):
    clerk = at_the_counter(someone)
    page, keys = clerk.go("/window/"), Keys(clerk.page)
    case = receive_at_the_window(clerk, keys, "小吃店", "我要开小吃店")
    page.locator(".check-open [data-device=camera]").wait_for()
    keys.press("g")
    page.get_by_text(re.compile("演示影像.*jpg")).first.wait_for()
    assert case.files.get().file.name.startswith("演示影像")

    page.get_by_text("另打一份").click()
    page.get_by_role("button", name="授权委托书").click()
    page.get_by_text("签好了：扫描件，或者签字板").wait_for()
    page.get_by_text("签好了：扫描件，或者签字板").click()
    page.locator("[data-device=pad]").click()
    clerk.picture("signature-pad")
    page.get_by_role("button", name="改为在纸上签").click()
    page.locator("[data-device=pad]").click()
    page.get_by_role("button", name="签好了").click()  # an empty pad is no signature
    assert not case.papers.filter(signed_scans__isnull=False).exists()
    page.locator("[data-device=pad]").click()
    _write_a_name(page)
    page.get_by_role("button", name="签好了").click()
    page.get_by_text("看扫描件").wait_for()
    assert case.events.filter(text="授权委托书在签字板上签了").exists()


def _write_a_name(page) -> None:
    box = page.locator("canvas.pad").bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 80)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 60 + 30 * step, box["y"] + 80 + (40 if step % 2 else -10))
    page.mouse.up()
