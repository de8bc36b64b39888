"""What a file really is, and whether it may be kept. Structure is looked at before anything is decoded or inflated."""

import subprocess
import sys
import zipfile
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from foundation.errors import Refused

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ofd": "application/ofd",
}
NEEDED_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "ofd": "OFD.xml"}
MAX_PIXELS = 40_000_000
IMAGE_FORMATS = ("JPEG", "PNG")
PDF_LOOK = Path(__file__).with_name("pdf.py")
PDF_SECONDS = 20  # of waiting; the look itself is limited to 10 of computing and 1 GB
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
    """Look into the file at `path`, uploaded as `name`; return its family. Raises FileRefused."""
    family = extension(name)
    if family not in MEDIA_TYPES:
        raise FileRefused(f"“{name[:60]}”不能交，{ALLOWED}。")
    if _sniff(path) != ("zip" if family in NEEDED_PART else family):
        raise FileRefused(f"“{name[:60]}”的内容不是 .{family}，请用原来的程序另存后再传。")
    if family == "pdf":
        _check_pdf(path)
    elif family in NEEDED_PART:
        _check_package(path, family)
    else:
        _check_image(path)
    return family


def _sniff(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(PDF_HEADER_WITHIN)
    for magic, family in ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"PK\x03\x04", "zip")):
        if head.startswith(magic):
            return family
    return "pdf" if b"%PDF-" in head else ""


def _check_pdf(path: Path) -> None:
    try:
        look = subprocess.run(
            [sys.executable, "-I", str(PDF_LOOK), str(path)], capture_output=True, text=True, timeout=PDF_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise FileRefused(PDF_FAULTS["broken"]) from None
    word = look.stdout.strip() if look.returncode == 0 else "broken"
    if word != "ok":
        raise FileRefused(PDF_FAULTS[word])


def _check_package(path: Path, family: str) -> None:
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise FileRefused("这个文件打不开，可能没有传完整，请重新保存再传。") from None
    names = {entry.filename for entry in entries}
    inflated = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    unsafe = any(n.startswith("/") or ".." in n.split("/") or n.endswith("vbaProject.bin") for n in names)
    links = any((entry.external_attr >> 16) & 0o170000 == 0o120000 for entry in entries)
    if NEEDED_PART[family] not in names or unsafe or links:
        raise FileRefused(f"这个文件不是正常的 .{family}，或者带有宏，请另存为不带宏的文件再传。")
    if len(entries) > MAX_ENTRIES or inflated > MAX_INFLATED or inflated / packed > MAX_RATIO:
        raise FileRefused("这个文件展开后太大，请拆开再传。")


def _check_image(path: Path) -> None:
    try:
        with Image.open(path, formats=IMAGE_FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise FileRefused("这张图片太大（超过 4000 万像素），请缩小再传。")
            image.verify()
    except Image.DecompressionBombError:
        raise FileRefused("这张图片太大（超过 4000 万像素），请缩小再传。") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise FileRefused("这张图片打不开，可能没有传完整，请重新拍或重新保存再传。") from None


def without_traces(path: Path, family: str) -> None:
    """Write a photo anew, upright and without EXIF or place. Raises FileRefused when its pixels are broken."""
    try:
        with Image.open(path, formats=IMAGE_FORMATS) as image:
            image.load()
            upright = ImageOps.exif_transpose(image)
            # Colours and transparency belong to the picture; everything else that rides along is left behind.
            keep = {key: upright.info[key] for key in ("icc_profile", "transparency") if key in upright.info}
            upright.info.clear()
            if family == "jpg":
                keep.pop("transparency", None)
                if upright.mode not in ("RGB", "L"):
                    keep, upright = {}, upright.convert("RGB")
                upright.save(path, "JPEG", quality=90, **keep)
            else:
                upright.save(path, "PNG", **keep)
    except (OSError, SyntaxError, ValueError):
        raise FileRefused("这张图片不完整，请重新拍或重新保存再传。") from None
