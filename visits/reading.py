"""What a hall's day looks like now, read from tickets and their history."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from statistics import median

from django.utils import timezone

from departments.calendar import current_calendar
from departments.thresholds import Thresholds
from visits.models import Ticket, TicketEvent
from visits.states import ON_THE_WAY, Happened, TicketState
from visits.turns import Called, Waiting, expected_minutes, in_turn

AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Line:
    """One hall's day: tickets that are on their way, and the lines of all of the day's tickets that tell times."""

    day: date
    tickets: tuple[Ticket, ...]
    events: tuple[tuple[int, str, datetime, str, str], ...]  # ticket, kind, at, counter, lane
    thresholds: Thresholds

    def value(self, code: str) -> int:
        """A threshold as it holds on that day."""
        return self.thresholds.value(code, self.day)

    @property
    def waiting(self) -> list[Waiting]:
        """Everybody who waits, in no order."""
        return [
            Waiting(one.pk, one.lane, one.waiting_since, one.due_at, one.topic)
            for one in self.tickets
            if one.state == TicketState.WAITING
        ]

    @cached_property
    def called(self) -> list[Called]:
        return [Called(lane, at) for _, kind, at, _, lane in self.events if kind == Happened.CALLED]

    @cached_property
    def served(self) -> list[timedelta]:
        """How long each finished ticket took, from its beginning to its end."""
        begun = {ticket: at for ticket, kind, at, _, _ in self.events if kind == Happened.STARTED}
        ends = [(ticket, at) for ticket, kind, at, _, _ in self.events if kind == Happened.FINISHED]
        return [at - begun[ticket] for ticket, at in ends if ticket in begun]

    def counters(self, now: datetime) -> int:
        """How many counters called somebody within the last hour."""
        return len(
            {counter for _, kind, at, counter, _ in self.events if kind == Happened.CALLED and at > now - AN_HOUR}
        )

    def before(self, ticket: Ticket, now: datetime) -> int:
        """How many are called before this one, were nobody else to come; only those who wait for the same counters."""
        same = [one for one in self.waiting if one.topic == ticket.topic]
        order = in_turn(same, now, self.called, self.value("visit_ordinary_percent"))
        return next((place for place, one in enumerate(order) if one.pk == ticket.pk), 0)

    def minutes(self, before: int, now: datetime) -> int:
        """About how long so many people take."""
        return expected_minutes(before, self.counters(now), self.served, self.value("visit_service_minutes"))

    @property
    def waits(self) -> list[timedelta]:
        """From taking the ticket to the first call, of everybody called that day."""
        taken = {ticket: at for ticket, kind, at, _, _ in self.events if kind == Happened.TAKEN}
        first: dict[int, datetime] = {}
        for ticket, kind, at, _, _ in self.events:
            if kind == Happened.CALLED:
                first.setdefault(ticket, at)
        return [at - taken[ticket] for ticket, at in first.items() if ticket in taken]


def read_line(hall: str, day: date) -> Line:
    """The hall's day as it stands. Three queries."""
    tickets = Ticket.objects.filter(hall_id=hall, day=day, state__in=ON_THE_WAY).select_related("matter")
    return Line(day, tuple(tickets), _events(hall, day), current_calendar().thresholds)


def _events(hall: str, day: date) -> tuple[tuple[int, str, datetime, str, str], ...]:
    rows = TicketEvent.objects.filter(ticket__hall_id=hall, ticket__day=day).order_by("pk")
    return tuple(rows.values_list("ticket_id", "kind", "at", "counter", "ticket__lane"))


def in_order(line: Line, now: datetime, handles: str) -> list[Ticket]:
    """The tickets that a counter would call, in the order in which it would, were nobody else to come."""
    order = in_turn(line.waiting, now, line.called, line.value("visit_ordinary_percent"), handles)
    by_pk = {one.pk: one for one in line.tickets}
    return [by_pk[one.pk] for one in order]


def median_minutes(waits: list[timedelta]) -> int | None:
    """The median in whole minutes, None for nobody."""
    return round(median(wait.total_seconds() for wait in waits) / 60) if waits else None


def version(hall: str) -> str:
    """Changes with every act on a ticket of the hall today. One query; the ETag of whatever shows the line."""
    today = timezone.localdate()
    newest = (
        TicketEvent.objects.filter(ticket__hall_id=hall, ticket__day=today).order_by("-pk").values_list("pk").first()
    )
    return f"{hall}-{today:%Y%m%d}-{newest[0] if newest else 0}"
