"""Pure: the rows of the sheets put together into rows of the source form, as far as they differ from what is held."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from matters.exchange.flat import Flat, joined
from matters.exchange.sheets import CHOICES, OF_KIND, parts_of
from matters.exchange.taken import Key, Spot, Taken, in_words
from matters.source.checking import SHAPES, Catalogue
from matters.source.digest import row_digest

PLACE = re.compile(r"(materials|fields|questions|steps)：第 (\d+) 条：(.*)", re.S)


@dataclass(frozen=True)
class Part:
    """A row of a sheet of parts, and where it stands."""

    flat: Flat
    spot: Spot


def assemble(
    taken: Taken,
    mains: Mapping[Key, Flat],
    parts: Mapping[Key, Mapping[str, list[Part]]],
    bad: set[Key],
    held: Catalogue,
    positions: Mapping[str, int],
) -> None:
    """Puts into `taken` each sound row that differs from the held one, and the faults that show only in the whole.

    A row's parts are replaced where the row itself or parts of that sheet stand in the file; what the file does not
    name stays as it is.
    """
    last = max(positions.values(), default=0)
    for key in dict.fromkeys((*mains, *parts)):
        kind, code = key
        before = held.rows[kind].get(code)
        if before is None and key not in mains:
            if key not in bad:
                spot = next(part.spot for found in parts[key].values() for part in found)
                taken.fault(spot, f"“{OF_KIND[kind].title}”表里没有 {code}，目录里也没有")
            continue
        held_main = next(OF_KIND[kind].flatten(before, positions)) if before else {}
        main = dict(mains.get(key, held_main))
        if kind == "field" and main.get("position") is None and key not in bad:
            last = last + 1 if code not in positions else last
            main["position"] = positions.get(code, last)
        found = {sheet.part: ordered(parts.get(key, {}).get(sheet.part, [])) for sheet in parts_of(kind)}
        if kind == "matter" and not _one_text(found["questions"], taken):
            bad.add(key)
        flats = {
            sheet.part: [part.flat for part in found[sheet.part]]
            if key in mains or found[sheet.part] or before is None
            else list(sheet.flatten(before, positions))
            for sheet in parts_of(kind)
        }
        if key in bad:
            _look_at_the_rest(taken, key, main, flats, found, held)
            continue
        row = joined(kind, main, flats)
        position = main.get("position") or 0
        if before and row_digest(kind, row, position) == row_digest(kind, before, positions.get(code, 0)):
            continue
        # What was incomplete before is a draft; what the file makes worse is a fault.
        known = set(SHAPES[kind](before)) if before else set()
        wrong = [text for text in SHAPES[kind](row) if text not in known]
        for text in wrong:
            _tell(taken, key, text, found)
        if not wrong:
            taken.rows[key] = row
            if kind == "field":
                taken.positions[code] = position


def _look_at_the_rest(
    taken: Taken,
    key: Key,
    main: Flat,
    flats: Mapping[str, list[Flat]],
    parts: Mapping[str, list[Part]],
    held: Catalogue,
) -> None:
    """Faults of a row's sound pieces while another piece is faulty, so that all are told at once."""
    kind = key[0]
    pieces = [(OF_KIND[kind], main, taken.spots[key])] if main and key in taken.spots else []
    pieces += [(sheet, part.flat, part.spot) for sheet in parts_of(kind) for part in parts[sheet.part]]
    for sheet, flat, spot in pieces:
        for column in sheet.typed:
            code = flat.get(column.key)
            if column.among and code and code not in _known(column.among, taken, held):
                taken.fault(Spot(spot.sheet, spot.row, column.heading), f"没有{column.among} {code}")
    if main:
        for text in SHAPES[kind](joined(kind, main, flats)):
            if PLACE.fullmatch(text):
                _tell(taken, key, text, parts)


def _known(title: str, taken: Taken, held: Catalogue) -> set[str]:
    kind = next(kind for kind, sheet in OF_KIND.items() if sheet.title == title)
    return held.known[kind] | {code for of_kind, code in taken.known if of_kind == kind}


def ordered(parts: list[Part]) -> list[Part]:
    """By 顺序; a row without one stands behind the row above it."""
    keyed, above = [], 0
    for part in parts:
        above = part.flat["position"] if part.flat["position"] is not None else above
        keyed.append((above, part.spot.row, part))
    return [part for _, _, part in sorted(keyed, key=lambda found: found[:2])]


def _one_text(rows: list[Part], taken: Taken) -> bool:
    texts: dict[str, Part] = {}
    sound = True
    for part in rows:
        first = texts.setdefault(part.flat["question"], part)
        if first.flat["text"] != part.flat["text"]:
            place = Spot(part.spot.sheet, part.spot.row, "问题")
            taken.fault(place, f"和第 {first.spot.row} 行是同一个问题，文字却不一样")
            sound = False
    return sound


def _tell(taken: Taken, key: Key, text: str, parts: Mapping[str, list[Part]]) -> None:
    """A fault of the whole row, at the part it speaks of."""
    spot = taken.spots.get(key, Spot(f"{OF_KIND[key[0]].title} {key[1]}"))
    if found := PLACE.fullmatch(text):
        name, number, said = found.groups()
        rows = parts.get(name, [])
        if name == CHOICES.part:
            codes = list(dict.fromkeys(part.flat["question"] for part in rows))
            rows = [next(part for part in rows if part.flat["question"] == code) for code in codes]
        if int(number) <= len(rows):
            spot, text = rows[int(number) - 1].spot, said
    taken.fault(spot, in_words(text))
