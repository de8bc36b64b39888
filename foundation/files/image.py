"""Looks at one picture and writes it anew, in a process of its own: 40 million points take 300 MB to turn upright.

Run by its path, so that nothing of the portal is loaded and no key is in reach: `python -I image.py FILE jpg` prints a
word. What is written has neither EXIF nor place nor comments, and stands upright.
"""

import resource
import sys
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

MAX_PIXELS = 40_000_000
FORMATS = {"jpg": "JPEG", "png": "PNG"}
MEMORY, CPU_SECONDS = 1024**3, 20
KEPT = ("icc_profile", "transparency")  # colours belong to the picture; everything else that rides along does not


def verdict(path: str, family: str) -> str:
    """One of ok (and the file is written anew), large, broken."""
    kind = FORMATS[family]
    try:
        with Image.open(path, formats=(kind,)) as image:
            if image.width * image.height > MAX_PIXELS:
                return "large"
            image.load()
            upright = ImageOps.exif_transpose(image)
        kept: dict[str, Any] = {key: upright.info[key] for key in KEPT if key in upright.info}
        upright.info.clear()
        if kind == "JPEG":
            kept = {"icc_profile": kept["icc_profile"]} if "icc_profile" in kept else {}
            if upright.mode not in ("RGB", "L"):  # a colour profile fits its own mode only
                kept, upright = {}, upright.convert("RGB")
            upright.save(path, kind, quality=90, **kept)
        else:
            upright.save(path, kind, **kept)
    except Image.DecompressionBombError:
        return "large"
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, KeyError, MemoryError):
        return "broken"
    return "ok"


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    sys.stdout.write(verdict(sys.argv[1], sys.argv[2]))
