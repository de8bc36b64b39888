"""A hall with a booking and a ticket, for the scene of addresses."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.operations.people import phone_index
from visits.models import Booking, HallQueue, Slot, Ticket
from visits.states import Lane

PHONE = "13700000099"


def visits_of(hall: str) -> dict[tuple[str, str], dict[str, Any]]:
    """The hall's queue, and the objects as arguments of addresses."""
    HallQueue.objects.create(hall_id=hall)
    now = timezone.now()
    tomorrow = now + timedelta(days=1)
    slot = Slot.objects.create(
        hall_id=hall, starts_at=tomorrow, ends_at=tomorrow + timedelta(minutes=30), capacity=1, booked=1
    )
    booking = Booking.objects.create(
        hall_id=hall,
        slot=slot,
        day=timezone.localdate(tomorrow),
        name="张婷",
        phone=PHONE,
        phone_index=phone_index(PHONE),
        code="123456",
        token="b" * 22,
        made_at=now,
    )
    ticket = Ticket.objects.create(
        hall_id=hall,
        day=timezone.localdate(now),
        lane=Lane.ORDINARY,
        number="A900",
        token="t" * 22,
        taken_at=now,
        waiting_since=now,
    )
    return {
        ("booking", "own"): {"booking": booking.token},
        ("ticket", "own"): {"ticket": ticket.token},
        ("hall ticket", "own"): {"hall": hall, "ticket": ticket.token},
        ("clerk's ticket", "own"): {"ticket_id": ticket.pk, "act": "start"},
    }
