"""Viruses: a scanner that speaks clamd's protocol on a real socket; down, slow or strange it never lets a file out."""

import io
import socketserver
import struct
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from applications.models import MaterialFile
from applications.operations import drafting
from foundation.files.checks import FileRefused
from foundation.files.models import Scan, StoredFile
from foundation.files.operations import path_of, preview_of, store
from foundation.files.sweeping import scan_waiting, sweep_unused
from tests.applications.world import World, build_world
from tests.foundation.zoo import pdf, photo

pytestmark = pytest.mark.django_db
SIGNATURE = b"X5O!P%@AP"  # the beginning of EICAR's test file


class Clamd(socketserver.StreamRequestHandler):
    """INSTREAM as clamd answers it; `server.answer` overrides what it says, an empty one hangs up."""

    def handle(self) -> None:
        assert self.rfile.readline().strip() == b"nINSTREAM"
        content = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        found = "stream: Eicar-Test-Signature FOUND" if SIGNATURE in content else "stream: OK"
        answer = self.server.answer if self.server.answer is not None else found
        if answer:
            self.wfile.write(answer.encode() + b"\n")


class Engine(socketserver.ThreadingTCPServer):
    answer: str | None = None


@pytest.fixture
def clamd(settings) -> Iterator[Engine]:
    with Engine(("127.0.0.1", 0), Clamd) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.VIRUS_SCANNER = f"tcp://127.0.0.1:{server.server_address[1]}"
        yield server
        server.shutdown()


def send(content: bytes | None = None, name: str = "a.pdf") -> StoredFile:
    return store(io.BytesIO(content or pdf()), name=name, by=None)


def test_a_clean_file_is_marked_and_a_virus_refused(clamd):
    assert send().scan == Scan.CLEAN
    with pytest.raises(FileRefused, match="病毒"):
        send(pdf() + b"%" + SIGNATURE)
    assert StoredFile.objects.count() == 1


@pytest.mark.parametrize("answer", ["", "INSTREAM size limit exceeded. ERROR", "stream: odd", "what?"])
def test_an_engine_without_an_answer_leaves_the_file_in_quarantine_until_it_has_one(clamd, answer):
    clamd.answer = answer
    stored = send()
    assert (stored.scan, stored.may_leave) == (Scan.WAITING, False)
    assert scan_waiting() == 1
    clamd.answer = None
    assert scan_waiting() == 0
    stored.refresh_from_db()
    assert stored.may_leave


def test_an_engine_that_is_down_stops_nobody(settings):
    settings.VIRUS_SCANNER = "tcp://127.0.0.1:9"
    assert send(photo(), "a.jpg").scan == Scan.WAITING
    settings.VIRUS_SCANNER = "unix:///nowhere/clamd.ctl"
    assert send().scan == Scan.WAITING
    settings.VIRUS_SCANNER = ""
    assert send().scan == Scan.NONE


def test_a_file_in_quarantine_can_be_sent_and_not_opened(clamd, client):
    world: World = build_world()
    draft = drafting.start_draft(actor=world.zhang, matter_code="noodle-shop", answers={"scale": "large"})
    clamd.answer = ""
    row = MaterialFile.objects.create(draft=draft, material_code="floor-plan", file=send())
    client.force_login(world.users["zhangting"])
    assert client.get(f"/files/{row.pk}/").status_code == 404
    assert client.get(f"/files/{row.pk}/preview/").status_code == 404
    assert "等查毒" in client.get(f"/drafts/{draft.pk}/materials/").content.decode()
    clamd.answer = None
    scan_waiting()
    assert client.get(f"/files/{row.pk}/").status_code == 200


def test_what_nothing_points_at_goes_after_two_days_with_its_preview():
    world: World = build_world()
    draft = drafting.start_draft(actor=world.zhang, matter_code="noodle-shop", answers={"scale": "large"})
    held, lost, fresh = send(), send(), send()
    MaterialFile.objects.create(draft=draft, material_code="floor-plan", file=held)
    old = timezone.now() - timedelta(hours=49)
    StoredFile.objects.filter(pk__in=[held.pk, lost.pk]).update(created_at=old)
    assert preview_of(lost).is_file()
    call_command("sweep_files")
    assert not path_of(lost).exists()
    assert not preview_of(lost).exists()
    assert set(StoredFile.objects.all()) == {held, fresh}
    assert sweep_unused() == 0
