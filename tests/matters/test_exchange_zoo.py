"""What people and attackers upload instead: every fault with sheet, row and column at once, nothing changed, no crash."""

import io
import resource
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest

from departments.access import Actor
from foundation.errors import Refused
from matters.exchange import extract
from matters.exchange.yaml_files import catalogue_files
from matters.models import CatalogueImport, Material
from matters.operations.importing import FaultyImport, stage_import
from matters.stored import field_positions, stored_catalogue
from tests.matters.workbooks import (
    Book,
    add,
    edited,
    editor,
    exported,
    faults_of,
    opened,
    put,
    row_of,
    saved,
    sheet_part,
    tampered,
    zipped,
)

pytestmark = pytest.mark.usefixtures("few")
ITEM, CODE = "fire-safety-check", "open-restaurant"
MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.fixture
def actor(few: None) -> Actor:
    return editor()


def cell(sheet: str, heading: str, value: Any, **row: str) -> Callable[[Book], tuple[str, int, str]]:
    """An edit of one cell that tells where it was made."""

    def edit(book: Book) -> tuple[str, int, str]:
        number = row_of(book[sheet], **row)
        put(book[sheet], number, heading, value)
        return sheet, number, heading

    return edit


def again(sheet: str, heading: str, **row: str) -> Callable[[Book], tuple[str, int, str]]:
    """The same row once more at the end."""

    def edit(book: Book) -> tuple[str, int, str]:
        page = book[sheet]
        values = [found.value for found in page[row_of(page, **row)]]
        for column, value in enumerate(values, start=1):
            page.cell(page.max_row + (column == 1), column).value = value
        return sheet, page.max_row, heading

    return edit


def without_parts(book: Book) -> tuple[str, int, str]:
    page = book["事项材料"]
    for number in range(page.max_row, 1, -1):
        if page.cell(number, 1).value == ITEM:
            page.delete_rows(number)
    return "事项", row_of(book["事项"], 代码=ITEM), ""


def merged(book: Book) -> tuple[str, int, str]:
    book["材料"].merge_cells("I5:I8")
    return "材料", 5, ""


def orphan(book: Book) -> tuple[str, int, str]:
    number = add(book["事项字段"], 事项代码="no-such-item", 字段代码="applicant-name")
    return "事项字段", number, ""


def two_texts(book: Book) -> tuple[str, int, str]:
    page = book["情形问题"]
    number = row_of(page, 一件事代码=CODE) + 1
    put(page, number, "问题", "另一种问法？")
    return "情形问题", number, "问题"


def beyond(book: Book) -> tuple[str, int, str]:
    book["材料"].cell(7, 40).value = "批注"
    return "材料", 7, ""


def half_a_wait(book: Book) -> tuple[str, int, str]:
    number = row_of(book["环节"], 一件事代码=CODE)
    put(book["环节"], number, "等申请人", "装修好")
    return "环节", number, ""


def same_number(book: Book) -> tuple[str, int, str]:
    page = book["一件事"]
    number = row_of(page, 代码="get-married")
    put(page, number, "编号", 21)
    return "一件事", number, "编号"


CELLS: dict[str, tuple[Callable[[Book], tuple[str, int, str]], str]] = {
    "a department that is not there": (cell("事项", "审批部门代码", "no-such", 代码=ITEM), "没有部门 no-such"),
    "no department": (cell("事项", "审批部门代码", None, 代码=ITEM), "没有写由哪个部门办"),
    "an unknown material": (cell("事项材料", "材料代码", "no-such", 事项代码=ITEM), "没有材料 no-such"),
    "an unknown field": (cell("事项字段", "字段代码", "no-such", 事项代码=ITEM), "没有字段 no-such"),
    "an unknown item": (cell("环节", "事项代码", "no-such", 一件事代码=CODE), "没有事项 no-such"),
    "a question that is not asked": (
        cell("环节", "适用情形", "nowhere = x", 一件事代码=CODE, 事项代码=ITEM),
        "问题 nowhere，但这件事不问它",
    ),
    "a condition in other words": (
        cell("环节", "适用情形", "大于 300 平米", 一件事代码=CODE),
        "应当写成“问题代码 = 选项代码",
    ),
    "a wait for what is not in the matter": (
        cell("环节", "发证要等", "get-married", 一件事代码=CODE, 事项代码=ITEM),
        "但这件事里没有它",
    ),
    "half a wait": (half_a_wait, "缺少 最迟几个工作日内"),
    "the same material twice": (again("材料", "代码", 代码="id-card"), "重复，第"),
    "the same matter twice": (again("一件事", "代码", 代码=CODE), "重复，第"),
    "a material twice in an item": (again("事项材料", "材料代码", 事项代码=ITEM), "重复，第"),
    "two names alike": (cell("材料", "名称", "居民身份证", 代码="id-photo"), "同名"),
    "a number of another matter": (same_number, "编号 21 与"),
    "a formula": (cell("事项", "承诺时限", "=1+1", 代码=ITEM), "里是公式"),
    "a formula in a column to look at": (cell("事项材料", "事项名称（参考）", "=A2", 事项代码=ITEM), "里是公式"),
    "a link as a formula": (cell("材料", "说明", '=HYPERLINK("http://x","点")', 代码="id-card"), "里是公式"),
    "a date for a number": (cell("事项", "法定时限", date(2026, 1, 20), 代码=ITEM), "是日期 2026-01-20"),
    "a date for a text": (cell("材料", "名称", date(2026, 1, 20), 代码="id-card"), "是日期 2026-01-20"),
    "words for a number": (cell("事项", "承诺时限", "五天", 代码=ITEM), "应当是整数，写成了“五天”"),
    "half a day": (cell("事项", "承诺时限", 1.5, 代码=ITEM), "应当是整数"),
    "days below nought": (cell("事项", "承诺时限", -1, 代码=ITEM), "应当在 0 到 3650 之间"),
    "a number without end": (cell("事项", "承诺时限", "1e999", 代码=ITEM), "应当是整数"),
    "beyond the statute": (cell("事项", "承诺时限", 3000, 代码=ITEM), "超过法定"),
    "a word that is none": (cell("事项", "类别", "审批", 代码=ITEM), "只能是 行政许可、备案"),
    "neither yes nor no": (cell("环节", "必须办成", "看情况", 一件事代码=CODE), "要填 是 或 否"),
    "an error value": (cell("材料", "说明", "#REF!", 代码="id-card"), "#REF!"),
    "a code in capitals": (cell("一件事", "代码", "Open Shop", 代码=CODE), "代码只能用小写字母"),
    "an empty name": (cell("材料", "名称", "   ", 代码="id-card"), "不能为空"),
    "a text too long": (cell("材料", "名称", "长" * 300, 代码="id-card"), "太长：300 字"),
    "no law": (cell("事项", "法律依据", "按惯例", 代码=ITEM), "法律依据要写明《…》"),
    "a pattern that is none": (cell("字段", "格式", "([", 代码="applicant-name"), "正则表达式"),
    "choices without codes": (cell("字段", "选项", "甲\n乙", 类型="单选"), "缺少 名称"),
    "an item without materials": (without_parts, "至少要有 1 条"),
    "parts of nothing": (orphan, "目录里也没有"),
    "one question in two texts": (two_texts, "文字却不一样"),
    "merged cells": (merged, "单元格合并了（I5:I8）"),
    "a note beside the table": (beyond, "没有列标题"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CELLS)
def test_a_fault_is_told_with_its_place(name: str, actor: Actor) -> None:
    edit, said = CELLS[name]
    book = opened(exported())
    sheet, row, column = edit(book)
    faults = faults_of(saved(book), actor)
    mine = [fault for fault in faults if said in fault[3]]
    assert mine, faults
    assert (sheet, row) in {fault[:2] for fault in mine}, mine
    if column and not name.startswith(("beyond", "a wait for", "a code in")):
        assert column in {fault[2] for fault in mine}, mine
    assert not CatalogueImport.objects.exists()


def test_every_fault_is_told_at_once(actor: Actor) -> None:
    edits = [
        CELLS[name][0] for name in ("a department that is not there", "a formula in a column to look at", "half a wait")
    ]
    edits += [
        CELLS[name][0] for name in ("the same material twice", "a pattern that is none", "one question in two texts")
    ]
    book = opened(exported())
    places = {edit(book)[:2] for edit in edits}
    assert places <= {fault[:2] for fault in faults_of(saved(book), actor)}


def drop_sheet(book: Book) -> None:
    del book["环节"]


def drop_column(book: Book) -> None:
    book["事项"].delete_cols(3)


def rename_column(book: Book) -> None:
    book["事项"]["C1"] = "哪个部门"


def title_row(book: Book) -> None:
    book["材料"].insert_rows(1)
    book["材料"]["A1"] = "灌南县材料清单"


def twice_the_column(book: Book) -> None:
    book["材料"]["J1"] = "名称"


SHEETS_FAULTS: dict[str, tuple[Callable[[Book], None], tuple[str, int], str]] = {
    "a sheet is missing": (drop_sheet, ("环节", 0), "缺少这张表"),
    "a column is missing": (drop_column, ("事项", 1), "缺少列：审批部门代码"),
    "a column is renamed": (rename_column, ("事项", 1), "不认识的列“哪个部门”"),
    "a title above the headings": (title_row, ("材料", 1), "缺少列"),
    "a column twice": (twice_the_column, ("材料", 1), "列“名称”有两个"),
}


@pytest.mark.parametrize("name", SHEETS_FAULTS)
def test_a_sheet_that_is_not_as_exported_is_told(name: str, actor: Actor) -> None:
    edit, place, said = SHEETS_FAULTS[name]
    assert any(fault[:2] == place and said in fault[3] for fault in faults_of(edited(edit), actor))


def blown_up() -> bytes:
    """100 KB that unfold to a hundred megabytes."""
    return tampered(exported(), {"xl/worksheets/sheet3.xml": b" " * 100_000_000})


def entities() -> bytes:
    """XML that unfolds without end."""
    lines = [b'<!ENTITY a0 "ha">', *(b'<!ENTITY a%d "&a%d;&a%d;">' % (n, n - 1, n - 1) for n in range(1, 40))]
    bomb = b"<?xml version='1.0'?><!DOCTYPE x [" + b"".join(lines) + b"]><worksheet " + MAIN
    bomb += b'><sheetData><row r="1"><c t="inlineStr"><is><t>&a39;</t></is></c></row></sheetData></worksheet>'
    book = exported()
    return tampered(book, {sheet_part(book, "材料"): bomb})


def styles() -> bytes:
    """A style sheet that takes gigabytes once it is read."""
    many = b"<xf/>" * 1_500_000
    return tampered(
        exported(), {"xl/styles.xml": b"<styleSheet " + MAIN + b"><cellXfs>" + many + b"</cellXfs></styleSheet>"}
    )


def lying() -> bytes:
    """The directory says that an entry is small, which it is not."""
    content = bytearray(zipped({"xl/workbook.xml": b"x" * 50_000, "[Content_Types].xml": b"<Types/>"}))
    place = content.rindex(b"PK\x01\x02", 0, content.index(b"[Content_Types].xml", content.index(b"PK\x01\x02")))
    content[place + 24 : place + 28] = (10).to_bytes(4, "little")
    return bytes(content)


def old_excel() -> bytes:
    return OLE + b"\0" * 2000


def with_password() -> bytes:
    return OLE + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 500


def locked_archive() -> bytes:
    content = bytearray(zipped({"materials/all.yaml": b"- code: x"}))
    place = content.index(b"PK\x01\x02")
    content[place + 8] |= 1
    return bytes(content)


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "空的"),
    "too large": (lambda: b"PK" + b"\0" * (10 * 1024 * 1024), "超过 10 MB"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "不是 Excel 工作簿"),
    "a table of commas in GBK": (lambda: "代码,名称\n身份证".encode("gbk"), "不是 Excel 工作簿"),
    "a web page called xlsx": (lambda: b"<html><table></table></html>", "不是 Excel 工作簿"),
    "the Excel of 2003": (old_excel, "旧版的 .xls"),
    "a password": (with_password, "设了密码"),
    "an archive with a password": (locked_archive, "加了密"),
    "cut off": (lambda: exported()[:20_000], "打不开"),
    "macros": (lambda: tampered(exported(), {"xl/vbaProject.bin": b"x"}), "带有宏"),
    "an archive of pictures": (lambda: zipped({"a.png": b"x"}), "既没有 Excel"),
    "an open document": (lambda: zipped({"mimetype": b"application/vnd.oasis", "content.xml": b"<x/>"}), "不是 .xlsx"),
    "another workbook's inside": (lambda: zipped({"xl/workbook.xml": b"<x/>"}), "打不开"),
    "blown up": (blown_up, "展开后太大"),
    "entities": (entities, "打不开"),
    "a hundred thousand styles": (styles, "打不开"),
    "a lie about the size": (lying, "打不开"),
    "no XML": (lambda: tampered(exported(), {"xl/workbook.xml": b"\xff\xfe<"}), "打不开"),
    "source files of something else": (lambda: zipped({"x/config.yaml": b"a: 1"}), "没有目录的文件"),
}


def computing() -> float:
    """Seconds of computing that this process and those it started have used."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(name: str, actor: Actor) -> None:
    make, said = FILES[name]
    content = make()
    before, computed = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, computing()
    with pytest.raises(Refused, match=said) as refused:
        stage_import(content=content, name="x.xlsx", actor=actor)
    assert not isinstance(refused.value, FaultyImport)
    assert computing() - computed < extract.CPU_SECONDS + 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000, "kilobytes of our own memory"


def rows_xml(inside: bytes) -> bytes:
    return b"<worksheet " + MAIN + b"><sheetData>" + inside + b"</sheetData></worksheet>"


@pytest.mark.slow
@pytest.mark.parametrize("numbered", [True, False])
def test_a_million_empty_rows_are_told_and_not_read(numbered: bool, actor: Actor) -> None:
    book = exported()
    rows = b"".join(b'<row r="%d"/>' % n for n in range(1, 1_048_577)) if numbered else b"<row/>" * 1_048_576
    faults = faults_of(tampered(book, {sheet_part(book, "材料"): rows_xml(rows)}), actor)
    assert any(fault[:2] == ("材料", extract.ROW_LIMIT + 1) and "空行" in fault[3] for fault in faults)


def test_a_row_at_the_end_of_the_sheet_is_read_like_any_other(actor: Actor) -> None:
    def edit(book: Book) -> None:
        book["材料"].cell(1_048_576, 1).value = "Wrong Code"

    assert any(fault[:3] == ("材料", 1_048_576, "代码") for fault in faults_of(edited(edit), actor))


def test_a_wrong_dimension_hides_no_rows(actor: Actor) -> None:
    book = exported()
    part = sheet_part(book, "材料")
    with zipfile.ZipFile(io.BytesIO(book)) as package:
        xml = package.read(part)
    at = xml.index(b"<sheetData")
    wrong = tampered(book, {part: xml[:at].replace(b"<dimension", b"<x") + b'<dimension ref="A1:A1"/>' + xml[at:]})
    with pytest.raises(Refused, match="完全一样"):
        stage_import(content=wrong, name="x.xlsx", actor=actor)


def yaml_fault(actor: Actor, name: str, content: bytes) -> list[tuple[str, int, str, str]]:
    files = {name: text.encode() for name, text in catalogue_files(stored_catalogue(), field_positions()).items()}
    return faults_of(zipped({**files, name: content}), actor)


BOMB = b"- &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"- &%c [%s]\n" % (98 + n, b",".join([b"*%c" % (97 + n)] * 9)) for n in range(9)
)


@pytest.mark.parametrize(
    ("content", "row", "said"),
    [
        ("- code: x\n  name: 身份证".encode("gbk"), 0, "不是 UTF-8 编码"),
        (b"- code: [", 0, "不是正确的 YAML"),
        (b"code: x", 0, "内容不是列表"),
        (b"[" * 100_000, 0, "不是正确的 YAML"),
        (BOMB, 0, "锚点或引用"),
        (b"- code: one\n- code: Two\n", 2, "代码只能用小写字母"),
        (b"- 1\n- 2\n", 2, "应当是“键: 值”"),
        (b"- code: id-card\n- code: id-card\n", 1, "代码重复"),
        (b"#" * 3_000_000, 0, "文件太大"),
    ],
)
def test_a_faulty_source_file_is_told_by_name_and_entry(content: bytes, row: int, said: str, actor: Actor) -> None:
    faults = yaml_fault(actor, "materials/all.yaml", content)
    assert any(fault[0] == "materials/all.yaml" and fault[1] == row and said in fault[3] for fault in faults), faults[
        :5
    ]


def test_too_many_entries_are_refused(actor: Actor) -> None:
    with pytest.raises(Refused, match="超过 20000 条"):
        stage_import(content=zipped({"materials/a.yaml": b"- 1\n" * 30_000}), name="x.zip", actor=actor)


def test_an_archive_that_lacks_a_department_is_told(actor: Actor) -> None:
    files = catalogue_files(stored_catalogue(), field_positions())
    text = files["items/fire.yaml"].replace("department: fire", "department: no-such")
    faults = faults_of(zipped({"items/fire.yaml": text.encode()}), actor)
    assert any(fault[0] == "items/fire.yaml" and "没有部门 no-such" in fault[3] for fault in faults)


def test_nothing_of_a_faulty_file_is_kept(actor: Actor) -> None:
    def edit(book: Book) -> None:
        put(book["材料"], row_of(book["材料"], 代码="id-card"), "名称", "新名字")
        put(book["材料"], row_of(book["材料"], 代码="id-photo"), "来源", "天上掉的")

    assert len(faults_of(edited(edit), actor)) == 1
    assert not CatalogueImport.objects.exists()
    assert not Material.objects.filter(name="新名字").exists()


def test_the_library_of_the_tests_really_writes_what_they_mean() -> None:
    book = openpyxl.load_workbook(io.BytesIO(edited(lambda book: put(book["材料"], 2, "说明", "=1+1"))))
    assert book["材料"]["C2"].data_type == "f"
