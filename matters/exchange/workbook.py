"""The whole catalogue as it is edited now, as one Excel workbook: a sheet a kind, codes kept, made to be worked in."""

import io
from collections.abc import Iterable, Mapping
from copy import copy
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from matters.exchange.cells import NO, YES, Flag, Lines, Number, Text, Word, Written
from matters.exchange.sheets import DEPARTMENTS, SHEETS, Column, Sheet, flat_rows
from matters.source.checking import Catalogue

NOTES = "说明"
# A cell that starts like this is marked as text, so that a spreadsheet never computes what somebody wrote.
FORMULA_STARTS = ("=", "+", "-", "@", "\t")
ROOM = 2000  # empty rows below the data that still have the drop-down lists
INK, GREY, BLUE, LINE = "FF1F2937", "FF6B7280", "FF1E4E79", "FFD5DBE3"
THIN = Side(style="thin", color=LINE)
HEADER = {
    "font": Font(name="微软雅黑", size=10, bold=True, color="FFFFFFFF"),
    "fill": PatternFill("solid", fgColor=BLUE),
    "alignment": Alignment(vertical="center", wrap_text=True),
    "border": Border(bottom=THIN, right=THIN),
}
REFERENCE_HEADER = {**HEADER, "fill": PatternFill("solid", fgColor=GREY)}
BODY = {
    "font": Font(name="微软雅黑", size=10, color=INK),
    "alignment": Alignment(vertical="top", wrap_text=True),
    "border": Border(bottom=THIN, right=THIN),
    "protection": Protection(locked=False),
}
REFERENCE_BODY = {**BODY, "font": Font(name="微软雅黑", size=10, italic=True, color=GREY)}
REFERENCE_BODY["fill"] = PatternFill("solid", fgColor="FFF3F4F6")
TITLE = {"font": Font(name="微软雅黑", size=16, bold=True, color=BLUE)}
LINE_OF_NOTES = {
    "font": Font(name="微软雅黑", size=11, color=INK),
    "alignment": Alignment(vertical="top", wrap_text=True),
}


def catalogue_workbook(catalogue: Catalogue, positions: Mapping[str, int], made_at: datetime) -> bytes:
    """The bytes of the .xlsx. `positions`: places of the fields in their dictionary; `made_at` in local time."""
    book = Workbook(write_only=True)
    counts = {sheet.title: len(list(flat_rows(sheet, catalogue, positions))) for sheet in SHEETS}
    _write_notes(book, counts, made_at)
    for sheet in SHEETS:
        _write_sheet(book, sheet, flat_rows(sheet, catalogue, positions), counts)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write_sheet(book: Any, sheet: Sheet, rows: Iterable[Mapping[str, Any]], counts: Mapping[str, int]) -> None:
    page = book.create_sheet(sheet.title)
    for place, column in enumerate(sheet.columns, start=1):
        page.column_dimensions[get_column_letter(place)].width = column.width
    page.freeze_panes = "C2"  # the header, the code and the name of what the row is about
    page.sheet_properties.tabColor = GREY if sheet is DEPARTMENTS else BLUE
    page.print_title_rows = "1:1"
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if sheet is DEPARTMENTS:
        page.protection.enable()
    last = get_column_letter(len(sheet.columns))
    page.auto_filter.ref = f"A1:{last}{max(counts[sheet.title] + 1, 2)}"
    header = [
        _styled(page, column.heading, REFERENCE_HEADER if column.reference else HEADER) for column in sheet.columns
    ]
    page.row_dimensions[1].height = 30
    page.append(header)
    patterns = [_pattern(page, column, sheet) for column in sheet.columns]
    for row in rows:
        page.append(
            [
                _cell(page, column.cell.write(row.get(column.key)), pattern)
                for column, pattern in zip(sheet.columns, patterns, strict=True)
            ]
        )
    for place, column in enumerate(sheet.columns, start=1):
        letter, bottom = get_column_letter(place), counts[sheet.title] + ROOM
        if rule := _validation(column, counts):
            rule.add(f"{letter}2:{letter}{bottom}")
            page.data_validations.append(rule)


def _styled(page: Any, value: Written, style: Mapping[str, Any]) -> Any:
    cell = WriteOnlyCell(page, value=value)
    for name, part in style.items():
        setattr(cell, name, part)
    return cell


def _pattern(page: Any, column: Column, sheet: Sheet) -> tuple[Any, Any]:
    """Two cells to copy the style from: the column's, and the same marked as text."""
    plain = _styled(page, None, REFERENCE_BODY if column.reference or sheet is DEPARTMENTS else BODY)
    if isinstance(column.cell, Text | Lines):
        plain.number_format = "@"
    if sheet is DEPARTMENTS:
        plain.protection = Protection(locked=True)
    marked = copy(plain)
    marked.quotePrefix = True
    return plain, marked


def _cell(page: Any, value: Written, pattern: tuple[Any, Any]) -> Any:
    cell = WriteOnlyCell(page, value=value if value != "" else None)
    risky = isinstance(value, str) and value.startswith(FORMULA_STARTS)
    cell._style = pattern[risky]._style  # setting each part of a style anew takes ten times as long
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula, whatever it starts with
    return cell


def _validation(column: Column, counts: Mapping[str, int]) -> DataValidation | None:
    """A drop-down list or limits for the column's cells, and its hint beside them."""
    cell = column.cell
    if column.reference:
        return None
    if isinstance(cell, Word | Flag):
        words = [str(label) for label in cell.words.labels] if isinstance(cell, Word) else [YES, NO]
        rule = DataValidation("list", formula1=f'"{",".join(words)}"', allow_blank=True)
        rule.error = f"只能是 {'、'.join(words)}"[:220]
    elif column.among:
        rule = DataValidation(
            "list", formula1=f"{column.among}!$A$2:$A${counts[column.among] + ROOM}", allow_blank=True
        )
        rule.errorStyle, rule.error = "warning", f"“{column.among}”表里没有这个代码，要继续吗？"
    elif isinstance(cell, Number):
        rule = DataValidation("whole" if cell.whole else "decimal", "between", "-1000000000", "1000000000")
        rule.error = f"要填{'整数' if cell.whole else '数字'}"
    elif column.hint:
        rule = DataValidation(allow_blank=True)
    else:
        return None
    rule.errorTitle, rule.showErrorMessage = column.heading[:30], True
    if column.hint:
        rule.promptTitle, rule.prompt, rule.showInputMessage = column.heading[:30], column.hint[:250], True
    return rule


def _write_notes(book: Any, counts: Mapping[str, int], made_at: datetime) -> None:
    page = book.create_sheet(NOTES)
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 16, 96
    page.sheet_view.showGridLines = False
    page.append([_styled(page, "一件事目录", TITLE)])
    page.append([])
    told = [
        ("导出时间", f"{made_at:%Y-%m-%d %H:%M}，是当时编辑中的内容，包括还没有发布的修改。"),
        ("内容", "，".join(f"{title} {count} 行" for title, count in counts.items())),
        ("怎么改", "直接改单元格。一行一条；列表、选项、适用情形在一个单元格里一行一个（Alt+Enter 换行）。"),
        ("新增", "在表格下面加一行。材料、字段、事项、一件事的代码定了不再改；改代码等于新增一条。"),
        ("不改的行", "可以删掉不管：表里没有的材料、字段、事项、一件事保持原样，导入不会删除它们。"),
        (
            "整组替换",
            "“事项材料”“事项字段”“情形问题”“环节”按所属的事项或一件事整组替换：它出现在表里，它的这一组就以表里的行为准，"
            "删掉一行就是去掉那一份。",
        ),
        ("参考列", "灰色的“（参考）”列和“部门”表只供查对，导入时不看。部门请在“部门”里改。"),
        ("不能用", "公式、合并的单元格、日期格式。要公式算出来的数，请“选择性粘贴”为数值。"),
        (
            "导入",
            "后台“一件事”列表上方“导出和导入”→“导入”。先预览每一处改动，有错就逐条列出表、行、列，什么也不改；确认后存为草稿，"
            "仍要第二个人审批才发布。",
        ),
    ]
    for heading, text in told:
        bold = {**LINE_OF_NOTES, "font": Font(name="微软雅黑", size=11, bold=True, color=INK)}
        page.append([_styled(page, heading, bold), _styled(page, text, LINE_OF_NOTES)])
