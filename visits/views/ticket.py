"""The ticket on somebody's phone: number, people before, about how long. By random address, no sign-in."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_POST, require_safe

from departments.doors import by_htmx
from departments.middleware import ActorRequest
from visits.models import Ticket
from visits.operations.tickets import leave
from visits.reading import read_line, version
from visits.states import TicketState
from visits.views.door import revalidated


@require_safe
def ticket(request: ActorRequest, ticket: str) -> HttpResponseBase:
    """The page; htmx asks for its part every fifteen seconds and mostly gets 304."""
    found = find_ticket(ticket)
    part = by_htmx(request)
    etag = f'"{found.pk}-{found.state}-{version(found.hall_id)}-{part}"'
    if part and (same := get_conditional_response(request, etag=etag)):
        return same
    name = "visits/_ticket.html" if part else "visits/ticket.html"
    response = revalidated(render(request, name, {"ticket": found, **place(found)}))
    if part:
        response["ETag"] = etag
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_POST
def leave_line(request: ActorRequest, ticket: str) -> HttpResponse:
    """不等了."""
    found = find_ticket(ticket)
    leave(actor=request.actor, token=found.token)
    return redirect("ticket", found.token)


def find_ticket(token: str) -> Ticket:
    """By its random address; Http404 where there is none."""
    found = Ticket.objects.select_related("hall", "matter").filter(token=token[:40]).first()
    if found is None:
        raise Http404("没有这个号")
    return found


def place(found: Ticket) -> dict[str, object]:
    """People before it and about how many minutes, while it waits today."""
    now = timezone.now()
    if found.state != TicketState.WAITING or found.day != timezone.localdate(now):
        return {"over": found.day != timezone.localdate(now)}
    line = read_line(found.hall_id, found.day)
    before = line.before(found, now)
    return {"before": before, "minutes": line.minutes(before, now)}
