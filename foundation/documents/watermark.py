"""水印: a copy that is used again says over its whole page where it comes from, what for and until when.

《国务院办公厅关于简化优化公共服务流程方便基层群众办事创业的通知》 and 国办函〔2016〕108号 ask for copies that cannot be used for
something else. The stored file stays as it is; what is shown is made anew each time.
"""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import typst

from foundation.documents.rendering import TEMPLATES, fonts
from foundation.files.checks import FAMILIES, run
from foundation.files.models import StoredFile
from foundation.files.operations import path_of

A4 = (595, 842)  # points
LONGEST_SIDE = 2400  # pixels, as `foundation.files.stamp`
FAULTS = {"broken": "这个文件加不上水印。"}
MARKED_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/jpeg"}


def can_mark(stored: StoredFile) -> bool:
    """PDFs and pictures; other files are handed out as they are."""
    return FAMILIES.get(stored.media_type) in MARKED_TYPES


def marked(stored: StoredFile, lines: Sequence[str]) -> tuple[BinaryIO, str]:
    """The file under its watermark, open for reading, and its media type. `lines`: what the mark says.

    Raises FileRefused when it cannot be laid over.
    """
    family = FAMILIES[stored.media_type]
    with tempfile.TemporaryDirectory() as folder:
        sheet, out = Path(folder, "sheet"), Path(folder, "out")
        sheet.write_bytes(_sheet(lines, "pdf" if family == "pdf" else "png", *_size(stored, family)))
        run("stamp.py", FAULTS, out, family, str(path_of(stored)), str(sheet))
        return out.open("rb"), MARKED_TYPES[family]


def _size(stored: StoredFile, family: str) -> tuple[int, int]:
    if family == "pdf" or not stored.width or not stored.height:
        return A4
    scale = min(1.0, LONGEST_SIDE / max(stored.width, stored.height))
    return max(1, round(stored.width * scale)), max(1, round(stored.height * scale))


def _sheet(lines: Sequence[str], kind: str, width: int, height: int) -> bytes:
    data = json.dumps({"lines": list(lines), "width": width, "height": height}, ensure_ascii=False)
    source = (TEMPLATES / "watermark.typ").read_bytes()
    compiler = typst.Compiler(source, font_paths=fonts(), sys_inputs={"data": data})
    made = compiler.compile(format="pdf") if kind == "pdf" else compiler.compile(format="png", ppi=72)
    return made if isinstance(made, bytes) else b""
