"""Search over the published catalogue. The index lives in the process and is rebuilt when the catalogue changes."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from django.conf import settings

from matters.finding import Document, Index, Phrase, Speech, normal
from matters.published import Brief, catalogue

NAME, KEYWORD, ITEM, SUMMARY, THEME, DEPARTMENT = 1.0, 0.9, 0.55, 0.45, 0.4, 0.35


@dataclass(frozen=True, slots=True)
class Hit:
    """A matter found. `why` says in Chinese what matched: 名称, 搜索词“开饭店”, 事项“食品经营许可”."""

    number: int
    code: str
    name: str
    why: str
    score: float
    brief: Brief


def search(query: str, limit: int = 10) -> list[Hit]:
    """Published matters for what somebody typed, best first; empty when nothing fits. One query, no more.

    Understands names, keywords, items, departments, theme and summary, in everyday words, pinyin and initials, with
    a wrong character. Anything may be typed, of any length; only the first 100 characters count.
    """
    briefs = catalogue()
    by_code = {brief.code: brief for brief in briefs}
    hits = []
    for found in index_of(briefs).find(query, limit):
        brief = by_code[found.key]
        hits.append(Hit(brief.number, brief.code, brief.name, found.why, found.score, brief))
    return hits


@lru_cache(maxsize=1)
def _index_at(key: "_Identity") -> Index:
    return Index.build([document(brief) for brief in key.briefs], speech())


class _Identity:
    """The catalogue's tuple, compared by identity: `catalogue()` returns the same one until something changes."""

    def __init__(self, briefs: tuple[Brief, ...]) -> None:
        self.briefs = briefs

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and other.briefs is self.briefs

    def __hash__(self) -> int:
        return id(self.briefs)


def index_of(briefs: tuple[Brief, ...]) -> Index:
    """The index of this catalogue, built at the first question."""
    return _index_at(_Identity(briefs))


def document(brief: Brief) -> Document:
    """What a matter can be found by, and how much each part says."""
    return Document(
        brief.code,
        (
            Phrase(brief.name, NAME, "名称"),
            *(Phrase(word, KEYWORD, f"搜索词“{word}”") for word in brief.keywords),
            *(Phrase(item, ITEM, f"事项“{item}”") for item in brief.items),
            Phrase(brief.summary, SUMMARY, "说明", by_sound=False),
            Phrase(brief.theme, THEME, f"主题“{brief.theme}”"),
            *(Phrase(name, DEPARTMENT, f"部门“{name}”") for name in brief.departments.values()),
        ),
    )


def speech(path: Path | None = None) -> Speech:
    """How people of this county speak, from the file beside the source data; nothing when there is no such file."""
    path = path or Path(settings.BASE_DIR) / "fixtures" / "catalogue" / "search.yaml"
    if not path.exists():
        return Speech()
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    groups = [[normal(str(word)) for word in group] for group in data["synonyms"]]
    return Speech([normal(str(word)) for word in data["fillers"]], groups)
