"""Looks at one picture and writes it anew, in a process of its own: 40 million points take 300 MB to turn upright.

Run by its path, so that nothing of the portal is loaded and no key is in reach: `python -I image.py FILE jpg` prints
what it found as JSON. What is written has neither EXIF nor place nor comments, and stands upright; a small preview
lies beside it. A third argument turns it by so many quarters to the right.
"""

import json
import resource
import sys
from typing import Any

from PIL import Image, ImageOps, ImageStat, UnidentifiedImageError

MAX_PIXELS = 40_000_000
FORMATS = {"jpg": "JPEG", "png": "PNG"}
MEMORY, CPU_SECONDS = 1024**3, 20
KEPT = ("icc_profile", "transparency")  # colours belong to the picture; everything else that rides along does not
PREVIEW_SIDE, PREVIEW = 320, ".preview"
BLANK_SPREAD = 4.0  # of 255: the standard deviation of grey below which nobody sees anything on the picture
TURNS = {1: Image.Transpose.ROTATE_270, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_90}


def verdict(path: str, family: str, quarters: int = 0) -> dict[str, Any]:
    """`word`: one of ok (and the file is written anew), large, broken; with ok also width, height and blank."""
    kind = FORMATS[family]
    try:
        with Image.open(path, formats=(kind,)) as image:
            if image.width * image.height > MAX_PIXELS:
                return {"word": "large"}
            image.load()
            upright = ImageOps.exif_transpose(image)
        if quarters:
            info, upright = upright.info, upright.transpose(TURNS[quarters])
            upright.info = info
        kept: dict[str, Any] = {key: upright.info[key] for key in KEPT if key in upright.info}
        upright.info.clear()
        if kind == "JPEG":
            kept = {"icc_profile": kept["icc_profile"]} if "icc_profile" in kept else {}
            if upright.mode not in ("RGB", "L"):  # a colour profile fits its own mode only
                kept, upright = {}, upright.convert("RGB")
            upright.save(path, kind, quality=95 if quarters else 90, **kept)
        else:
            upright.save(path, kind, **kept)
        size = {"width": upright.width, "height": upright.height}
        return {"word": "ok", **size, "blank": preview(upright, path + PREVIEW)}
    except Image.DecompressionBombError:
        return {"word": "large"}
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, KeyError, MemoryError):
        return {"word": "broken"}


def preview(image: Image.Image, path: str) -> bool:
    """Write a small JPEG of the picture to `path`; answer whether there is nothing to see on it."""
    if image.mode.startswith("I"):  # 16 bit of grey: Pillow's conversion would only cut it off
        image = image.point(lambda value: value / 256).convert("L")
    image.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    small = Image.new("RGB", image.size, "white")
    seen = image.convert("RGBA")
    small.paste(seen, mask=seen.getchannel("A"))
    small.save(path, "JPEG", quality=70)
    return bool(ImageStat.Stat(small.convert("L")).stddev[0] < BLANK_SPREAD)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    json.dump(verdict(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 0), sys.stdout)
