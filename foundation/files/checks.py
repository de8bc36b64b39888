"""What a file really is, and whether it may be kept. Structure is looked at before anything is decoded or inflated."""

import zipfile
from pathlib import Path

import pikepdf
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
MAX_PAGES = 500
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
        head = file.read(16)
    for magic, family in ((b"%PDF-", "pdf"), (b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"PK\x03\x04", "zip")):
        if head.startswith(magic):
            return family
    return ""


def _check_pdf(path: Path) -> None:
    try:
        with pikepdf.open(path) as pdf:
            if pdf.is_encrypted:
                raise FileRefused("这个 PDF 加了密，请去掉密码再传。")
            if len(pdf.pages) > MAX_PAGES:
                raise FileRefused(f"这个 PDF 超过 {MAX_PAGES} 页，请拆开再传。")
            if len(pdf.pages) == 0:
                raise FileRefused("这个 PDF 里没有页面。")
            _refuse_active(pdf)
    except pikepdf.PasswordError:
        raise FileRefused("这个 PDF 加了密，请去掉密码再传。") from None
    except pikepdf.PdfError:
        raise FileRefused("这个 PDF 打不开，可能没有传完整，请重新导出再传。") from None


def _refuse_active(pdf: pikepdf.Pdf) -> None:
    for thing in pdf.objects:
        if not isinstance(thing, pikepdf.Dictionary):
            continue
        active = thing.get("/S") in ("/JavaScript", "/Launch") or "/JS" in thing or "/EmbeddedFiles" in thing
        if active or thing.get("/Type") == "/EmbeddedFile" or "/AA" in thing:
            raise FileRefused("这个 PDF 里带有脚本或附件，请打印成普通 PDF 再传。")


def _check_package(path: Path, family: str) -> None:
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
    except zipfile.BadZipFile:
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
        with Image.open(path) as image:
            if image.width * image.height > MAX_PIXELS:
                raise FileRefused("这张图片太大（超过 4000 万像素），请缩小再传。")
            image.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        raise FileRefused("这张图片打不开，可能没有传完整，请重新拍或重新保存再传。") from None


def without_traces(path: Path, family: str) -> None:
    """Write a photo anew, upright and without EXIF or place. Raises FileRefused when its pixels are broken."""
    try:
        with Image.open(path) as image:
            image.load()
            upright = ImageOps.exif_transpose(image)
            upright.info.clear()
            if family == "jpg":
                upright.convert("RGB").save(path, "JPEG", quality=90)
            else:
                upright.save(path, "PNG")
    except (OSError, SyntaxError, ValueError):
        raise FileRefused("这张图片不完整，请重新拍或重新保存再传。") from None
