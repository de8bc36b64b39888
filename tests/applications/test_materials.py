"""传材料: order, turning, joining and taking apart, replacing; room; and what another hand did meanwhile."""

import io
import re
from pathlib import Path

import pikepdf
import pytest
from django.urls import reverse
from PIL import Image

from applications.models import Draft, MaterialFile
from applications.operations import drafting, submission, uploading
from foundation.errors import Conflict, Refused
from foundation.files.checks import FileRefused
from foundation.files.operations import path_of
from tests.applications.applying import begin, photo
from tests.applications.world import FORM

pytestmark = pytest.mark.django_db
PLAN = "floor-plan"


def picture(colour: str, size: tuple[int, int] = (60, 40)) -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    out.seek(0)
    return out


@pytest.fixture
def draft(world) -> Draft:
    return drafting.start_draft(actor=world.zhang, matter_code="noodle-shop", answers={"scale": "large"})


def add(world, draft, name="a.jpg", upload=None, **extra) -> MaterialFile:
    return uploading.attach(
        actor=world.zhang,
        draft_id=draft.pk,
        material_code=PLAN,
        upload=upload or picture("red"),
        name=name,
        **extra,
    )


def names(draft) -> list[str]:
    return [row.file.name for row in draft.files.filter(material_code=PLAN).select_related("file")]


def test_files_stand_in_the_order_they_came_and_in_the_order_given(world, draft):
    rows = [add(world, draft, f"{n}.jpg") for n in (1, 2, 3)]
    assert names(draft) == ["1.jpg", "2.jpg", "3.jpg"]
    order = [rows[2].pk, rows[0].pk, rows[1].pk]
    uploading.arrange(actor=world.zhang, draft_id=draft.pk, material_code=PLAN, order=order)
    assert names(draft) == ["3.jpg", "1.jpg", "2.jpg"]
    add(world, draft, "4.jpg")
    assert names(draft)[-1] == "4.jpg"


@pytest.mark.parametrize("order", [[], [0], ["all", "all"], ["all but one"]])
def test_an_order_of_other_files_than_are_there_changes_nothing(world, draft, order):
    rows = [add(world, draft, f"{n}.jpg").pk for n in (1, 2)]
    asked = {"all": rows, "all but one": rows[:1]}
    given = [pk for part in order for pk in asked.get(part, [part])]
    with pytest.raises(Conflict):
        uploading.arrange(actor=world.zhang, draft_id=draft.pk, material_code=PLAN, order=given)
    assert names(draft) == ["1.jpg", "2.jpg"]


def test_a_photo_and_a_pdf_turn_by_a_quarter_and_the_kept_file_stays(world, draft):
    row = add(world, draft)
    before = row.file
    uploading.turn(actor=world.zhang, draft_id=draft.pk, file_id=row.pk)
    row.refresh_from_db()
    assert (row.file.width, row.file.height) == (40, 60)
    assert row.file_id != before.pk
    with Image.open(path_of(before)) as kept:
        assert kept.size == (60, 40)
    add(world, draft, "b.jpg")
    whole = uploading.join(actor=world.zhang, draft_id=draft.pk, material_code=PLAN)
    uploading.turn(actor=world.zhang, draft_id=draft.pk, file_id=whole.pk, quarters=3)
    whole.refresh_from_db()
    with pikepdf.open(path_of(whole.file)) as pdf:
        assert [page.get("/Rotate") for page in pdf.pages] == [270, 270]


def test_photos_become_one_pdf_in_their_order_and_come_back(world, draft):
    for colour in ("red", "green", "blue"):
        add(world, draft, f"{colour}.jpg", picture(colour, (60, 40) if colour != "green" else (40, 60)))
    whole = uploading.join(actor=world.zhang, draft_id=draft.pk, material_code=PLAN)
    assert [(row.file.media_type, row.file.pages) for row in draft.files.all()] == [("application/pdf", 3)]
    with pikepdf.open(path_of(whole.file)) as pdf:
        lying = [float(page.mediabox[2]) > float(page.mediabox[3]) for page in pdf.pages]
    assert lying == [True, False, True]
    add(world, draft, "later.jpg")
    uploading.split(actor=world.zhang, draft_id=draft.pk, file_id=whole.pk)
    assert names(draft) == ["red.jpg", "green.jpg", "blue.jpg", "later.jpg"]


def test_transparent_and_deep_pictures_join_with_pdfs(world, draft):
    for mode in ("RGBA", "P", "I;16", "1"):
        out = io.BytesIO()
        Image.new("L", (30, 30), 200).convert(mode).save(out, "PNG")
        out.seek(0)
        add(world, draft, f"{mode[0]}.png", out)
    whole = uploading.join(actor=world.zhang, draft_id=draft.pk, material_code=PLAN)
    add(world, draft, "more.jpg")
    again = uploading.join(actor=world.zhang, draft_id=draft.pk, material_code=PLAN)
    assert (whole.file.pages, again.file.pages) == (4, 5)


def test_one_file_is_not_joined_and_what_was_sent_whole_is_not_taken_apart(world, draft):
    row = add(world, draft)
    with pytest.raises(Refused, match="只有一个文件"):
        uploading.join(actor=world.zhang, draft_id=draft.pk, material_code=PLAN)
    with pytest.raises(Refused, match="拆不开"):
        uploading.split(actor=world.zhang, draft_id=draft.pk, file_id=row.pk)


def test_a_new_file_takes_the_place_of_the_old_one_and_a_refused_one_does_not(world, draft):
    rows = [add(world, draft, f"{n}.jpg") for n in (1, 2, 3)]
    with pytest.raises(FileRefused):
        add(world, draft, "bad.svg", replaces=rows[1].pk)
    assert names(draft) == ["1.jpg", "2.jpg", "3.jpg"]
    add(world, draft, "new.jpg", replaces=rows[1].pk)
    assert names(draft) == ["1.jpg", "new.jpg", "3.jpg"]
    with pytest.raises(MaterialFile.DoesNotExist):
        add(world, draft, "late.jpg", replaces=rows[1].pk)


def test_a_draft_has_only_so_much_room(world, draft, monkeypatch):
    monkeypatch.setattr(uploading, "DRAFT_BYTES", 3000)
    add(world, draft)
    with pytest.raises(Refused, match="300 MB"):
        add(world, draft, upload=io.BytesIO(photo().getvalue() * 10))
    monkeypatch.setattr(uploading, "FILES_PER_MATERIAL", 1)
    with pytest.raises(Refused, match="最多 1 个文件"):
        add(world, draft)


def test_nothing_changes_in_somebody_elses_draft_or_after_sending(world, draft):
    row = add(world, draft)
    with pytest.raises(Draft.DoesNotExist):
        uploading.turn(actor=world.stranger, draft_id=draft.pk, file_id=row.pk)
    with pytest.raises(Draft.DoesNotExist):
        uploading.attach(
            actor=world.stranger, draft_id=draft.pk, material_code=PLAN, upload=picture("red"), name="a.jpg"
        )
    drafting.fill_in(actor=world.zhang, draft_id=draft.pk, version=1, values=FORM)
    submission.submit(actor=world.zhang, draft_id=draft.pk)
    for act in (uploading.turn, uploading.detach, uploading.split):
        with pytest.raises(Conflict, match="已经提交"):
            act(actor=world.zhang, draft_id=draft.pk, file_id=row.pk)


def test_the_page_does_all_of_it_with_buttons_alone(world, zhang):
    draft = begin(zhang)

    def press(name: str, **data):
        return zhang.post(reverse(name, args=[draft.pk]), {"material": PLAN, **data}, follow=True)

    page = press("draft-attach", files=[photo("一.jpg"), photo("二.jpg")]).content.decode()
    first, second = draft.files.values_list("pk", flat=True)
    assert f'value="{second},{first}"' in page
    assert "合成一份 PDF" in page
    page = press("draft-arrange", order=f"{second},{first}").content.decode()
    assert page.index("二.jpg") < page.index("一.jpg")
    assert names(draft) == ["二.jpg", "一.jpg"]
    press("draft-turn", file=first)
    assert draft.files.get(pk=first).file.width == 30
    press("draft-attach", replace=first, files=[photo("三.jpg")])
    assert names(draft) == ["二.jpg", "三.jpg"]
    page = press("draft-join").content.decode()
    assert "拆开" in page
    whole = draft.files.get()
    small = zhang.get(reverse("file-preview", args=[whole.pk]))
    assert (small.status_code, small["Content-Type"]) == (200, "image/jpeg")
    press("draft-split", file=whole.pk)
    assert names(draft) == ["二.jpg", "三.jpg"]


def test_an_order_from_an_old_page_is_answered_with_the_page_as_it_is(world, zhang):
    draft = begin(zhang)
    zhang.post(reverse("draft-attach", args=[draft.pk]), {"material": PLAN, "files": [photo(), photo()]})
    url = reverse("draft-arrange", args=[draft.pk])
    for order in ("", "1,2", "x,y", "9" * 300):
        answer = zhang.post(url, {"material": PLAN, "order": order}, headers={"HX-Request": "true"})
        assert answer.status_code == 409
        assert "别的页面改过" in answer.content.decode()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "status", "word"), [(30, 422, "其实是|打不开|空|30"), (32, 413, "太大"), (100, 413, "太大")]
)
def test_a_body_too_large_is_answered_in_words_and_kept_nowhere(world, zhang, size, status, word):
    draft = begin(zhang)
    large = io.BytesIO(b"%PDF-1.7\n" + bytes(size * 1024 * 1024))
    large.name = "大.pdf"
    answer = zhang.post(reverse("draft-attach", args=[draft.pk]), {"material": PLAN, "files": [large]})
    assert answer.status_code == status
    assert re.search(word, answer.content.decode())
    assert not draft.files.exists()


def test_a_page_that_takes_no_files_takes_no_large_body(world, zhang):
    draft = begin(zhang)
    assert zhang.post(reverse("draft-turn", args=[draft.pk]), {"file": "1" * 3_000_000}).status_code == 413


def test_every_page_that_takes_files_says_so():
    """A view that reads files without the mark would refuse every one larger than two megabytes."""
    views = Path(uploading.__file__).parent.parent / "views"
    reading = [path for path in views.glob("*.py") if "request.FILES" in path.read_text()]
    assert reading
    assert [path.name for path in reading if "@takes_files(" not in path.read_text()] == []
