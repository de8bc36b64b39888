"""Papers of intake, made by the worker for the restaurant with its many papers: what they say, and that all of it is there."""

import pypdfium2
import pytest
import time_machine

from applications.confirming import code_of_case
from applications.models import Application, CaseMaterial, CasePaper
from applications.operations import correcting, drafting, intake, submission
from applications.operations.papers import MAKERS, TO_SIGN
from applications.operations.papers_intake import merged_asks
from applications.operations.recording import paper
from departments.models import Post
from foundation.files.operations import path_of
from foundation.outbox.operations import deliver_due, put
from matters.published import current_plan
from tests.applications.test_budgets import MATTER, filled
from tests.applications.world import World, build_world
from tests.catalogue import put_county_catalogue

MONDAY = "2026-03-02 09:30 +0800"
LARGEST = 100 * 1024  # bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> World:
    put_county_catalogue()
    world = build_world(catalogue=False)
    Post.objects.filter(user=world.users["limin"]).update(counter="3")
    return world


def restaurant(world: World) -> Application:
    plan = current_plan(MATTER).plan
    answers = {"scale": "large", "sewer": "town", "signboard": "street"}
    draft = drafting.start_draft(actor=world.zhang, matter_code=MATTER, answers=answers)
    draft = drafting.fill_in(actor=world.zhang, draft_id=draft.pk, version=draft.version, values=filled(plan))
    return submission.submit(actor=world.zhang, draft_id=draft.pk)


def made(case: Application) -> dict[str, CasePaper]:
    """Every paper of the case after the worker has run, by kind."""
    for _ in range(3):
        deliver_due()
    papers = case.papers.select_related("document__file")
    assert all(found.document.rendered_at for found in papers)
    return {found.kind: found for found in papers}


def text_of(found: CasePaper) -> tuple[str, int]:
    """The words as they stand on the pages, without spaces; and how many pages."""
    assert found.document.file is not None
    path = path_of(found.document.file)
    assert path.stat().st_size < LARGEST, f"{found.kind}: {path.stat().st_size} bytes"
    with pypdfium2.PdfDocument(path) as pdf:
        words = "".join(page.get_textpage().get_text_bounded() for page in pdf)
        return "".join(words.split()), len(pdf)


@time_machine.travel(MONDAY, tick=False)
def test_the_receipt_tells_who_took_what_where_and_until_when_we_answer(county: World) -> None:
    case = restaurant(county)
    intake.receive(actor=county.clerk, number=case.number)
    words, pages = text_of(made(case)["receipt"])
    assert case.materials.count() >= 26
    assert all("".join(m.name.split())[:10] in words for m in case.materials.all())
    for said in (
        "2026年3月2日09:30",
        "李敏",
        "灌南县政务服务中心3号窗口",
        "2026年3月9日前告知",
        case.query_code,
        "还没有交",
    ):
        assert said in words, said
    assert f"第{pages}页共{pages}页" in words


@time_machine.travel(MONDAY, tick=False)
def test_the_acceptance_names_each_item_with_its_kind_authority_and_both_due_days(county: World) -> None:
    case = accepted(county)
    papers = made(case)
    words, _ = text_of(papers["acceptance"])
    for task in case.tasks.select_related("department"):
        assert "".join(task.item_name.split()) in words
        assert task.own_acceptance or task.department.name in words
    assert "法定办结日" in words and "登记" in words and "备案" in words
    words, _ = text_of(papers["deferral"])
    late = CaseMaterial.objects.filter(application=case, state="deferred")
    assert late and all("".join(m.name.split()) in words for m in late)


def accepted(world: World) -> Application:
    case = restaurant(world)
    intake.receive(actor=world.clerk, number=case.number)
    case.materials.update(state="received")
    late = list(case.materials.filter(deferrable=True)[:2])
    CaseMaterial.objects.filter(pk__in=[m.pk for m in late]).update(state="deferred", promise_signed="paper")
    intake.accept(actor=world.clerk, number=case.number)
    case.refresh_from_db()
    return case


@time_machine.travel(MONDAY, tick=False)
def test_a_refused_intake_names_reason_right_authority_and_where_to_go_against_it(county: World) -> None:
    case = restaurant(county)
    intake.receive(actor=county.clerk, number=case.number)
    intake.decline(actor=county.clerk, number=case.number, reason="店面在邻县。", authority="灌云县行政审批局")
    words, _ = text_of(made(case)["decline"])
    for said in (
        "店面在邻县",
        "请向灌云县行政审批局提出",
        "六十日内依法向灌南县人民政府申请行政复议",
        "六个月内",
        "人民法院",
    ):
        assert said in words, said


@time_machine.travel(MONDAY, tick=False)
def test_one_notice_of_correction_holds_every_ask(county: World) -> None:
    case = restaurant(county)
    intake.receive(actor=county.clerk, number=case.number)
    case.materials.update(state="wrong", note="看不清，请重新拍，四个角都要拍到")
    notice = correcting.ask_correction(actor=county.clerk, number=case.number)
    found = made(case)["correction"]
    words, pages = text_of(found)
    assert len(found.document.data["table"]["rows"]) == len(notice.asks) >= 26
    assert pages > 1 and words.count("怎么补、怎么改") == pages, "the head of the table stands on each page"


@time_machine.travel(MONDAY, tick=False)
def test_what_the_applicant_signs_has_places_to_sign_and_no_seal(county: World) -> None:
    case = restaurant(county)
    intake.receive(actor=county.clerk, number=case.number)
    case.materials.filter(deferrable=True).update(state="deferred", deferred_until="2026-03-16")
    put(*(paper(kind, case, round=1) for kind in ("deferral-promise", "mandate", "filled-form")))
    papers = made(case)
    for kind, sign in (
        ("deferral-promise", "承诺人（签字"),
        ("mandate", "委托人（签字"),
        ("filled-form", "申请人（签字"),
    ):
        words, _ = text_of(papers[kind])
        assert kind in TO_SIGN and sign in words
        assert ("（印章）" in words) == (kind == "filled-form")
    assert code_of_case(case) in text_of(papers["filled-form"])[0]


LICENCE = {"material": "licence", "name": "营业执照", "text": "看不清", "departments": ["市监局"]}


@pytest.mark.parametrize(
    ("asks", "rows"),
    [
        ([LICENCE], [["1", "营业执照", "看不清", "市监局"]]),
        ([LICENCE, LICENCE | {"departments": ["消防大队"]}], [["1", "营业执照", "看不清", "市监局、消防大队"]]),
        (
            [LICENCE, LICENCE | {"text": "过期了", "departments": ["市监局"]}],
            [["1", "营业执照", "看不清；过期了", "市监局"]],
        ),
        (
            [LICENCE, {"field": "licence", "name": "店名", "text": "与租赁合同不同", "departments": []}],
            [["1", "营业执照", "看不清", "市监局"], ["2", "店名（表里的一栏）", "与租赁合同不同", "综合窗口"]],
        ),
    ],
)
def test_asks_are_merged_by_paper_or_field(asks, rows) -> None:
    assert merged_asks(asks) == rows


def test_every_paper_that_is_signed_has_a_maker() -> None:
    assert set(TO_SIGN) <= set(MAKERS)


@time_machine.travel(MONDAY, tick=False)
def test_a_department_opens_the_acceptance_but_not_the_receipt_with_the_query_code(county: World, client) -> None:
    papers = made(accepted(county))
    client.force_login(county.users["approval1"])
    assert client.get(f"/papers/{papers['acceptance'].pk}/").status_code == 200
    assert client.get(f"/papers/{papers['receipt'].pk}/").status_code == 404
    client.force_login(county.users["zhangting"])
    assert client.get(f"/papers/{papers['receipt'].pk}/").status_code == 200
