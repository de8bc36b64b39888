"""What is published now, read from the frozen plans only. Plans are cached in the process: a revision never changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Count, Max
from django.utils import timezone

from foundation.errors import Refused
from matters.figures import Figures, figures
from matters.models import Revision
from matters.specs import Plan

# More than all matters of a county; running cases on older revisions share the rest.
PLANS_KEPT = 400


class NotPublished(Refused):
    """There is no such matter, nothing of it is published, or it takes no new cases."""


class Published(NamedTuple):
    revision_id: int
    number: int
    plan: Plan


@dataclass(frozen=True, slots=True)
class Brief:
    """A published matter in a line: for lists, facets and search. `departments`: code -> short name, in step order."""

    number: int
    code: str
    name: str
    audience: str
    theme: str
    batch: int
    level: str
    summary: str
    keywords: tuple[str, ...]
    items: tuple[str, ...]
    departments: Mapping[str, str]
    promised_days: int
    revision_id: int
    revision_number: int

    @property
    def joint(self) -> bool:
        """True when two or more departments decide (联办)."""
        return len(self.departments) > 1


def current_plan(matter_code: str) -> Published:
    """The revision that a new case of this matter stands on. One query, two when the plan is not in the cache.

    Raises NotPublished, also for a matter withdrawn from publication: that stops new cases only.
    """
    found = (
        Revision.objects.live().filter(matter=matter_code).values_list("pk", "number", "matter__withdrawn_at").first()
    )
    if found is None:
        raise NotPublished("没有这件事，或者它还没有发布。")
    revision_id, number, withdrawn_at = found
    if withdrawn_at is not None:
        raise NotPublished("这件事已停止接收新的申请，已经提交的继续办理。")
    return Published(revision_id, number, plan_of(revision_id))


@lru_cache(maxsize=PLANS_KEPT)
def plan_of(revision_id: int) -> Plan:
    """The plan of a revision, current or not. Raises Revision.DoesNotExist. No query when it is in the cache."""
    return Plan.from_json(Revision.objects.values_list("plan", flat=True).get(pk=revision_id))


@lru_cache(maxsize=PLANS_KEPT)
def figures_of(revision_id: int) -> Figures:
    """What the matter asks for at most, under this revision; counted once in a process."""
    return figures(plan_of(revision_id))


def catalogue_version() -> tuple[object, ...]:
    """Changes whenever a revision comes into force, a matter is withdrawn or taken back. One query.

    Revisions are never deleted, so their number by now only grows; a withdrawal moves the hour of the last one.
    """
    found = Revision.objects.filter(live_from__lte=timezone.now()).aggregate(
        live=Count("pk"), newest=Max("pk"), withdrawn=Count("matter__withdrawn_at"), last=Max("matter__withdrawn_at")
    )
    return found["live"], found["newest"], found["withdrawn"], found["last"]


def catalogue() -> tuple[Brief, ...]:
    """All matters that take new cases, by number. One query when nothing was published since the last call."""
    return _catalogue_at(catalogue_version())


@lru_cache(maxsize=1)
def _catalogue_at(version: tuple[object, ...]) -> tuple[Brief, ...]:
    rows = Revision.objects.live().filter(matter__withdrawn_at=None).values_list("pk", "number", "plan")
    briefs = (brief(revision_id, number, Plan.from_json(plan)) for revision_id, number, plan in rows)
    return tuple(sorted(briefs, key=lambda one: one.number))


def brief(revision_id: int, number: int, plan: Plan) -> Brief:
    """The line of the catalogue for a plan published as this revision."""
    return Brief(
        number=plan.number,
        code=plan.code,
        name=plan.name,
        audience=plan.audience,
        theme=plan.theme,
        batch=plan.batch,
        level=plan.level,
        summary=plan.summary,
        keywords=plan.keywords,
        items=tuple(item.name for item in plan.items.values()),
        departments={code: plan.departments[code].short_name for code in plan.deciding},
        promised_days=plan.promised_days,
        revision_id=revision_id,
        revision_number=number,
    )
