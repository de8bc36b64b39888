"""DOCX, XLSX and OFD: zip packages of XML. The directory is judged first; of the parts only XML heads are inflated."""

import struct
import zipfile
from pathlib import Path, PurePosixPath
from xml.parsers import expat

OFFICE = "[Content_Types].xml"
NEEDED_PARTS = {"docx": {OFFICE, "word/document.xml"}, "xlsx": {OFFICE, "xl/workbook.xml"}, "ofd": {"OFD.xml"}}
MACROS = ("vbaproject.bin", "/macrosheets/", "/activex/")  # in lower case; the older kind lies in sheets of its own
# Spreadsheets behind charts are real; archives, programs and wrapped objects are how mail viruses travel.
CARRIED = (".zip", ".rar", ".7z", ".gz", ".tar", ".jar", ".exe", ".dll", ".js", ".vbs", ".bat", ".cmd", ".scr", ".docm")
WRAPPED = "oleobject"
MAX_ENTRIES, MAX_INFLATED, MAX_RATIO = 1000, 200 * 1024 * 1024, 100
CHUNK, LONGEST_RELATIONS = 64 * 1024, 2 * 1024 * 1024
LINK = "/hyperlink"  # the one outside target that a reader opens by a click and no program by itself

FAULTS = {
    "broken": "这个文件打不开，可能没有传完整，请重新保存再传。",
    "encrypted": "这个文件加了密，请去掉密码再传。",
    "macro": "这个文件带有宏，请另存为不带宏的 .{family} 再传。",
    "strange": "这个文件不是正常的 .{family}，请用原来的程序另存一次再传。",
    "outside": "这个文件里的路径指到文件外面去了，不能收，请用原来的程序另存一次再传。",
    "link": "这个文件里带有快捷链接文件，不能收，请用原来的程序另存一次再传。",
    "carries": "这个文件里还夹着别的文件（压缩包或程序），请把它们去掉再传。",
    "many": "这个文件里的部件太多，请打印成 PDF 再传。",
    "inflated": "这个文件展开后太大，请拆开或打印成 PDF 再传。",
    "entity": "这个文件的内容要到别处去取数据，不能收，请打印成 PDF 再传。",
}


class _Enough(Exception):
    """The root element has begun: what may stand before it has been seen."""


def fault(path: Path, family: str) -> str | None:
    """Why this package is not kept, a key of FAULTS; None for a good one."""
    try:
        with zipfile.ZipFile(path) as package:
            found = _directory_fault(package.infolist(), family)
            return found or _parts_fault(package)
    except (zipfile.BadZipFile, expat.ExpatError, OSError, ValueError, NotImplementedError, struct.error, EOFError):
        return "broken"


def _directory_fault(entries: list[zipfile.ZipInfo], family: str) -> str | None:
    names = {entry.filename for entry in entries}
    lower = [name.lower() for name in names]
    inflated = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    checks = (
        ("encrypted", any(entry.flag_bits & 1 for entry in entries)),
        ("macro", any(part in name for name in lower for part in MACROS)),
        ("outside", any(_leads_out(name) for name in names)),
        ("link", any((entry.external_attr >> 16) & 0o170000 == 0o120000 for entry in entries)),
        ("strange", not NEEDED_PARTS[family] <= names or len(names) != len(entries)),
        ("carries", any(name.endswith(CARRIED) or WRAPPED in name for name in lower)),
        ("many", len(entries) > MAX_ENTRIES),
        ("inflated", inflated > MAX_INFLATED or inflated / packed > MAX_RATIO),
    )
    return next((word for word, holds in checks if holds), None)


def _leads_out(name: str) -> bool:
    """Whether an entry's name could end up outside of the folder it is unpacked into, on any system."""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in name or "\x00" in name


def _parts_fault(package: zipfile.ZipFile) -> str | None:
    """Document types and entities have no place in these formats; outside targets only as links to click on."""
    for entry in package.infolist():
        if entry.filename.endswith(".rels"):
            if entry.file_size > LONGEST_RELATIONS or _fetches(package.read(entry)):
                return "entity"
        elif entry.filename.endswith(".xml") and _declares(package, entry):
            return "entity"
    return None


def _declares(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Whether the XML has a document type; it can only stand before the root element."""
    reader = expat.ParserCreate()
    doctype: list[str] = []

    def stop(*found: object) -> None:
        raise _Enough

    def declared(name: str, *found: object) -> None:
        doctype.append(name)
        raise _Enough

    reader.StartElementHandler = stop
    reader.StartDoctypeDeclHandler = declared
    with package.open(entry) as part:
        try:
            while chunk := part.read(CHUNK):
                reader.Parse(chunk)
            reader.Parse(b"", True)  # no root element at all: the reader says so
        except _Enough:
            return bool(doctype)
    return False


def _fetches(relations: bytes) -> bool:
    """Whether opening the document fetches something from elsewhere: a template, a picture, an object."""
    outside: list[str] = []

    def relation(name: str, attributes: dict[str, str]) -> None:
        if attributes.get("TargetMode", "").lower() == "external" and not attributes.get("Type", "").endswith(LINK):
            outside.append(name)

    def declared(*found: object) -> None:
        outside.append("doctype")
        raise _Enough

    reader = expat.ParserCreate()
    reader.StartElementHandler = relation
    reader.StartDoctypeDeclHandler = declared
    try:
        reader.Parse(relations, True)
    except _Enough:
        return True
    return bool(outside)
