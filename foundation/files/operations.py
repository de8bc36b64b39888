"""Taking a file in: streamed to disk under a random name, hashed on the way, looked at before it is kept."""

import hashlib
import os
import secrets
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from foundation.files.checks import MEDIA_TYPES, FileRefused, check
from foundation.files.models import StoredFile

MAX_BYTES = 30 * 1024 * 1024
CHUNK = 256 * 1024
NAME_LENGTH, ENDING_LENGTH = 200, 10
UNWANTED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # controls, turns of direction, halves of characters, line ends
ORPHAN_SECONDS = 48 * 3600


def store(upload: BinaryIO, *, name: str, by: int | None) -> StoredFile:
    """Keep an uploaded file. `name` as the browser sent it. Raises FileRefused with a sentence for the person.

    Photos are written anew without EXIF; the hash is that of the file as kept. A file whose row rolls back is
    swept later; a row never points at nothing.
    """
    name = shown_name(name)
    target = _fresh_path()
    try:
        _copy(upload, target)
        family = check(target, name)
        return _row(target, name, MEDIA_TYPES[family], by)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def keep(content: bytes, *, name: str, media_type: str) -> StoredFile:
    """Keep a file that the portal itself made."""
    target = _fresh_path()
    try:
        target.write_bytes(content)
        return _row(target, name, media_type, None)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def shown_name(sent: str) -> str:
    """A file name as text to show: without folders, unseen characters and overlength; the ending stays."""
    name = "".join(c for c in sent if unicodedata.category(c) not in UNWANTED)
    name = name.replace("\\", "/").rpartition("/")[2].strip()
    if len(name) > NAME_LENGTH:
        ending = Path(name).suffix[:ENDING_LENGTH]
        name = name[: NAME_LENGTH - len(ending)] + ending
    return name or "文件"


def path_of(stored: StoredFile) -> Path:
    """Where the file lies."""
    return Path(settings.FILE_ROOT) / stored.path


def _fresh_path() -> Path:
    name = secrets.token_hex(16)
    folder = Path(settings.FILE_ROOT) / name[:2]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / name).touch(mode=0o600, exist_ok=False)
    return folder / name


def _copy(upload: BinaryIO, target: Path) -> None:
    size = 0
    with target.open("wb") as out:
        while chunk := upload.read(CHUNK):
            size += len(chunk)
            if size > MAX_BYTES:
                raise FileRefused("这个文件超过 30 MB，请压缩或者拆开再传。")
            out.write(chunk)
    if size == 0:
        raise FileRefused("这个文件是空的，请重新选一个。")


def _digest(path: Path) -> tuple[str, int]:
    """SHA-256 and size of a file that is on the disk for good: a row must not outlive a power cut without its file."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        os.fsync(file.fileno())
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def _row(target: Path, name: str, media_type: str, by: int | None) -> StoredFile:
    sha256, size = _digest(target)
    return StoredFile.objects.create(
        name=name,
        size=size,
        media_type=media_type,
        sha256=sha256,
        path=str(target.relative_to(settings.FILE_ROOT)),
        uploaded_by_id=by,
    )


def sweep_orphans() -> int:
    """Delete files that no row names and that are older than two days: their transaction rolled back. Returns how many.

    Two days are longer than any transaction or request, so a file that is just being taken in is never swept.
    """
    swept = 0
    old = time.time() - ORPHAN_SECONDS
    for folder in Path(settings.FILE_ROOT).glob("[0-9a-f][0-9a-f]"):
        aged = [path for path in folder.iterdir() if path.stat().st_mtime < old]
        paths = {f"{folder.name}/{path.name}": path for path in aged}
        named = set(StoredFile.objects.filter(path__in=paths).values_list("path", flat=True))
        for path in paths.keys() - named:
            paths[path].unlink()
            swept += 1
    return swept


def faults(*, hashes: bool) -> Iterator[tuple[StoredFile, str]]:
    """Rows whose file is 缺失 (not there) or, with `hashes`, 改动 (not what was stored). Reads every file then."""
    for stored in StoredFile.objects.order_by("created_at").iterator():
        path = path_of(stored)
        if not path.is_file() or (not hashes and path.stat().st_size != stored.size):
            yield stored, "改动" if path.is_file() else "缺失"
        elif hashes and _digest(path)[0] != stored.sha256:
            yield stored, "改动"
