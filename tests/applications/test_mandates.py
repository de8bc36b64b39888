"""授权委托: who may act for whom, how far, until when; and that it ends with the very next request."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Mandate, Organisation, Person, Reach, RealName
from accounts.operations.entrusting import LOOKING, NOBODY, declare_organisation
from accounts.operations.people import give_mandate, register_organisation, revoke_mandate
from accounts.operations.signing import set_sign_in_phone
from applications.access import is_applicant
from applications.models import Application, Draft
from applications.operations import drafting, submission
from applications.operations.informing import inform_entry, recipients
from departments.access import Actor, actor_for
from foundation.errors import NotAllowed, Refused
from foundation.notices.models import Notice
from foundation.outbox.models import Outbox
from tests.applications.browsing import sign_in, text_of
from tests.applications.world import FORM, file_case

pytestmark = pytest.mark.django_db
LATER = date(2030, 1, 1)
USCC = "91320724MA1XQ2ABX7"


@pytest.fixture
def zhang(world) -> Person:
    return world.users["zhangting"].person


@pytest.fixture
def wang(world) -> Person:
    person = world.users["wanglei"].person
    set_sign_in_phone(user=world.users["wanglei"], phone="13800000026")
    return person


def acting(world, account: str) -> Actor:
    return actor_for(world.users[account])


def form(**more: str) -> dict[str, str]:
    until = {"until_y": str(timezone.localdate().year + 1), "until_m": "1", "until_d": "1"}
    return {"for_whom": "self", "agent_name": "王磊", "agent_number": "13800000026", "reach": "all", **until, **more}


def ended(case: Application, wang: Person) -> None:
    Mandate.objects.filter(agent=wang).update(revoked_at=timezone.now())
    case.refresh_from_db()


# How far


@pytest.mark.parametrize(
    ("reach", "noodle", "flat"),
    [({}, True, True), ({"matters": ["noodle-shop"]}, True, False), ({"matters": ["buy-flat"]}, False, True)],
)
def test_a_draft_is_begun_as_far_as_the_mandate_reaches(world, zhang, wang, reach, noodle, flat) -> None:
    give_mandate(principal=zhang, agent=wang, scope="x", valid_until=LATER, **reach)
    for matter, may in (("noodle-shop", noodle), ("buy-flat", flat)):
        begin = {"actor": acting(world, "wanglei"), "matter_code": matter, "answers": {}, "applicant": zhang}
        if may:
            assert drafting.start_draft(**begin).agent == wang
        else:
            with pytest.raises(NotAllowed, match="没有委托您办这件事"):
                drafting.start_draft(**begin)
        page = text_of(sign_in(world, "wanglei").get(reverse("draft-start", args=[matter])))
        assert (f"person-{zhang.pk}" in page) is may


def test_an_organisations_mandate_for_one_matter_reaches_no_other(world, zhang, wang) -> None:
    company = Organisation.objects.create(name="灌河餐饮", legal_representative=zhang)
    give_mandate(organisation=company, agent=wang, scope="x", valid_until=LATER, matters=["noodle-shop"])
    actor = acting(world, "wanglei")
    assert drafting.start_draft(actor=actor, matter_code="noodle-shop", answers={}, organisation_id=company.pk)
    with pytest.raises(NotAllowed):
        drafting.start_draft(actor=actor, matter_code="buy-flat", answers={}, organisation_id=company.pk)


def test_a_mandate_for_one_case_opens_that_case_and_nothing_else(world, zhang, wang) -> None:
    one, other = file_case(world), file_case(world)
    give_mandate(principal=zhang, agent=wang, scope="x", valid_until=LATER, case_number=one.number)
    actor = acting(world, "wanglei")
    assert [is_applicant(case, actor) for case in (one, other)] == [True, False]
    assert list(Application.objects.of_person(actor)) == [one]
    browser = sign_in(world, "wanglei")
    assert browser.get(reverse("track", args=[one.number])).status_code == 200
    assert browser.get(reverse("track", args=[other.number])).status_code == 404
    with pytest.raises(NotAllowed):
        drafting.start_draft(actor=actor, matter_code="noodle-shop", answers={}, applicant=zhang)
    ended(one, wang)
    assert browser.get(reverse("track", args=[one.number])).status_code == 404


# The end of it


def filed_by_agent(world, zhang, wang, company: Organisation | None = None) -> Application:
    whose = {"organisation": company} if company else {"principal": zhang}
    give_mandate(agent=wang, scope="x", valid_until=LATER, **whose)
    actor = acting(world, "wanglei")
    who = {"organisation_id": company.pk} if company else {"applicant": zhang}
    draft = drafting.start_draft(actor=actor, matter_code="noodle-shop", answers={"scale": "large"}, **who)
    draft = drafting.fill_in(actor=actor, draft_id=draft.pk, version=draft.version, values=FORM)
    return submission.submit(actor=actor, draft_id=draft.pk)


@pytest.mark.parametrize("for_company", [False, True])
def test_revoking_shuts_the_agent_out_with_the_next_request_and_the_case_stands(
    world, zhang, wang, for_company
) -> None:
    company = Organisation.objects.create(name="灌河餐饮", legal_representative=zhang) if for_company else None
    case = filed_by_agent(world, zhang, wang, company)
    browser = sign_in(world, "wanglei")
    assert browser.get(reverse("track", args=[case.number])).status_code == 200
    revoke_mandate(mandate_id=Mandate.objects.get(agent=wang).pk, by=zhang)
    assert browser.get(reverse("track", args=[case.number])).status_code == 404
    assert not is_applicant(case, acting(world, "wanglei"))
    assert sign_in(world, "zhangting").get(reverse("track", args=[case.number])).status_code == 200


def test_the_draft_of_an_ended_mandate_stays_and_opens_for_the_agent_no_more(world, zhang, wang) -> None:
    mandate = give_mandate(principal=zhang, agent=wang, scope="x", valid_until=LATER)
    actor = acting(world, "wanglei")
    draft = drafting.start_draft(actor=actor, matter_code="noodle-shop", answers={"scale": "small"}, applicant=zhang)
    browser = sign_in(world, "wanglei")
    revoke_mandate(mandate_id=mandate.pk, by=zhang)
    response = browser.get(reverse("draft-section", args=[draft.pk, 1]))
    assert response.status_code == 403
    assert "委托已经到期或者撤销" in text_of(response)
    with pytest.raises(NotAllowed):
        drafting.fill_in(actor=acting(world, "wanglei"), draft_id=draft.pk, version=draft.version, values=FORM)
    assert Draft.objects.filter(pk=draft.pk).exists()


def test_every_notice_goes_to_the_principal_too_and_after_the_end_to_them_alone(world, zhang, wang) -> None:
    company = Organisation.objects.create(name="灌河餐饮", legal_representative=zhang)
    for case in (filed_by_agent(world, zhang, wang), filed_by_agent(world, zhang, wang, company)):
        assert {person.pk for person in recipients(case)} == {zhang.pk, wang.pk}
    ended(case, wang)
    Notice.objects.all().delete()
    row = Outbox.objects.filter(kind="inform", payload__application=case.pk).first()
    assert row is not None
    inform_entry(row)
    assert set(Notice.objects.values_list("recipient_id", flat=True)) == {zhang.user_id}


def test_where_nobody_else_is_known_the_one_who_filed_is_told(world, zhang, wang) -> None:
    case = filed_by_agent(world, zhang, wang, Organisation.objects.create(name="没有法定代表人的"))
    ended(case, wang)
    assert recipients(case) == [wang]


# The page


def test_a_mandate_is_given_by_name_and_phone_and_the_agent_hears_of_it(world, zhang, wang) -> None:
    browser = sign_in(world, "zhangting")
    response = browser.post(reverse("mandates"), form(reach="matters", matters="noodle-shop"))
    assert response.status_code == 302
    mandate = Mandate.objects.get()
    assert (mandate.principal, mandate.agent, mandate.reach, mandate.matters) == (
        zhang,
        wang,
        Reach.MATTERS,
        ["noodle-shop"],
    )
    assert Notice.objects.filter(recipient_id=wang.user_id, channel="inbox", title="有人委托您办事").count() == 1
    page = text_of(browser.get(reverse("mandates")))
    assert "马上撤销给王磊的委托" in page
    assert "张婷" in text_of(sign_in(world, "wanglei").get(reverse("mandates")))
    for _ in range(2):
        assert browser.post(reverse("mandate-revoke", args=[mandate.pk])).status_code == 302
    assert Notice.objects.filter(recipient_id=wang.user_id, channel="inbox", title="委托撤销了").count() == 1


def test_who_is_not_known_exactly_is_not_found_and_looking_gets_slow(world, zhang, wang) -> None:
    browser = sign_in(world, "zhangting")
    wrong = [
        form(agent_name="王雷"),
        form(agent_number="13800000027"),
        form(agent_name="李红"),
        form(agent_number=zhang.id_number),
    ]
    for typed in wrong:
        response = browser.post(reverse("mandates"), typed)
        assert (response.status_code, NOBODY in response.content.decode()) == (422, True)
        assert typed["agent_name"] in response.content.decode()
    for _ in range(LOOKING.free - len(wrong) + 1):
        browser.post(reverse("mandates"), wrong[0])
    assert "试的次数太多了" in browser.post(reverse("mandates"), form()).content.decode()
    assert not Mandate.objects.exists()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"reach": ""}, "请选委托办什么"),
        ({"reach": "matters"}, "请至少选一件事"),
        ({"reach": "matters", "matters": "no-such"}, "请至少选一件事"),
        ({"reach": "case", "case_number": "no-such"}, "没有找到这件办件"),
        ({"for_whom": "999"}, "请选以谁的名义委托"),
        ({"for_whom": "x"}, "请选以谁的名义委托"),
        ({"until_y": "2020"}, "截止日期已经过去"),
        ({"until_y": "2099"}, "最多委托三年"),
        ({"until_m": "13"}, "截止日期不对"),
        ({"until_y": "", "until_m": "", "until_d": ""}, "请填截止日期"),
        ({"agent_name": ""}, "请填受托人的姓名"),
        ({"agent_number": ""}, "手机号或证件号码"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(world, zhang, wang, more, sentence) -> None:
    response = sign_in(world, "zhangting").post(reverse("mandates"), form(**more))
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert not Mandate.objects.exists()


def test_somebody_elses_case_or_company_cannot_be_given_away(world, zhang, wang) -> None:
    case = file_case(world)
    company = Organisation.objects.create(name="别人的", legal_representative=zhang)
    browser = sign_in(world, "stranger")
    for typed in (form(reach="case", case_number=case.number), form(for_whom=str(company.pk))):
        assert browser.post(reverse("mandates"), typed).status_code == 422
    mandate = give_mandate(principal=zhang, agent=wang, scope="x", valid_until=LATER)
    for account in ("stranger", "wanglei", "limin"):
        assert sign_in(world, account).post(reverse("mandate-revoke", args=[mandate.pk])).status_code == 404
    mandate.refresh_from_db()
    assert mandate.revoked_at is None


# 我的单位


def test_a_company_is_added_by_its_legal_representative_in_their_own_word(world, zhang) -> None:
    browser = sign_in(world, "zhangting")
    assert browser.post(reverse("my-organisations"), {"name": "灌河餐饮", "uscc": USCC.lower()}).status_code == 302
    company = Organisation.objects.get()
    assert (company.legal_representative, company.representative_level, company.representative_by) == (
        zhang,
        RealName.DECLARED,
        world.users["zhangting"],
    )
    assert "本人自填" in text_of(browser.get(reverse("my-organisations")))
    assert acting(world, "zhangting").organisations == {company.pk}


@pytest.mark.parametrize("name", ["灌河餐饮", "另一个名字"])
def test_a_known_code_opens_nothing_whatever_name_is_typed(world, zhang, name) -> None:
    company = register_organisation(name="灌河餐饮", uscc=USCC)
    response = sign_in(world, "stranger").post(reverse("my-organisations"), {"name": name, "uscc": USCC})
    assert response.status_code == 422
    assert "不能在网上直接添加" in text_of(response)
    assert acting(world, "stranger").organisations == frozenset()
    company.refresh_from_db()
    assert company.legal_representative is None


def test_the_window_ends_what_somebody_only_declared(world, zhang, wang) -> None:
    stranger = world.users["stranger"].person
    company = declare_organisation(by=stranger, name="抢注的名字", uscc=USCC)
    mandate = give_mandate(organisation=company, agent=wang, scope="x", valid_until=LATER)
    register_organisation(name="灌河餐饮", uscc=USCC, seen_with=zhang)
    company.refresh_from_db()
    mandate.refresh_from_db()
    assert (company.name, company.legal_representative, company.representative_level) == ("灌河餐饮", None, "")
    assert mandate.revoked_at is not None
    assert acting(world, "stranger").organisations == frozenset()
    with pytest.raises(Refused):
        declare_organisation(by=stranger, name="灌河餐饮", uscc=USCC)


def test_a_declaration_seen_at_the_window_becomes_the_windows_word(world, zhang) -> None:
    company = declare_organisation(by=zhang, name="灌河餐饮", uscc=USCC)
    register_organisation(name="灌河餐饮", uscc=USCC, seen_with=zhang)
    company.refresh_from_db()
    assert (company.legal_representative, company.representative_level) == (zhang, RealName.WINDOW)


def test_an_agents_mandate_ends_with_its_last_day(world, zhang, wang) -> None:
    give_mandate(principal=zhang, agent=wang, scope="x", valid_until=timezone.localdate())
    assert acting(world, "wanglei").principals == {zhang.pk}
    Mandate.objects.update(valid_until=timezone.localdate() - timedelta(days=1))
    after = acting(world, "wanglei")
    assert (after.principals, after.ended_principals) == (frozenset(), {zhang.pk})
