"""What a file really is, and whether it may be kept. Structure is looked at before anything is decoded or inflated."""

import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foundation.errors import Refused
from foundation.files import packages

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ofd": "application/ofd",
}
FAMILIES = {media_type: family for family, media_type in MEDIA_TYPES.items()}
LOOK_SECONDS = 40  # of waiting for a look in a process of its own, which is itself limited in computing and memory
IMAGE_FAULTS = {
    "large": "这张图片太大（超过 4000 万像素），请缩小再传。",
    "broken": "这张图片打不开，可能没有传完整，请重新拍或重新保存再传。",
}
PDF_FAULTS = {
    "encrypted": "这个 PDF 加了密，请去掉密码再传。",
    "long": "这个 PDF 超过 500 页，请拆开再传。",
    "empty": "这个 PDF 里没有页面。",
    "script": "这个 PDF 里带有脚本，请打印成普通 PDF 再传。",
    "starts": "这个 PDF 会启动别的程序，请打印成普通 PDF 再传。",
    "sends": "这个 PDF 会往外发送数据，请打印成普通 PDF 再传。",
    "carries": "这个 PDF 里夹着附件，请把附件去掉，或者打印成普通 PDF 再传。",
    "form": "这个 PDF 是带程序的表单（XFA），请打印成普通 PDF 再传。",
    "broken": "这个 PDF 打不开，可能没有传完整，请重新导出再传。",
}
# What people really send although it cannot be taken, and what they can do about it.
HINTS = {
    "doc": "旧版 Word 文件（.doc）不能交，请另存为 .docx 或 PDF 再传。",
    "wps": "WPS 文件请另存为 .docx 或 PDF 再传。",
    "xls": "旧版 Excel 文件（.xls）不能交，请另存为 .xlsx 或 PDF 再传。",
    "docm": "带宏的文件（.docm）不能交，请另存为 .docx 再传。",
    "xlsm": "带宏的表格（.xlsm）不能交，请另存为 .xlsx 再传。",
    "heic": "HEIC 照片别的电脑打不开，请在手机“设置→相机→格式”里选“兼容性最佳”再拍，或者截一张图再传。",
    "tif": "TIFF 图片请另存为 JPG 或 PDF 再传。",
    "bmp": "BMP 图片请另存为 JPG 再传。",
    "zip": "压缩包不能交，请解开以后一个一个传。",
    "rar": "压缩包不能交，请解开以后一个一个传。",
    "7z": "压缩包不能交，请解开以后一个一个传。",
    "svg": "SVG 图片里可能带有程序，不能交，请导出成 PNG 再传。",
    "html": "网页不能交，请打印成 PDF 再传。",
}
ALIASES = {"jpeg": "jpg", "heif": "heic", "tiff": "tif", "htm": "html"}
MAGIC = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"PK\x03\x04", "zip"),
    (b"MZ", "程序"),
    (b"\x7fELF", "程序"),
    (b"GIF8", "GIF 动图"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"\x1f\x8b", "压缩包"),
    (b"\xd0\xcf\x11\xe0", "旧版或加了密的 Office 文件"),
)
REAL = {"pdf": "PDF", "jpg": "JPG 图片", "png": "PNG 图片", "zip": "压缩包"}
PDF_HEADER_WITHIN = 1024  # scanners put bytes of their own before %PDF-; readers search the first kilobyte
ALLOWED = "可以交 PDF、JPG、PNG、OFD、DOCX、XLSX 文件"
TWO_THINGS = "这个文件同时是两种文件，不能收，请用原来的程序另存一次再传。"


class FileRefused(Refused):
    """The file is not kept; the message says why and what to do instead."""


@dataclass(frozen=True)
class Findings:
    """What a look found: points of a picture or scan, pages of a PDF, whether there is nothing to see."""

    family: str
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    blank: bool = False


def extension(name: str) -> str:
    """The family that a file name claims: jpeg counts as jpg."""
    ending = Path(name).suffix.lower().lstrip(".")
    return ALIASES.get(ending, ending)


def check(path: Path, name: str) -> Findings:
    """Look into the file at `path`, uploaded as `name`. Raises FileRefused.

    A picture is written anew in its place: upright, without EXIF, place and comments. A preview is left beside it.
    """
    family = extension(name)
    if family not in MEDIA_TYPES:
        hint = HINTS.get(family)
        raise FileRefused(f"“{name[:60]}”没有收下：{hint}" if hint else f"“{name[:60]}”不能交，{ALLOWED}。")
    wanted = "zip" if family in packages.NEEDED_PARTS else family
    real = _sniff(path)
    if real != wanted:
        said = f"其实是{REAL.get(real, real)}" if real else f"的内容不是 .{family}"
        raise FileRefused(f"“{name[:60]}”{said}，和 .{family} 对不上，请用原来的程序另存后再传。")
    if wanted == "zip":
        return _package(path, family)
    if zipfile.is_zipfile(path):
        raise FileRefused(TWO_THINGS)
    return looked_at(path, family)


def looked_at(path: Path, family: str, quarters: int = 0) -> Findings:
    """Look into a picture or a PDF in a process of its own, turning it by `quarters` to the right. Raises FileRefused."""
    if family == "pdf":
        found = run("pdf.py", PDF_FAULTS, path, str(quarters))
    else:
        found = run("image.py", IMAGE_FAULTS, path, family, str(quarters))
    del found["word"]
    return Findings(family, **found)


def run(program: str, faults: dict[str, str], path: Path, *more: str) -> dict[str, Any]:
    """Run one of our lookers on the file. One that dies of its limits, or too late, means a broken file."""
    command = [sys.executable, "-I", str(Path(__file__).with_name(program)), str(path), *more]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LOOK_SECONDS)
    except subprocess.TimeoutExpired:
        raise FileRefused(faults["broken"]) from None
    found: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 and done.stdout else {"word": "broken"}
    if found["word"] != "ok":
        raise FileRefused(faults[found["word"]])
    return found


def _sniff(path: Path) -> str:
    """The family by the first bytes, a word for what else is known, or nothing. Two kinds in one count as neither."""
    with path.open("rb") as file:
        head = file.read(PDF_HEADER_WITHIN)
    known = next((family for magic, family in MAGIC if head.startswith(magic)), "")
    if known:
        return known
    before, header, _ = head.partition(b"%PDF-")
    if header and b"<" not in before:
        return "pdf"
    return "网页" if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"<!")) else ""


def _package(path: Path, family: str) -> Findings:
    fault = packages.fault(path, family)
    if fault:
        raise FileRefused(packages.FAULTS[fault].format(family=family))
    return Findings(family)
