"""Originals from a township's window to the county's: bagged, labelled, listed, scanned out and in, their place always known."""

import re

import pytest

from accounts.models import User
from applications.models import Bundle, Courier
from applications.operations import drafting, intake
from departments.access import actor_for
from departments.demo import demo_password
from departments.models import Hall, Post, Role
from matters.published import current_plan
from tests.applications.test_budgets import filled
from tests.browser.conftest import DESK

pytestmark = pytest.mark.slow


def town(name: str) -> User:
    """A clerk at counter 2 of a town's hall."""
    hall = Hall.objects.exclude(pk=actor_for(User.objects.get(username="limin")).hall).order_by("pk").first()
    user = User.objects.create(username=name, name="徐梅")
    user.set_password(demo_password())
    user.save()
    Post.objects.create(user=user, role=Role.CLERK, hall=hall, counter="2")
    return user


def test_from_the_town_to_the_county_by_scanner(someone):
    from_town = someone("town", DESK)
    clerk = town("xumei")
    actor = actor_for(clerk)
    applicant = User.objects.get(username="zhangting").person
    plan = current_plan("open-small-eatery").plan
    answers = {question.code: question.choices[0].code for question in plan.questions}
    draft = drafting.start_draft(actor=actor, matter_code="open-small-eatery", answers=answers, applicant=applicant)
    draft = drafting.fill_in(actor=actor, draft_id=draft.pk, version=draft.version, values=filled(plan))
    case = intake.file_at_window(actor=actor, draft_id=draft.pk)
    assert case.receipt_at.date() is not None  # the town's own receipt counts

    from_town.sign_in("xumei")
    page = from_town.go(f"/window/{case.number}/originals/")
    page.locator("input[name=original]").first.check()
    page.get_by_role("button", name=re.compile("装一袋")).click()
    page.get_by_text("材料袋").first.wait_for()
    from_town.picture("originals-bagged")
    bag = Bundle.objects.get()

    page = from_town.go("/couriers/")
    page.select_option("#to", f"hall:{actor_for(User.objects.get(username='limin')).hall}")
    page.fill("#carrier", "邮政 孙师傅")
    page.get_by_role("button", name=re.compile("开单")).click()
    page.locator("#code:focus").wait_for()
    page.keyboard.insert_text(bag.code)
    page.keyboard.press("Enter")
    page.get_by_text("上单").first.wait_for()
    page.keyboard.press("Escape")
    page.locator("[data-key=a]").first.wait_for()
    from_town.picture("courier-out")
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    courier = Courier.objects.get()
    page.get_by_text("在路上").first.wait_for()
    page = from_town.go(f"/window/{case.number}/")
    page.get_by_text(re.compile("在路上")).first.wait_for()

    county = someone("county", DESK)
    county.sign_in("limin")
    page = county.go(f"/couriers/{courier.pk}/")
    page.locator("#code:focus").wait_for()
    page.keyboard.insert_text("D-no-such-bag")
    page.keyboard.press("Enter")
    page.locator("[data-heard=no]").wait_for()
    page.keyboard.insert_text(bag.code)
    page.keyboard.press("Enter")
    page.locator("[data-heard=yes]").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    page.get_by_text("签收").first.wait_for()
    county.picture("courier-in")
    courier.refresh_from_db()
    assert courier.received_at is not None
    page = county.go(f"/window/{case.number}/")
    hall = Hall.objects.get(pk=actor_for(User.objects.get(username="limin")).hall)
    page.get_by_text(re.compile(f"原件：在{hall.name}")).first.wait_for()
    county.picture("originals-arrived")
