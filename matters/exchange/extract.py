"""Takes the cells out of one workbook, in a process of its own: a hostile file may eat memory or time without end.

Run by its path, so that nothing of the portal is loaded and no key is in reach: `python -I extract.py FILE TITLES`
prints a JSON value a line. Formulas are told, never computed. Empty cells are left out, and so are other sheets.
"""

import json
import resource
import sys
import warnings
from collections.abc import Iterator
from typing import Any

from openpyxl import DEFUSEDXML, load_workbook
from openpyxl.worksheet._reader import WorkSheetParser

MEMORY, CPU_SECONDS = 1024**3, 15
ROW_LIMIT, COLUMN_LIMIT = 20_000, 100  # of a sheet; the largest of the county's has two thousand rows
TEXT_LIMIT = 33_000  # characters of a cell, a little more than Excel keeps
OUTPUT_LIMIT = 48 * 1024 * 1024


def found(path: str, titles: list[str]) -> Iterator[list[Any]]:
    """["sheets", all titles]; of each wanted sheet ["sheet", title], ["row", number, cells], ["merged", ranges] or
    ["long"]; ["end"]. A cell is [column, kind, value]; kinds as in `cells.Raw`.
    """
    book = load_workbook(path, read_only=True, keep_links=False)
    yield ["sheets", [str(title) for title in book.sheetnames]]
    for sheet in book.worksheets:
        title = sheet.title.strip()
        if title in titles:
            yield ["sheet", title]
            yield from _rows(book, sheet)
    yield ["end"]


def _rows(book: Any, sheet: Any) -> Iterator[list[Any]]:
    # The library's own rows fill gaps up to row 1,048,576 and forget merged cells; its parser gives what is there.
    with sheet._get_source() as source:
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for count, (number, cells) in enumerate(parser.parse()):
            if count > ROW_LIMIT:
                yield ["long"]
                return
            kept = [cell for cell in map(_cell, cells) if cell is not None][:COLUMN_LIMIT]
            if kept:
                yield ["row", number, kept]
        merged = [str(part.ref) for part in parser.merged_cells.mergeCell] if parser.merged_cells else []
        if merged:
            yield ["merged", merged[:COLUMN_LIMIT]]


def _cell(cell: dict[str, Any]) -> list[Any] | None:
    value, kind = cell["value"], cell["data_type"]
    if kind == "f":
        return [cell["column"], "f", str(getattr(value, "text", value))[:TEXT_LIMIT]]
    if value is None:
        return None
    if kind in ("n", "b", "e"):
        return [cell["column"], kind, value]
    if kind == "d":
        return [cell["column"], "d", str(value)]
    return [cell["column"], "s", str(value)[:TEXT_LIMIT]]


def main(path: str, titles: list[str]) -> None:
    written = 0
    for line in found(path, titles):
        text = json.dumps(line, ensure_ascii=True)
        written += len(text)
        if written > OUTPUT_LIMIT:
            return  # without "end": the reader says that the file cannot be read
        sys.stdout.write(text + "\n")


if __name__ == "__main__":
    assert DEFUSEDXML, "defusedxml refuses XML that unfolds without end"
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    main(sys.argv[1], json.loads(sys.argv[2]))
