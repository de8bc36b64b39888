"""叫号: what a clerk does with tickets at the own counter (from the post). One ticket at a counter at a time."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Person
from departments.access import Actor
from departments.models import Counter
from foundation.errors import Conflict, NotAllowed, Refused
from visits.lifecycle import move
from visits.models import Ticket, TicketSubject
from visits.operations.recording import record
from visits.reading import read_line
from visits.states import AT_A_COUNTER, Happened, Lane, TicketState
from visits.turns import next_ticket

NOTE = 200  # characters


def current_ticket(actor: Actor) -> Ticket | None:
    """The ticket that stands at the actor's counter now: called or being served. One query, with its matter."""
    if not (actor.clerk and actor.hall and actor.counter):
        return None
    mine = Ticket.objects.filter(hall_id=actor.hall, day=timezone.localdate(), counter=actor.counter)
    return mine.filter(state__in=AT_A_COUNTER).select_related("matter", "person").first()


@transaction.atomic
def call_next(*, actor: Actor) -> Ticket:
    """Call whoever is next for the actor's counter; two clerks never get the same ticket.

    Raises NotAllowed for who has no counter, Refused while somebody is at this counter or nobody waits.
    """
    hall, counter = _seat(actor)
    now = timezone.now()
    line = read_line(hall, timezone.localdate(now))
    busy = next((one for one in line.tickets if one.counter == counter and one.state in AT_A_COUNTER), None)
    if busy is not None:
        raise Refused(f"{busy.number} 还在您的窗口，先办完或者按过号，再叫下一位。")
    handles = Counter.objects.filter(hall_id=hall, number=counter).values_list("handles", flat=True).first() or ""
    waiting = line.waiting
    while (chosen := next_ticket(waiting, now, line.called, line.value("visit_ordinary_percent"), handles)) is not None:
        # Whoever another counter is calling in this instant is passed over, not waited for.
        found = Ticket.objects.filter(pk=chosen.pk, state=TicketState.WAITING).select_for_update(skip_locked=True)
        ticket = found.first()
        if ticket is None:
            waiting.remove(chosen)
            continue
        try:
            with transaction.atomic():
                move(ticket, "call", actor, counter=counter, clerk_id=actor.user_id, calls=1, called_at=now)
        except IntegrityError:
            raise Conflict("您的窗口刚刚已经叫了一位，请刷新后再看。") from None
        record(ticket, Happened.CALLED, now, actor)
        return ticket
    raise Refused("现在没有人等您的窗口。")


@transaction.atomic
def call_again(*, actor: Actor, ticket_id: int) -> Ticket:
    """Call the same ticket once more. Raises Conflict when it is not being called any longer."""
    ticket = _mine(actor, ticket_id)
    if ticket.state != TicketState.CALLED:
        raise Conflict(f"{ticket.number} 现在是“{ticket.get_state_display()}”，不用再叫。")
    now = timezone.now()
    ticket.calls, ticket.called_at = ticket.calls + 1, now
    ticket.save(update_fields=["calls", "called_at"])
    record(ticket, Happened.RECALLED, now, actor)
    return ticket


@transaction.atomic
def start(*, actor: Actor, ticket_id: int) -> Ticket:
    """The person is here. Raises Conflict when the ticket is not being called."""
    ticket = _mine(actor, ticket_id)
    move(ticket, "start", actor)
    record(ticket, Happened.STARTED, timezone.now(), actor)
    return ticket


@transaction.atomic
def miss(*, actor: Actor, ticket_id: int) -> Ticket:
    """Nobody came (过号). Raises Refused before it was called as often as the county says."""
    ticket = _mine(actor, ticket_id)
    wanted = read_line(ticket.hall_id, ticket.day).value("visit_calls")
    if ticket.state == TicketState.CALLED and ticket.calls < wanted:
        raise Refused(f"{ticket.number} 才叫了 {ticket.calls} 次，叫满 {wanted} 次没有人来再按过号。")
    move(ticket, "miss", actor)
    record(ticket, Happened.MISSED, timezone.now(), actor)
    return ticket


@transaction.atomic
def finish(*, actor: Actor, ticket_id: int, note: str = "") -> Ticket:
    """Done with this person; `note` for the hall's own record, no personal data. Raises Conflict when it is not here."""
    ticket = _mine(actor, ticket_id)
    move(ticket, "finish", actor, note=note.strip()[:NOTE])
    record(ticket, Happened.FINISHED, timezone.now(), actor)
    return ticket


@transaction.atomic
def restore(*, actor: Actor, ticket_id: int) -> Ticket:
    """Whoever missed the call is here after all (过号重排): at the end of the walk-ins, of the priority lane for priority.

    Raises Conflict when the ticket was not missed.
    """
    ticket = _seen(actor, ticket_id)
    lane = Lane.PRIORITY if ticket.lane == Lane.PRIORITY else Lane.ORDINARY
    now = timezone.now()
    move(ticket, "restore", actor, lane=lane, due_at=None, waiting_since=now, counter="", calls=0)
    record(ticket, Happened.RESTORED, now, actor)
    return ticket


@transaction.atomic
def know_person(*, actor: Actor, ticket_id: int, person: Person) -> Ticket:
    """The window found out who holds the ticket at its counter. Raises NotAllowed for another counter's ticket."""
    ticket = _mine(actor, ticket_id)
    ticket.person = person
    ticket.save(update_fields=["person"])
    return ticket


def tie(*, actor: Actor, subject: str) -> Ticket | None:
    """What a clerk does for a case while somebody stands at the counter belongs to that person's ticket: one visit.

    In the caller's transaction; without a ticket at the counter nothing happens. At most two statements.
    """
    ticket = current_ticket(actor)
    if ticket is not None:
        row = TicketSubject(ticket=ticket, subject=subject, at=timezone.now())
        TicketSubject.objects.bulk_create([row], ignore_conflicts=True)
    return ticket


def _seat(actor: Actor) -> tuple[str, str]:
    if not actor.clerk or not actor.hall:
        raise NotAllowed("叫号的是窗口人员。")
    if not actor.counter:
        raise NotAllowed("您的岗位上没有窗口号，请系统管理员填上再叫号。")
    return actor.hall, actor.counter


def _seen(actor: Actor, ticket_id: int) -> Ticket:
    hall, _ = _seat(actor)
    today = Ticket.objects.filter(hall_id=hall, day=timezone.localdate())
    ticket = today.select_for_update().filter(pk=ticket_id).first()
    if ticket is None:
        raise NotAllowed("今天您的大厅没有这个号。")
    return ticket


def _mine(actor: Actor, ticket_id: int) -> Ticket:
    ticket = _seen(actor, ticket_id)
    if ticket.counter != actor.counter:
        where = f"在 {ticket.counter} 号窗口" if ticket.counter else f"现在是“{ticket.get_state_display()}”"
        raise NotAllowed(f"{ticket.number} {where}，不在您的窗口。")
    return ticket
