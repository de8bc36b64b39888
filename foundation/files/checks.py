"""What a file really is, and whether it may be kept. Structure is looked at before anything is decoded or inflated."""

import struct
import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath

from foundation.errors import Refused

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ofd": "application/ofd",
}
OFFICE = "[Content_Types].xml"
NEEDED_PARTS = {"docx": {OFFICE, "word/document.xml"}, "xlsx": {OFFICE, "xl/workbook.xml"}, "ofd": {"OFD.xml"}}
MACROS = ("vbaproject.bin", "/macrosheets/")  # in lower case; the older kind lies in sheets of its own
LOOK_SECONDS = 40  # of waiting for a look in a process of its own, which is itself limited in computing and memory
IMAGE_FAULTS = {
    "large": "这张图片太大（超过 4000 万像素），请缩小再传。",
    "broken": "这张图片打不开，可能没有传完整，请重新拍或重新保存再传。",
}
PDF_FAULTS = {
    "encrypted": "这个 PDF 加了密，请去掉密码再传。",
    "long": "这个 PDF 超过 500 页，请拆开再传。",
    "empty": "这个 PDF 里没有页面。",
    "active": "这个 PDF 里带有脚本、附件或可提交的表单，请打印成普通 PDF 再传。",
    "broken": "这个 PDF 打不开，可能没有传完整，请重新导出再传。",
}
PDF_HEADER_WITHIN = 1024  # scanners put bytes of their own before %PDF-; readers search the first kilobyte
MAX_ENTRIES, MAX_INFLATED, MAX_RATIO = 1000, 200 * 1024 * 1024, 100
ALLOWED = "可以交 PDF、JPG、PNG、OFD、DOCX、XLSX 文件"


class FileRefused(Refused):
    """The file is not kept; the message says why and what to do instead."""


def extension(name: str) -> str:
    """The family that a file name claims: jpeg counts as jpg."""
    ending = Path(name).suffix.lower().lstrip(".")
    return "jpg" if ending == "jpeg" else ending


def check(path: Path, name: str) -> str:
    """Look into the file at `path`, uploaded as `name`; return its family. Raises FileRefused.

    A picture is written anew in its place: upright, without EXIF, place and comments.
    """
    family = extension(name)
    if family not in MEDIA_TYPES:
        raise FileRefused(f"“{name[:60]}”不能交，{ALLOWED}。")
    if _sniff(path) != ("zip" if family in NEEDED_PARTS else family):
        raise FileRefused(f"“{name[:60]}”的内容不是 .{family}，请用原来的程序另存后再传。")
    if family in NEEDED_PARTS:
        _check_package(path, family)
    elif family == "pdf":
        _look("pdf.py", PDF_FAULTS, path)
    else:
        _look("image.py", IMAGE_FAULTS, path, family)
    return family


def _sniff(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(PDF_HEADER_WITHIN)
    for magic, family in ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"PK\x03\x04", "zip")):
        if head.startswith(magic):
            return family
    return "pdf" if b"%PDF-" in head else ""


def _look(program: str, faults: dict[str, str], path: Path, *more: str) -> None:
    """Run one of our lookers on the file. One that dies of its limits, or too late, means a broken file."""
    command = [sys.executable, "-I", str(Path(__file__).with_name(program)), str(path), *more]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LOOK_SECONDS)
    except subprocess.TimeoutExpired:
        raise FileRefused(faults["broken"]) from None
    word = done.stdout if done.returncode == 0 else "broken"
    if word != "ok":
        raise FileRefused(faults[word])


def _check_package(path: Path, family: str) -> None:
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error):
        raise FileRefused("这个文件打不开，可能没有传完整，请重新保存再传。") from None
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileRefused("这个文件加了密，请去掉密码再传。")
    names = {entry.filename for entry in entries}
    macro = any(part in name.lower() for name in names for part in MACROS)
    links = any((entry.external_attr >> 16) & 0o170000 == 0o120000 for entry in entries)
    if not NEEDED_PARTS[family] <= names or macro or links or any(_leads_out(name) for name in names):
        raise FileRefused(f"这个文件不是正常的 .{family}，或者带有宏，请另存为不带宏的文件再传。")
    inflated = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if len(entries) > MAX_ENTRIES or inflated > MAX_INFLATED or inflated / packed > MAX_RATIO:
        raise FileRefused("这个文件展开后太大，请拆开再传。")


def _leads_out(name: str) -> bool:
    """Whether an entry's name could end up outside of the folder it is unpacked into, on any system."""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in name
