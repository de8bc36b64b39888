"""The public page that tells whether a paper is ours; and the supervisor's overview."""

import re
from datetime import date

import pytest
import time_machine
from django.utils import timezone

from applications.models import CasePaper, Certificate
from applications.operations import intake
from applications.views.verify import masked
from foundation.documents.models import Document
from foundation.outbox.operations import deliver_due
from tests.applications.browsing import sign_in, text_of
from tests.applications.world import accepted_case, decide, file_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def document(world):
    """The receipt of 张婷's case, rendered."""
    case = file_case(world)
    intake.receive(actor=world.clerk, number=case.number)
    deliver_due()
    return CasePaper.objects.get(application=case, kind="receipt").document


def test_a_paper_is_verified_by_anybody_and_says_no_more_than_its_face(client, document):
    answer = client.get(f"/verify/{document.token}/")
    page = text_of(answer)
    assert answer.status_code == 200
    for word in (document.title, document.number, "3 月 2 日", "这份文书有效", "张*", document.sha256, document.sm3):
        assert word in page
    assert len(document.sha256) == len(document.sm3) == 64
    for private in ("张婷", "320724198803", "13800000018", document.subject + "</"):
        assert private not in page.replace(document.number, "")


def test_a_voided_paper_says_so(client, document):
    Document.objects.filter(pk=document.pk).update(voided_at=timezone.now(), void_reason="录入错误")
    page = text_of(client.get(f"/verify/{document.token}/"))
    assert "已作废" in page and "录入错误" in page and "这份文书有效" not in page


@pytest.mark.parametrize(("day", "expired"), [("2027-03-02", False), ("2027-03-03", True)])
def test_a_certificate_holds_up_to_its_last_day_and_says_so_afterwards(client, world, day, expired):
    case = accepted_case(world)
    decide(world, case, "registration")
    decide(world, case, "food-licence")
    deliver_due()
    certificate = Certificate.objects.get(task__item_code="food-licence")
    Certificate.objects.filter(pk=certificate.pk).update(valid_until=date(2027, 3, 2))
    with time_machine.travel(f"{day} 10:00 +0800", tick=False):
        page = text_of(client.get(f"/verify/{certificate.paper.document.token}/"))
    assert ("已经过期" in page, "这份文书有效" in page) == (expired, not expired)


@pytest.mark.parametrize("token", ["x", "A" * 32, "%00", "长" * 50, "..", "a" * 3000])
def test_an_unknown_address_gets_one_and_the_same_page(client, document, token):
    answer = client.get(f"/verify/{token}/")
    assert answer.status_code == 404 and "没有查到这份文书" in text_of(answer)


def test_nothing_can_be_posted(client, document):
    assert client.post(f"/verify/{document.token}/").status_code == 405


@pytest.mark.parametrize(
    ("holder", "shown"),
    [("张婷", "张*"), ("欧阳文婷", "欧*婷"), ("灌南县灌河餐饮有限公司", "灌南*******公司"), ("", "")],
)
def test_holders_are_masked(holder, shown):
    assert masked(holder) == shown


# -- supervisor --------------------------------------------------------------


@pytest.mark.parametrize("account", ["limin", "market1", "zhangting", "stranger"])
def test_only_supervisors_oversee(world, account):
    case = accepted_case(world)
    client = sign_in(world, account)
    for url in ("/supervise/", "/supervise/list/?list=red", f"/supervise/{case.number}/"):
        assert client.get(url).status_code == 403


def test_a_supervisor_starts_there(world):
    assert sign_in(world, "zhoutao").get("/start/").url == "/supervise/"


def test_numbers_are_counted_from_the_cases_and_open_their_lists(world):
    waiting, running = file_case(world), accepted_case(world)
    client = sign_in(world, "zhoutao")
    page = text_of(client.get("/supervise/"))
    assert "在办的件 <b>1</b>" in page and "等受理的件 <b>1</b>" in page
    assert waiting.number in text_of(client.get("/supervise/list/?list=acceptance"))
    assert running.number in text_of(client.get("/supervise/list/?list=in-hand"))
    with time_machine.travel("2026-03-06 09:30 +0800", tick=False):
        page = text_of(client.get("/supervise/"))
        assert 'href="/supervise/list/?list=red&amp;department=approval"' in page
        red = text_of(client.get("/supervise/list/?list=red&department=approval"))
        assert running.number in red and "超期 3 天" in red
        # The market only waits for the registration: that is not its delay.
        assert running.number not in text_of(client.get("/supervise/list/?list=red&department=market"))
        assert running.number in text_of(client.get("/supervise/list/?list=locked&department=market"))


def test_a_supervisor_reads_a_case_urges_and_notes_the_county_heads_word_and_can_do_nothing_else(world):
    case = accepted_case(world)
    decide(world, case, "registration")
    client = sign_in(world, "zhoutao")
    page = text_of(client.get(f"/supervise/{case.number}/"))
    assert "已登记" in page and "市场监管局" in page and "准予登记" in page
    main = page.partition("<main")[2]
    acts = set(re.findall(r'<form[^>]*action="/supervise/[^/"]+/([a-z-]*)/?"', main))
    assert main.count("<form") == len(acts) == 2 and acts == {"order", "extend"}
    assert "13800000018" not in page and "新安镇人民东路" not in page
    assert client.get("/supervise/32072420260101Y999999/").status_code == 404
    assert client.get("/supervise/list/?list=nothing").status_code == 404
    assert client.get("/supervise/list/?list=red&department=%00").status_code == 200


def test_the_overview_costs_the_same_with_one_case_and_with_ten(world, django_assert_max_num_queries):
    accepted_case(world)
    client = sign_in(world, "zhoutao")
    client.get("/supervise/")
    for _ in range(9):
        accepted_case(world)
    with django_assert_max_num_queries(19):
        client.get("/supervise/")
