"""Looks into one PDF in a process of its own, because a hostile file may eat memory or time without end.

Run by its path, so that nothing of the portal is loaded and no key is in reach: `python -I pdf.py FILE` prints what it
found as JSON, and writes a small preview of the first page beside the file. A second argument turns every page by
so many quarters to the right first.
"""

import json
import resource
import sys
from typing import Any

import pikepdf
import pypdfium2
from PIL import ImageStat

MAX_PAGES = 500
MEMORY, CPU_SECONDS = 1024**3, 20
DEEPEST = 60  # levels of direct objects inside each other; real files stay below ten
ACTIVE_ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm"}
PREVIEW_SIDE, PREVIEW = 320, ".preview"
BLANK_SPREAD = 1.0  # of 255: a page with one line of text spreads by 5, one with a single word by 2
LOOKED_AT = 5  # pages drawn to see whether anything stands on them
TEXT, PICTURE = 1, 3  # FPDF_PAGEOBJ_TEXT, FPDF_PAGEOBJ_IMAGE


def verdict(path: str) -> dict[str, Any]:
    """`word`: one of ok, encrypted, long, empty, script, starts, carries, sends, form, broken; with ok also `pages`."""
    try:
        with pikepdf.open(path) as pdf:
            if pdf.is_encrypted:
                return {"word": "encrypted"}
            if len(pdf.pages) > MAX_PAGES:
                return {"word": "long"}
            if len(pdf.pages) == 0:
                return {"word": "empty"}
            active = next((word for thing in pdf.objects if (word := _active(thing))), None)
            return {"word": active or "ok", "pages": len(pdf.pages)}
    except pikepdf.PasswordError:
        return {"word": "encrypted"}
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError, MemoryError):
        return {"word": "broken"}


def _active(thing: object, depth: int = 0) -> str | None:
    """What this object, or a direct one inside it, does that a paper does not do. Indirect ones come by themselves in
    the list of all objects.
    """
    if depth > DEEPEST:
        return "broken"
    if isinstance(thing, pikepdf.Array):
        return _first(thing, depth)
    if isinstance(thing, pikepdf.Stream):
        thing = thing.stream_dict
    if not isinstance(thing, pikepdf.Dictionary):
        return None
    action = str(thing.get("/S", ""))
    if "/XFA" in thing:
        return "form"
    if "/JS" in thing or action == "/JavaScript":
        return "script"
    if action in ACTIVE_ACTIONS:
        return "starts" if action == "/Launch" else "sends"
    if "/EF" in thing or str(thing.get("/Type", "")) == "/EmbeddedFile":
        return "carries"
    return _first(thing.values(), depth)


def _first(things: Any, depth: int) -> str | None:
    return next((word for child in things if not _is_indirect(child) and (word := _active(child, depth + 1))), None)


def _is_indirect(thing: object) -> bool:
    return isinstance(thing, pikepdf.Object) and thing.is_indirect


def seen(path: str) -> dict[str, Any]:
    """Draw the first page small, beside the file; whether the first pages are blank, and how fine a scan is.

    A file that cannot be drawn is kept all the same: it was opened, and other programs may show it.
    """
    try:
        with pypdfium2.PdfDocument(path) as pdf:
            blank = True
            for number in range(min(LOOKED_AT, len(pdf))):
                page = pdf[number]
                drawn = page.render(scale=PREVIEW_SIDE / max(page.get_width(), page.get_height(), 1)).to_pil()
                blank = blank and ImageStat.Stat(drawn.convert("L")).stddev[0] < BLANK_SPREAD
                if number == 0:
                    drawn.convert("RGB").save(path + PREVIEW, "JPEG", quality=70)
            return {"blank": blank, **_fineness(pdf[0])}
    except (pypdfium2.PdfiumError, ValueError, OSError, MemoryError):
        return {}


def _fineness(page: pypdfium2.PdfPage) -> dict[str, int]:
    """Points of the largest picture on a page that is nothing but pictures: a scan. Nothing for a page with text."""
    things = list(page.get_objects(max_depth=3))
    if any(thing.type == TEXT for thing in things):
        return {}
    sizes = [thing.get_px_size() for thing in things if thing.type == PICTURE]
    if not sizes:
        return {}
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    return {"width": width, "height": height}


def turn(path: str, quarters: int) -> None:
    """Turn every page by quarters to the right, in the file's place."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        for page in pdf.pages:
            page.rotate(90 * quarters, relative=True)
        pdf.save(path)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    found = verdict(sys.argv[1])
    if found["word"] == "ok":
        if len(sys.argv) > 2 and sys.argv[2] != "0":
            turn(sys.argv[1], int(sys.argv[2]))
        found |= seen(sys.argv[1])
    json.dump(found, sys.stdout)
