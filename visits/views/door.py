"""Doors of this app's pages for staff, and what its public pages share."""

from datetime import datetime

from django.http import Http404, HttpResponse

from departments.doors import View, signed_in_with
from foundation.errors import Refused
from visits.models import HallQueue
from visits.opening import SHANGHAI


def clerk_only(view: View) -> View:
    """Clerks of any hall."""
    return signed_in_with(lambda actor: actor.clerk, view, "window-tickets")


def supervisor_only(view: View) -> View:
    """Supervisors."""
    return signed_in_with(lambda actor: actor.supervisor, view, "supervise-visits")


def queue_or_404(hall: str) -> HallQueue:
    """The hall's row, with the hall. Http404 where it gives no tickets."""
    queue = HallQueue.objects.select_related("hall").filter(pk=hall, gives_tickets=True).first()
    if queue is None:
        raise Http404("这个大厅没有开通取号")
    return queue


def moment(text: str) -> datetime:
    """`2026-03-02T09:30` as a moment in Shanghai. Raises Refused (field slot) for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M").replace(tzinfo=SHANGHAI)
    except ValueError:
        raise Refused("请选一个时段。", "slot") from None


def revalidated(response: HttpResponse) -> HttpResponse:
    """May be kept, but asked about each time: the browser sends the ETag, and mostly gets 304."""
    response["Cache-Control"] = "private, no-cache"
    return response
