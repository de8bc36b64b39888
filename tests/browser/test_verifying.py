"""共享核验 on the reviewer's and the window's screens: asked, answered with its source, beside the paper."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from applications.models import Verification
from applications.operations import review
from tests.browser.cases import accepted, actor
from tests.browser.conftest import DESK, PHONE, Person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_an_exempt_paper_is_asked_about_and_the_answer_stands_beside_it(someone: Callable[..., Person]):
    case = accepted()
    paper = next(one for one in case.materials.filter(state="exempt").order_by("position") if one.used_by)
    task = case.tasks.get(item_code=paper.used_by[0])
    account = f"{task.department_id}1"
    review.claim(actor=actor(account), task_id=task.pk)
    reviewer = someone("reviewer", DESK)
    reviewer.sign_in(account)
    page = reviewer.go(f"/queue/{task.pk}/?paper={paper.material_code}")
    reviewer.picture("verify-ask")
    page.get_by_role("button", name="向共享平台核验").click()
    expect(page.get_by_text("正在核验，结果马上显示在材料旁边")).to_be_visible()
    for _ in range(60):
        if not Verification.objects.filter(state="asked").exists():
            break
        page.wait_for_timeout(250)
    assert Verification.objects.get().application_id == case.pk
    page = reviewer.go(f"/queue/{task.pk}/?paper={paper.material_code}")
    expect(page.locator(".viewer").get_by_text("共享平台").first).to_be_visible()
    reviewer.picture("verify-answer")
    phone = someone("reviewer on the phone", PHONE)
    phone.sign_in(account)
    phone.go(f"/queue/{task.pk}/?paper={paper.material_code}")
    phone.picture("verify-answer")
    clerk = someone("clerk", DESK)
    clerk.sign_in("limin")
    clerk.go(f"/window/{case.number}/")
    clerk.picture("window-verified")
