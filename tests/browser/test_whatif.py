"""流程推演 in a real browser: live while one types, the same by a link and without scripts, kept and opened as a draft."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from matters.models import Matter, Proposal, Step
from matters.operations.publishing import drafts
from matters.plan import plan_hash
from matters.published import current_plan
from matters.whatif import apply_changes
from tests.browser.conftest import PHONE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
MATTER = "open-restaurant"
PAGE = f"/admin/matters/matter/{MATTER}/what-if/"


def test_an_editor_tries_another_process_keeps_it_and_makes_it_the_draft(someone):
    editor = someone("editor")
    editor.sign_in("editor1")
    page = editor.go(f"/admin/matters/matter/{MATTER}/change/")
    page.get_by_role("link", name="流程推演").first.click()
    page.get_by_role("heading", name="流程推演：我要开餐馆").wait_for()
    editor.picture("whatif-today")

    # By keyboard: the focus stays where one types, the third column follows.
    days = page.get_by_label("食品经营许可（新办）的承诺，工作日")
    days.fill("3")
    days.press("Tab")
    page.get_by_text("承诺由 5 个工作日改为 3 个").wait_for()
    assert page.evaluate("document.activeElement.id") == "drop-food-business-licence"
    page.locator("#drop-fire-safety-check").check()
    page.get_by_text("去掉环节：公众聚集场所投入使用、营业前消防安全检查").wait_for()
    assert "c=promise.food-business-licence.3" in page.url and "c=drop_step.fire-safety-check" in page.url
    page.get_by_text("卡在城镇污水排入排水管网许可（5 个工作日）").wait_for()

    # What cannot be is said; what was made stays.
    page.locator("#days-drainage-licence").fill("99")
    page.locator("#days-drainage-licence").press("Tab")
    page.get_by_text("法定时限是 15 个工作日，承诺不能超过它").wait_for()
    page.locator("#days").fill("4")
    page.locator("#days").press("Tab")
    page.get_by_text("还不能保存：整件事承诺 4 个工作日，而各环节并行也要 5 个").wait_for()
    assert page.get_by_role("button", name="保存为再造方案").is_disabled()
    page.get_by_role("link", name=re.compile("取消这处改动：整件事")).click()
    page.get_by_text("记下这 2 处改动").wait_for()
    page.get_by_role("link", name=re.compile("取消这处改动：食品")).click()
    page.get_by_text("记下这 1 处改动").wait_for()
    page.get_by_text("怎么算").first.click()
    page.get_by_text("（各部门清单分别计数之和").wait_for()
    editor.picture("whatif-tried")
    found = Axe().run(page, context=".trial-page")
    assert found.response["violations"] == [], found.generate_report()

    page.get_by_label("名称").fill("消防检查并入开业后抽查")
    page.get_by_label("理由和依据").fill("两道检查查的是同样的内容")
    page.get_by_role("button", name="保存为再造方案").click()
    page.get_by_role("heading", name="再造方案：消防检查并入开业后抽查").wait_for()
    editor.picture("whatif-proposal")
    page.get_by_role("button", name="转为草稿").click()
    page.get_by_role("heading", name=re.compile("提交发布")).wait_for()

    proposal = Proposal.objects.get()
    assert proposal.opened_at is not None
    assert not Step.objects.filter(matter=MATTER, item="fire-safety-check").exists()
    plan = current_plan(MATTER).plan
    assert drafts([MATTER])[MATTER].hash == plan_hash(apply_changes(plan, proposal.changes).to_json())
    editor.go("/admin/matters/proposal/").get_by_text("已转为草稿").first.wait_for()
    editor.picture("whatif-list")


def test_a_link_shows_the_same_on_a_phone_and_without_scripts(someone, chromium, portal):
    reader = someone("reader", PHONE)
    reader.sign_in("editor2")
    page = reader.go(f"{PAGE}?a.scale=small&c=exempt.id-card&c=promise.food-business-licence.3")
    page.get_by_text("承诺由 5 个工作日改为 3 个").wait_for()
    assert page.locator("#a-scale").input_value() == "small"
    reader.picture("whatif-phone")

    quiet = chromium.new_context(java_script_enabled=False, storage_state=reader.context.storage_state())
    page = quiet.new_page()
    page.goto(f"{portal}{PAGE}?c=promise.food-business-licence.3")
    page.fill("#days-drainage-licence", "2")
    page.get_by_role("button", name="按现在的填写重新计算").click()
    page.get_by_text("承诺由 5 个工作日改为 2 个").wait_for()
    assert page.url.endswith("c=promise.food-business-licence.3&c=promise.drainage-licence.2")
    quiet.close()
    assert Matter.objects.get(pk=MATTER).promised_days == 15
