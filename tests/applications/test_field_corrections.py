"""补正 of single fields (一栏): marked at the window, told once in the notice, changed by the applicant, traced."""

import pytest
from django.test import Client
from django.urls import reverse

from applications.models import Application, Correction, Event
from applications.operations import correcting, intake
from applications.states import CaseState
from foundation.errors import Conflict, Refused
from tests.applications.world import ID_ZHANG, World, check_all, file_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
AREA, NOTE = "premises-area", "和房产证上的不一样，请按证上的填"


@pytest.fixture
def case(world: World) -> Application:
    """Received, every paper looked at, one field to be changed."""
    case = intake.receive(actor=world.clerk, number=file_case(world).number)
    check_all(world, case)
    return correcting.mark_field(actor=world.clerk, number=case.number, field=AREA, note=NOTE)


def client_of(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.users[name])
    return client


def test_a_marked_field_is_in_the_one_notice_with_who_uses_it(world: World, case: Application) -> None:
    with pytest.raises(Conflict, match="1 栏标了要改"):
        intake.accept(actor=world.clerk, number=case.number)
    notice = correcting.ask_correction(actor=world.clerk, number=case.number)
    assert [(ask["field"], ask["text"]) for ask in notice.asks] == [(AREA, NOTE)]
    assert notice.asks[0]["departments"]
    case.refresh_from_db()
    assert (case.state, case.field_marks) == (CaseState.CORRECTING, {})


def test_a_mark_is_taken_back_and_then_nothing_is_asked(world: World, case: Application) -> None:
    correcting.mark_field(actor=world.clerk, number=case.number, field=AREA, note="")
    with pytest.raises(Refused, match="没有标为"):
        correcting.ask_correction(actor=world.clerk, number=case.number)
    assert intake.accept(actor=world.clerk, number=case.number).state == CaseState.ACCEPTED


def test_only_asked_fields_change_and_what_stood_there_is_kept(world: World, case: Application) -> None:
    correcting.ask_correction(actor=world.clerk, number=case.number)
    values = {AREA: "285", "shop-name": "别的店"}
    correcting.answer_correction(actor=world.zhang, number=case.number, values=values)
    case.refresh_from_db()
    assert (case.form[AREA], case.form["shop-name"]) == ("285", "灌河面馆")
    assert Correction.objects.get().corrected == {AREA: ["320", "285"]}
    assert case.form_before() == {AREA: "320"}
    line = Event.objects.get(application=case, kind="answered")
    assert "285" not in line.text + line.note


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("", "还没有填"), ("很大", "要填数字"), ("-3", "不能小于")],
)
def test_an_answer_that_does_not_fit_is_refused_at_its_box_and_kept(
    world: World, case: Application, typed: str, sentence: str
) -> None:
    correcting.ask_correction(actor=world.clerk, number=case.number)
    url = reverse("answer-correction", args=[case.number])
    page = client_of(world, "zhangting").post(url, {"_shown": AREA, AREA: typed})
    assert page.status_code == 422
    text = page.content.decode()
    assert sentence in text
    assert f'value="{typed}"' in text
    case.refresh_from_db()
    assert (case.state, case.form[AREA]) == (CaseState.CORRECTING, "320")


def test_the_citizen_answers_on_the_page_and_the_window_and_the_department_see_before_and_now(
    world: World, case: Application
) -> None:
    correcting.ask_correction(actor=world.clerk, number=case.number)
    zhang = client_of(world, "zhangting")
    track = zhang.get(reverse("track", args=[case.number])).content.decode()
    assert "改 1\u00a0栏" in track
    page = zhang.get(reverse("answer-correction", args=[case.number])).content.decode()
    assert NOTE in page
    assert 'value="320"' in page
    answer = zhang.post(reverse("answer-correction", args=[case.number]), {"_shown": AREA, AREA: "285"})
    assert answer.status_code == 302
    form = client_of(world, "limin").get(reverse("window-case", args=[case.number]) + "?tab=form").content.decode()
    assert "补正前：320" in form
    intake.accept(actor=world.clerk, number=case.number)
    task = next(one for one in case.tasks.all() if one.item_code == "food-licence")
    seen = client_of(world, "market1").get(reverse("task", args=[task.pk])).content.decode()
    assert "补正前：320" in seen


def test_at_the_window_the_clerk_types_what_the_applicant_says(world: World, case: Application) -> None:
    correcting.ask_correction(actor=world.clerk, number=case.number)
    limin = client_of(world, "limin")
    page = limin.get(reverse("window-case", args=[case.number])).content.decode()
    assert NOTE in page
    wrong = limin.post(reverse("window-answer", args=[case.number]), {"_shown": AREA, AREA: ""})
    assert wrong.status_code == 422
    done = limin.post(reverse("window-answer", args=[case.number]), {"_shown": AREA, AREA: "285"})
    assert done.status_code == 302
    case.refresh_from_db()
    assert (case.state, case.form[AREA]) == (CaseState.RECEIVED, "285")


def test_marking_is_the_windows_while_it_looks_at_the_case(world: World, case: Application) -> None:
    limin, url = client_of(world, "limin"), reverse("window-mark-field", args=[case.number])
    bare = limin.post(url + "?tab=form", {"field": AREA, "note": " "})
    assert (bare.status_code, "请写明怎么改" in bare.content.decode()) == (422, True)
    assert limin.post(url, {"field": "no-such", "note": "x"}).status_code == 422
    assert client_of(world, "zhangting").post(url, {"field": AREA, "note": "x"}).status_code == 403
    correcting.ask_correction(actor=world.clerk, number=case.number)
    assert limin.post(url, {"field": AREA, "note": "x"}).status_code == 409


def test_identity_numbers_stay_masked_in_before_and_now(world: World, case: Application) -> None:
    correcting.mark_field(actor=world.clerk, number=case.number, field="applicant-id-number", note="填错一位")
    correcting.ask_correction(actor=world.clerk, number=case.number)
    values = {AREA: "285", "applicant-id-number": "320724197508200018"}
    correcting.answer_correction(actor=world.zhang, number=case.number, values=values)
    page = client_of(world, "limin").get(reverse("window-case", args=[case.number]) + "?tab=form").content.decode()
    assert "320724197508200018" not in page
    assert ID_ZHANG not in page
    assert "补正前：" in page
