"""Files: the zoo, names as text only, hashes of what is kept, nothing left behind, no row that points at nothing."""

import hashlib
import io
import os
import stat
import subprocess
import sys
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from PIL import Image

from accounts.models import User
from foundation.files.checks import FileRefused
from foundation.files.models import StoredFile
from foundation.files.operations import PREVIEW, keep, path_of, store
from foundation.files.sweeping import sweep_orphans
from tests.foundation.zoo import BAD, GOOD, blank_picture, large_photo, nested_bomb, pdf, phone_photo, photo

pytestmark = pytest.mark.django_db
BIG = {"legal giant", "document bomb", "31 MB", "39 megapixels", "comment bomb", "20000 points square"}


def animals(zoo):
    return [pytest.param(name, marks=[pytest.mark.slow] if name in BIG else []) for name in zoo]


def on_disk(settings):
    """What lies there, previews of what lies there apart."""
    lying = sorted(p for p in Path(settings.FILE_ROOT).rglob("*") if p.is_file())
    previews = [p for p in lying if p.suffix == PREVIEW]
    assert {p.with_suffix("") for p in previews} <= set(lying)
    return [p for p in lying if p not in previews]


@pytest.mark.parametrize("animal", animals(GOOD))
def test_good_files_are_kept_whole(animal):
    name, make = GOOD[animal]
    sent = make()
    stored = store(BytesIO(sent), name=name, by=None)
    kept = path_of(stored).read_bytes()
    assert stored.sha256 == hashlib.sha256(kept).hexdigest()
    assert stored.size == len(kept)
    assert stored.name == name
    if not stored.media_type.startswith("image/"):
        assert kept == sent
    else:
        with Image.open(BytesIO(sent)) as before, Image.open(BytesIO(kept)) as after:
            assert sorted(before.size) == sorted(after.size)


@pytest.mark.filterwarnings("ignore::pikepdf.PageCopyWarning")
@pytest.mark.parametrize("animal", animals(BAD))
def test_bad_files_are_refused_in_words_and_leave_nothing(animal, settings):
    name, make, word = BAD[animal]
    with pytest.raises(FileRefused, match=word):
        store(BytesIO(make()), name=name, by=None)
    assert on_disk(settings) == []
    assert not StoredFile.objects.exists()


def test_the_zoo_is_large_enough_and_says_more_than_one_thing():
    assert len(GOOD) >= 20 <= len(BAD)
    assert len({word for _, _, word in BAD.values()}) >= 20


@pytest.mark.slow
@pytest.mark.parametrize(("ending", "make"), [("jpg", large_photo), ("pdf", nested_bomb)])
def test_a_hostile_file_neither_fattens_nor_stops_the_worker(ending, make, tmp_path):
    """Memory grown in the asking process, in MB, and seconds; what the look itself takes ends with it."""
    path = tmp_path / "sent"
    path.write_bytes(make())
    program = f"""
import resource, time
from pathlib import Path
from foundation.files.checks import FileRefused, check
began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    check(Path({str(path)!r}), "sent.{ending}")
except FileRefused:
    print("refused")
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, time.monotonic() - began)
"""
    asked = [sys.executable, "-c", program]
    done = subprocess.run(asked, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True)
    grown, seconds = done.stdout.split()[-2:]
    assert int(grown) < 50
    assert float(seconds) < 40


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\张婷\\合同.pdf", "合同.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie: x=1.pdf"),
        ("合\x00同.pdf", "合同.pdf"),
        ("invoice\u202efdp.exe.pdf", "invoicefdp.exe.pdf"),
        ("lone \ud800.pdf", "lone .pdf"),
        ("  a.pdf  ", "a.pdf"),
        ("长" * 255 + ".pdf", "长" * 196 + ".pdf"),
        ("<script>alert(1).pdf", "<script>alert(1).pdf"),
        ("a\tb\x7f\x85.pdf", "ab.pdf"),
    ],
)
def test_names_are_only_text(sent, kept, settings):
    stored = store(BytesIO(pdf()), name=sent, by=None)
    stored.refresh_from_db()
    assert stored.name == kept
    (lies,) = on_disk(settings)
    assert lies == path_of(stored)
    assert len(lies.name) == 32
    assert not set(lies.name) - set("0123456789abcdef")


@pytest.mark.parametrize("sent", ["", ".pdf", "..", "../", "\x00", "/"])
def test_a_name_without_an_ending_is_refused_and_never_an_error(sent):
    with pytest.raises(FileRefused, match="不能交"):
        store(BytesIO(pdf()), name=sent, by=None)


def test_only_the_portal_can_read_what_is_kept(settings):
    path = path_of(store(BytesIO(pdf()), name="a.pdf", by=None))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path_of(keep(b"%PDF", name="a.pdf", media_type="application/pdf")).stat().st_mode & 0o77 == 0


def test_a_photo_loses_place_camera_and_comment_and_stands_upright():
    stored = store(BytesIO(phone_photo()), name="a.jpg", by=None)
    kept = path_of(stored).read_bytes()
    assert b"Planted" in phone_photo()
    assert b"Planted" not in kept
    with Image.open(BytesIO(kept)) as image:
        assert (dict(image.getexif()), image.info.get("comment")) == ({}, None)
        assert image.size == (300, 400)
        red, white = image.getpixel((150, 50)), image.getpixel((150, 350))
    assert red[0] > 200 > 60 > red[1]
    assert min(white) > 200


def test_colours_and_transparency_stay():
    out = io.BytesIO()
    image = Image.new("P", (2, 2))
    image.putpalette([0, 0, 0, 255, 0, 0])
    image.save(out, "PNG", transparency=0, icc_profile=b"profile" * 30)
    stored = store(BytesIO(out.getvalue()), name="a.png", by=None)
    with Image.open(path_of(stored)) as kept:
        assert kept.info["transparency"] == 0
        assert kept.info["icc_profile"] == b"profile" * 30


def test_an_upload_that_breaks_off_leaves_nothing(settings):
    class BreaksOff(BytesIO):
        def read(self, size=-1):
            if self.tell():
                raise ConnectionResetError
            return super().read(1000)

    with pytest.raises(ConnectionResetError):
        store(BreaksOff(photo()), name="a.jpg", by=None)
    assert on_disk(settings) == []


def test_a_row_that_the_database_refuses_leaves_no_file(settings):
    with pytest.raises(Exception, match="too long"), transaction.atomic():
        keep(b"x", name="n" * 201, media_type="text/plain")
    assert on_disk(settings) == []


def age(path, **ago):
    moment = (timezone.now() - timedelta(**ago)).timestamp()
    os.utime(path, (moment, moment))


@pytest.mark.django_db(transaction=True)
def test_files_of_a_rolled_back_transaction_are_swept_after_two_days(settings):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        lost = path_of(store(BytesIO(pdf()), name="a.pdf", by=None))
        raise ZeroDivisionError
    kept = store(BytesIO(pdf()), name="b.pdf", by=None)
    age(path_of(kept), days=900)
    age(lost, hours=47)
    assert sweep_orphans() == 0
    age(lost, hours=49)
    assert sweep_orphans() == 1
    assert on_disk(settings) == [path_of(kept)]


def test_the_command_sweeps_and_names_what_is_missing_or_altered(settings):
    by = User.objects.create(username="zhangting", name="张婷").pk
    whole, altered, missing = (store(BytesIO(pdf()), name=f"{n}.pdf", by=by) for n in range(3))
    as_kept = path_of(altered).read_bytes()
    with path_of(altered).open("ab") as file:
        file.write(b" ")
    path_of(missing).unlink()
    stray = path_of(whole).with_name("f" * 32)
    stray.write_bytes(b"x")
    age(stray, days=3)
    said, wrong = StringIO(), StringIO()
    with pytest.raises(CommandError, match="2 个"):
        call_command("sweep_files", "--hashes", stdout=said, stderr=wrong)
    assert "清掉 1 个" in said.getvalue()
    assert f"缺失 {missing.pk}" in wrong.getvalue()
    assert f"改动 {altered.pk}" in wrong.getvalue()
    assert str(whole.pk) not in wrong.getvalue()
    path_of(altered).write_bytes(as_kept)
    StoredFile.objects.filter(pk=missing.pk).delete()
    call_command("sweep_files", "--hashes", stdout=said, stderr=wrong)


def test_the_sweep_needs_no_folder_yet(settings, tmp_path):
    settings.FILE_ROOT = tmp_path / "not yet"
    assert sweep_orphans() == 0


def test_a_picture_just_small_enough_is_kept():
    assert store(BytesIO(blank_picture(6320)), name="a.png", by=None).media_type == "image/png"
