"""The replay of real cases as the what-if page shows it. Cases are read by a function of the upper floor."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count
from django.utils.module_loading import import_string

from departments.models import Post, Role
from matters.replay import FEWEST, Closed, Replayed, replayed
from matters.specs import Plan
from matters.whatif import newly_committed

OFFICERS, LAST = "k.", "last"
USUAL, MOST_CASES, MOST_OFFICERS = 50, 500, 99


@dataclass(frozen=True)
class Desk:
    """A department of the plan: how many review there today, and how many to try (as typed; empty: as it is)."""

    code: str
    name: str
    now: int
    typed: str


@dataclass(frozen=True)
class Replay:
    """`found` is None where there are too few cases; `faults`: what was typed wrongly."""

    last: int
    closed: Closed
    found: Replayed | None
    desks: tuple[Desk, ...]
    faults: tuple[str, ...]

    @property
    def fewest(self) -> int:
        return FEWEST

    @property
    def excluded(self) -> list[tuple[str, int]]:
        return sorted(self.closed.excluded.items())


def closed_cases(matter: str, last: int) -> Closed:
    """The last closed cases of a matter, as the floor that knows cases reads them."""
    read: Callable[[str, int], Closed] = import_string(settings.CLOSED_CASES)
    return read(matter, last)


def replay(matter: str, today: Plan, then: Plan, data: Mapping[str, str]) -> Replay:
    """The last real cases under both plans, with the officers that `data` asks for (`k.<department>`). Seven queries."""
    faults: list[str] = []
    last = _number(data.get(LAST, ""), USUAL, MOST_CASES, "办件数", faults)
    reviewing = Post.objects.filter(role=Role.REVIEWER, active=True).order_by().values("department")
    counts = dict(reviewing.annotate(n=Count("user", distinct=True)).values_list("department", "n"))
    desks, officers = [], {}
    for code in dict.fromkeys(item.department for item in today.items.values()):
        name, now, typed = (
            today.departments[code].short_name,
            counts.get(code, 0),
            data.get(OFFICERS + code, "").strip(),
        )
        desks.append(Desk(code, name, now, typed[:4]))
        if typed:
            officers[code] = (max(now, 1), _number(typed, max(now, 1), MOST_OFFICERS, f"{name}的人数", faults))
    closed = closed_cases(matter, last)
    committed = newly_committed(today, then)
    found = replayed(closed.cases, today, then, committed=committed, officers=officers)
    return Replay(last, closed, found, tuple(desks), tuple(faults))


def _number(text: str, usual: int, most: int, what: str, faults: list[str]) -> int:
    text = text.strip()
    if not text:
        return usual
    if text.isascii() and text.isdecimal() and len(text) <= 4 and 1 <= int(text) <= most:
        return int(text)
    faults.append(f"{what}要写 1 到 {most} 的整数，写成了“{text[:20]}”，没有用。")
    return usual
