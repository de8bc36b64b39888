"""评价 on a phone: by the account and by the ticket; the supervisor puts it right; everybody reads what came of it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from accounts.models import User
from applications.models import Application, Rating
from departments.access import actor_for
from tests.browser.cases import accepted
from tests.browser.conftest import DESK, PHONE, Person
from tests.browser.going import follow
from visits.models import Ticket
from visits.operations.demo import open_demo_halls
from visits.operations.tickets import take_ticket

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_a_bad_word_on_the_phone_is_put_right_and_read_by_everybody(someone: Callable[..., Person]):
    case = accepted()
    Application.objects.filter(pk=case.pk).update(state="delivered", outcome="granted")
    citizen = someone("citizen", PHONE)
    citizen.sign_in("zhangting")
    page = citizen.go(f"/my/{case.number}/")
    page.get_by_role("link", name="评价这次办事").click()
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    expect(page.get_by_text("哪里不好")).to_be_hidden()
    page.get_by_text("不满意", exact=True).click()
    page.get_by_text("跑了好几趟").click()
    page.get_by_label("想说的话").fill("同一份证明要了两回")
    citizen.picture("rate")
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_text("收到了，先核实，再答复")).to_be_visible()
    citizen.picture("rated")

    boss = someone("supervisor", DESK)
    boss.sign_in("supervisor")
    page = boss.go("/supervise/")
    follow(page.get_by_role("link", name="差评整改"))
    boss.picture("repairs")
    page.get_by_label("核实到的情况").fill("证明在两个部门之间没有传过去")
    page.get_by_role("button", name="属实，整改").click()
    page.get_by_label("怎么整改的").fill("证明改由部门之间核对，不再让人跑")
    page.get_by_role("button", name="整改好了").click()
    page.get_by_label("对方怎么说").fill("知道了，可以")
    page.get_by_role("button", name="打通了", exact=True).click()
    expect(page.get_by_text("没有要整改的")).to_be_visible()
    for screen in (PHONE, DESK):
        reader = someone(f"reader {screen}", screen)
        page = reader.go("/ratings/")
        expect(page.get_by_text("证明改由部门之间核对")).to_be_visible()
        reader.picture("ratings")
    citizen.go(f"/my/{case.number}/rate/")
    citizen.picture("rated-answered")


def test_who_was_served_rates_by_the_tickets_own_address(someone: Callable[..., Person]):
    open_demo_halls()
    clerk = actor_for(User.objects.get(username="limin"))
    ticket = take_ticket(hall=clerk.hall, actor=clerk)
    Ticket.objects.filter(pk=ticket.pk).update(state="served")
    visitor = someone("visitor", PHONE)
    page = visitor.go(f"/visits/t/{ticket.token}/")
    follow(page.get_by_role("link", name="评价这次窗口服务"))
    page.get_by_text("非常满意", exact=True).click()
    page.get_by_text("态度好，讲得清楚").click()
    visitor.picture("rate-visit")
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_text("评好了，谢谢")).to_be_visible()
    assert Rating.objects.get().grade == 5
    visitor.go("/rate/")
    visitor.picture("rate-by-code")
