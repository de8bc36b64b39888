"""The reviewers' desk in two browsers: the list looks after itself, one task has one hand, three people sign it."""

import re

import pytest

from applications.operations import review
from departments.models import Post
from matters.models import Item
from tests.browser.cases import accepted, actor
from tests.browser.conftest import PHONE

pytestmark = pytest.mark.slow
ITEM = "food-business-licence"


def test_two_reviewers_on_one_task(someone):
    case = accepted()
    task = case.tasks.get(item_code=ITEM)
    first, second = someone("first"), someone("second")
    for person, account in ((first, "market1"), (second, "market2")):
        person.sign_in(account)
        person.go("/queue/")
        person.page.locator(f"#row-{task.pk}").get_by_role("button", name=re.compile("认领")).wait_for()
    first.picture("queue-tabs")

    # 赵强 claims; 钱丽, whose page is older, is told and sees who has it.
    first.page.locator(f"#row-{task.pk}").get_by_role("button", name=re.compile("认领")).click()
    first.page.locator(f"#row-{task.pk}").get_by_text("赵强").wait_for()
    second.page.locator(f"#row-{task.pk}").get_by_role("button", name=re.compile("认领")).click()
    second.page.get_by_text("同事刚刚认领").wait_for()
    second.picture("queue-too-late")

    # On the task each sees the other; the opinion of the holder stays theirs.
    first.go(f"/queue/{task.pk}/")
    second.go(f"/queue/{task.pk}/")
    second.page.get_by_text("赵强正在看").wait_for()
    second.page.get_by_text("赵强在办").first.wait_for()
    assert second.page.locator("#opinion").get_attribute("readonly") is not None

    # A second case comes into an open list by itself, and leaves it when a colleague takes it.
    page = second.go("/queue/?who=free")
    page.get_by_text("这样筛选下没有任务").wait_for()
    page.mouse.move(700, 20)
    other = accepted().tasks.get(item_code=ITEM)
    page.locator(f"#row-{other.pk}").wait_for()
    assert "没人领的 1" in page.locator("#desk-tabs").inner_text().replace("\n", " ")
    review.claim(actor=actor("market1"), task_id=other.pk)
    page.get_by_text("这样筛选下没有任务").wait_for()


def test_ticks_are_not_swept_away_by_a_newer_list(someone):
    task = accepted().tasks.get(item_code=ITEM)
    person = someone("reviewer")
    person.sign_in("market1")
    page = person.go("/queue/")
    page.locator(f"#row-{task.pk} input[name=task]").check()
    newer = accepted().tasks.get(item_code=ITEM)
    page.get_by_text("列表有变化").wait_for()
    assert page.locator(f"#row-{task.pk} input[name=task]").is_checked()
    assert page.locator(f"#row-{newer.pk}").count() == 0
    page.get_by_text("列表有变化").click()
    page.locator(f"#row-{newer.pk}").wait_for()


def test_what_a_leaver_held_is_taken_over_by_keyboard(someone):
    tasks = [accepted().tasks.get(item_code=ITEM) for _ in range(2)]
    for task in tasks:
        review.claim(actor=actor("market2"), task_id=task.pk)
    Post.objects.filter(user__username="market2").update(active=False)
    person = someone("reviewer")
    person.sign_in("market1")
    page = person.go("/queue/")
    page.get_by_role("link", name=re.compile("离岗同事手里")).click()
    page.locator("tr", has_text="钱丽").first.wait_for()
    person.picture("queue-left")
    for _ in tasks:
        page.keyboard.press("j")
        page.keyboard.press("x")
    page.keyboard.press("h")
    page.get_by_text(re.compile(r"已接手\s*2\s*件")).wait_for()


def test_three_people_sign_and_a_locked_decision_frees_itself(someone):
    Item.objects.filter(code=ITEM).update(review_steps=3)
    case = accepted()
    task = case.tasks.get(item_code=ITEM)
    handler, checker, head = someone("handler"), someone("checker"), someone("head", PHONE)
    for person, account in ((handler, "market1"), (checker, "market2"), (head, "market3")):
        person.sign_in(account)

    page = handler.go(f"/queue/{task.pk}/")
    page.keyboard.press("c")
    page.locator("details[data-key=a]").wait_for()
    page.fill("#opinion", "布局和设备符合要求")
    page.locator("#opinion").blur()
    page.keyboard.press("a")
    handler.picture("task-propose")
    page.get_by_role("button", name="签，送审核").first.click()
    page.get_by_text("已签，送审核").wait_for()

    page = checker.go(f"/queue/{task.pk}/")
    page.get_by_text("布局和设备符合要求").wait_for()
    page.keyboard.press("c")
    page.locator("details[data-key=r]").wait_for()
    page.fill("#opinion", "复核无误")
    page.locator("details[data-key=a] > summary").click()
    page.get_by_role("button", name="签，送批准").first.click()
    page.get_by_text("已签，送批准").wait_for()

    page = head.go(f"/queue/{task.pk}/")
    page.get_by_role("button", name="认领这一件").click()
    page.locator(".verdict-locked").wait_for()
    page.fill("#opinion", "同意")
    head.picture("task-approve-locked")
    registration = case.tasks.get(item_code="business-registration")
    review.decide(
        actor=actor("approval1"), task_id=registration.pk, verdict="grant", result_number="92320724MAE1K7T30J"
    )
    page.locator("details[data-key=a]").wait_for()
    assert page.input_value("#opinion") == "同意"
    page.locator("details[data-key=a] > summary").click()
    page.locator("details[data-key=a] button[value=grant]").click()
    page.get_by_text("决定已生效").wait_for()
    head.picture("task-approved")
    task.refresh_from_db()
    assert [row["name"] for row in task.signed] == ["赵强", "钱丽", "冯刚"]
