"""What a case waits for, in a real browser: a 公示 before the grant, what the applicant does first, an item abolished."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from applications.models import Application
from applications.operations import review
from matters.models import Item, Matter, Step
from matters.operations.publishing import drafts, publish_many
from tests.browser.cases import accepted, actor
from tests.browser.conftest import DESK, PHONE, Person
from tests.browser.going import follow

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
BUILT, SHOWN = "fire-safety-check", "kitchen-waste-filing"


@pytest.fixture
def case(portal: str) -> Application:
    """A restaurant whose fire inspection waits for the fitting-out and whose kitchen waste is shown to the public first."""
    clock = {"unit": "calendar", "waits": [{"kind": "公示", "days": 7, "basis": "《江苏省餐厨废弃物管理办法》第十条"}]}
    Item.objects.filter(code=SHOWN).update(clock=clock, promised_days=15, statutory_days=20)
    event = {"event": "装修完工，可以来检查", "within_days": 20}
    Step.objects.filter(matter="open-restaurant", item=BUILT).update(starts_on=event)
    Matter.objects.filter(code="open-restaurant").update(promised_days=20)
    publish_many([drafts()["open-restaurant"]], reason="装修完工才检查，餐厨废弃物先公示")
    found = accepted(scale="large")
    task = found.tasks.get(item_code="business-registration")
    review.claim(actor=actor("approval1"), task_id=task.pk)
    review.decide(actor=actor("approval1"), task_id=task.pk, verdict="grant", result_number="91320724MA00000001")
    return found


def test_a_publication_is_written_down_before_anything_is_granted(someone: Callable[..., Person], case: Application):
    task = case.tasks.get(item_code=SHOWN)
    reviewer = someone("urban-management1", DESK)
    reviewer.sign_in(f"{task.department_id}1")
    page = reviewer.go(f"/queue/{task.pk}/")
    page.get_by_role("button", name=re.compile("认领这一件")).click()
    expect(page.get_by_role("heading", name=re.compile("^公示 7.个自然日，还没有登记"))).to_be_visible()
    fold = page.locator("details[data-key=a]")
    fold.locator("summary").click()
    fold.get_by_role("button", name=re.compile("^确认")).click()
    expect(page.get_by_text("还没有登记开始，不能准予")).to_be_visible()
    page.locator("summary", has_text="登记公示").click()
    page.get_by_label("哪天开始").fill(case.accepted_on.isoformat())
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_text("请写在哪里公布的").first).to_be_visible()
    expect(page.get_by_label("哪天开始")).to_have_value(case.accepted_on.isoformat())
    page.get_by_label("在哪里公布的").fill("县政府网站“公示公告”")
    reviewer.picture("publication-typed")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("heading", name=re.compile("^公示到"))).to_be_visible()
    reviewer.picture("publication-runs")
    phone = someone("urban-management1 on the phone", PHONE)
    phone.sign_in(f"{task.department_id}1")
    phone.go(f"/queue/{task.pk}/")
    phone.picture("publication-runs")


def test_the_citizen_says_on_the_phone_that_it_is_done_and_the_department_begins(
    someone: Callable[..., Person], case: Application
):
    task = case.tasks.get(item_code=BUILT)
    fire = someone("fire1", DESK)
    fire.sign_in("fire1")
    page = fire.go("/queue/?who=locked")
    expect(page.get_by_text("等申请人")).to_be_visible()
    fire.picture("awaits-queue")
    zhang = someone("zhangting", PHONE)
    zhang.sign_in("zhangting")
    phone = zhang.go(f"/my/{case.number}/")
    expect(phone.get_by_text("办好了告诉我们：装修完工，可以来检查")).to_be_visible()
    zhang.picture("awaits-track")
    follow(phone.get_by_role("link", name="办好了", exact=True))
    zhang.picture("awaits-begun")
    phone.get_by_role("button", name=re.compile("办好了，请接着审")).click()
    phone.wait_for_url(re.compile(f"/my/{case.number}/$"))
    task.refresh_from_db()
    assert (task.state, task.begun_on) == ("open", task.accepted_on)
    page = fire.go(f"/queue/{task.pk}/")
    expect(page.get_by_role("button", name=re.compile("认领这一件"))).to_be_visible()


def test_an_abolished_item_ends_while_the_citizen_looks_on(someone: Callable[..., Person], case: Application):
    supervisor = someone("supervisor", DESK)
    supervisor.sign_in("supervisor")
    page = supervisor.go("/supervise/items/")
    page.get_by_label("哪个事项").select_option(SHOWN)
    page.get_by_label(re.compile("^停办")).check()
    page.get_by_role("button", name="确认").click()
    expect(page.get_by_text("请写依据")).to_be_visible()
    supervisor.picture("abolish")
    page.get_by_label("依据").fill("《国务院关于取消一批行政许可事项的决定》（国发〔2026〕5号）")
    page.get_by_role("button", name="确认").click()
    expect(page.get_by_text(re.compile("已定：.*停办"))).to_be_visible()
    supervisor.picture("abolished")
    zhang = someone("zhangting", PHONE)
    zhang.sign_in("zhangting")
    track = zhang.go(f"/my/{case.number}/")
    for _ in range(20):
        if track.get_by_text("本事项已经停办").count():
            break
        track.wait_for_timeout(500)
        track.reload()
    expect(track.get_by_text("本事项已经停办").first).to_be_visible()
    small = someone("supervisor on the phone", PHONE)
    small.sign_in("supervisor")
    small.go("/supervise/items/")
    small.picture("abolish")
