"""上报 and 夜间交换表 on the supervisor's and the keeper's screens."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from applications.models import ExchangeRow, LibraryRecord
from tests.browser.cases import accepted
from tests.browser.conftest import DESK, PHONE, Person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
FAULTS = [
    ["有效", "申请人证件号码不对：最后一位和前面的数字对不上，请对照证件逐位核对"],
    ["完整", "“门头店招设置备案”作了决定，没有文号"],
]


def test_what_was_not_taken_stands_with_its_reason(someone: Callable[..., Person]):
    given = {"sha256": "0" * 64, "upto": 1, "checked_at": timezone.now()}
    LibraryRecord.objects.create(application=accepted(), state="held", faults=FAULTS, **given)
    LibraryRecord.objects.create(
        application=accepted(), state="given_back", reason="事项编码没有在省目录里登记", **given
    )
    for screen in (DESK, PHONE):
        supervisor = someone(f"supervisor {screen}", screen)
        supervisor.sign_in("supervisor")
        page = supervisor.go("/supervise/")
        page.get_by_role("link", name="上报", exact=True).click()
        expect(page.get_by_text("事项编码没有在省目录里登记")).to_be_visible()
        expect(page.get_by_text("演示办件库")).to_be_visible()
        supervisor.picture("library")
    page.get_by_role("button", name="现在再报").click()
    expect(page.get_by_text("2 件重新检查、上报")).to_be_visible()


def test_rows_that_a_department_gave_back_are_put_there_again(someone: Callable[..., Person]):
    keeper = someone("sysadmin", DESK)
    keeper.sign_in("sysadmin")
    page = keeper.go("/exchange/ecology/")
    page.get_by_role("button", name="用夜间交换表").click()
    expect(page.get_by_text("每天夜里放入", exact=True)).to_be_visible()
    case = accepted()
    task = case.tasks.filter(department="ecology").first()
    for step, event in zip(("filed", "accepted"), case.events.order_by("id"), strict=False):
        ExchangeRow.objects.create(
            department_id="ecology",
            event=event,
            task=task,
            step=step,
            case_number=case.number,
            matter=case.matter.name,
            item_code=task.item_code,
            item=task.item_name,
            applicant=case.title,
            happened_at=event.at,
            words=event.text,
            sha256="0" * 64,
            put_at=timezone.now(),
        )
    ExchangeRow.objects.filter(step="filed").update(status=ExchangeRow.WRONG, error="经营面积不能为空")
    page = keeper.go("/exchange/ecology/")
    expect(page.get_by_text("经营面积不能为空")).to_be_visible()
    keeper.picture("exchange-tables")
    phone = someone("sysadmin on the phone", PHONE)
    phone.sign_in("sysadmin")
    phone.go("/exchange/ecology/")
    phone.picture("exchange-tables")
    keeper.go("/exchange/")
    keeper.picture("exchange-tables-list")
    page = keeper.go("/exchange/ecology/")
    page.get_by_role("button", name="退回的再放一次").click()
    expect(page.get_by_text("1 行又是没有取的了")).to_be_visible()
