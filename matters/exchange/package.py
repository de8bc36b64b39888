"""Looks at an uploaded file before anything in it is read: what it is, and whether it stays small when unpacked."""

import io
import struct
import zipfile

from foundation.errors import Refused

UPLOAD_LIMIT = 10 * 1024 * 1024
ENTRY_LIMIT = 2000
UNPACKED_LIMIT = 64 * 1024 * 1024
# Everything but the sheets themselves is held in memory whole while reading; a catalogue needs an eighth of this.
PART_LIMIT = 8 * 1024 * 1024
WORKBOOK, YAML = "xlsx", "yaml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and every Office file with a password
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
BROKEN = "这个文件打不开，可能没有传完整，请重新保存再传。"


def kind_of(content: bytes) -> str:
    """WORKBOOK or YAML. Raises Refused with a sentence for who uploaded it.

    Sizes are those that the package declares; what reads an entry gets no more than it declares.
    """
    if len(content) > UPLOAD_LIMIT:
        raise Refused(too_large())
    if not content:
        raise Refused("这个文件是空的，请重新选一个。")
    if content.startswith(OLE):
        if ENCRYPTED in content:
            raise Refused("这个文件设了密码，请在 Excel 里去掉密码，另存为 .xlsx 再传。")
        raise Refused("这是旧版的 .xls 文件，请在 Excel 里另存为 .xlsx 再传。")
    if not content.startswith(b"PK"):
        raise Refused("这不是 Excel 工作簿（.xlsx），也不是目录的 YAML 压缩包（.zip）。请从“导出”得到的文件改起。")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error):
        raise Refused(BROKEN) from None
    return _kind(entries)


def too_large() -> str:
    return f"文件超过 {UPLOAD_LIMIT // 1024 // 1024} MB，请只留下要改的行再传。"


def _kind(entries: list[zipfile.ZipInfo]) -> str:
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("这个压缩包加了密，请去掉密码再传。")
    if len(names) < len(entries):
        raise Refused("压缩包里有两个同名的文件，请重新保存再传。")
    if any("vbaproject.bin" in name.lower() or "macrosheets/" in name.lower() for name in names):
        raise Refused("这个工作簿带有宏，请另存为不带宏的 .xlsx 再传。")
    large = [entry for entry in entries if entry.file_size > PART_LIMIT and not _is_sheet(entry.filename)]
    if large or len(entries) > ENTRY_LIMIT or sum(entry.file_size for entry in entries) > UNPACKED_LIMIT:
        raise Refused("这个文件展开后太大。常见的原因是表格下方有大量设了格式的空行：选中它们整行删除，再保存。")
    if "xl/workbook.xml" in names:
        return WORKBOOK
    if any(name.endswith((".yaml", ".yml")) for name in names):
        return YAML
    if "mimetype" in names or "content.xml" in names:
        raise Refused("这不是 .xlsx 文件，请在 WPS 或 LibreOffice 里另存为 .xlsx 再传。")
    raise Refused("压缩包里既没有 Excel 工作簿，也没有 YAML 文件。")


def _is_sheet(name: str) -> bool:
    return name.startswith("xl/worksheets/")
