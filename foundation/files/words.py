"""The words on a kept picture (OCR). An optional extra, `requirements-ocr.txt`; without it nothing offers it."""

from importlib.util import find_spec

from foundation.files.checks import FAMILIES, run
from foundation.files.models import StoredFile
from foundation.files.operations import path_of

FAULTS = {"broken": "这张照片没能读出来，请手工填写，或者拍得正一点、亮一点再传。"}


def available() -> bool:
    """Whether the extra is installed."""
    return find_spec("rapidocr_onnxruntime") is not None


def lines_of(stored: StoredFile) -> list[str]:
    """What stands on it, line by line. Raises FileRefused where it cannot be read within the limits."""
    found: list[str] = run("ocr.py", FAULTS, path_of(stored), FAMILIES[stored.media_type])["lines"]
    return found
