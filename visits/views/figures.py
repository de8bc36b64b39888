"""等候情况: every hall's day for the supervisor, counted from what happened to each ticket."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from departments.middleware import ActorRequest
from visits.models import Booking, HallQueue, Ticket, TicketEvent
from visits.reading import median_minutes
from visits.states import ON_THE_WAY, BookingState, Happened, TicketState
from visits.views.door import supervisor_only

LOOK_BACK = 30  # days of bookings in which no-shows are shown


@supervisor_only
@require_safe
def figures(request: ActorRequest) -> HttpResponse:
    """One row a hall: waiting now, the longest of them, served, median wait, missed; booked today, no-shows lately."""
    today = timezone.localdate()
    rows = [row for row in _rows(today) if row["taken"] or row["today"] or row["past"] or row["open"]]
    return render(request, "visits/figures.html", {"rows": rows, "today": today, "look_back": LOOK_BACK})


def _rows(today: date) -> list[dict[str, Any]]:
    """All halls that give tickets. Four queries, however many."""
    waits: dict[str, list[timedelta]] = {}
    taken: dict[int, Any] = {}
    events = TicketEvent.objects.filter(ticket__day=today, kind__in=(Happened.TAKEN, Happened.CALLED)).order_by("pk")
    for ticket, kind, at, hall in events.values_list("ticket_id", "kind", "at", "ticket__hall_id"):
        if kind == Happened.TAKEN:
            taken[ticket] = at
        elif ticket in taken:
            waits.setdefault(hall, []).append(at - taken.pop(ticket))
    tickets = _by_hall(
        Ticket.objects.filter(day=today),
        taken=Count("pk"),
        waiting=Count("pk", filter=Q(state=TicketState.WAITING)),
        served=Count("pk", filter=Q(state=TicketState.SERVED)),
        missed=Count("pk", filter=Q(state=TicketState.MISSED)),
        open=Count("pk", filter=Q(state__in=ON_THE_WAY)),
    )
    past = Q(day__gte=today - timedelta(days=LOOK_BACK), day__lt=today)
    bookings = _by_hall(
        Booking.objects.filter(day__gte=today - timedelta(days=LOOK_BACK), day__lte=today),
        today=Count("pk", filter=Q(day=today) & ~Q(state=BookingState.CANCELLED)),
        past=Count("pk", filter=past & Q(state__in=(BookingState.ARRIVED, BookingState.NO_SHOW))),
        no_shows=Count("pk", filter=past & Q(state=BookingState.NO_SHOW)),
    )
    none = dict.fromkeys(("taken", "waiting", "served", "missed", "open", "today", "past", "no_shows"), 0)
    queues = HallQueue.objects.filter(gives_tickets=True).select_related("hall")
    return [
        none
        | tickets.get(queue.pk, {})
        | bookings.get(queue.pk, {})
        | {"hall": queue.hall, "median": median_minutes(waits.get(queue.pk, []))}
        for queue in queues
    ]


def _by_hall(found: Any, **counts: Any) -> dict[str, dict[str, int]]:
    rows = found.order_by().values("hall_id").annotate(**counts)
    return {row.pop("hall_id"): row for row in rows}
