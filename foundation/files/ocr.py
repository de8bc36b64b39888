"""Reads the words on one picture or on the first page of a PDF, in a process of its own: `python -I ocr.py FILE jpg`.

The models come with the wheel (requirements-ocr.txt); nothing is fetched and nothing leaves the machine.
"""

import json
import resource
import sys

import numpy
import pypdfium2
from PIL import Image
from rapidocr_onnxruntime import RapidOCR

MEMORY, CPU_SECONDS = 6 * 1024**3, 60  # of addresses, most of them never used: about 500 MB are
LONGEST_SIDE, PDF_SCALE = 2000, 2.0
SURE = 0.6  # what is read with less confidence is noise


def lines(path: str, family: str) -> list[str]:
    """What stands there, line by line from the top."""
    if family == "pdf":
        with pypdfium2.PdfDocument(path) as pdf:
            image = pdf[0].render(scale=PDF_SCALE).to_pil().convert("RGB")
    else:
        with Image.open(path) as opened:
            image = opened.convert("RGB")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    found, _ = RapidOCR(intra_op_num_threads=1)(numpy.asarray(image)[:, :, ::-1])
    return [text for _, text, score in found or [] if float(score) >= SURE]


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    json.dump({"word": "ok", "lines": lines(sys.argv[1], sys.argv[2])}, sys.stdout)
