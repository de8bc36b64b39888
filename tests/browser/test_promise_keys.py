"""承诺核查 by keyboard alone: from the queue's row to the word that ends it; no single press decides."""

import pytest

from applications.models import Application, PromiseCheck, Task
from applications.operations import review
from matters.models import Item
from tests.browser.test_inspection import accepted, actor

pytestmark = pytest.mark.slow
ITEM = "kitchen-waste-filing"


def test_a_promise_is_checked_without_the_mouse(someone):
    Item.objects.update(review_steps=1)
    case = accepted()
    Task.objects.filter(application=case, item_code=ITEM).update(committed=True, own_days=0)
    Application.objects.filter(pk=case.pk).update(commitments=[ITEM])
    first = case.tasks.get(item_code="business-registration")
    review.decide(actor=actor("approval1"), task_id=first.pk, verdict="grant", result_number="92320724MAE1K7T30J")
    officer = someone("officer")
    officer.sign_in("urban-management1")
    page = officer.go("/queue/promises/")
    officer.picture("promises")
    page.keyboard.press("j")
    with page.expect_navigation(url="**/promise/"):
        page.keyboard.press("Enter")
    page.keyboard.press("f")
    page.keyboard.type("收运协议看过了，容器合格")
    page.keyboard.press("Tab")
    page.keyboard.press("a")
    assert not PromiseCheck.objects.get().result  # opened, nothing said yet
    officer.picture("promise")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_text("已记下：承诺属实").wait_for()
    assert PromiseCheck.objects.get().facts == "收运协议看过了，容器合格"
