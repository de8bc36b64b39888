"""A hall's hours and slots as the database holds them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from departments.workdays import Calendar
from visits.models import HallQueue, OpeningException, OpeningTime, Slot
from visits.opening import SHANGHAI, Exceptional, Hours, Opening, Span, capacity, slots_of


@dataclass(frozen=True)
class HallHours:
    """One hall that is open for tickets. `counters`: how many of them take in everything."""

    queue: HallQueue
    opening: Opening
    counters: int
    calendar: Calendar

    def slots(self, day: date) -> list[Span]:
        """The day's slots, by the length that holds on that day."""
        return slots_of(
            self.opening.spans(day, self.calendar), self.calendar.thresholds.value("visit_slot_minutes", day)
        )

    def capacity(self, day: date) -> int:
        """How many may book one slot of that day."""
        names = ("visit_slot_minutes", "visit_service_minutes", "visit_walk_in_percent")
        slot, service, walk_in = (self.calendar.thresholds.value(name, day) for name in names)
        return capacity(self.counters, slot, service, walk_in)


@dataclass(frozen=True)
class Offer:
    """One slot as somebody may choose it: how many places are left."""

    span: Span
    left: int

    @property
    def key(self) -> str:
        """How the slot stands in an address: local time."""
        return self.span.starts.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")


@dataclass(frozen=True)
class DayOffer:
    """A day on which the hall is open, or why it is not although the offices work."""

    day: date
    offers: tuple[Offer, ...]
    note: str = ""

    @property
    def left(self) -> int:
        return sum(one.left for one in self.offers)


def hours_of(hall: str, calendar: Calendar, since: date) -> HallHours | None:
    """The hall with its hours, None where it has none. Three queries."""
    combined = Count("hall__counters", filter=Q(hall__counters__handles=""))
    queue = HallQueue.objects.select_related("hall").annotate(counters=combined).filter(pk=hall).first()
    if queue is None:
        return None
    times = OpeningTime.objects.filter(queue=queue).values_list("opens", "closes", "weekday")
    days = OpeningException.objects.filter(queue=queue, date__gte=since).values_list("date", "opens", "closes", "note")
    opening = Opening(tuple(Hours(*row) for row in times), tuple(Exceptional(*row) for row in days))
    return HallHours(queue, opening, queue.counters, calendar)


def offers(hours: HallHours, now: datetime) -> list[DayOffer]:
    """The days that can be booked from now on, with their slots still to come. One query."""
    today = now.astimezone(SHANGHAI).date()
    window = hours.calendar.thresholds.value("visit_window_days", today)
    taken = Slot.objects.filter(hall_id=hours.queue.hall_id, starts_at__gt=now)
    booked = dict(taken.values_list("starts_at", "booked"))
    found = []
    for offset in range(window + 1):
        day = today + timedelta(days=offset)
        places = hours.capacity(day)
        spans = [span for span in hours.slots(day) if span.starts > now]
        rows = tuple(Offer(span, max(0, places - booked.get(span.starts, 0))) for span in spans)
        note = hours.opening.note_of(day)
        if rows or (note and hours.calendar.is_working(day)):
            found.append(DayOffer(day, rows, note))
    return found
