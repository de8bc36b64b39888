"""授权委托: what an agent begins is the principal's to open and go on with; a promise is the principal's alone."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts.operations.people import register_organisation
from applications.models import Draft
from applications.operations import drafting
from foundation.errors import Conflict, NotAllowed
from matters.models import Item
from matters.operations.publishing import drafts, publish_many
from tests.applications.applying import fill
from tests.applications.world import World, give_mandate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
PROMISED = ["fire-check"]


@pytest.fixture
def begun(world: World) -> Draft:
    """王磊 begins the restaurant for 张婷, whose mandate stands; the fire check may be granted on a promise."""
    Item.objects.filter(pk="fire-check").update(commitment=True)
    publish_many([drafts()["noodle-shop"]], reason="可告知承诺")
    zhang = world.users["zhangting"].person
    give_mandate(zhang, world.users["wanglei"].person, date(2026, 12, 31))
    return drafting.start_draft(
        actor=world.actor("wanglei"), matter_code="noodle-shop", answers={"scale": "large"}, applicant=zhang
    )


def client_of(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.users[name])
    return client


def test_no_agent_and_no_clerk_promises_for_the_principal(world: World, begun: Draft) -> None:
    for actor in (world.actor("wanglei"), world.clerk):
        drafting.open_by_code(actor=world.clerk, code=begun.code)
        with pytest.raises(NotAllowed, match="要申请人自己作"):
            drafting.promise(actor=actor, draft_id=begun.pk, version=begun.version, items=PROMISED)
    kept = drafting.promise(actor=world.actor("zhangting"), draft_id=begun.pk, version=begun.version, items=PROMISED)
    assert kept.commitments == PROMISED


def test_the_agents_page_says_who_has_to_choose_and_offers_no_choice(world: World, begun: Draft) -> None:
    url = reverse("draft-promises", args=[begun.pk])
    page = client_of(world, "wanglei").get(url).content.decode()
    assert "这一步要张婷自己选" in page
    assert page.count("disabled>") == 2
    assert client_of(world, "wanglei").post(url, {"version": begun.version, "items.1": PROMISED[0]}).status_code == 403
    assert "disabled>" not in client_of(world, "zhangting").get(url).content.decode()


def test_the_principal_finds_the_draft_and_goes_on(world: World, begun: Draft) -> None:
    zhang = client_of(world, "zhangting")
    page = zhang.get(reverse("my-applications")).content.decode()
    assert "王磊替您填的" in page
    fill(zhang, begun)
    begun.refresh_from_db()
    assert begun.form["premises-area"]
    assert "替您填的" not in client_of(world, "wanglei").get(reverse("my-applications")).content.decode()


def test_agent_and_principal_do_not_overwrite_each_other(world: World, begun: Draft) -> None:
    old = begun.version
    drafting.fill_in(actor=world.actor("wanglei"), draft_id=begun.pk, version=old, values={"premises-name": "一"})
    with pytest.raises(Conflict):
        drafting.fill_in(actor=world.zhang, draft_id=begun.pk, version=old, values={"premises-name": "二"})


def test_of_a_company_the_legal_representative_promises_and_nobody_else(world: World, begun: Draft) -> None:
    company = register_organisation(
        name="灌南县灌河餐饮有限公司", uscc="91330100799655058B", legal_representative=world.users["wanglei"].person
    )
    give_mandate(company, world.users["zhangting"].person, date(2026, 12, 31))
    made = drafting.start_draft(
        actor=world.actor("zhangting"),
        matter_code="noodle-shop",
        answers={"scale": "large"},
        organisation_id=company.pk,
    )
    with pytest.raises(NotAllowed):
        drafting.promise(actor=world.actor("zhangting"), draft_id=made.pk, version=made.version, items=PROMISED)
    assert drafting.promise(
        actor=world.actor("wanglei"), draft_id=made.pk, version=made.version, items=PROMISED
    ).commitments


def test_somebody_elses_draft_stays_out_of_sight(world: World, begun: Draft) -> None:
    stranger = client_of(world, "stranger")
    assert stranger.get(reverse("draft-section", args=[begun.pk, 1])).status_code == 404
    assert begun not in drafting.drafts_visible_to(world.actor("stranger"))
