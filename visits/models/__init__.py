from visits.models.booking import Booking, Slot
from visits.models.callback import Callback
from visits.models.opening import HallQueue, OpeningException, OpeningTime
from visits.models.ticket import Ticket, TicketEvent, TicketSubject

__all__ = [
    "Booking",
    "Callback",
    "HallQueue",
    "OpeningException",
    "OpeningTime",
    "Slot",
    "Ticket",
    "TicketEvent",
    "TicketSubject",
]
