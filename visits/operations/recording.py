"""The history of a ticket: one line an act, written with it."""

from datetime import datetime

from departments.access import Actor
from visits.models import Ticket, TicketEvent
from visits.states import Happened


def record(ticket: Ticket, kind: Happened, at: datetime, actor: Actor) -> None:
    """Add one line, in the caller's transaction."""
    TicketEvent.objects.create(ticket=ticket, kind=kind, at=at, counter=ticket.counter, by_id=actor.user_id)
