"""Tickets at the kiosk and at the counter: numbers, calling, missing, coming back, and two clerks at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.operations import intake
from departments.access import VISITOR
from foundation.errors import Conflict, NotAllowed, Refused
from tests.applications.browsing import sign_in
from tests.applications.race.threads import at_once, wins
from tests.applications.world import file_case
from tests.visits.hall import HALL, PICKUP, seat
from visits.models import HallQueue, Ticket, TicketEvent, TicketSubject
from visits.operations import attend
from visits.operations.kiosks import make_kiosk, shut_kiosks
from visits.operations.tickets import leave, take_ticket
from visits.reading import median_minutes, read_line


def history(ticket: Ticket) -> str:
    return " ".join(TicketEvent.objects.filter(ticket=ticket).values_list("kind", flat=True))


def test_each_lane_counts_by_itself_and_begins_anew_each_day(world, clock):
    take = [{"actor": world.clerk, "hall": HALL, "priority": priority} for priority in (False, False, True)]
    assert [take_ticket(**one).number for one in take] == ["A001", "A002", "C001"]
    clock.shift(24 * 3600)
    assert take_ticket(actor=world.clerk, hall=HALL).number == "A001"


def test_a_ticket_is_taken_in_the_hall_alone(world, clock):
    with pytest.raises(NotAllowed, match="取号机"):
        take_ticket(actor=VISITOR, hall=HALL)
    with pytest.raises(NotAllowed):
        take_ticket(actor=world.zhang, hall=HALL, kiosk="made up")
    key = make_kiosk(actor=world.clerk, hall=HALL)
    assert take_ticket(actor=VISITOR, hall=HALL, kiosk=key).number == "A001"
    with pytest.raises(NotAllowed):
        make_kiosk(actor=world.zhang, hall=HALL)
    shut_kiosks(actor=world.clerk, hall=HALL)
    with pytest.raises(NotAllowed):
        take_ticket(actor=VISITOR, hall=HALL, kiosk=key)


@pytest.mark.parametrize(
    ("wish", "sentence"), [({"topic": "贵宾"}, "没有这种窗口"), ({"matter": "nowhere"}, "没有这件事")]
)
def test_what_is_not_there_is_refused_in_words(world, wish, sentence):
    with pytest.raises(Refused, match=sentence):
        take_ticket(actor=world.clerk, hall=HALL, **wish)


def test_a_hall_that_gives_no_tickets_says_so(world):
    HallQueue.objects.update(gives_tickets=False)
    with pytest.raises(Refused, match="不用取号"):
        take_ticket(actor=world.clerk, hall=HALL)


def test_from_the_ticket_to_the_end(world, clock):
    ticket = take_ticket(actor=world.clerk, hall=HALL, matter="noodle-shop")
    clock.shift(300)
    called = attend.call_next(actor=world.clerk)
    assert (called.pk, called.counter, called.state) == (ticket.pk, "3", "called")
    assert attend.current_ticket(world.clerk) == called
    attend.start(actor=world.clerk, ticket_id=called.pk)
    clock.shift(600)
    done = attend.finish(actor=world.clerk, ticket_id=called.pk, note="材料齐，已收件")
    assert (done.state, done.note) == ("served", "材料齐，已收件")
    assert attend.current_ticket(world.clerk) is None
    assert history(ticket) == "taken called started finished"
    line = read_line(HALL, ticket.day)
    assert (median_minutes(line.waits), median_minutes(line.served)) == (5, 10)


def test_who_does_not_come_is_missed_after_three_calls_and_may_come_back_at_the_end(world, clock):
    first, second = (take_ticket(actor=world.clerk, hall=HALL) for _ in range(2))
    attend.call_next(actor=world.clerk)
    with pytest.raises(Refused, match="叫满 3 次"):
        attend.miss(actor=world.clerk, ticket_id=first.pk)
    attend.call_again(actor=world.clerk, ticket_id=first.pk)
    attend.call_again(actor=world.clerk, ticket_id=first.pk)
    assert attend.miss(actor=world.clerk, ticket_id=first.pk).state == "missed"
    with pytest.raises(Conflict):
        attend.start(actor=world.clerk, ticket_id=first.pk)
    clock.shift(60)
    attend.restore(actor=world.clerk, ticket_id=first.pk)
    assert attend.call_next(actor=world.clerk) == second
    assert history(first) == "taken called recalled recalled missed restored"


def test_one_at_a_counter(world, clock):
    for _ in range(2):
        take_ticket(actor=world.clerk, hall=HALL)
    attend.call_next(actor=world.clerk)
    with pytest.raises(Refused, match="A001 还在您的窗口"):
        attend.call_next(actor=world.clerk)
    other = world.actor("chenjing")
    assert attend.call_next(actor=other).number == "A002"
    with pytest.raises(NotAllowed, match="A001 在 3 号窗口"):
        attend.start(actor=other, ticket_id=Ticket.objects.get(number="A001").pk)


def test_a_counter_for_one_thing_calls_its_own(world, clock):
    take_ticket(actor=world.clerk, hall=HALL)
    take_ticket(actor=world.clerk, hall=HALL, topic=PICKUP)
    giver = seat(world, "chenjing", "9")
    assert attend.call_next(actor=giver).topic == PICKUP
    attend.finish(actor=giver, ticket_id=attend.current_ticket(giver).pk)
    with pytest.raises(Refused, match="没有人等"):
        attend.call_next(actor=giver)


def test_a_clerk_without_a_counter_cannot_call(world):
    with pytest.raises(NotAllowed, match="没有窗口号"):
        attend.call_next(actor=seat(world, "limin", ""))
    with pytest.raises(NotAllowed):
        attend.call_next(actor=world.zhang)


def test_who_leaves_is_not_called(world, clock):
    ticket = take_ticket(actor=world.clerk, hall=HALL)
    leave(actor=VISITOR, token=ticket.token)
    with pytest.raises(Refused, match="没有人等"):
        attend.call_next(actor=world.clerk)
    with pytest.raises(Refused, match="没有这个号"):
        leave(actor=VISITOR, token="nowhere")


def test_what_is_taken_in_while_somebody_stands_at_the_counter_is_tied_to_their_ticket(world, clock):
    alone, here = file_case(world), file_case(world)
    intake.receive(actor=world.clerk, number=alone.number)
    take_ticket(actor=world.clerk, hall=HALL)
    ticket = attend.call_next(actor=world.clerk)
    intake.receive(actor=world.clerk, number=here.number)
    attend.tie(actor=world.clerk, subject=here.number)
    assert list(TicketSubject.objects.values_list("ticket_id", "subject")) == [(ticket.pk, here.number)]
    assert here.number in sign_in(world, "limin").get("/window/tickets/").content.decode()
    assert attend.tie(actor=world.actor("chenjing"), subject=here.number) is None


def test_calling_stays_within_eight_statements(world, clock):
    for _ in range(30):
        take_ticket(actor=world.clerk, hall=HALL)
    clerk = world.clerk
    with CaptureQueriesContext(connection) as context:
        attend.call_next(actor=clerk)
    found = [query["sql"] for query in context.captured_queries if "SAVEPOINT" not in query["sql"]]
    print(len(found), "statements")
    assert len(found) <= 8, "\n".join(found)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_many_counters_that_call_at_once_never_get_one_ticket_twice(committed_world):
    """Twelve counters, twelve tickets, one instant: every counter its own, and a thirteenth press brings nobody twice."""
    world = committed_world
    for _ in range(12):
        take_ticket(actor=world.clerk, hall=HALL)
    actors = [seat(world, "limin", str(number)) for number in range(100, 112)]
    results = at_once([lambda actor=actor: attend.call_next(actor=actor).number for actor in actors])
    assert sorted(wins(results)) == [f"A{number:03}" for number in range(1, 13)], results


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_double_press_at_one_counter_calls_one(committed_world):
    world = committed_world
    for _ in range(5):
        take_ticket(actor=world.clerk, hall=HALL)
    clerk = world.clerk
    results = at_once([lambda: attend.call_next(actor=clerk).number] * 5)
    assert len(wins(results)) == 1, results
    assert Ticket.objects.filter(state="called").count() == 1
    assert all(isinstance(one, str | Refused) for one in results)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_numbers_of_a_crowd_have_no_gap(committed_world):
    clerk = committed_world.clerk
    results = at_once([lambda: take_ticket(actor=clerk, hall=HALL).number] * 20)
    assert sorted(results) == [f"A{number:03}" for number in range(1, 21)]
