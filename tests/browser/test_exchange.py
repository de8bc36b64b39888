"""部门系统 in a real browser: the keeper connects a department and hands over its keys; tasks arrive; a system falls away."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from applications.models import Push
from departments.fake_system import FakeSystem
from tests.api.test_pushing import serving
from tests.browser.cases import accepted
from tests.browser.conftest import DESK, PHONE, Person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_the_keeper_connects_a_system_and_sees_what_reaches_it(someone: Callable[..., Person]):
    keeper = someone("sysadmin", DESK)
    keeper.sign_in("sysadmin")
    page = keeper.go("/exchange/")
    expect(page.get_by_text("还没有接部门的系统")).to_be_visible()
    page.get_by_role("link", name="城管局", exact=True).click()
    page.get_by_label("推送地址").fill("ftp://nowhere")
    page.get_by_role("button", name="存", exact=True).click()
    expect(page.get_by_text("请填 https:// 开头的地址")).to_be_visible()
    expect(page.get_by_label("推送地址")).to_have_value("ftp://nowhere")
    with serving(FakeSystem(0, "whsec_AAAA")) as system:
        page.get_by_label("推送地址").fill(system.address)
        page.get_by_role("button", name="存", exact=True).click()
        page.get_by_role("button", name="发一套新的").click()
        expect(page.get_by_text("只显示这一次")).to_be_visible()
        keeper.picture("exchange-keys")
        system.push_secret = page.locator("dd.code").nth(2).inner_text()
        accepted()
        for _ in range(60):
            if system.messages:
                break
            page.wait_for_timeout(250)
        assert {message["data"]["department"] for message in system.messages} == {"urban-management"}
    accepted()
    for _ in range(60):
        if Push.objects.filter(status=0).exists():
            break
        page.wait_for_timeout(250)
    page = keeper.go("/exchange/urban-management/")
    expect(page.get_by_role("heading", name=re.compile("^没送到的"))).to_be_visible()
    expect(page.get_by_text("收到").first).to_be_visible()
    keeper.picture("exchange-system")
    keeper.go("/exchange/")
    keeper.picture("exchange-list")
    phone = someone("sysadmin on the phone", PHONE)
    phone.sign_in("sysadmin")
    phone.go("/exchange/urban-management/")
    phone.picture("exchange-system")
