"""再办一次 (E1, E2): refused or granted in part, the next try begins with everything that was handed in."""

from io import BytesIO

import pytest
from django.test import Client

from applications.models import Application, Draft
from applications.operations import drafting, intake, refiling, submission, uploading, withdrawal
from foundation.errors import Conflict
from tests.applications.browsing import sign_in, text_of
from tests.applications.world import FORM, World, check_all, decide, file_case
from tests.foundation.zoo import photo

pytestmark = pytest.mark.django_db


def with_papers(world: World) -> Application:
    """An accepted noodle shop with a photo for each paper asked for."""
    draft = drafting.start_draft(actor=world.zhang, matter_code="noodle-shop", answers={"scale": "large"})
    draft = drafting.fill_in(actor=world.zhang, draft_id=draft.pk, version=draft.version, values=FORM)
    for width, code in ((800, "premises-proof"), (900, "floor-plan")):
        upload = BytesIO(photo(width))
        uploading.attach(actor=world.zhang, draft_id=draft.pk, material_code=code, upload=upload, name=f"{code}.jpg")
    case = submission.submit(actor=world.zhang, draft_id=draft.pk)
    intake.receive(actor=world.clerk, number=case.number)
    check_all(world, case)
    intake.accept(actor=world.clerk, number=case.number)
    case.refresh_from_db()
    return case


def refused_in_part(world: World) -> Application:
    """The licence refused; registration, fire check and sign granted."""
    case = with_papers(world)
    decide(world, case, "registration")
    decide(world, case, "food-licence", "refuse")
    case.refresh_from_db()
    if case.choice_open:
        withdrawal.choose(actor=world.zhang, number=case.number, go_on=True)
    decide(world, case, "fire-check")
    decide(world, case, "sign-filing")
    case.refresh_from_db()
    return case


def held(draft: Draft) -> set[str]:
    return set(draft.files.values_list("material_code", flat=True))


def test_after_a_refusal_answers_words_and_every_paper_come_along(world: World) -> None:
    case = refused_in_part(world)
    draft = refiling.file_again(actor=world.zhang, number=case.number)
    assert draft.answers == case.answers
    assert draft.form["shop-name"] == "灌河面馆"
    assert held(draft) == {"premises-proof", "floor-plan"}
    assert set(draft.files.values_list("file_id", flat=True)) == set(case.files.values_list("file_id", flat=True))
    assert all(one.source for one in draft.files.all())
    assert case.files.count() == 2  # nothing was taken away from the first


def test_the_draft_can_be_sent(world: World) -> None:
    case = refused_in_part(world)
    draft = refiling.file_again(actor=world.zhang, number=case.number)
    again = submission.submit(actor=world.zhang, draft_id=draft.pk, duplicate_reason="没有通过的补好了")
    assert again.number != case.number
    assert again.files.count() == 2


def test_what_runs_or_was_granted_whole_is_not_filed_again(world: World) -> None:
    case = with_papers(world)
    with pytest.raises(Conflict, match="不用再办"):
        refiling.file_again(actor=world.zhang, number=case.number)
    for item in ("registration", "food-licence", "fire-check", "sign-filing"):
        decide(world, case, item)
    with pytest.raises(Conflict, match="不用再办"):
        refiling.file_again(actor=world.zhang, number=case.number)


def test_after_withdrawing_it_may_begin_again(world: World) -> None:
    case = with_papers(world)
    withdrawal.withdraw(actor=world.zhang, number=case.number)
    assert held(refiling.file_again(actor=world.zhang, number=case.number)) == {"premises-proof", "floor-plan"}


def test_a_stranger_takes_nothing_along(world: World) -> None:
    case = refused_in_part(world)
    with pytest.raises(Application.DoesNotExist):
        refiling.file_again(actor=world.stranger, number=case.number)


def test_from_the_page_of_the_case_to_the_draft(world: World, zhang: Client) -> None:
    case = refused_in_part(world)
    assert "再办一次" in text_of(zhang.get(f"/my/{case.number}/"))
    page = text_of(zhang.post(f"/my/{case.number}/again/", follow=True))
    assert "都带过来了" in page
    running = file_case(world)
    assert "再办一次" not in text_of(zhang.get(f"/my/{running.number}/"))
    assert "不用再办" in text_of(zhang.post(f"/my/{running.number}/again/", follow=True))
    assert sign_in(world, "stranger").post(f"/my/{case.number}/again/").status_code == 404
