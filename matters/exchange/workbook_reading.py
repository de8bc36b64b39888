"""Reads an uploaded workbook into rows of the source form. A cell that nobody touched keeps what is held exactly."""

import json
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from foundation.errors import Refused
from matters.exchange import extract, package
from matters.exchange.assembling import Part, assemble
from matters.exchange.cells import CellFault, Raw, raw_of, same
from matters.exchange.flat import Flat
from matters.exchange.sheets import READ, SHEETS, Column, Sheet, flat_rows
from matters.exchange.taken import Spot, Taken, in_words
from matters.exchange.workbook import NOTES
from matters.source.checking import Catalogue

SECONDS = 60  # of waiting for the process that reads, which is itself limited in computing and memory
Cells = Mapping[int, Raw | None]


@dataclass
class Page:
    """A sheet as it was found: its rows by number, without the empty ones."""

    rows: list[tuple[int, dict[int, Raw | None]]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    long: bool = False

    @property
    def headings(self) -> dict[int, str]:
        """The texts of row 1 by column, without spaces."""
        first = self.rows[0] if self.rows else (0, {})
        cells = first[1] if first[0] == 1 else {}
        return {place: re.sub(r"\s", "", str(raw.value)) for place, raw in sorted(cells.items()) if raw is not None}


def read_workbook(content: bytes, held: Catalogue, positions: Mapping[str, int]) -> Taken:
    """What the workbook changes against `held`, and every fault of its cells. Raises Refused when it cannot be read."""
    titles, pages = _pages(content)
    taken = Taken()
    mains: dict[tuple[str, str], Flat] = {}
    parts: dict[tuple[str, str], dict[str, list[Part]]] = defaultdict(dict)
    bad: set[tuple[str, str]] = set()
    expected = {sheet.title for sheet in SHEETS} | {NOTES}
    taken.notes += [f"“{title}”不是目录的表，没有读。" for title in titles if title.strip() not in expected]
    for sheet in READ:
        page = pages.get(sheet.title)
        if page is None:
            taken.fault(Spot(sheet.title), "缺少这张表；不改的表也要留着，可以只留标题行")
            continue
        for flat, spot, sound in _read(sheet, page, _held(sheet, held, positions), taken):
            key = (sheet.kind, flat["owner" if sheet.part else "code"])
            taken.known.add(key)
            if not sound:
                bad.add(key)
            elif sheet.part:
                parts[key].setdefault(sheet.part, []).append(Part(flat, spot))
                taken.part_spots.setdefault((*key, flat[sheet.keys[1]]), []).append(spot)
            else:
                mains[key] = flat
            if not sheet.part:
                taken.spots[key] = spot
    assemble(taken, mains, parts, bad, held, positions)
    return taken


def _held(sheet: Sheet, held: Catalogue, positions: Mapping[str, int]) -> dict[tuple[Any, ...], Flat]:
    return {sheet.key_of(flat): flat for flat in flat_rows(sheet, held, positions)}


def _read(
    sheet: Sheet, page: Page, held: Mapping[tuple[Any, ...], Flat], taken: Taken
) -> Iterator[tuple[Flat, Spot, bool]]:
    """(flat row, its place, whether it is sound) of each row that says what it is about."""
    _look_at_page(sheet, page, taken)
    columns = _columns(sheet, page, taken)
    if columns is None:
        return
    seen: dict[tuple[Any, ...], int] = {}
    for number, cells in page.rows:
        spot, before = Spot(sheet.title, number), len(taken.faults)
        _refuse_formulas(sheet, spot, cells, page.headings, taken)
        typed = {place: column for place, column in columns.items() if cells.get(place) is not None}
        if number == 1 or not typed:
            continue
        flat: Flat = {}
        for place, column in columns.items():
            if column.key in sheet.keys:
                flat[column.key] = _value(column, cells.get(place), None, spot, taken)
        key = sheet.key_of(flat)
        for place, column in columns.items():
            if column.key not in sheet.keys:
                flat[column.key] = _value(column, cells.get(place), held.get(key), spot, taken)
        if key in seen:
            heading = next(column.heading for column in sheet.columns if column.key == sheet.keys[-1])
            taken.fault(
                Spot(sheet.title, number, heading), f"重复，第 {seen[key]} 行已经有了 {' '.join(map(str, key))}"
            )
        seen.setdefault(key, number)
        if isinstance(key[0], str) and key[0]:
            yield flat, spot, len(taken.faults) == before


def _value(column: Column, raw: Raw | None, held: Flat | None, spot: Spot, taken: Taken) -> Any:
    """The cell's value; what is held where the cell is as the export wrote it. Faults go into `taken`."""
    if raw is not None and raw.kind == "f":
        return None  # told already
    if held is not None and same(raw, column.cell.write(held.get(column.key))):
        return held.get(column.key)
    place = Spot(spot.sheet, spot.row, column.heading)
    try:
        value = column.cell.read(raw)
    except CellFault as fault:
        taken.fault(place, str(fault))
        return None
    for text in column.check(value):
        taken.fault(place, in_words(text))
    return value


def _look_at_page(sheet: Sheet, page: Page, taken: Taken) -> None:
    if page.long:
        many = f"超过 {extract.ROW_LIMIT} 行：选中数据下方的空行整行删除，再保存"
        taken.fault(Spot(sheet.title, extract.ROW_LIMIT + 1), many)
    for ref in page.merged:
        first = re.search(r"\d+", ref)
        taken.fault(
            Spot(sheet.title, int(first.group()) if first else 0), f"单元格合并了（{ref}），请取消合并，每一行都写全"
        )


def _columns(sheet: Sheet, page: Page, taken: Taken) -> dict[int, Column] | None:
    """Column of the sheet by its number in the file, from the headings; None when some are missing."""
    headings = page.headings
    known = {column.heading: column for column in sheet.columns}
    found: dict[int, Column] = {}
    for place, heading in headings.items():
        if heading not in known:
            taken.fault(Spot(sheet.title, 1), f"不认识的列“{heading[:40]}”；自己加的列请放到别的表里")
        elif known[heading] in found.values():
            taken.fault(Spot(sheet.title, 1), f"列“{heading}”有两个")
        else:
            found[place] = known[heading]
    missing = [column.heading for column in sheet.typed if column not in found.values()]
    if missing:
        taken.fault(Spot(sheet.title, 1), f"缺少列：{'、'.join(missing)}（列标题要在第 1 行）")
        return None
    beyond = {place for _, cells in page.rows for place in cells if place not in headings}
    for place in sorted(beyond):
        number = next(number for number, cells in page.rows if place in cells)
        taken.fault(Spot(sheet.title, number), f"第 {place} 列有内容，却没有列标题")
    return {place: column for place, column in found.items() if not column.reference}


def _refuse_formulas(sheet: Sheet, spot: Spot, cells: Cells, headings: Mapping[int, str], taken: Taken) -> None:
    for place, raw in cells.items():
        if raw is not None and raw.kind == "f":
            heading = headings.get(place, "")
            where = f"{letters(place)}{spot.row}"
            taken.fault(
                Spot(sheet.title, spot.row, heading), f"单元格 {where} 里是公式，请“选择性粘贴”为数值：{raw.value[:40]}"
            )


def letters(place: int) -> str:
    """A column's number as a spreadsheet names it: 1 is A, 27 is AA."""
    text = ""
    while place > 0:
        place, rest = divmod(place - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def _pages(content: bytes) -> tuple[list[str], dict[str, Page]]:
    pages: dict[str, Page] = {}
    titles: list[str] = []
    page, ended = Page(), False
    for line in _lines(content):
        what = line[0]
        if what == "sheets":
            titles = line[1]
        elif what == "sheet":
            page = pages.setdefault(line[1], Page())
        elif what == "row":
            cells = {place: raw_of(kind, value) for place, kind, value in line[2]}
            page.rows.append((line[1], {place: raw for place, raw in cells.items() if raw is not None}))
        elif what == "merged":
            page.merged = line[1]
        elif what == "long":
            page.long = True
        ended = what == "end"
    if not ended:
        raise Refused(package.BROKEN)
    return titles, pages


def _lines(content: bytes) -> Iterator[list[Any]]:
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(content)
        file.flush()
        titles = json.dumps([sheet.title for sheet in READ])
        command = [sys.executable, "-I", str(extract.__file__), file.name, titles]
        try:
            done = subprocess.run(command, capture_output=True, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            raise Refused(package.BROKEN) from None
    if done.returncode != 0:
        raise Refused(package.BROKEN)
    for line in done.stdout.splitlines():
        yield json.loads(line)
