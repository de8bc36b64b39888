"""From data to PDF with typst. Data enters as JSON, never as source, so whatever was typed stays text."""

import hashlib
import io
import json
import logging
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pikepdf
import segno
import typst
from django.conf import settings

from foundation.documents.models import Document
from foundation.documents.shapes import faults

log = logging.getLogger(__name__)
# What nobody sees: controls except line end and tab, zero width, bidi, variation selectors, tags.
UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
ABSENT = re.compile(r"the text `\"(.*?)\"` could not be displayed")
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
# The Song face of official headings, where the county has licensed one; the wheel brings none.
HEADING_FACES = ("FZXiaoBiaoSong-B05S", "Noto Serif CJK SC", "Source Han Serif SC")
TEMPLATES = Path(settings.BASE_DIR) / "templates" / "documents"


class TemplateFault(Exception):
    """The data lacks what the template needs, or has another shape; the message names it."""


@cache
def fonts() -> typst.Fonts:
    """The CJK font of the wheel and the county's own, nothing of the system; loaded once a process, else 100 ms more.

    The wheel has no Song face. Where DOCUMENT_FONT_DIRS holds one that the templates name, headings use it.
    """
    spec = find_spec("manimgx_fonts_cjk")
    if spec is None or not spec.submodule_search_locations:
        raise TemplateFault("the CJK font of requirements.txt is not installed")
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[next(iter(spec.submodule_search_locations)), *getattr(settings, "DOCUMENT_FONT_DIRS", ())],
    )


@cache
def _heading_face() -> str:
    there = set(fonts().families())
    return next((face for face in HEADING_FACES if face in there), "Noto Sans CJK SC")


@cache
def _source(template: str) -> bytes:
    return (TEMPLATES / f"{template}.typ").read_bytes()


def revision_of(template: str) -> str:
    """First eight digits of the template's hash: what a paper was printed with."""
    return hashlib.sha256(_source(template)).hexdigest()[:8]


def verify_address(document: Document) -> str:
    """What the QR code holds."""
    return f"{settings.SITE_URL}/verify/{document.token}/"


def render(document: Document) -> bytes:
    """The paper as PDF/A-2b. Raises TemplateFault when its data does not fit, TypstError when it cannot be set."""
    wrong = faults(document.template, document.data)
    if wrong:
        raise TemplateFault(f"{document.kind}: {'; '.join(wrong)}")
    data: dict[str, Any] = {
        **document.data,
        "title": document.title,
        "number": document.number,
        "sample": document.sample,
        "revision": revision_of(document.template),
    }
    moment = document.issued_at.astimezone(UTC).replace(microsecond=0)
    return typeset(
        _source(document.template), data, address=verify_address(document), moment=moment, name=document.number
    )


def typeset(source: bytes, data: Mapping[str, Any], *, address: str, moment: datetime, name: str) -> bytes:
    """PDF/A-2b of a typst source with `data` as its JSON and a QR code of `address`; the same bytes for the same input.

    `moment` is written into the file as its date. Characters without a glyph become 〓 and are logged under `name`.
    Raises TypstError when the source cannot be set.
    """
    data = _each_text(data, lambda text: UNSEEN.sub("", text))
    try:
        pdf = _compiled(source, data, address, moment)
    except typst.TypstError as fault:
        absent = _absent(fault)
        if not absent:
            raise
        log.warning("%s lacks %s: printed as 〓", name, " ".join(f"U+{ord(c):04X}" for c in sorted(absent)))
        gaps = dict.fromkeys(map(ord, absent), "〓")
        pdf = _compiled(source, _each_text(data, lambda text: text.translate(gaps)), address, moment)
    return _packed(pdf)


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    """The same data with each of its texts changed; keys are ours and stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _each_text(inner, change) for key, inner in value.items()}
    return [_each_text(inner, change) for inner in value] if isinstance(value, list | tuple) else value


def _compiled(source: bytes, data: Mapping[str, Any], address: str, moment: datetime) -> bytes:
    qr = io.BytesIO()
    segno.make(address, error="m").save(qr, kind="svg", border=0, scale=4)
    words = json.dumps(data, ensure_ascii=False)
    inputs = {"data": words, "qr": qr.getvalue().decode(), "address": address, "heading": _heading_face()}
    compiler = typst.Compiler(source, font_paths=fonts(), sys_inputs=inputs)
    pdf = compiler.compile(format="pdf", pdf_standards="a-2b", timestamp=moment)
    if not isinstance(pdf, bytes):
        raise TemplateFault("typst gave no single PDF")
    return pdf


def _absent(fault: typst.TypstError) -> set[str]:
    """Characters for which there is no glyph: PDF/A allows none, and a paper must not fail for one in a name."""
    shown = "".join(ABSENT.findall(fault.diagnostic))
    return set(ESCAPED.sub(lambda code: chr(int(code[1], 16)), shown))


def _packed(pdf: bytes) -> bytes:
    """The same PDF with its small objects packed together: a fifth smaller, still PDF/A-2b (PDF 1.7)."""
    packed = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as paper:
        paper.save(packed, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return packed.getvalue()
