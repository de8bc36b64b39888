"""The text of a PDF as its own character maps give it, without a PDF tool on the machine."""

import io
import re

import pikepdf

FOOT = re.compile(r"(演示，人和号码都是编的。)?版本号[\w-]+（第\d+版）第\d+页，共\d+页")


def text_of(pdf: bytes) -> str:
    """Everything printed, page after page, without white space and feet: lines, cells and pages break words anywhere."""
    texts = [text for _, _, text in pages_of(pdf)]
    return "".join(FOOT.sub("", text) for text in texts[:-1]) + texts[-1]


def pages_of(pdf: bytes) -> list[tuple[int, int, str]]:
    """Width and height in millimetres and the text of each page."""
    with pikepdf.open(io.BytesIO(pdf)) as paper:
        boxes = [[float(edge) * 25.4 / 72 for edge in page.mediabox] for page in paper.pages]
        texts = [re.sub(r"\s", "", page_text(page)) for page in paper.pages]
    return [(round(box[2] - box[0]), round(box[3] - box[1]), text) for box, text in zip(boxes, texts, strict=True)]


def page_text(page: pikepdf.Page) -> str:
    maps = {str(name): _characters(font) for name, font in page.resources.get("/Font", {}).items()}
    found, current = [], {}
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            current = maps[str(operands[0])]
        elif str(operator) in ("Tj", "TJ"):
            parts = operands[0] if str(operator) == "TJ" else [operands[0]]
            strings = [bytes(part) for part in parts if isinstance(part, pikepdf.String)]
            codes = [string[at : at + 2] for string in strings for at in range(0, len(string), 2)]
            found += [current.get(code, "") for code in codes]
    return "".join(found)


def _characters(font: pikepdf.Object) -> dict[bytes, str]:
    """Glyph code → text, from the font's ToUnicode map."""
    words = font.ToUnicode.read_bytes().decode("latin-1")
    found: dict[bytes, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", words, re.S):
        for code, text in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", block):
            found[bytes.fromhex(code)] = bytes.fromhex(text).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", words, re.S):
        for low, high, text in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", block):
            first = int(text, 16)
            for n in range(int(high, 16) - int(low, 16) + 1):
                found[(int(low, 16) + n).to_bytes(2, "big")] = chr(first + n)
    return found
