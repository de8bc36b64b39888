from visits.models.booking import Booking, Slot
from visits.models.opening import HallQueue, OpeningException, OpeningTime
from visits.models.ticket import Ticket, TicketEvent, TicketSubject

__all__ = ["Booking", "HallQueue", "OpeningException", "OpeningTime", "Slot", "Ticket", "TicketEvent", "TicketSubject"]
