"""Taking a file in: streamed to disk under a random name, hashed on the way, looked at before it is kept.

Kept files never change: turned or joined they are new files with rows of their own.
"""

import hashlib
import os
import secrets
import shutil
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from foundation.files.checks import FAMILIES, MEDIA_TYPES, FileRefused, Findings, check, looked_at, run
from foundation.files.models import Scan, StoredFile
from foundation.files.scanning import scan

MAX_BYTES = 30 * 1024 * 1024
PREVIEW = ".preview"  # beside the file: a small picture of it, made by the look
JOIN_FAULTS = {
    "long": "合起来超过 500 页，请分成两份。",
    "broken": "有一页没能合进去，请把这一页重新拍或重新导出再试。",
}
CHUNK = 256 * 1024
NAME_LENGTH, ENDING_LENGTH = 200, 10
UNWANTED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # controls, turns of direction, halves of characters, line ends


def store(upload: BinaryIO, *, name: str, by: int | None) -> StoredFile:
    """Keep an uploaded file. `name` as the browser sent it. Raises FileRefused with a sentence for the person.

    Photos are written anew without EXIF; the hash is that of the file as kept. A file whose row rolls back is
    swept later; a row never points at nothing.
    """
    name = shown_name(name)
    target = _fresh_path()
    try:
        _copy(upload, target)
        return _taken(target, name, check(target, name), by)
    except BaseException:
        drop(target)
        raise


def turned(stored: StoredFile, *, quarters: int, by: int | None) -> StoredFile:
    """The same picture or PDF turned to the right by `quarters` of 90°, as a new file. Raises FileRefused."""
    family = FAMILIES[stored.media_type]
    if family not in ("pdf", "jpg", "png"):
        raise FileRefused("只有图片和 PDF 能转。")
    target = _fresh_path()
    try:
        shutil.copyfile(path_of(stored), target)
        return _taken(target, stored.name, looked_at(target, family, quarters % 4), by)
    except BaseException:
        drop(target)
        raise


def joined(parts: Sequence[StoredFile], *, name: str, by: int | None) -> StoredFile:
    """One PDF of these pictures and PDFs, in this order. Raises FileRefused."""
    sources: list[str] = []
    for part in parts:
        family = FAMILIES[part.media_type]
        if family not in ("pdf", "jpg", "png"):
            raise FileRefused(f"“{part.name[:60]}”不是图片或 PDF，合不进去。")
        sources += [family, str(path_of(part))]
    target = _fresh_path()
    try:
        run("join.py", JOIN_FAULTS, target, *sources)
        if target.stat().st_size > MAX_BYTES:
            raise FileRefused("合起来超过 30 MB，请分成两份，或者把照片拍小一点。")
        return _taken(target, shown_name(name), looked_at(target, "pdf"), by)
    except BaseException:
        drop(target)
        raise


def _taken(target: Path, name: str, findings: Findings, by: int | None) -> StoredFile:
    verdict = scan(target)
    if verdict == Scan.INFECTED:
        raise FileRefused(f"“{name[:60]}”里查出病毒，没有收下。请先给电脑或手机杀毒，再换一份传。")
    return _row(target, name, MEDIA_TYPES[findings.family], by, findings, verdict)


def drop(path: Path) -> None:
    """Delete a file and its preview."""
    path.unlink(missing_ok=True)
    path.with_name(path.name + PREVIEW).unlink(missing_ok=True)


def keep(content: bytes, *, name: str, media_type: str) -> StoredFile:
    """Keep a file that the portal itself made."""
    target = _fresh_path()
    try:
        target.write_bytes(content)
        return _row(target, name, media_type, None)
    except BaseException:
        drop(target)
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


def preview_of(stored: StoredFile) -> Path:
    """Where its preview lies, if one was made."""
    path = path_of(stored)
    return path.with_name(path.name + PREVIEW)


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


def digest(path: Path) -> tuple[str, int]:
    """SHA-256 and size of a file that is on the disk for good: a row must not outlive a power cut without its file."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        os.fsync(file.fileno())
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def _row(
    target: Path,
    name: str,
    media_type: str,
    by: int | None,
    findings: Findings | None = None,
    verdict: Scan = Scan.NONE,
) -> StoredFile:
    sha256, size = digest(target)
    return StoredFile.objects.create(
        name=name,
        size=size,
        media_type=media_type,
        sha256=sha256,
        path=str(target.relative_to(settings.FILE_ROOT)),
        uploaded_by_id=by,
        width=findings.width if findings else None,
        height=findings.height if findings else None,
        pages=findings.pages if findings else None,
        blank=bool(findings and findings.blank),
        scan=verdict,
    )
