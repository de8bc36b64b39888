"""Pure: the library of what the catalogue stands on (法律依据): each law once, with all that cites it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

Row = Mapping[str, Any]
# A title may hold titles of its own: 《〈教师资格条例〉实施办法》.
TITLE = re.compile(r"《([^《》]+)》(.*)", re.DOTALL)


class Citation(NamedTuple):
    """`title` of the law without its brackets, and `place`: what follows it (number of issue, articles)."""

    title: str
    place: str


@dataclass(frozen=True)
class CitedLaw:
    """A law with its places, each with the items that cite it there, and the matters those items are steps of."""

    title: str
    places: Mapping[str, tuple[Row, ...]]
    matters: tuple[Row, ...]

    @property
    def items(self) -> tuple[Row, ...]:
        """Every item that cites this law, once."""
        return tuple({item["code"]: item for items in self.places.values() for item in items}.values())


def citation(basis: str) -> Citation | None:
    """What a line of a legal basis cites; None when it names no 《…》."""
    found = TITLE.search(basis)
    return Citation(found[1].strip(), found[2].strip()) if found else None


def library(items: Iterable[Row], matters: Iterable[Row]) -> list[CitedLaw]:
    """All laws that these items (in source form) cite, most cited first, then by title."""
    using: dict[str, list[Row]] = {}
    for matter in matters:
        for step in matter["steps"]:
            using.setdefault(step["item"], []).append(matter)
    places: dict[str, dict[str, list[Row]]] = {}
    for item in items:
        for cited in filter(None, map(citation, item["legal_basis"])):
            here = places.setdefault(cited.title, {}).setdefault(cited.place or "全文", [])
            if item not in here:
                here.append(item)
    found = []
    for title, by_place in places.items():
        citing = {item["code"] for rows in by_place.values() for item in rows}
        touched = {matter["code"]: matter for code in citing for matter in using.get(code, ())}
        found.append(
            CitedLaw(
                title,
                {place: tuple(rows) for place, rows in sorted(by_place.items())},
                tuple(sorted(touched.values(), key=lambda matter: matter["number"])),
            )
        )
    return sorted(found, key=lambda law: (-len(law.items), law.title))


def repealed_in(bases: Iterable[str], repealed: Mapping[str, date]) -> list[str]:
    """A sentence for each line that cites a repealed law; `repealed`: title -> the day it ended."""
    cited = dict.fromkeys(found.title for found in map(citation, bases) if found)
    return [
        f"引用的《{title}》已于 {repealed[title]:%Y-%m-%d} 废止，要换成现行的依据"
        for title in cited
        if title in repealed
    ]
