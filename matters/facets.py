"""Pure: narrowing a list of matters by what they are, with how many stay beside each choice.

A choice counts what would be shown if it were taken, all other choices staying as they are.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from matters.published import Brief
from matters.words import Audience, MatterLevel

SHAPES = {"single": "一个部门办", "joint": "几个部门联办"}
VALUE_LIMIT = 60
# 市县联办 was a shape in earlier addresses, which people may have kept.
CITY_SHAPE = "city"

Wish = Mapping[str, str]


@dataclass(frozen=True)
class Facet:
    """`values` of a matter: value -> label. `by_count`: the commonest choice first, not as the matters name them."""

    name: str
    label: str
    values: Callable[[Brief], Mapping[str, str]]
    by_count: bool = False


@dataclass(frozen=True)
class Option:
    """`address`: the query string that takes this choice, or takes it back when it is on."""

    label: str
    count: int
    on: bool
    address: str


@dataclass(frozen=True)
class Group:
    name: str
    label: str
    options: tuple[Option, ...]
    on: bool


FACETS = (
    Facet("audience", "谁来办", lambda brief: {brief.audience: str(Audience(brief.audience).label)}),
    Facet("shape", "几个部门", lambda brief: _shape("joint" if brief.joint else "single")),
    Facet("level", "在哪一级", lambda brief: {brief.level: str(MatterLevel(brief.level).label)}),
    Facet("theme", "主题", lambda brief: {brief.theme: brief.theme}),
    Facet("department", "部门", lambda brief: brief.departments, by_count=True),
)
NAMES = tuple(facet.name for facet in FACETS)


def _shape(shape: str) -> Mapping[str, str]:
    return {shape: SHAPES[shape]}


def wish_of(query: Mapping[str, str]) -> Wish:
    """What a query string asks for, by facet; whatever it says, unknown values simply meet no matter."""
    wish = {name: value for name in NAMES if (value := query.get(name, "")[:VALUE_LIMIT])}
    if wish.get("shape") == CITY_SHAPE:
        del wish["shape"]
        wish["level"] = str(MatterLevel.CITY_COUNTY.value)
    return wish


def fits(brief: Brief, wish: Wish, but: str = "") -> bool:
    """Whether a matter meets every choice, the facet `but` aside."""
    return all(
        facet.name == but or facet.name not in wish or wish[facet.name] in facet.values(brief) for facet in FACETS
    )


def groups(briefs: Sequence[Brief], wish: Wish, rest: Mapping[str, str]) -> list[Group]:
    """Every facet that leaves a choice, its options in the order in which `briefs` name them, with counts. `rest` is
    what else belongs into the address: the words searched, the way of browsing."""
    found = []
    for facet in FACETS:
        counts: dict[str, int] = {}
        labels: dict[str, str] = {}
        for brief in briefs:
            meets = fits(brief, wish, but=facet.name)
            for value, label in facet.values(brief).items():
                labels.setdefault(value, label)
                counts[value] = counts.get(value, 0) + meets
        chosen = wish.get(facet.name)
        options = tuple(
            Option(label, counts[value], value == chosen, address(rest, _turned(wish, facet.name, value)))
            for value, label in labels.items()
            if counts[value] or value == chosen
        )
        if facet.by_count:
            options = tuple(sorted(options, key=lambda option: -option.count))
        if len(options) > 1 or chosen:
            found.append(Group(facet.name, facet.label, options, bool(chosen)))
    return found


def chosen(found: Iterable[Group]) -> list[Option]:
    """The choices that are on, to be taken back one by one."""
    return [option for group in found for option in group.options if option.on]


def _turned(wish: Wish, name: str, value: str) -> Wish:
    if wish.get(name) == value:
        return {other: kept for other, kept in wish.items() if other != name}
    return {**wish, name: value}


def address(*parts: Mapping[str, str]) -> str:
    """A query string with these parts, "?" alone when there is nothing to ask."""
    return "?" + urlencode({name: value for part in parts for name, value in part.items() if value})
