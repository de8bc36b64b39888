"""Taking a file in: streamed to disk under a random name, hashed on the way, looked at before it is kept."""

import hashlib
import secrets
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from foundation.files.checks import MEDIA_TYPES, FileRefused, check, without_traces
from foundation.files.models import StoredFile

MAX_BYTES = 30 * 1024 * 1024
CHUNK = 256 * 1024


def store(upload: BinaryIO, *, name: str, by: int | None) -> StoredFile:
    """Keep an uploaded file. `name` as the browser sent it. Raises FileRefused with a sentence for the person.

    Photos are written anew without EXIF; the hash is that of the file as kept. A file whose row rolls back is
    swept later; a row never points at nothing.
    """
    name = Path(name.replace("\\", "/")).name.replace("\r", "").replace("\n", "").strip()[-200:] or "文件"
    target = _fresh_path()
    try:
        _copy(upload, target)
        family = check(target, name)
        if family in ("jpg", "png"):
            without_traces(target, family)
        return _row(target, name, MEDIA_TYPES[family], by)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def keep(content: bytes, *, name: str, media_type: str) -> StoredFile:
    """Keep a file that the portal itself made."""
    target = _fresh_path()
    target.write_bytes(content)
    return _row(target, name, media_type, None)


def path_of(stored: StoredFile) -> Path:
    """Where the file lies."""
    return Path(settings.FILE_ROOT) / stored.path


def _fresh_path() -> Path:
    name = secrets.token_hex(16)
    folder = Path(settings.FILE_ROOT) / name[:2]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
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


def _row(target: Path, name: str, media_type: str, by: int | None) -> StoredFile:
    digest, size = hashlib.sha256(), 0
    with target.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return StoredFile.objects.create(
        name=name,
        size=size,
        media_type=media_type,
        sha256=digest.hexdigest(),
        path=str(target.relative_to(settings.FILE_ROOT)),
        uploaded_by_id=by,
    )
