"""From data to PDF with typst. Data enters as JSON, never as source, so whatever was typed stays text."""

import hashlib
import io
import json
from datetime import UTC
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings

from foundation.documents.models import Document

TEMPLATES = Path(settings.BASE_DIR) / "templates" / "documents"


class TemplateFault(Exception):
    """The data lacks what the template needs; the message names it."""


# What each template cannot do without; `sample`, `revision`, `title` and `number` come from the register.
REQUIRED = {"notice": ("authority", "to", "date"), "certificate": ("authority", "facts", "date")}


@cache
def _fonts() -> typst.Fonts:
    """The CJK font of the wheel and nothing of the system, loaded once a process: 5 ms a document, else 100."""
    spec = find_spec("manimgx_fonts_cjk")
    if spec is None or not spec.submodule_search_locations:
        raise TemplateFault("the CJK font of requirements.txt is not installed")
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[next(iter(spec.submodule_search_locations))],
    )


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
    if document.template not in REQUIRED:
        raise TemplateFault(f"no template {document.template}")
    missing = [name for name in REQUIRED[document.template] if not document.data.get(name)]
    if missing:
        raise TemplateFault(f"{document.kind} lacks {', '.join(missing)}")
    data: dict[str, Any] = {
        **document.data,
        "title": document.title,
        "number": document.number,
        "sample": document.sample,
        "revision": revision_of(document.template),
    }
    qr = io.BytesIO()
    segno.make(verify_address(document), error="m").save(qr, kind="svg", border=0, scale=4)
    compiler = typst.Compiler(
        _source(document.template),
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False), "qr": qr.getvalue().decode()},
    )
    moment = document.issued_at.astimezone(UTC).replace(microsecond=0)
    pdf = compiler.compile(format="pdf", pdf_standards="a-2b", timestamp=moment)
    if not isinstance(pdf, bytes):
        raise TemplateFault("typst gave no single PDF")
    return pdf
