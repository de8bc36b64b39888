"""Pure but for one read: matters that the same applicants file shortly after one another, for the candidate pool."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from applications.models import Application
from matters.demand import Pair, in_order


class Filing(NamedTuple):
    """Who filed (a key of the applicant, never shown), when, and what."""

    applicant: tuple[int, int]
    at: datetime
    matter: str


def repeated_pairs(days: int, since: date) -> list[Pair]:
    """Pairs of different matters that an applicant filed at most `days` days apart, among cases submitted from `since`
    on; each applicant once a pair, most often first. A firm is one applicant, whoever files for it. One query, which
    reads every case of that time.
    """
    rows = (
        Application.objects.filter(submitted_at__date__gte=since)
        .order_by()
        .values_list("organisation_id", "applicant_id", "submitted_at", "matter_id")
    )
    return pairs_of(
        (Filing((firm, 0) if firm else (0, person), at, matter) for firm, person, at, matter in rows.iterator()),
        timedelta(days=days),
    )


def pairs_of(filings: Iterable[Filing], apart: timedelta) -> list[Pair]:
    """The pairs among filings in any order; `apart` itself still counts."""
    filed: dict[tuple[int, int], list[tuple[datetime, str]]] = defaultdict(list)
    for applicant, at, matter in filings:
        filed[applicant].append((at, matter))
    counts = Counter(pair for own in filed.values() if len(own) > 1 for pair in _of_one(sorted(own), apart))
    found = [Pair(first, second, number) for (first, second), number in counts.items()]
    return sorted(found, key=lambda pair: (-pair.applicants, pair))


def _of_one(filed: list[tuple[datetime, str]], apart: timedelta) -> set[tuple[str, str]]:
    """The pairs of one applicant, whose filings are in order of time. Only the last of each matter can be near."""
    found: set[tuple[str, str]] = set()
    last: dict[str, datetime] = {}
    for at, matter in filed:
        found |= {in_order(matter, other) for other, then in last.items() if other != matter and at - then <= apart}
        last[matter] = at
    return found
