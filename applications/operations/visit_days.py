"""一同核查 that is about to happen: the applicant is reminded the day before, the departments see it over their queue."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from applications.models import Event, Inspection, InspectionPart, Task
from applications.operations.inspecting import visit_to_come
from applications.operations.recording import inform
from applications.states import ON_THE_DESK
from departments.access import Actor
from foundation.outbox.operations import put

SHOWN = 5


def _day_starts(ahead: int) -> datetime:
    return timezone.make_aware(datetime.combine(timezone.localdate() + timedelta(days=ahead), time.min))


def remind_of_visits() -> int:
    """Tell the applicant of each visit that is tomorrow, or still today after an outage; once for each hour picked.
    Returns how many. Whoever picked the hour today has just been told."""
    told_today = Event.objects.filter(
        application=OuterRef("application"), kind="inspection_set", at__gte=_day_starts(0)
    )
    soon = Inspection.objects.filter(closed_at=None, cancelled_at=None, at__gt=timezone.now(), at__lt=_day_starts(2))
    visits = list(soon.filter(~Exists(told_today)).select_related("application").defer("application__form"))
    entries = [
        inform("inspection_soon", visit.application, round=f"{visit.pk}-{visit.at:%Y%m%d%H%M}")
        for visit in visits
        if visit.at and visit_to_come(visit.application)
    ]
    put(*entries)
    return len(entries)


@dataclass(frozen=True)
class VisitSoon:
    """A visit of today or tomorrow that a department still has to make. `task`: one of its items there."""

    task: int
    title: str
    at: datetime
    today: bool


def visits_soon(actor: Actor) -> list[VisitSoon]:
    """Those of the actor's departments, the earliest first, at most five. One query."""
    own = Task.objects.of_departments(actor).filter(
        application=OuterRef("inspection__application"), department=OuterRef("department"), state__in=ON_THE_DESK
    )
    parts = InspectionPart.objects.filter(
        department__in=actor.departments,
        done_at=None,
        inspection__closed_at=None,
        inspection__cancelled_at=None,
        inspection__at__gte=_day_starts(0),
        inspection__at__lt=_day_starts(2),
    )
    found = parts.annotate(own=Subquery(own.order_by("position").values("pk")[:1])).exclude(own=None)
    rows = found.order_by("inspection__at", "id").values_list("own", "inspection__application__title", "inspection__at")
    tomorrow = _day_starts(1)
    return [VisitSoon(task, title, at, at < tomorrow) for task, title, at in rows[:SHOWN] if at]
