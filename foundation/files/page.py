"""Draws one page of a PDF in a process of its own, because a hostile file may eat memory or time without end.

Run by its path, so that nothing of the portal is loaded: `python -I page.py TARGET SOURCE NUMBER`; pages count from 1.
"""

import json
import resource
import sys

import pypdfium2

MEMORY, CPU_SECONDS = 1024**3, 20
LONGEST_SIDE, LARGEST_SCALE = 2000, 4  # pixels; how much a page smaller than that is enlarged at most


def draw(target: str, source: str, number: int) -> str:
    """Write the page as JPEG; answers ok, or broken for what cannot be drawn."""
    try:
        with pypdfium2.PdfDocument(source) as pdf:
            page = pdf[number - 1]
            scale = min(LONGEST_SIDE / max(page.get_width(), page.get_height(), 1), LARGEST_SCALE)
            page.render(scale=scale).to_pil().convert("RGB").save(target, "JPEG", quality=82)
    except (pypdfium2.PdfiumError, IndexError, ValueError, OSError, MemoryError):
        return "broken"
    return "ok"


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    json.dump({"word": draw(sys.argv[1], sys.argv[2], int(sys.argv[3]))}, sys.stdout)
