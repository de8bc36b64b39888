"""A page of a PDF as a picture: read beside a form, on a phone, and by keys, whatever viewer the browser has."""

import tempfile
from pathlib import Path

from foundation.files.checks import run

FAULTS = {"broken": "这一页画不出来，请单独打开文件看。"}


def page_drawn(source: Path, number: int) -> bytes:
    """Page `number` (from 1) of the PDF as JPEG, its longer side about 2000 pixels. Raises FileRefused."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "page")
        run("page.py", FAULTS, target, str(source), str(number))
        return target.read_bytes()
