"""Pure: what was taken out of an uploaded file, and where in it each thing stood."""

import re
from dataclasses import dataclass, field
from typing import Any

from matters.exchange.sheets import OF_KIND, READ
from matters.source.telling import WORDS

Key = tuple[str, str]  # kind and code of a row in the source form
CODES = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
KEYS = re.compile(rf"\b({'|'.join(WORDS)})\b(?=：|、|$|，)")


@dataclass(frozen=True, order=True)
class Spot:
    """A place in the file: the sheet (of YAML the file), the row in it (of YAML the entry), the column's heading."""

    sheet: str
    row: int = 0
    column: str = ""

    def __str__(self) -> str:
        row = f"第 {self.row} {'条' if self.sheet.endswith(('.yaml', '.yml')) else '行'}" if self.row else ""
        return " ".join(part for part in (self.sheet, row, self.column) if part)


@dataclass(frozen=True, order=True)
class ImportFault:
    """One thing that keeps the file from being imported."""

    spot: Spot
    text: str

    def __str__(self) -> str:
        return f"{self.spot}：{self.text}"


@dataclass
class Taken:
    """Rows in the source form that differ from what is held, by kind and code; `positions` of the fields among them.

    `spots`: where a row stands. `part_spots`: where its parts stand, by kind, owner and the part's code.
    `known`: all rows that the file names, the faulty ones as well. `notes`: what the file holds and nobody reads.
    """

    rows: dict[Key, dict[str, Any]] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    spots: dict[Key, Spot] = field(default_factory=dict)
    part_spots: dict[tuple[str, str, str], list[Spot]] = field(default_factory=dict)
    known: set[Key] = field(default_factory=set)
    faults: list[ImportFault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def fault(self, spot: Spot, text: str) -> None:
        self.faults.append(ImportFault(spot, text))

    def spot_of(self, kind: str, code: str, text: str) -> Spot:
        """Where to look for a fault of this row that says `text`: the part that it names, else the row."""
        words = CODES.findall(text)
        pairs = [("item", owner, part) for owner in words for part in words] if kind == "matter" else []
        for key in (*pairs, *((kind, code, part) for part in words)):
            if found := self.part_spots.get(key):
                spot = min(found, key=lambda spot: spot.sheet[-2:] not in text)
                return _at_column(spot, text)
        return _at_column(self.spots.get((kind, code), Spot(f"{OF_KIND[kind].title} {code}")), text)


def _at_column(spot: Spot, text: str) -> Spot:
    """The spot with the column that the sentence speaks of, if it names one."""
    columns = next((sheet.typed for sheet in READ if sheet.title == spot.sheet), ())
    named = [
        column.heading
        for column in columns
        if column.heading.removesuffix("代码") not in ("", "问题", "选项")
        and column.heading.removesuffix("代码") in text
    ]
    pointed = [column.heading for column in columns if column.among and f"没有{column.among}" in text]
    if "同名" in text:
        named = ["名称"]
    found = pointed or sorted(named, key=len, reverse=True)
    return Spot(spot.sheet, spot.row, found[0]) if found else spot


def in_words(text: str) -> str:
    """A sentence of the shapes with the source format's keys as the administrator knows them."""
    return KEYS.sub(lambda found: WORDS[found.group()], text)
