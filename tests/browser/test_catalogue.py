"""The catalogue administrator in a real browser: one edits and asks, another
publishes; a running case keeps its own revision."""

import pytest

from accounts.models import User
from applications.operations import drafting, submission
from departments.access import actor_for
from matters.published import current_plan
from tests.applications.test_budgets import filled

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
MATTER = "open-restaurant"


def test_the_administrator_publishes_the_next_revision_and_a_running_case_keeps_its_own(someone):
    citizen = actor_for(User.objects.get(username="zhangting"))
    plan = current_plan(MATTER).plan
    answers = {question.code: question.choices[0].code for question in plan.questions}
    draft = drafting.start_draft(actor=citizen, matter_code=MATTER, answers=answers)
    draft = drafting.fill_in(actor=citizen, draft_id=draft.pk, version=draft.version, values=filled(plan))
    case = submission.submit(actor=citizen, draft_id=draft.pk)

    editor = someone("editor")
    editor.sign_in("editor1")
    page = editor.go(f"/admin/matters/matter/{MATTER}/change/")
    page.get_by_text("演示", exact=True).first.wait_for()
    page.locator("[name=summary]").fill("一张表、一趟办齐，六月起增加网上预审")
    editor.picture("admin-matter")
    page.locator("[name=_save]").first.click()
    page.wait_for_load_state()
    editor.go(f"/admin/matters/matter/{MATTER}/publish/")
    editor.picture("admin-publish")
    page.locator("[name=reason]").fill("网上预审上线，改说明")
    page.get_by_role("button", name="提交，请人审批").click()
    page.get_by_text("要由另一名事项管理员审批").wait_for()
    editor.picture("admin-asked")
    assert current_plan(MATTER).number == 1

    second = someone("second-editor")
    second.sign_in("editor2")
    page = second.go("/admin/matters/release/")
    page.get_by_role("link", name="我要开餐馆").click()
    page.get_by_text("第 1 版 1 件").wait_for()
    second.picture("admin-release")
    page.get_by_role("button", name="批准发布").click()
    page.get_by_text("已批准，发布了 1 件事的新版本").wait_for()
    second.picture("admin-approved")

    assert current_plan(MATTER).number == 2
    case.refresh_from_db()
    assert case.revision.number == 1
    reader = someone("reader")
    reader.go(f"/matters/{MATTER}/").get_by_text("六月起增加网上预审").wait_for()
