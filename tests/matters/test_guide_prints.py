"""Prints of a matter: what stands on them, all and only; their size; the same bytes for the same question."""

import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from departments.models import CalendarDay, Department, Hall
from matters.guide import guide
from matters.models import Matter, Revision
from matters.plan import every_answer, fullest, scheme
from matters.prints import forms
from matters.published import current_plan
from matters.versions import current_edition
from tests.matters.builders import dictionaries, item, matter, plan_of, step
from tests.matters.pdf_text import pages_of, text_of

RESTAURANT = "/matters/open-restaurant/"
SMALL = {"scale": "small", "sewer": "own", "signboard": "none"}


@pytest.fixture
def pdf(client: Client) -> Any:
    """Reads a print."""

    def read(address: str, answers: dict[str, str] | None = None) -> bytes:
        response = client.get(address, answers or {})
        assert response.status_code == 200 and response["Content-Type"] == "application/pdf", address
        return response.content

    return read


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("code", ["open-restaurant", "open-hotel", "get-married"])
@pytest.mark.parametrize("full", [True, False])
def test_the_notice_holds_all_and_only_the_papers_of_the_answers(few: None, pdf: Any, code: str, full: bool) -> None:
    plan = current_plan(code).plan
    answers = fullest(plan) if full else min(every_answer(plan), key=lambda given: scheme(plan, given).merged)
    text = text_of(pdf(f"/matters/{code}/notice.pdf", answers))
    shown = scheme(plan, answers)
    listed = text[text.index("要交的材料，共") : text.index("怎么办成")]
    asked = {material.spec.name for material in shown.materials}
    assert [name for name in asked if bare(name) not in listed] == []
    others = {material.name for material in plan.materials.values()} - asked
    assert [name for name in others if bare(name) in listed and not any(name in known for known in asked)] == []
    assert f"共{shown.merged}份" in listed
    for planned in shown.steps:
        assert bare(planned.item.name) in text
        assert all(bare(condition) in text for condition in planned.item.conditions)
        assert all(bare(basis) in text for basis in planned.item.legal_basis)
    assert "六十日内可以申请行政复议" in text and "12345" in text


def test_the_notice_says_its_day_its_version_and_whose_answers(few: None, pdf: Any) -> None:
    Hall.objects.create(code="county", name="县政务服务中心", address="人民路 1 号", hours="九点到五点")
    Department.objects.filter(pk="fire").update(phone="0518-0000000")
    with time_machine.travel("2026-12-01 10:00 +0800"):
        full = text_of(pdf(f"{RESTAURANT}notice.pdf", {"scale": "large", "sewer": "town", "signboard": "street"}))
        small = text_of(pdf(f"{RESTAURANT}notice.pdf", SMALL))
    edition = current_edition("open-restaurant")
    for text in (full, small):
        assert "一次性告知单" in text and "2026年12月1日打印" in text
        assert "第1版" in text and edition.code in text
        assert "县政务服务中心" in text and "人民路1号" in text
    assert "300平方米及以上" in full and "300平方米及以上" not in small
    assert "0518-0000000" in full
    assert "60天" in full and "约21天" in full and "少65%" in full


def test_until_all_is_answered_the_notice_says_that_it_lists_the_most(few: None, pdf: Any) -> None:
    text = text_of(pdf(f"{RESTAURANT}notice.pdf", {"scale": "large", "sewer": "nonsense"}))
    assert "还有2个问题没有答，下面按最多的列" in text and "共26份" in text


def test_the_same_question_on_the_same_day_gives_the_same_bytes(few: None, client: Client) -> None:
    with time_machine.travel("2026-12-01 10:00 +0800", tick=False):
        first = client.get(f"{RESTAURANT}notice.pdf", SMALL)
        again = client.get(f"{RESTAURANT}notice.pdf", {**SMALL, "from": "message"})
        kept = client.get(f"{RESTAURANT}notice.pdf", SMALL, headers={"If-None-Match": first["ETag"]})
    with time_machine.travel("2026-12-02 10:00 +0800", tick=False):
        next_day = client.get(f"{RESTAURANT}notice.pdf", SMALL)
    assert first.content == again.content
    assert kept.status_code == 304 and kept.content == b""
    assert next_day["ETag"] != first["ETag"]
    assert not first.cookies and client.post(f"{RESTAURANT}notice.pdf").status_code == 405


@pytest.mark.parametrize("code", ["open-restaurant", "get-married", "open-bookshop"])
def test_panel_and_leaflet_have_their_size_and_come_from_the_revision(few: None, pdf: Any, code: str) -> None:
    edition = current_edition(code)
    (panel,) = pages_of(pdf(f"/matters/{code}/panel.pdf"))
    assert panel[:2] == (297, 420)
    leaflet = pages_of(pdf(f"/matters/{code}/leaflet.pdf"))
    assert {page[:2] for page in leaflet} == {(297, 210)} and len(leaflet) == 2
    plan = edition.plan
    for text in (panel[2], "".join(page[2] for page in leaflet)):
        assert edition.code in text
        assert all(bare(material.spec.name) in text for material in scheme(plan, fullest(plan)).to_hand_in)


def test_what_depends_on_the_answers_is_marked_on_the_wall(few: None, pdf: Any) -> None:
    ((_, _, text),) = pages_of(pdf(f"{RESTAURANT}panel.pdf"))
    assert "店招设计效果图看情形" in text and "经营场所使用证明看情形" not in text


def test_a_form_to_fill_in_and_a_sample_that_nobody_takes_for_real(few: None, pdf: Any) -> None:
    plan = current_plan("open-restaurant").plan
    material = next(m for m in plan.materials.values() if m.blank_form and forms.shape_of(m) == "form")
    items = [one for one in plan.items.values() if any(ask.material == material.code for ask in one.asks)]
    empty = text_of(pdf(f"{RESTAURANT}forms/{material.code}.pdf"))
    sample = pages_of(pdf(f"{RESTAURANT}samples/{material.code}.pdf"))
    for one in items:
        assert all(bare(plan.fields[code].label) in empty for code in one.fields)
    assert bare(material.name) in empty and "样例" not in empty
    assert all("样例，人和号码都是编的，不能照抄" in text for _, _, text in sample)
    assert "以统一格式为准" in empty


def test_every_form_of_the_few_matters_can_be_set(few: None, client: Client) -> None:
    for code in Matter.objects.values_list("code", flat=True):
        for material in current_plan(code).plan.materials.values():
            wanted = 200 if material.blank_form else 404
            for room in ("forms", "samples"):
                assert client.get(f"/matters/{code}/{room}/{material.code}.pdf").status_code == wanted, material.code


def test_nothing_is_printed_of_a_matter_that_takes_no_new_cases(few: None, client: Client) -> None:
    Matter.objects.filter(pk="open-restaurant").update(withdrawn_at=timezone.now())
    for room in ("notice.pdf", "panel.pdf", "leaflet.pdf", "prints/"):
        assert client.get(RESTAURANT + room).status_code == 404


def test_a_matter_of_no_days_and_no_result_has_a_notice(db: None, pdf: Any) -> None:
    nothing = {"code": "none", "name": "", "kind": "none", "valid_months": None}
    at_once = item("at-once", promised_days=0, statutory_days=0, result=nothing, fee="每份 5 元", conditions=[])
    plan = plan_of(matter(step("at-once"), promised_days=0, before={"visits": 0, "days": 0}), dictionaries(at_once))
    shown = guide(plan, {})
    assert (shown.fewer_days, shown.fewer_visits, shown.free) == (0, 0, 0)
    data = plan.to_json()
    row = Matter.objects.create(
        **{key: data[key] for key in ("code", "number", "name", "audience", "theme", "batch", "level", "summary")},
        applicant=plan.applicant,
        before_visits=0,
        before_days=0,
        promised_days=0,
    )
    now = timezone.now()
    Revision.objects.create(
        matter=row, number=1, plan=data, plan_hash="0" * 64, reason="新增", published_at=now, live_from=now
    )
    text = text_of(pdf("/matters/do-it/notice.pdf"))
    assert "受理后马上办" in text and "这件事没有证照" in text and "每份5元" in text
    assert len(pages_of(pdf("/matters/do-it/panel.pdf"))) == 1 and pdf("/matters/do-it/leaflet.pdf")


def test_a_day_off_is_told(few: None, client: Client) -> None:
    CalendarDay.objects.create(date="2026-12-01", working=False, name="停办")
    with time_machine.travel("2026-12-01 10:00 +0800", tick=False):
        page = client.get(RESTAURANT).content.decode().replace("\u00a0", " ")
    assert "今天不上班，下一个上班的日子是 <b>12 月 2 日（周三）</b>" in page
