"""Makes one PDF of pictures and PDFs in the order given, in a process of its own: `python -I join.py OUT pdf A jpg B`.

Photos go in as they are, not coded again; a page holds one picture, on A4, standing or lying as the picture does.
"""

import io
import json
import resource
import sys
from contextlib import ExitStack

import img2pdf
import pikepdf
from PIL import Image

MAX_PAGES = 500
MEMORY, CPU_SECONDS = 1024**3, 30
A4 = (img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297))


def verdict(out: str, parts: list[tuple[str, str]]) -> str:
    """One of ok (and `out` is written), long, broken. `parts`: family and path of each, in order."""
    try:
        with pikepdf.new() as whole, ExitStack() as sources:
            for family, path in parts:
                source = sources.enter_context(pikepdf.open(path if family == "pdf" else _page(family, path)))
                whole.pages.extend(source.pages)
            if len(whole.pages) > MAX_PAGES:
                return "long"
            whole.save(out)
    except (pikepdf.PdfError, img2pdf.ImageOpenError, OSError, ValueError, TypeError, RuntimeError, MemoryError):
        return "broken"
    return "ok"


def _page(family: str, path: str) -> io.BytesIO:
    """The picture as a PDF of one page. What shines through stands on white, because PDF pictures know no such thing."""
    layout = img2pdf.get_layout_fun(A4, fit=img2pdf.FitMode.into, auto_orient=True)
    if family == "jpg":
        return io.BytesIO(img2pdf.convert(path, layout_fun=layout))
    with Image.open(path, formats=("PNG",)) as image:
        deep = image.mode.startswith("I")  # 16 bit of grey: Pillow's conversion would only cut it off
        seen = (image.point(lambda value: value / 256).convert("L") if deep else image).convert("RGBA")
        flat = Image.new("RGB", image.size, "white")
        flat.paste(seen, mask=seen.getchannel("A"))
    plain = io.BytesIO()
    flat.save(plain, "PNG")
    return io.BytesIO(img2pdf.convert(plain.getvalue(), layout_fun=layout))


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    rest = sys.argv[2:]
    json.dump({"word": verdict(sys.argv[1], list(zip(rest[::2], rest[1::2], strict=True)))}, sys.stdout)
