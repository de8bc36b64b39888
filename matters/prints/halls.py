"""大厅导览: what stands on a hall's map, its counters' signs and its page: one content, one version code. Pure."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from matters.published import Brief
from matters.words import Audience

# A counter for which nothing is entered takes in everything.
EVERYTHING = "综合受理，什么事都收"
COLUMNS = 3
# A heading takes as much room as so many lines.
HEADING = 2.2


class CounterFacts(NamedTuple):
    """A counter as the administration has it; empty text: not entered."""

    number: str
    zone: str
    handles: str


@dataclass(frozen=True)
class HallFacts:
    """A hall as the administration has it, counters in their order."""

    code: str
    name: str
    address: str
    hours: str
    phone: str
    counters: tuple[CounterFacts, ...]


class Desk(NamedTuple):
    """Neighbouring counters that do the same: `numbers` as people read them (1—6, 9)."""

    zone: str
    numbers: str
    handles: str


class Listed(NamedTuple):
    """A matter of the list, as far as it stands on a hall's prints."""

    number: int
    code: str
    name: str
    theme: str
    audience: str


def listed(briefs: Iterable[Brief]) -> tuple[Listed, ...]:
    """The matters that take new cases, by number."""
    return tuple(sorted(Listed(one.number, one.code, one.name, one.theme, one.audience) for one in briefs))


class Theme(NamedTuple):
    """What is handled under one theme, for one audience: (number, code, name) of each matter."""

    title: str
    matters: tuple[tuple[int, str, str], ...]


def desks(counters: Sequence[CounterFacts]) -> list[Desk]:
    """Counters in their order, neighbours of one zone that do the same joined."""
    runs: list[list[CounterFacts]] = []
    for counter in counters:
        if runs and runs[-1][-1][1:] == counter[1:]:
            runs[-1].append(counter)
        else:
            runs.append([counter])
    return [
        Desk(run[0].zone, run[0].number if len(run) == 1 else _span(run), run[0].handles or EVERYTHING) for run in runs
    ]


def _span(run: Sequence[CounterFacts]) -> str:
    numbers = [counter.number for counter in run]
    first = int(numbers[0]) if numbers[0].isdecimal() else None
    follow = first is not None and numbers == [str(first + step) for step in range(len(numbers))]
    return f"{numbers[0]}—{numbers[-1]}" if follow else "、".join(numbers)


def themes(matters: Sequence[Listed]) -> list[tuple[str, list[Theme]]]:
    """(企业 or 个人, its themes in the order of their first number), of all matters that take new cases."""
    told = []
    for audience in (Audience.INDIVIDUAL, Audience.ENTERPRISE):
        groups: dict[str, list[tuple[int, str, str]]] = {}
        for one in matters:
            if one.audience == audience:
                groups.setdefault(one.theme, []).append((one.number, one.code, one.name))
        if groups:
            told.append((str(audience.label), [Theme(title, tuple(rows)) for title, rows in groups.items()]))
    return told


def map_code(hall: HallFacts, matters: Sequence[Listed]) -> str:
    """Version code of a hall's prints: changes when the hall's data, a number, a name or a theme of the list does."""
    content = json.dumps([asdict(hall), matters], ensure_ascii=False)
    return f"{hall.code}-{hashlib.sha256(content.encode()).hexdigest()[:8]}"


def hall_map(hall: HallFacts, matters: Sequence[Listed], day: str) -> dict[str, Any]:
    """The map as its template reads it: the list in columns of about the same height, a theme never torn apart."""
    blocks = [
        {"head": f"{word}：{theme.title}", "rows": [[number, name] for number, _, name in theme.matters]}
        for word, found in themes(matters)
        for theme in found
    ]
    return {
        **_common(hall, matters, day),
        "desks": [list(desk) for desk in desks(hall.counters)],
        "columns": in_columns(blocks),
        "total": len(matters),
    }


def signs(hall: HallFacts, matters: Sequence[Listed], day: str) -> dict[str, Any]:
    """A sign for each counter of the hall."""
    rows = [[one.number, one.zone, one.handles or EVERYTHING, not one.handles] for one in hall.counters]
    return {**_common(hall, matters, day), "counters": rows, "total": len(matters)}


def in_columns(blocks: Sequence[dict[str, Any]], columns: int = COLUMNS) -> list[list[dict[str, Any]]]:
    """Blocks in reading order over so many columns, the tallest as low as it can be."""
    heights = [HEADING + len(block["rows"]) for block in blocks]
    low, high = max(heights, default=0.0), sum(heights)
    while high - low > 0.1:
        middle = (low + high) / 2
        low, high = (low, middle) if len(_filled(heights, middle)) <= columns else (middle, high)
    places = _filled(heights, high)
    return [[blocks[place] for place in column] for column in places]


def _filled(heights: Sequence[float], limit: float) -> list[list[int]]:
    """Places of the blocks, column by column, none higher than the limit unless a block alone is."""
    columns: list[list[int]] = []
    height = limit + 1
    for place, one in enumerate(heights):
        if height + one > limit + 1e-6:
            columns.append([])
            height = 0.0
        columns[-1].append(place)
        height += one
    return columns


def _common(hall: HallFacts, matters: Sequence[Listed], day: str) -> dict[str, Any]:
    return {
        "matter": hall.name,
        "name": hall.name,
        "address": hall.address,
        "hours": hall.hours,
        "phone": hall.phone,
        "code": map_code(hall, matters),
        "date": day,
    }
