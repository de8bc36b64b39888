"""Pure: an item held against what stands above it (上级标准: 国家、省、市 implementation lists).

The county may ask for less and be faster. Whatever it asks for beyond a list that was recorded needs an article of law
of its own, or its matters are not published.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from matters.laws import repealed_in

Row = Mapping[str, Any]
ARTICLE = re.compile(r"《[^《》].*》.*第.+条", re.DOTALL)
DAYS = {"promised_days": "承诺时限", "statutory_days": "法定时限"}


@dataclass(frozen=True)
class Standard:
    """One list that was recorded for one item. Days are working days, None where the list names none.

    `materials`: codes of the papers it asks for; `bases`: over-ask -> the article it stands on.
    """

    level: str
    source: str
    dated: date
    promised_days: int | None
    statutory_days: int | None
    materials: frozenset[str]
    bases: Mapping[str, str]


@dataclass(frozen=True)
class OverAsk:
    """What the county asks beyond a list. `key`: a paper's code or a name of `DAYS`; `basis`: the article, or empty."""

    item: str
    key: str
    text: str
    basis: str


@dataclass(frozen=True)
class Held:
    """A matter held against what is recorded: of `items` items `recorded` have a list; `over` is beyond it."""

    items: int
    recorded: int
    over: tuple[OverAsk, ...]


def over_asks(item: Row, standards: Iterable[Standard], materials: Mapping[str, Row]) -> Iterator[OverAsk]:
    """Days and papers of an item (in source form) beyond each list. An exempt paper is asked of nobody."""
    for standard in standards:
        above = f"{standard.level}的“{standard.source}”（{standard.dated:%Y-%m-%d}）"
        for key, name in DAYS.items():
            most = getattr(standard, key)
            if most is not None and item[key] > most:
                text = f"{name} {item[key]} 个工作日，比{above}多 {item[key] - most} 个，那里是 {most} 个"
                yield OverAsk(item["name"], key, text, standard.bases.get(key, ""))
        for ask in item["materials"]:
            code = ask["material"]
            row = materials.get(code, {})
            if code not in standard.materials and not row.get("exempt"):
                text = f"要“{row.get('name', code)}”，{above}里没有"
                yield OverAsk(item["name"], code, text, standard.bases.get(code, ""))


def unfounded(
    item: Row, standards: Iterable[Standard], materials: Mapping[str, Row], repealed: Mapping[str, date]
) -> Iterator[str]:
    """A sentence for each over-ask without an article of law in force: what keeps the item from being published."""
    for over in over_asks(item, standards, materials):
        if not ARTICLE.search(over.basis):
            yield f"{over.text}。比上级多要的要写明法律依据（哪部法第几条），否则改成一样"
        yield from repealed_in([over.basis], repealed)


def held(
    matter: Row, items: Mapping[str, Row], standards: Mapping[str, Sequence[Standard]], materials: Mapping[str, Row]
) -> Held:
    """A matter (in source form) held against the lists of its items."""
    own = [items[step["item"]] for step in matter["steps"] if step["item"] in items]
    found = [over for item in own for over in over_asks(item, standards.get(item["code"], ()), materials)]
    return Held(len(own), sum(item["code"] in standards for item in own), tuple(found))
