"""Appointments: what is on offer, one a day, moving, cancelling, staying away, coming in time, and fifty at once."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.operations.people import phone_index
from departments.access import VISITOR
from departments.calendar import current_calendar
from departments.models import CalendarDay, Counter
from foundation.errors import Conflict, Refused
from foundation.notices.models import Notice
from foundation.throttle import local
from tests.applications.race.threads import at_once, losses, wins
from tests.visits.hall import HALL
from visits.hours import hours_of, offers
from visits.models import Booking, OpeningException, Slot, Ticket
from visits.opening import SHANGHAI
from visits.operations import days
from visits.operations.booking import book, cancel_booking, move_booking
from visits.operations.tickets import check_in, take_ticket

TUESDAY_TEN = datetime(2026, 3, 3, 10, 0, tzinfo=SHANGHAI)
PHONE = "13800000018"


def booked(world, starts_at=TUESDAY_TEN, actor=VISITOR, **more):
    return book(actor=actor, hall=HALL, starts_at=starts_at, **{"phone": PHONE, "name": "张婷"} | more)


def stay_away(*moments: datetime) -> None:
    for moment in moments:
        slot = Slot.objects.create(hall_id=HALL, starts_at=moment, ends_at=moment + timedelta(minutes=30), capacity=1)
        Booking.objects.create(
            hall_id=HALL,
            slot=slot,
            day=moment.date(),
            phone_index=phone_index(PHONE),
            code=f"{slot.pk:06}",
            token=f"t{slot.pk}",
            made_at=moment,
            state="no_show",
        )


def test_a_booking_takes_one_place(world, clock):
    booking = booked(world, actor=world.zhang, matter="noodle-shop", people=2)
    assert len(booking.code) == 6 and len(booking.token) >= 20
    assert (booking.day.isoformat(), booking.state, booking.person_id) == (
        "2026-03-03",
        "booked",
        world.zhang.person_id,
    )
    slot = booking.slot
    assert (slot.booked, slot.capacity) == (1, 1)  # two combined counters, half kept for walk-ins
    with pytest.raises(Conflict, match="约满"):
        booked(world, phone="13900000019")


@pytest.mark.parametrize(
    ("starts_at", "more", "sentence"),
    [
        (datetime(2026, 3, 3, 12, 0, tzinfo=SHANGHAI), {}, "重新选"),  # noon
        (datetime(2026, 3, 3, 10, 7, tzinfo=SHANGHAI), {}, "重新选"),  # no slot begins then
        (datetime(2026, 3, 8, 10, 0, tzinfo=SHANGHAI), {}, "重新选"),  # Sunday
        (datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI), {}, "重新选"),  # over
        (datetime(2026, 3, 17, 10, 0, tzinfo=SHANGHAI), {}, "重新选"),  # more than fourteen days ahead
        (TUESDAY_TEN, {"phone": "12345"}, "手机"),
        (TUESDAY_TEN, {"name": " "}, "姓名"),
        (TUESDAY_TEN, {"people": 6}, "最多 5"),
        (TUESDAY_TEN, {"matter": "nowhere"}, "没有这件事"),
    ],
)
def test_what_is_not_on_offer_is_refused_in_words(world, clock, starts_at, more, sentence):
    with pytest.raises(Refused, match=sentence):
        booked(world, starts_at, **more)
    assert not Booking.objects.exists()


def test_a_hall_without_enough_counters_keeps_all_for_walk_ins(world, clock):
    Counter.objects.filter(number="5").delete()
    hours = hours_of(HALL, current_calendar(), timezone.localdate())
    assert {day.left for day in offers(hours, timezone.now())} == {0}
    with pytest.raises(Conflict):
        booked(world)


def test_one_open_booking_a_person_and_day(world, clock):
    first = booked(world)
    with pytest.raises(Refused, match="已经有一个预约"):
        booked(world, TUESDAY_TEN + timedelta(hours=1))
    booked(world, TUESDAY_TEN + timedelta(days=1))
    cancel_booking(actor=VISITOR, token=first.token)
    assert booked(world, TUESDAY_TEN + timedelta(hours=1)).state == "booked"


def test_moving_frees_the_old_place_and_keeps_the_code(world, clock):
    booking = booked(world)
    moved = move_booking(actor=VISITOR, token=booking.token, starts_at=TUESDAY_TEN + timedelta(days=1))
    assert (moved.code, moved.day.isoformat()) == (booking.code, "2026-03-04")
    assert list(Slot.objects.order_by("starts_at").values_list("booked", flat=True)) == [0, 1]
    booked(world, phone="13900000019")
    with pytest.raises(Conflict, match="约满"):
        move_booking(actor=VISITOR, token=booking.token, starts_at=TUESDAY_TEN)
    assert Booking.objects.get(pk=booking.pk).slot.starts_at == TUESDAY_TEN + timedelta(days=1)


def test_until_the_booked_time_and_not_after(world, clock):
    booking = booked(world)
    clock.move_to(TUESDAY_TEN)
    with pytest.raises(Conflict, match="已经到了"):
        cancel_booking(actor=VISITOR, token=booking.token)
    with pytest.raises(Refused, match="没有这个预约"):
        cancel_booking(actor=VISITOR, token="nothing")


def test_who_stayed_away_three_times_pauses_online_but_not_in_the_hall(world, clock):
    monday = datetime(2026, 2, 23, 10, tzinfo=SHANGHAI)
    stay_away(monday, monday - timedelta(days=3), monday - timedelta(days=10))
    with pytest.raises(Refused, match="3 月 25 日前不能网上预约"):
        booked(world)
    assert take_ticket(actor=world.clerk, hall=HALL).number == "A001"
    assert booked(world, phone="13900000019").state == "booked"


@pytest.mark.parametrize(
    ("minutes", "number"), [(-40, "A001"), (-30, "B001"), (15, "B001"), (16, "A001")], ids=["early", "30", "15", "late"]
)
def test_in_time_goes_to_the_lane_of_the_booked(world, clock, minutes, number):
    booking = booked(world, actor=world.zhang)
    clock.move_to(TUESDAY_TEN + timedelta(minutes=minutes))
    ticket = check_in(actor=world.clerk, hall=HALL, code=f" {booking.code} ")
    assert (ticket.number, ticket.person_id, ticket.booking_id) == (number, world.zhang.person_id, booking.pk)
    assert Booking.objects.get().state == "arrived"
    with pytest.raises(Refused, match="取过号"):
        check_in(actor=world.clerk, hall=HALL, code=booking.code)


def test_a_code_of_another_day_opens_nothing_and_guessing_gets_slow(world, clock):
    booking = booked(world)
    with pytest.raises(Refused, match="今天没有这个预约码"):
        check_in(actor=world.clerk, hall=HALL, code=booking.code)
    for _ in range(11):
        with pytest.raises(Refused):
            check_in(actor=world.clerk, hall=HALL, code="000000")
    with pytest.raises(Refused, match="太快"):
        check_in(actor=world.clerk, hall=HALL, code="000000")
    local.clear()


def test_one_reminder_a_day_before_without_link_and_number(world, clock):
    booking = booked(world, matter="noodle-shop")
    assert (days.remind_booked(), days.remind_booked()) == (1, 0)
    notice = Notice.objects.get(channel="sms")
    assert booking.code in notice.body and "http" not in notice.body and "张婷" not in notice.body
    assert notice.phone == PHONE


def test_a_day_that_turns_out_closed_is_told(world, clock):
    booked(world)
    assert days.cancel_closed() == 0
    OpeningException.objects.create(queue_id=HALL, date=TUESDAY_TEN.date(), note="停电检修")
    assert (days.cancel_closed(), days.cancel_closed()) == (1, 0)
    assert Booking.objects.get().state == "cancelled" and Slot.objects.get().booked == 0
    assert "停电检修" in Notice.objects.get(channel="sms").body


def test_the_end_of_a_day(world, clock):
    booked(world)
    booked(world, TUESDAY_TEN + timedelta(days=1), phone="13900000019")
    clock.move_to(TUESDAY_TEN)
    take_ticket(actor=world.clerk, hall=HALL)
    clock.move_to(TUESDAY_TEN + timedelta(days=2))
    assert days.end_days() == (1, 1)
    # On Wednesday nobody could check in: the hall gave out no ticket.
    assert list(Booking.objects.order_by("day").values_list("state", flat=True)) == ["no_show", "lapsed"]
    assert Ticket.objects.get().state == "left"
    assert days.end_days() == (0, 0)


def test_what_is_forgotten_and_when(world, clock):
    booked(world, actor=world.zhang)
    days.remind_booked()
    Notice.objects.update(sent_at=timezone.now())
    clock.move_to(TUESDAY_TEN + timedelta(days=8))
    days.end_days()
    assert (days.forget_visitors(), days.forget_visitors()) == (1, 0)
    booking = Booking.objects.get()
    assert (booking.name, booking.phone) == ("", "") and booking.phone_index
    assert not Notice.objects.filter(channel="sms").exists()
    clock.move_to(TUESDAY_TEN + timedelta(days=91))
    days.forget_visitors()
    booking.refresh_from_db(fields=["phone_index", "user", "person"])
    assert (booking.phone_index, booking.user_id, booking.person_id) == ("", None, None)


def test_a_holiday_entered_in_the_calendar_is_not_on_offer(world, clock):
    CalendarDay.objects.create(date=TUESDAY_TEN.date(), working=False, name="台风")
    with pytest.raises(Refused, match="重新选"):
        booked(world)


def test_booking_stays_within_ten_statements(world, clock):
    actor = world.zhang
    with CaptureQueriesContext(connection) as context:
        booked(world, actor=actor, matter="noodle-shop")
    found = [query["sql"] for query in context.captured_queries if "SAVEPOINT" not in query["sql"]]
    print(len(found), "statements")
    assert len(found) <= 10, "\n".join(found)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_fifty_who_book_one_slot_at_once_never_overbook_it(committed_world):
    """Eight combined counters: 8 × 30 ÷ 20 × half = 6 places, fifty people in the same instant."""
    for number in range(20, 26):
        Counter.objects.create(hall_id=HALL, number=str(number))
    starts_at = next(
        one.span.starts
        for day in offers(hours_of(HALL, current_calendar(), timezone.localdate()), timezone.now())[1:]
        for one in day.offers
    )
    acts = [
        lambda n=n: book(actor=VISITOR, hall=HALL, starts_at=starts_at, phone=f"138000001{n:02}", name="甲")
        for n in range(50)
    ]
    results = at_once(acts)
    slot = Slot.objects.get()
    print(len(wins(results)), "booked,", losses(results))
    assert (len(wins(results)), slot.booked, slot.capacity) == (6, 6, 6)
    assert Booking.objects.filter(state="booked").count() == 6
    assert losses(results) == {"Conflict"}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_one_person_in_many_windows_books_once(committed_world):
    hours = hours_of(HALL, current_calendar(), timezone.localdate())
    day = next(day for day in offers(hours, timezone.now())[1:] if len(day.offers) > 9)
    acts = [
        lambda one=one: book(actor=VISITOR, hall=HALL, starts_at=one.span.starts, phone=PHONE, name="甲")
        for one in day.offers[:10]
    ]
    results = at_once(acts)
    assert len(wins(results)) == 1, results
    assert losses(results) <= {"Conflict", "Refused"}
    assert sum(Slot.objects.values_list("booked", flat=True)) == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_moving_and_cancelling_across_two_slots_deadlocks_nobody(committed_world):
    for number in range(20, 26):
        Counter.objects.create(hall_id=HALL, number=str(number))
    hours = hours_of(HALL, current_calendar(), timezone.localdate())
    day = next(day for day in offers(hours, timezone.now())[1:] if len(day.offers) > 1)
    first, second = (one.span.starts for one in day.offers[:2])
    there = [book(actor=VISITOR, hall=HALL, starts_at=first, phone=f"138000002{n:02}", name="甲") for n in range(4)]
    back = [book(actor=VISITOR, hall=HALL, starts_at=second, phone=f"138000003{n:02}", name="乙") for n in range(4)]
    acts = [lambda one=one: move_booking(actor=VISITOR, token=one.token, starts_at=second) for one in there]
    acts += [lambda one=one: move_booking(actor=VISITOR, token=one.token, starts_at=first) for one in back]
    acts += [lambda one=one: cancel_booking(actor=VISITOR, token=one.token) for one in (there[0], back[0])]
    results = at_once(acts)
    assert losses(results) <= {"Conflict"}, results
    for slot in Slot.objects.all():
        assert slot.booked == slot.bookings.filter(state="booked").count() <= slot.capacity
