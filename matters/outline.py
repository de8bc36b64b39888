"""Pure: a whole plan in words, chapter by chapter, for who reads a revision. Nothing of a plan is left out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from matters.wording import MATTER, PARTS, TITLES, WHEN, Column, Json, Names


@dataclass(frozen=True)
class Line:
    """What a key says: its label, and a text or several."""

    label: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One question, step, item, paper, field or department by its name."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Chapter:
    title: str
    entries: tuple[Entry, ...]


def outline(plan: Json) -> tuple[Chapter, ...]:
    """The plan's JSON in words: the matter itself, then its questions, steps, items, papers, fields, departments.

    What is empty, what is not so and conditions that always hold are left out.
    """
    names = Names.of(plan)
    own = Chapter("一件事", (Entry(plan["name"], tuple(_lines(MATTER, plan, names, "name"))),))
    parts = [
        Chapter(
            f"{part.word}（{len(plan[name])}）",
            tuple(
                Entry(part.name(row[part.key], names), tuple(_lines(part.columns, row, names, TITLES.get(name, ""))))
                for row in plan[name]
            ),
        )
        for name, part in PARTS.items()
    ]
    return (own, *(chapter for chapter in parts if chapter.entries))


def _lines(columns: Mapping[str, Column], row: Json, names: Names, title: str = "") -> Iterator[Line]:
    """Of each key but the one that the entry is called by."""
    for key, column in columns.items():
        value = row.get(key)
        if key == title or value is False or (value is None and column is WHEN):
            continue
        if column.columns and not column.key:
            inside = _lines(column.columns, value or {}, names)
            yield from (Line(f"{column.label}{line.label}", line.texts) for line in inside)
        elif texts := tuple(_texts(column, value, names)):
            yield Line(column.label, texts)


def _texts(column: Column, value: Any, names: Names) -> Iterator[str]:
    rows = value if isinstance(value, list) else [value]
    yield from (text for row in rows if (text := column.say(row, names)))
