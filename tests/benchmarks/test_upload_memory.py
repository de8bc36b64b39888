"""Memory while a file of 30 MB is taken in over HTTP: what the server and its look need above what they need at rest."""

import http.client
import os
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import img2pdf
import psutil
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from applications.operations import drafting
from foundation.files.operations import MAX_BYTES
from tests.applications.world import build_world

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MOST = 60  # MB
BORDER = "----boundary"


def scan_of_30_mb(folder: Path) -> Path:
    """Pages as a scanner makes them, until the next one would be too much."""
    picture = folder / "page.jpg"
    Image.frombytes("RGB", (1600, 2200), os.urandom(1600 * 2200 * 3)).save(picture, quality=60)
    count = (MAX_BYTES - 300_000) // picture.stat().st_size
    made = folder / "scan.pdf"
    made.write_bytes(img2pdf.convert([str(picture)] * count))
    if made.stat().st_size < MAX_BYTES - 4_000_000:  # one picture may be held once for all pages
        pages = []
        for number in range(count):
            page = folder / f"{number}.jpg"
            Image.frombytes("RGB", (1600, 2200), os.urandom(1600 * 2200 * 3)).save(page, quality=60)
            pages.append(str(page))
        made.write_bytes(img2pdf.convert(pages))
    return made


class Watch(threading.Thread):
    """The largest memory of this process and of its children, above what it was at the start, in MB."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.me, self.on = psutil.Process(), True
        self.rest = self.me.memory_info().rss
        self.own = self.all = 0.0

    def run(self) -> None:
        while self.on:
            own = self.me.memory_info().rss - self.rest
            children = 0
            for child in self.me.children(recursive=True):
                try:
                    children += child.memory_full_info().uss if "foundation/files" in " ".join(child.cmdline()) else 0
                except psutil.Error:
                    continue  # it ended between being listed and being asked
            self.own, self.all = max(self.own, own / 2**20), max(self.all, (own + children) / 2**20)
            time.sleep(0.005)


def send(live: str, path: str, cookies: str, fields: dict[str, str], file: Path) -> int:
    """POST one file as a browser does, never holding it whole."""
    head = "".join(
        f'--{BORDER}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    head += f'--{BORDER}\r\nContent-Disposition: form-data; name="files"; filename="{file.name}"\r\n\r\n'
    tail = f"\r\n--{BORDER}--\r\n"
    server = urlsplit(live)
    link = http.client.HTTPConnection(server.hostname or "", server.port)
    link.putrequest("POST", path)
    link.putheader("Content-Type", f"multipart/form-data; boundary={BORDER}")
    link.putheader("Content-Length", str(len(head.encode()) + file.stat().st_size + len(tail)))
    link.putheader("Cookie", cookies)
    link.endheaders()
    link.send(head.encode())
    with file.open("rb") as content:
        while chunk := content.read(64 * 1024):
            link.send(chunk)
    link.send(tail.encode())
    return link.getresponse().status


def test_thirty_megabytes_need_no_more_than_sixty(live_server, tmp_path):
    world = build_world()
    draft = drafting.start_draft(actor=world.zhang, matter_code="noodle-shop", answers={"scale": "large"})
    client = Client()
    client.force_login(world.users["zhangting"])
    token = "a" * 32
    cookies = f"sessionid={client.cookies['sessionid'].value}; csrftoken={token}"
    path = reverse("draft-attach", args=[draft.pk])
    fields = {"csrfmiddlewaretoken": token, "material": "floor-plan"}
    small = tmp_path / "small.pdf"
    Image.new("RGB", (100, 100)).save(small)
    assert send(live_server.url, path, cookies, fields, small) == 302  # everything is loaded now
    large = scan_of_30_mb(tmp_path)
    assert large.stat().st_size > MAX_BYTES - 4_000_000
    watch = Watch()
    watch.start()
    began = time.monotonic()
    status = send(live_server.url, path, cookies, fields, large)
    seconds = time.monotonic() - began
    watch.on = False
    watch.join()
    print(
        f"{large.stat().st_size / 2**20:.1f} MB in {seconds:.1f} s: server {watch.own:.0f} MB, with its look {watch.all:.0f} MB"
    )
    assert status == 302
    assert draft.files.count() == 2
    assert watch.all <= MOST
