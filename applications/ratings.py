"""好差评: the reasons one may tick, and the figures, counted from the ratings themselves."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count
from django.utils import timezone

from applications.models import Rating, Repair
from applications.models.rating import BAD, GRADES

# 国家标准 names the grades; the reasons are the county's, by what people can tell.
GOOD_REASONS = {
    "once": "一次就办好",
    "fast": "比说的时间快",
    "kind": "态度好，讲得清楚",
    "few": "材料要得少",
    "online": "网上好办",
}
BAD_REASONS = {
    "again": "跑了好几趟",
    "slow": "超过了说的时间",
    "rude": "态度不好",
    "papers": "要了不该要的材料",
    "unclear": "说法前后不一样",
    "fee": "收了不该收的钱",
    "system": "系统难用、出错",
}
REASONS = GOOD_REASONS | BAD_REASONS
PERIOD = timedelta(days=90)
ENOUGH_TRIES, ENOUGH_DAYS = 3, 2  # before a call back may be made in writing


@dataclass(frozen=True)
class Figures:
    """`counts`: (grade, word, how many), the best first; `content`: per cent at 基本满意 or better, None of none."""

    counts: list[tuple[int, str, int]]
    total: int
    content: float | None


def figures() -> Figures:
    """The ratings of the last ninety days, of cases and visits, nothing left out. One query."""
    rows = Rating.objects.filter(at__gte=timezone.now() - PERIOD).order_by()
    found: dict[int, int] = dict(rows.values_list("grade").annotate(Count("pk")))
    total = sum(found.values())
    good = sum(n for grade, n in found.items() if grade > BAD)
    counts = [(grade, word, found.get(grade, 0)) for grade, word in GRADES.items()]
    return Figures(counts, total, round(100 * good / total, 1) if total else None)


def reasons_for(grade: int, ticked: list[str]) -> list[str]:
    """Of what was ticked, the reasons that fit the grade; the others stood in the form unseen. Pure."""
    offered = BAD_REASONS if grade <= BAD else GOOD_REASONS
    return [code for code in offered if code in ticked]


def may_write(calls: list[dict[str, Any]]) -> bool:
    """Whether so many tries on so many days reached nobody that the answer may go in writing. Pure."""
    days = {date.fromisoformat(call["at"][:10]) for call in calls}
    return len(calls) >= ENOUGH_TRIES and len(days) >= ENOUGH_DAYS


def published(limit: int) -> list[Repair]:
    """Bad ratings that were verified and fixed, the newest first, for everybody to read: no name, no free words."""
    return list(
        Repair.objects.filter(founded=True, fixed_at__isnull=False)
        .select_related("rating__application__matter", "rating__ticket__hall")
        .defer("rating__application__form")
        .order_by("-fixed_at")[:limit]
    )
