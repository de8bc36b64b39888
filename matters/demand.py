"""Pure: what a candidate for the list scores, with the parts it is made of. Rule A13: volume × departments × repeated
papers × complaints.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


class Pair(NamedTuple):
    """Two matters (codes, in order of code) and how many applicants filed both within the days looked at."""

    first: str
    second: str
    applicants: int


# (days between the two, cases since) -> pairs, most often first. Applications hand it down: this floor knows no case.
PairReader = Callable[[int, date], list[Pair]]


@dataclass(frozen=True)
class Demanded:
    """How often a candidate was asked for, by where it was told. Times; pairs count applicants."""

    searches: int = 0
    pairs: int = 0
    hotline: int = 0
    blocked: int = 0

    @property
    def volume(self) -> int:
        return self.searches + self.pairs + self.hotline + self.blocked

    @property
    def complaints(self) -> int:
        return self.hotline + self.blocked


@dataclass(frozen=True)
class Score:
    """The four factors; `value` is their product. No complaint counts as 1, because silence is no reason against."""

    volume: int
    departments: int
    repeated: int
    complaints: int

    @property
    def value(self) -> int:
        return self.volume * self.departments * self.repeated * max(self.complaints, 1)

    @property
    def missing(self) -> str:
        """Why the product is zero, as a sentence for the page; empty when it is not."""
        if not self.departments:
            return "还没有选事项，算不出部门和材料"
        if not self.repeated:
            return "这些事项没有重复要的材料，合并省不了材料"
        return "" if self.volume else "还没有需求记录"


def score(demanded: Demanded, departments: Iterable[str], papers: Mapping[str, Collection[str]]) -> Score:
    """The score of a candidate. `departments`: of its items; `papers`: item -> what it asks applicants for.

    A paper that three items ask for is handed in twice too often, so it is repeated two times.
    """
    asked = [paper for wanted in papers.values() for paper in wanted]
    return Score(demanded.volume, len(set(departments)), len(asked) - len(set(asked)), demanded.complaints)


def in_order(one: str, other: str) -> tuple[str, str]:
    """A pair as it is kept: smaller code first."""
    return (one, other) if one < other else (other, one)
