"""Search over the published catalogue and the search dictionary.

The index lives in the process and is built anew when either changed, so that an administrator's word works at once
everywhere. Two queries a search: what is published, and how old the dictionary is.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db import DatabaseError, connection
from django.db.models import Count, Sum
from django.db.models.functions import Extract

from matters.finding import Document, Found, Index, Phrase
from matters.models import Saying
from matters.published import Brief, catalogue
from matters.speech import Speech
from matters.spelling import normal
from matters.words import SayingKind

logger = logging.getLogger(__name__)

# How much a match in each part of a matter says.
NAME, KEYWORD, SITUATION, ITEM, SUMMARY, THEME, DEPARTMENT, OUTSIDE = 1.0, 0.95, 0.9, 0.7, 0.5, 0.3, 0.25, 0.95


@dataclass(frozen=True, slots=True)
class Hit:
    """A matter found. `why` says in Chinese what matched: 名称, 搜索词“开饭店”, 事项“食品经营许可”."""

    number: int
    code: str
    name: str
    why: str
    score: float
    brief: Brief


@dataclass(frozen=True)
class Dictionary:
    """The search dictionary: how people speak, what situations they tell, and what they ask for in vain."""

    speech: Speech
    situations: Mapping[str, tuple[str, ...]]
    outside: tuple[tuple[str, ...], ...]


def search(query: str, limit: int = 10) -> list[Hit]:
    """Published matters for what somebody typed, best first; empty when nothing fits. Two queries, no more.

    Understands names, keywords, items, departments, theme and summary, situations told in other words, pinyin and
    initials, with a wrong character. Anything may be typed, of any length; only the first 100 characters count.
    """
    return search_all([query], limit)[0]


def search_all(queries: Iterable[str], limit: int) -> list[list[Hit]]:
    """What `search` finds for each of these, in two queries altogether."""
    briefs = catalogue()
    by_code = {brief.code: brief for brief in briefs}
    index = index_of(briefs)
    return [[_hit(by_code[found.key], found) for found in index.find(query, limit)] for query in queries]


def _hit(brief: Brief, found: Found) -> Hit:
    return Hit(brief.number, brief.code, brief.name, found.why, found.score, brief)


def near(queries: Iterable[str]) -> list[list[Brief]]:
    """For each query for which nothing fits, the matters that share something with it, nearest first; often empty."""
    briefs = catalogue()
    by_code = {brief.code: brief for brief in briefs}
    index = index_of(briefs)
    return [[by_code[key] for key in index.near(query)] for query in queries]


def warm() -> None:
    """Builds the index before anybody asks; a database that is not ready yet is no reason to stop."""
    try:
        index_of(catalogue())
    except DatabaseError as error:
        logger.warning("search: not warmed (%s)", type(error).__name__)
    finally:
        connection.close()


def index_of(briefs: tuple[Brief, ...]) -> Index:
    """The index of this catalogue with the dictionary as it is now, built at the first question."""
    return _index_at(_Identity(briefs), dictionary_version())


def dictionary_version() -> tuple[object, ...]:
    """Changes with every change of the search dictionary, whichever row and in whatever order. One query."""
    found = Saying.objects.aggregate(rows=Count("pk"), moments=Sum(Extract("changed_at", "epoch")))
    return found["rows"], found["moments"]


@lru_cache(maxsize=1)
def _index_at(key: "_Identity", version: tuple[object, ...]) -> Index:
    return build_index(key.briefs, stored_dictionary())


class _Identity:
    """The catalogue's tuple, compared by identity: `catalogue()` returns the same one until something changes."""

    def __init__(self, briefs: tuple[Brief, ...]) -> None:
        self.briefs = briefs

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and other.briefs is self.briefs

    def __hash__(self) -> int:
        return id(self.briefs)


def build_index(briefs: Iterable[Brief], words: Dictionary) -> Index:
    """The index of matters and of what is none, for people who speak like this."""
    matters = [document(brief, words.situations.get(brief.code, ())) for brief in briefs]
    others = [
        Document(f"outside {number}", tuple(Phrase(text, OUTSIDE, "") for text in row), outside=True)
        for number, row in enumerate(words.outside)
    ]
    return Index.build([*matters, *others], words.speech)


def document(brief: Brief, situations: Iterable[str] = ()) -> Document:
    """What a matter can be found by, and how much each part says."""
    return Document(
        brief.code,
        (
            Phrase(brief.name, NAME, "名称"),
            *(Phrase(word, KEYWORD, f"搜索词“{word}”") for word in brief.keywords),
            *(Phrase(item, ITEM, f"事项“{item}”") for item in brief.items),
            *(Phrase(words, SITUATION, f"常见说法“{words}”", name=False) for words in situations),
            Phrase(brief.summary, SUMMARY, "说明", name=False),
            Phrase(brief.theme, THEME, f"主题“{brief.theme}”", name=False),
            *(Phrase(name, DEPARTMENT, f"部门“{name}”", name=False) for name in brief.departments.values()),
        ),
    )


def stored_dictionary() -> Dictionary:
    """The dictionary out of the database. One query."""
    return dictionary(Saying.objects.values_list("kind", "matter_id", "words"))


def dictionary(rows: Iterable[tuple[str, str | None, list[str]]]) -> Dictionary:
    """The dictionary from its rows: (kind, matter or None, words)."""
    fillers: list[str] = []
    synonyms: list[list[str]] = []
    situations: dict[str, tuple[str, ...]] = {}
    outside: list[tuple[str, ...]] = []
    for kind, matter, words in rows:
        if kind == SayingKind.FILLER:
            fillers += filter(None, map(normal, words))
        elif kind == SayingKind.SYNONYM:
            synonyms.append([word for word in map(normal, words) if word])
        elif kind == SayingKind.OUTSIDE:
            outside.append(tuple(words))
        elif matter:
            situations[matter] = tuple(words)
    return Dictionary(Speech(fillers, [group for group in synonyms if group]), situations, tuple(outside))
