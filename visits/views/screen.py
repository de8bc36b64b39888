"""叫号屏: ticket numbers and counters, nothing else. For a screen on the wall; a phone shows the same."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from departments.middleware import ActorRequest
from visits.models import HallQueue, Ticket
from visits.reading import version
from visits.states import AT_A_COUNTER, TicketState
from visits.views.door import queue_or_404, revalidated

SHOWN = 9


@require_safe
def screen(request: ActorRequest, hall: str) -> HttpResponse:
    """The whole screen; its list asks for itself every three seconds."""
    queue = queue_or_404(hall)
    return revalidated(render(request, "visits/screen.html", _calls(queue)))


@require_safe
def calls(request: ActorRequest, hall: str) -> HttpResponseBase:
    """The list alone; 304 while nothing happened."""
    queue = queue_or_404(hall)
    etag = f'"{version(hall)}"'
    if same := get_conditional_response(request, etag=etag):
        return same
    response = revalidated(render(request, "visits/_calls.html", _calls(queue)))
    response["ETag"] = etag
    return response


def _calls(queue: HallQueue) -> dict[str, object]:
    today = Ticket.objects.filter(hall_id=queue.hall_id, day=timezone.localdate())
    called = list(today.filter(state__in=AT_A_COUNTER).order_by("-called_at")[:SHOWN])
    calling = [one for one in called if one.state == TicketState.CALLED]
    return {
        "hall": queue.hall,
        "newest": calling[0] if calling else None,
        "rows": [one for one in called if not calling or one != calling[0]],
        "waiting": today.filter(state=TicketState.WAITING).count(),
    }
