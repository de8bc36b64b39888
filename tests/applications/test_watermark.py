"""水印: a copy used again says where it comes from, what for and until when; what is stored stays as it is."""

import hashlib
import io
from datetime import date

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from applications.models import MaterialFile
from applications.operations import drafting, uploading, vault
from foundation.files.operations import path_of, store
from tests.applications.applying import fill
from tests.applications.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
CARD = "id-card"


def picture(kind: str, size: tuple[int, int] = (900, 600)) -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", size, (240, 240, 235)).save(out, kind)
    out.seek(0)
    return out


def client_of(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.users[name])
    return client


def used_again(world: World, kind: str, name: str) -> MaterialFile:
    """A paper of 张婷's vault, taken into a fresh draft."""
    first = drafting.start_draft(actor=world.zhang, matter_code="noodle-shop", answers={"scale": "large"})
    row = uploading.attach(
        actor=world.zhang, draft_id=first.pk, material_code=CARD, upload=picture(kind, (900, 600)), name=name
    )
    vault.keep(actor=world.zhang, draft_id=first.pk, file_id=row.pk)
    vault.note_validity(actor=world.zhang, stored_id=row.file_id, valid_until=date(2027, 3, 1))
    second = drafting.start_draft(actor=world.zhang, matter_code="noodle-shop", answers={"scale": "large"})
    return vault.reuse(actor=world.zhang, draft_id=second.pk, material_code=CARD, stored_id=row.file_id)


def opened(world: World, row: MaterialFile) -> tuple[str, bytes]:
    answer = client_of(world, "zhangting").get(reverse("case-file", args=[row.pk]))
    assert answer.status_code == 200
    return answer.headers["Content-Type"], b"".join(answer.streaming_content)


def test_a_pdf_says_source_purpose_and_end_on_every_page(world: World) -> None:
    row = used_again(world, "PDF", "身份证.pdf")
    before = path_of(row.file).read_bytes()
    media_type, shown = opened(world, row)
    assert media_type == "application/pdf"
    with pypdfium2.PdfDocument(shown) as pdf:
        texts = [page.get_textpage().get_text_range() for page in pdf]
    assert all("材料库" in text and "仅用于" in text and "2027-03-01" in text for text in texts)
    assert path_of(row.file).read_bytes() == before
    assert hashlib.sha256(before).hexdigest() == row.file.sha256


@pytest.mark.parametrize(("kind", "name"), [("JPEG", "身份证.jpg"), ("PNG", "身份证.png")])
def test_a_picture_carries_the_mark_in_its_own_proportions(world: World, kind: str, name: str) -> None:
    row = used_again(world, kind, name)
    media_type, shown = opened(world, row)
    assert media_type == "image/jpeg"
    with Image.open(io.BytesIO(shown)) as image:
        assert image.size == (900, 600)
        reddish = sum(1 for r, g, _ in image.convert("RGB").get_flattened_data() if r - g > 15)
    assert reddish > 1000
    with Image.open(path_of(row.file)) as kept:
        assert max(r - g for r, g, _ in kept.convert("RGB").get_flattened_data()) < 8


def test_a_fresh_upload_is_shown_as_it_is(world: World) -> None:
    draft = fill(
        client_of(world, "zhangting"),
        drafting.start_draft(actor=world.zhang, matter_code="noodle-shop", answers={"scale": "large"}),
    )
    row = uploading.attach(
        actor=world.zhang, draft_id=draft.pk, material_code=CARD, upload=picture("PDF"), name="身份证.pdf"
    )
    assert opened(world, row)[1] == path_of(row.file).read_bytes()


def test_joined_and_taken_apart_again_it_keeps_its_source(world: World) -> None:
    row = used_again(world, "PDF", "身份证.pdf")
    assert row.draft_id is not None
    place = {"actor": world.zhang, "draft_id": row.draft_id}
    uploading.attach(**place, material_code=CARD, upload=picture("JPEG"), name="背面.jpg")
    whole = uploading.join(**place, material_code=CARD)
    assert whole.source == row.source
    assert whole.valid_until == date(2027, 3, 1)
    uploading.split(**place, file_id=whole.pk)
    sources = list(MaterialFile.objects.filter(draft_id=row.draft_id).values_list("source", flat=True))
    assert sources == [row.source, ""]


def test_a_file_that_takes_no_mark_is_shown_all_the_same(world: World) -> None:
    broken = store(picture("PDF"), name="x.pdf", by=None)
    path_of(broken).write_bytes(b"%PDF-1.4 cut off")
    draft = drafting.start_draft(actor=world.zhang, matter_code="noodle-shop", answers={"scale": "large"})
    row = uploading.take(
        actor=world.zhang, draft_id=draft.pk, material_code=CARD, stored=broken, source="材料库，只上传过"
    )
    assert opened(world, row)[1] == b"%PDF-1.4 cut off"
