"""补传的文件: turned and joined on the phone like those of a draft; what was filed before stays as it was filed."""

import io
from collections.abc import Iterator

import pytest
import time_machine
from django.urls import reverse
from PIL import Image

from applications.models import Application, MaterialFile
from applications.operations import added_files, correcting, drafting, intake, submission, uploading
from foundation.errors import Refused
from foundation.files.operations import path_of
from tests.applications.world import FORM, World

pytestmark = pytest.mark.django_db
PROOF = "premises-proof"


def wide(name: str = "证明.jpg") -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, "JPEG")
    out.seek(0)
    out.name = name
    return out


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-03-02 09:30 +0800", tick=False) as traveller:
        yield traveller


@pytest.fixture
def case(world: World, clock: time_machine.Traveller) -> Application:
    """One file was filed; an hour later the notice asks for the paper again."""
    draft = drafting.start_draft(actor=world.zhang, matter_code="noodle-shop", answers={"scale": "large"})
    draft = drafting.fill_in(actor=world.zhang, draft_id=draft.pk, version=draft.version, values=FORM)
    uploading.attach(actor=world.zhang, draft_id=draft.pk, material_code=PROOF, upload=wide("旧.jpg"), name="旧.jpg")
    made = submission.submit(actor=world.zhang, draft_id=draft.pk)
    clock.shift(3600)
    intake.receive(actor=world.clerk, number=made.number)
    intake.check_material(actor=world.clerk, number=made.number, material_code=PROOF, state="wrong", note="缺页")
    correcting.ask_correction(actor=world.clerk, number=made.number)
    made.refresh_from_db()
    return made


def add(world: World, case: Application, name: str) -> MaterialFile:
    return correcting.attach_to_case(
        actor=world.zhang, number=case.number, material_code=PROOF, upload=wide(name), name=name
    )


def size(row: MaterialFile) -> tuple[int, int]:
    row.refresh_from_db()
    with Image.open(path_of(row.file)) as image:
        return image.size


def test_an_added_file_is_turned_and_one_that_was_filed_is_not(world: World, case: Application) -> None:
    filed, added = case.files.get(), add(world, case, "新.jpg")
    added_files.turn_added(actor=world.zhang, number=case.number, file_id=added.pk)
    assert (size(added), size(filed)) == ((40, 60), (60, 40))
    with pytest.raises(MaterialFile.DoesNotExist):
        added_files.turn_added(actor=world.zhang, number=case.number, file_id=filed.pk)


def test_added_files_become_one_pdf_beside_what_was_filed(world: World, case: Application) -> None:
    filed = case.files.get()
    add(world, case, "一.jpg")
    with pytest.raises(Refused, match="只有一个"):
        added_files.join_added(actor=world.zhang, number=case.number, material_code=PROOF)
    add(world, case, "二.jpg")
    whole = added_files.join_added(actor=world.zhang, number=case.number, material_code=PROOF)
    assert (whole.file.media_type, whole.file.pages) == ("application/pdf", 2)
    assert set(case.files.values_list("pk", flat=True)) == {filed.pk, whole.pk}


def test_a_stranger_and_a_closed_notice_change_nothing(world: World, case: Application) -> None:
    added = add(world, case, "新.jpg")
    with pytest.raises(Application.DoesNotExist):
        added_files.turn_added(actor=world.actor("stranger"), number=case.number, file_id=added.pk)
    correcting.answer_correction(actor=world.zhang, number=case.number)
    intake.check_material(actor=world.clerk, number=case.number, material_code=PROOF, state="received")
    with pytest.raises((Refused, MaterialFile.DoesNotExist)):
        added_files.turn_added(actor=world.zhang, number=case.number, file_id=added.pk)


@pytest.mark.parametrize("by", ["", "true"])
def test_both_on_the_page_with_and_without_scripts(zhang, world: World, case: Application, by: str) -> None:
    one, _ = add(world, case, "一.jpg"), add(world, case, "二.jpg")
    headers = {"HX-Request": by} if by else {}
    turned = zhang.post(
        reverse("correction-turn", args=[case.number]), {"material": PROOF, "file": one.pk}, headers=headers
    )
    assert turned.status_code == (200 if by else 302)
    joined = zhang.post(reverse("correction-join", args=[case.number]), {"material": PROOF}, headers=headers)
    assert joined.status_code == (200 if by else 302)
    page = zhang.get(reverse("answer-correction", args=[case.number])).content.decode()
    assert "合并.pdf" in page
    again = zhang.post(reverse("correction-join", args=[case.number]), {"material": PROOF}, headers=headers)
    assert again.status_code == 422
