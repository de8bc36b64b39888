"""A walk-in beyond the simplest: for an organisation or another person, checked while typed, with scans, answers changed."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.models import Mandate, Organisation, Person
from applications.models import Application, Draft
from applications.operations import correcting, intake
from applications.states import CaseState
from tests.applications.browsing import sign_in, text_of
from tests.applications.world import FORM, ID_ZHANG, file_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
ID_NEW = "320724199205180047"
USCC = "92320724MAE1K7T30J"
UNTIL = {"until_y": "2026", "until_m": "6", "until_d": "30"}


def come(client, **typed):
    data = {"matter": "noodle-shop", "scale": "large", "name": "李红", "id_number": ID_NEW, "phone": "", **typed}
    return client.post("/window/walk-in/", data)


def scan(name="图.png"):
    held = BytesIO()
    Image.new("RGB", (30, 20), "white").save(held, "PNG")
    return SimpleUploadedFile(name, held.getvalue(), "image/png")


# -- for whom ----------------------------------------------------------------


def test_for_an_organisation_without_a_code_yet(world, clerk):
    answer = come(clerk, acts_for="organisation", for_name="灌河面馆")
    draft = Draft.objects.select_related("organisation", "applicant", "agent").get()
    assert answer.url == reverse("window-desk", args=[draft.pk])
    assert (draft.organisation.name, draft.applicant.name, draft.agent.name) == ("灌河面馆", "李红", "李红")
    assert not Mandate.objects.filter(organisation=draft.organisation).exists()
    page = text_of(clerk.get(answer.url))
    assert "灌河面馆，我要开面馆" in page and "李红代办" in page


def test_an_organisation_is_found_by_its_code_and_its_mandate_written_down(world, clerk):
    known = Organisation.objects.create(name="灌河面馆", uscc=USCC)
    come(clerk, acts_for="organisation", for_name="灌河面馆", for_uscc=USCC.lower(), **UNTIL)
    mandate = Mandate.objects.get(organisation=known)
    assert (Draft.objects.get().organisation, mandate.agent.name, mandate.valid_until) == (
        known,
        "李红",
        date(2026, 6, 30),
    )


def test_for_another_person_with_a_mandate(world, clerk):
    come(clerk, acts_for="person", for_name="张婷", for_id_number=ID_ZHANG, **UNTIL)
    draft = Draft.objects.select_related("applicant", "agent").get()
    assert (draft.applicant.user, draft.agent.name) == (world.users["zhangting"], "李红")
    assert Mandate.objects.get(principal=draft.applicant).agent == draft.agent


@pytest.mark.parametrize(
    ("typed", "status", "box", "sentence"),
    [
        ({"acts_for": "organisation"}, 422, "for_name", "单位名称"),
        ({"acts_for": "organisation", "for_name": "店", "for_uscc": "123"}, 422, "for_uscc", "18 位"),
        ({"acts_for": "person", "for_name": "张婷", **UNTIL}, 422, "for_id_number", "身份证"),
        ({"acts_for": "person", "for_name": "张婷", "for_id_number": ID_ZHANG}, 422, "for_valid_until", "截止日期"),
        (
            {"acts_for": "person", "for_name": "张婷", "for_id_number": ID_ZHANG, **UNTIL, "until_d": "31"},
            422,
            "for_valid_until",
            "没有这一天",
        ),
        (
            {"acts_for": "person", "for_name": "张婷", "for_id_number": ID_ZHANG, **UNTIL, "until_y": "2025"},
            422,
            "for_valid_until",
            "已经过去",
        ),
        (
            {"acts_for": "person", "for_name": "张挺", "for_id_number": ID_ZHANG, **UNTIL},
            409,
            "for_id_number",
            "另一个",
        ),
        ({"acts_for": "person", "for_name": "李红", "for_id_number": ID_NEW, **UNTIL}, 422, "for_id_number", "本人"),
        ({"acts_for": "ghost"}, 422, "acts_for", "替谁办"),
    ],
)
def test_what_is_wrong_with_the_principal_stands_at_its_box_and_nobody_is_registered(
    world, clerk, typed, status, box, sentence
):
    before = Person.objects.count(), Organisation.objects.count()
    answer = come(clerk, **typed)
    page = text_of(answer)
    assert answer.status_code == status
    assert f'href="#{box}"' in page and f'id="{box}"' in page and sentence in page
    assert (Person.objects.count(), Organisation.objects.count()) == before
    assert not Draft.objects.exists() and not Mandate.objects.filter(agent__name="李红").exists()


@pytest.mark.parametrize("value", ["\x00", "x" * 20_000, "٣", "²", "-1", "<script>"])
@pytest.mark.parametrize("box", ["for_name", "for_uscc", "for_id_number", "until_y", "until_m", "until_d"])
def test_odd_text_about_the_principal_is_never_an_error(world, clerk, box, value):
    whole = {"acts_for": "person", "for_name": "张婷", "for_id_number": ID_ZHANG, **UNTIL}
    for acts_for in ("organisation", "person"):
        answer = come(clerk, **{**whole, "acts_for": acts_for, box: value})
        assert answer.status_code in (302, 409, 422)
        assert "<script>" not in text_of(answer)


# -- checked while typed -----------------------------------------------------


def said(client, **typed):
    return text_of(client.post("/window/walk-in/person/", typed, headers={"HX-Request": "true"}))


def test_the_boxes_are_checked_while_they_are_typed(world, clerk):
    assert "登记过" in said(clerk, name="张婷", id_number=ID_ZHANG)
    assert "另一个姓名" in said(clerk, name="张挺", id_number=ID_ZHANG)
    assert "第一次来" in said(clerk, name="李红", id_number=ID_NEW)
    assert "对不上" in said(clerk, name="李红", id_number=ID_NEW[:-1] + "8")
    assert "手机" in said(clerk, name="", id_number="", phone="123")
    known = said(clerk, id_number=ID_ZHANG)
    assert "138****0018" in known and ID_ZHANG not in known and "您" not in known
    assert said(clerk) == said(clerk, name="李红") and "icon" not in said(clerk)


def test_nobody_asks_about_people_by_address_or_without_the_post(world, clerk):
    assert clerk.get(f"/window/walk-in/person/?id_number={ID_ZHANG}").status_code == 405
    for account in ("market1", "zhangting", "zhoutao"):
        answer = sign_in(world, account).post("/window/walk-in/person/", {"id_number": ID_ZHANG})
        assert answer.status_code == 403


# -- the desk ----------------------------------------------------------------


@pytest.fixture
def draft(world, clerk):
    come(clerk, name="张婷", id_number=ID_ZHANG)
    return Draft.objects.get()


def desk(client, draft, **more):
    draft.refresh_from_db()
    data = {**FORM, "_shown": list(FORM), "version": draft.version, **more}
    return client.post(reverse("window-desk", args=[draft.pk]), data)


def test_scans_come_with_the_form_and_go_into_the_case(world, clerk, draft):
    answer = desk(clerk, draft, **{"file.floor-plan": [scan("一.png"), scan("二.png")], "save": "1"})
    assert answer.status_code == 302
    assert "一.png" in text_of(clerk.get(answer.url)) and draft.files.count() == 2
    desk(clerk, draft, file="1", **{"file.premises-proof": scan()})
    case = Application.objects.get()
    codes = sorted(case.files.values_list("material_code", flat=True))
    assert codes == ["floor-plan", "floor-plan", "premises-proof"]
    assert "看影像 2" in text_of(clerk.get(reverse("window-case", args=[case.number])))


def test_a_scan_that_is_refused_says_why_and_everything_else_is_kept(world, clerk, draft):
    bad = SimpleUploadedFile("坏.pdf", b"no pdf at all", "application/pdf")
    answer = desk(clerk, draft, file="1", **{"file.floor-plan": [scan("好.png"), bad], "shop-name": "汤记"})
    page = text_of(answer)
    assert answer.status_code == 422
    assert "没有收下，填的都存了" in page and 'value="汤记"' in page
    assert [f.file.name for f in draft.files.select_related("file")] == ["好.png"]
    assert not Application.objects.exists()


@pytest.mark.parametrize("box", ["file.no-such", "file.", "other", "file.\x00"])
def test_a_file_for_nothing_is_left_alone(world, clerk, draft, box):
    assert desk(clerk, draft, **{box: scan()}).status_code == 302
    assert not draft.files.exists()


def test_the_answers_change_at_the_desk_and_what_was_typed_stays(world, clerk, draft):
    answer = desk(clerk, draft, answers="1", **{"q.scale": "small", "shop-name": "汤记"})
    draft.refresh_from_db()
    assert answer.status_code == 302 and draft.answers == {"scale": "small"} and draft.form["shop-name"] == "汤记"
    assert "消防" not in text_of(clerk.get(answer.url))
    desk(clerk, draft, answers="1", **{"q.scale": "gigantic"})
    draft.refresh_from_db()
    assert draft.answers == {"scale": "small"}


def test_two_clerks_file_the_same_draft_once(world, clerk, draft):
    other = sign_in(world, "chenjing")
    version = draft.version
    first = desk(clerk, draft, file="1")
    second = other.post(
        reverse("window-desk", args=[draft.pk]), {**FORM, "_shown": list(FORM), "version": version, "file": "1"}
    )
    assert first.url == second.url and Application.objects.count() == 1


# -- papers brought in after a correction, and papers to print ---------------


def test_scans_of_brought_papers_are_optional_and_a_bad_one_holds_the_answer_back(world, clerk):
    case = file_case(world)
    intake.receive(actor=world.clerk, number=case.number)
    for code in ("floor-plan", "premises-proof"):
        intake.check_material(
            actor=world.clerk, number=case.number, material_code=code, state="wrong", note="缺页", seen="awaiting"
        )
    correcting.ask_correction(actor=world.clerk, number=case.number)
    address = reverse("window-answer", args=[case.number])
    bad = SimpleUploadedFile("坏.pdf", b"no pdf at all", "application/pdf")
    answer = clerk.post(
        address, {"file.floor-plan": scan("新图.png"), "file.premises-proof": bad, "file.id-card": scan()}
    )
    page = text_of(answer)
    assert answer.status_code == 422 and "别的都存了" in page
    case.refresh_from_db()
    assert case.state == CaseState.CORRECTING
    assert list(case.files.values_list("material_code", flat=True)) == ["floor-plan"]
    assert clerk.post(address).status_code == 302
    case.refresh_from_db()
    assert case.state == CaseState.RECEIVED
    assert (
        sorted(case.materials.filter(state="awaiting").values_list("material_code", flat=True))[0] == "application-form"
    )


def test_the_receipt_is_offered_for_printing_once_it_is_made(world, clerk):
    from foundation.outbox.operations import deliver_due

    case = file_case(world)
    intake.receive(actor=world.clerk, number=case.number)
    address = reverse("window-papers", args=[case.number])
    waiting = text_of(clerk.get(address))
    assert "正在生成" in waiting and f'hx-get="{address}"' in waiting
    deliver_due()
    made = text_of(clerk.get(address))
    paper = case.papers.get(kind="receipt")
    assert "打印" in made and reverse("paper", args=[paper.pk]) in made and "hx-get" not in made
    assert clerk.get(reverse("paper", args=[paper.pk])).status_code == 200
    assert clerk.get(reverse("window-papers", args=["no-such"])).status_code == 404
    assert sign_in(world, "market1").get(address).status_code == 403
