"""Lays a see-through sheet over each page of a PDF, or over a picture, in a process of its own:
`python -I stamp.py OUT pdf IN SHEET`, where the sheet is a PDF; `jpg` or `png`, where it is a PNG as large as the picture.

A picture comes out as JPEG, no longer than LONGEST_SIDE.
"""

import json
import resource
import sys

import pikepdf
from PIL import Image, ImageOps

MEMORY, CPU_SECONDS = 1024**3, 30
LONGEST_SIDE = 2400


def verdict(out: str, family: str, source: str, sheet: str) -> str:
    """ok (and `out` is written) or broken."""
    try:
        if family == "pdf":
            _over_pages(out, source, sheet)
        else:
            _over_picture(out, source, sheet)
    except (pikepdf.PdfError, OSError, ValueError, TypeError, RuntimeError, MemoryError, Image.DecompressionBombError):
        return "broken"
    return "ok"


def _over_pages(out: str, source: str, sheet: str) -> None:
    with pikepdf.open(source) as paper, pikepdf.open(sheet) as mark:
        over = mark.pages[0]
        for page in paper.pages:
            page.add_overlay(over, pikepdf.Rectangle(page.trimbox))
        paper.save(out)


def _over_picture(out: str, source: str, sheet: str) -> None:
    with Image.open(source, formats=("JPEG", "PNG")) as picture, Image.open(sheet, formats=("PNG",)) as mark:
        seen = ImageOps.exif_transpose(picture).convert("RGBA")
        seen.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        ground = Image.new("RGBA", seen.size, "white")
        ground.alpha_composite(seen)
        ground.alpha_composite(mark.convert("RGBA").resize(seen.size))
        ground.convert("RGB").save(out, "JPEG", quality=85)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    json.dump({"word": verdict(*sys.argv[1:5])}, sys.stdout)
