"""代填 (W11): the window types for somebody without a phone; they read, sign, and the code of the sheet files the case."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from applications.confirming import code_of_case, confirmation_code, needs_sheet
from applications.filling import kept
from applications.models import Application, Draft
from applications.operations import drafting, intake
from applications.operations.walk_in import Someone, begin
from applications.states import SignedHow
from foundation.errors import Refused
from foundation.outbox.models import Outbox
from matters.plan import scheme
from tests.applications.world import FORM, World
from tests.matters.pdf_text import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
ID_LI = "320724196503120022"


def typed(world: World, phone: str = "") -> Draft:
    """李红 stands at the window; the clerk has filled in the form for her."""
    visitor = Someone(name="李红", id_number=ID_LI, phone=phone)
    draft = begin(actor=world.clerk, matter_code="noodle-shop", answers={"scale": "large"}, visitor=visitor)
    values = FORM | {"applicant-name": "李红", "applicant-id-number": ID_LI, "applicant-phone": "13800000066"}
    return drafting.fill_in(actor=world.clerk, draft_id=draft.pk, version=draft.version, values=values)


def code_on(draft: Draft) -> str:
    """The code that the sheet carries now."""
    draft.refresh_from_db()
    found = scheme(drafting.plan_for(draft), draft.answers, frozenset(draft.commitments))
    return confirmation_code(draft.code, draft.answers, kept(found, draft.form))


def file(world: World, draft: Draft, confirmation: str) -> Application:
    return intake.file_at_window(actor=world.clerk, draft_id=draft.pk, confirmation=confirmation)


def test_without_the_code_of_a_signed_sheet_it_is_not_filed(world: World) -> None:
    with pytest.raises(Refused, match="代填确认单") as refusal:
        file(world, typed(world), "")
    assert refusal.value.field == "confirmation"


def test_with_the_code_it_is_filed_recorded_as_typed_for_and_the_sheet_is_kept(world: World) -> None:
    draft = typed(world)
    case = file(world, draft, code_on(draft))
    assert case.confirmed_how == SignedHow.PAPER
    assert code_of_case(case) == confirmation_code(draft.code, case.answers, case.form)
    assert "窗口代填，申请人签了代填确认单" in case.events.get(kind="submitted").text
    assert Outbox.objects.filter(kind="paper", payload__kind="filled-form").exists()


@pytest.mark.parametrize("written", [" {} ", "{}", "-{}"])
def test_the_code_is_read_as_people_write_it(world: World, written: str) -> None:
    draft = typed(world)
    assert file(world, draft, written.format(code_on(draft).lower())).confirmed_how == SignedHow.PAPER


def test_a_change_after_signing_asks_for_another_signature(world: World) -> None:
    draft = typed(world)
    signed = code_on(draft)
    drafting.fill_in(
        actor=world.clerk, draft_id=draft.pk, version=draft.version, values={**draft.form, "shop-name": "另一个名字"}
    )
    with pytest.raises(Refused, match="对不上"):
        file(world, draft, signed)
    assert file(world, draft, code_on(draft)).number


def test_changed_answers_ask_for_another_signature_too(world: World) -> None:
    draft = typed(world)
    signed = code_on(draft)
    drafting.answer(actor=world.clerk, draft_id=draft.pk, version=draft.version, answers={"scale": "small"})
    assert code_on(draft) != signed


def test_who_has_a_phone_or_fills_in_at_home_signs_no_sheet(world: World) -> None:
    with_phone = typed(world, phone="13800000066")
    assert not needs_sheet(with_phone)
    assert file(world, with_phone, "").confirmed_how == ""
    own = drafting.start_draft(actor=world.zhang, matter_code="noodle-shop", answers={"scale": "large"})
    Person.objects.filter(user=world.users["zhangting"]).update(phone="", phone_index="")
    assert not needs_sheet(Draft.objects.get(pk=own.pk))


def test_two_people_with_the_same_words_have_two_codes(world: World) -> None:
    assert confirmation_code("A", {}, {"x": "1"}) != confirmation_code("B", {}, {"x": "1"})


def test_from_the_desk_to_the_printed_sheet_to_the_case(world: World, clerk: Client) -> None:
    draft = typed(world)
    page = clerk.get(reverse("window-desk", args=[draft.pk])).content.decode()
    assert "代填确认单" in page
    sheet = clerk.get(reverse("window-desk-sheet", args=[draft.pk]))
    words = text_of(sheet.content)
    assert sheet["Content-Type"] == "application/pdf"
    assert code_on(draft) in words and "灌河面馆" in words and "李敏" in words
    sent = {**draft.form, "version": draft.version, "file": "1"}
    refused = clerk.post(reverse("window-desk", args=[draft.pk]), sent)
    assert refused.status_code == 422 and "灌河面馆" in refused.content.decode()
    draft.refresh_from_db()
    code = code_on(draft)
    filed = clerk.post(reverse("window-desk", args=[draft.pk]), sent | {"version": draft.version, "confirmation": code})
    assert filed.status_code == 302 and "/window/3207" in filed["Location"]


def test_the_sheet_belongs_to_the_draft_alone(world: World, clerk: Client, zhang: Client) -> None:
    draft = typed(world)
    assert zhang.get(reverse("window-desk-sheet", args=[draft.pk])).status_code == 403
    file(world, draft, code_on(draft))
    assert clerk.get(reverse("window-desk-sheet", args=[draft.pk])).status_code == 404
