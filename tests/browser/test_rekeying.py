"""抄录单 in a real browser: values copied one by one, the read-back compares, the supervisor sees what it cost."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from applications.operations import review
from tests.browser.cases import accepted, actor
from tests.browser.conftest import DESK, PHONE, Person
from tests.browser.going import follow

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_a_task_is_copied_into_the_departments_own_system_and_read_back(someone: Callable[..., Person]):
    task = accepted().tasks.get(department="approval")
    review.claim(actor=actor("approval1"), task_id=task.pk)
    reviewer = someone("reviewer", DESK)
    reviewer.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reviewer.sign_in("approval1")
    page = reviewer.go(f"/queue/{task.pk}/")
    follow(page.get_by_role("link", name="抄到部门自己的系统"))
    reviewer.picture("sheet-begin")
    page.get_by_role("button", name="开始抄").click()
    expect(page.get_by_role("heading", name=re.compile("^照着抄"))).to_be_visible()
    page.get_by_role("button", name="复制", exact=True).nth(1).click()
    expect(page.get_by_text("已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#line-2").input_value()
    reviewer.picture("sheet")
    whole = "\n".join(page.locator(".copylines textarea").evaluate_all("boxes => boxes.map((box) => box.value)"))
    page.get_by_label("部门系统里的内容").fill(whole.replace(page.locator("#line-3").input_value(), "抄错了"))
    page.get_by_role("button", name="核对").click()
    expect(page.get_by_role("alert")).to_contain_text("没有读到")
    reviewer.picture("sheet-wrong")
    page.get_by_label("部门系统里的内容").fill(whole)
    page.get_by_role("button", name="核对").click()
    expect(page.get_by_text("读回一致")).to_be_visible()
    reviewer.picture("sheet-done")
    supervisor = someone("supervisor", PHONE)
    supervisor.sign_in("supervisor")
    supervisor.go("/exchange/")
    expect(supervisor.page.get_by_role("heading", name="没有接的，最近 30 天抄了多少")).to_be_visible()
    supervisor.picture("exchange-rekeyed")
    phone = someone("on the phone", PHONE)
    phone.sign_in("approval1")
    phone.go(f"/queue/{task.pk}/sheet/").get_by_role("button", name="再抄一次").click()
    phone.page.get_by_role("heading", name=re.compile("^照着抄")).wait_for()
    phone.picture("sheet")
