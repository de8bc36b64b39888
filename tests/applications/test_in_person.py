"""本人到场: an item that needs the applicant in person refuses an agent, and nobody else."""

from datetime import date

import pytest
from django.db import transaction

from accounts.models import Organisation, Person
from applications.operations import drafting, submission, walk_in
from foundation.errors import Refused
from matters.models import Item
from matters.operations.publishing import drafts, publish_many
from tests.applications.world import FORM, ID_WANG, ID_ZHANG, file_case, give_mandate

pytestmark = pytest.mark.django_db


def ask_for(who: str, times: int = 1) -> None:
    """From now on the registration needs somebody to come."""
    Item.objects.filter(pk="registration").update(presence={"times": times, "who": who, "reason": "核对本人"})
    with transaction.atomic():
        publish_many([drafts()["noodle-shop"]], reason="到场要求")


def filed_by_agent(world):
    zhang = Person.objects.get(user=world.users["zhangting"])
    give_mandate(zhang, Person.objects.get(user=world.users["wanglei"]), date(2030, 1, 1))
    draft = drafting.start_draft(
        actor=world.wang, matter_code="noodle-shop", answers={"scale": "large"}, applicant=zhang
    )
    draft = drafting.fill_in(actor=world.wang, draft_id=draft.pk, version=draft.version, values=FORM)
    return submission.submit(actor=world.wang, draft_id=draft.pk)


def test_an_agent_does_not_file_what_needs_the_applicant_in_person(world, on_monday):
    ask_for("申请人本人")
    with pytest.raises(Refused, match="要申请人本人到场（核对本人），不能由别人代办"):
        filed_by_agent(world)


@pytest.mark.parametrize(("who", "times"), [("经办人", 1), ("申请人本人", 0)])
def test_an_agent_files_the_rest(world, on_monday, who, times):
    ask_for(who, times)
    assert filed_by_agent(world).agent is not None


def test_the_applicant_files_it_alone(world, on_monday):
    ask_for("申请人本人")
    assert file_case(world).agent is None


def filed_for_company(world, name, id_number):
    """Somebody files at the window for the company whose legal representative is 张婷."""
    zhang = Person.objects.get(user=world.users["zhangting"])
    company = Organisation.objects.create(name="灌河餐饮", uscc="91320724MA1XQ2ABX7", legal_representative=zhang)
    draft = walk_in.begin(
        actor=world.clerk,
        matter_code="noodle-shop",
        answers={"scale": "large"},
        visitor=walk_in.Someone(name, id_number),
        acts_for=walk_in.ORGANISATION,
        principal=walk_in.Principal(company.name, company.uscc, mandate_until=date(2030, 1, 1)),
    )
    drafting.fill_in(actor=world.clerk, draft_id=draft.pk, version=draft.version, values=FORM)
    return submission.submit(actor=world.clerk, draft_id=draft.pk)


def test_a_companys_legal_representative_is_nobodys_agent(world, on_monday):
    ask_for("申请人本人")
    assert filed_for_company(world, "张婷", ID_ZHANG).organisation is not None


def test_a_companys_agent_does_not_come_in_the_legal_representatives_place(world, on_monday):
    ask_for("申请人本人")
    with pytest.raises(Refused, match="不能由别人代办"):
        filed_for_company(world, "王磊", ID_WANG)
