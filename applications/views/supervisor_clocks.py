"""时限监督: the cards of this year by department, the newest ones, and what a change of the calendar moved."""

from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from applications.models import Card, MovedDay, Recount
from applications.operations.urging import open_orders
from applications.views.staff_door import supervisor_only
from departments.middleware import ActorRequest

SHOWN = 100
COUNTS_SHOWN = 5  # calendars changed lately


@supervisor_only
@require_safe
def clocks(request: ActorRequest) -> HttpResponse:
    """`/supervise/clocks/`: everything to read, nothing to press."""
    cards = Card.objects.select_related("application__matter", "department").defer("application__form")
    runs = list(Recount.objects.exclude(changed=[])[:COUNTS_SHOWN])
    moved = MovedDay.objects.filter(recount__in=runs).select_related("application").defer("application__form")
    listed: dict[int, list[MovedDay]] = {run.pk: [] for run in runs}
    for row in moved.order_by("recount_id", "id")[: SHOWN * COUNTS_SHOWN]:
        listed[row.recount_id].append(row)
    cases = dict(
        MovedDay.objects.filter(recount__in=runs)
        .order_by()
        .values_list("recount_id")
        .annotate(Count("application", distinct=True))
    )
    context: dict[str, Any] = {
        "year": timezone.localdate().year,
        "orders": open_orders()[:SHOWN],
        "today": timezone.localdate(),
        "counts": _by_department(),
        "cards": cards.order_by("-id")[:SHOWN],
        "runs": [
            (run, [date.fromisoformat(day) for day in run.changed], cases.get(run.pk, 0), listed[run.pk][:SHOWN])
            for run in runs
        ],
        "size": SHOWN,
    }
    return render(request, "applications/supervisor/clocks.html", context)


def _by_department() -> list[dict[str, Any]]:
    """Yellow and red of this year, the most red first. The window's own have no department."""
    rows = (
        Card.objects.filter(at__year=timezone.localdate().year)
        .order_by()
        .values("department__short_name")
        .annotate(yellow=Count("pk", filter=Q(colour="yellow")), red=Count("pk", filter=Q(colour="red")))
    )
    return sorted(map(dict, rows), key=lambda row: (-row["red"], -row["yellow"], row["department__short_name"] or ""))
