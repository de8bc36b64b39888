"""预约: book, move, cancel. A slot's row is locked while its places are counted. Lock order: slots by id, booking."""

import secrets
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.identity import check_mobile, normalise_phone
from accounts.operations.people import phone_index
from departments.access import Actor
from departments.calendar import current_calendar
from departments.workdays import Calendar
from foundation.errors import Conflict, Refused
from matters.models import Matter
from visits.hours import HallHours, hours_of
from visits.lifecycle import move
from visits.models import Booking, Slot
from visits.opening import NoShowRule, Span
from visits.states import BookingState

MOST_PEOPLE, NAME = 5, 30
NOT_OFFERED = "这个时间约不了，请重新选一个时段。"
FULL = "这个时段刚刚约满了，请换一个。直接到大厅取号也可以。"
ONE_A_DAY = "您那天在这个大厅已经有一个预约。要改时间，请在“我的预约”里改。"
TRIES = 3  # a code of six digits that is taken that day is drawn again


def book(
    *, actor: Actor, hall: str, starts_at: datetime, phone: str, name: str, people: int = 1, matter: str = ""
) -> Booking:
    """One place in a slot. `phone`: of the account, or proved by a code; `matter`: its code, empty for advice only.

    At most ten statements. Raises Refused for what is not on offer, for who stayed away too often and for a second
    booking of the day, Conflict when the slot just filled up.
    """
    if fault := check_mobile(phone):
        raise Refused(fault, "phone")
    if not name.strip():
        raise Refused("请填姓名，窗口好称呼您。", "name")
    if not 1 <= people <= MOST_PEOPLE:
        raise Refused(f"一次最多 {MOST_PEOPLE} 个人一起来。", "people")
    booking = Booking(
        hall_id=hall,
        matter_id=matter or None,
        people=people,
        name=name.strip()[:NAME],
        phone=normalise_phone(phone),
        phone_index=phone_index(phone),
        user_id=actor.user_id,
        person_id=actor.person_id,
    )
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return _book(booking, starts_at)
        except IntegrityError as clash:
            if "code_of_the_day" not in str(clash):
                raise Conflict(ONE_A_DAY) from None
    raise Conflict(FULL)


def _book(booking: Booking, starts_at: datetime) -> Booking:
    now, calendar = timezone.now(), current_calendar()
    day = timezone.localdate(starts_at)
    hours, span = _offered(booking.hall_id, starts_at, now, calendar)
    if booking.matter_id and not Matter.objects.filter(pk=booking.matter_id).exists():
        raise Refused("没有这件事，请重新选。", "matter")
    _may_book(booking, day, timezone.localdate(now), calendar)
    booking.slot = _take_place(booking.hall_id, span, hours.capacity(day))
    booking.day, booking.made_at, booking.pk = day, now, None
    booking.code, booking.token = f"{secrets.randbelow(10**6):06}", secrets.token_urlsafe(16)
    booking.save(force_insert=True)
    return booking


@transaction.atomic
def move_booking(*, actor: Actor, token: str, starts_at: datetime) -> Booking:
    """The same booking at another time of the same hall; the code stays. Possible until the booked time.

    Raises Refused for what is not on offer, Conflict when the slot filled up or the booking is over.
    """
    now, calendar = timezone.now(), current_calendar()
    found = _open_booking(token, now)
    hours, span = _offered(found.hall_id, starts_at, now, calendar)
    day = timezone.localdate(starts_at)
    if span.starts == found.slot.starts_at:
        raise Refused("这就是您现在约的时间。")
    _ensure(found.hall_id, span, hours.capacity(day))
    wanted = Q(hall_id=found.hall_id, starts_at=span.starts) | Q(pk=found.slot_id)
    slots = {slot.starts_at: slot for slot in Slot.objects.select_for_update().filter(wanted).order_by("pk")}
    booking = _locked(found)
    _count_in(slots[span.starts], hours.capacity(day))
    Slot.objects.filter(pk=found.slot_id).update(booked=F("booked") - 1)
    booking.slot, booking.day, booking.reminded_at = slots[span.starts], day, None
    try:
        with transaction.atomic():
            booking.save(update_fields=["slot", "day", "reminded_at"])
    except IntegrityError:
        raise Conflict("您那天在这个大厅已经有一个预约，请换一天。") from None
    return booking


@transaction.atomic
def cancel_booking(*, actor: Actor, token: str) -> Booking:
    """The place is free for somebody else. Possible until the booked time. Raises Refused when unknown, Conflict when
    it is over."""
    return give_back(actor, _open_booking(token, timezone.now()))


def give_back(actor: Actor, found: Booking) -> Booking:
    """Cancel in the caller's transaction; slot first, then booking. Raises Conflict when somebody was faster."""
    Slot.objects.select_for_update().get(pk=found.slot_id)
    booking = _locked(found)
    move(booking, "cancel", actor, ended_at=timezone.now())
    Slot.objects.filter(pk=booking.slot_id).update(booked=F("booked") - 1)
    return booking


def paused_until(booked: list[tuple[str, date]], today: date, calendar: Calendar) -> date | None:
    """From states and days of somebody's bookings: until when they cannot book online, None when they can."""
    return _rule(today, calendar).paused_until(_missed(booked), today)


def last_straw(booked: list[tuple[str, date]], today: date, calendar: Calendar) -> bool:
    """Whether one more no-show brings the pause: told before the booking."""
    return _rule(today, calendar).one_more_pauses(_missed(booked), today)


def _rule(today: date, calendar: Calendar) -> NoShowRule:
    names = ("visit_no_show_count", "visit_no_show_days", "visit_pause_days")
    return NoShowRule(*(calendar.thresholds.value(name, today) for name in names))


def _missed(booked: list[tuple[str, date]]) -> list[date]:
    return [day for state, day in booked if state == BookingState.NO_SHOW]


def _may_book(booking: Booking, day: date, today: date, calendar: Calendar) -> None:
    since = today - timedelta(days=calendar.thresholds.value("visit_no_show_days", today))
    known = Q(phone_index=booking.phone_index)
    if booking.user_id:
        known |= Q(user_id=booking.user_id)
    rows = list(Booking.objects.filter(known, day__gte=since).values_list("state", "day", "hall_id"))
    until = paused_until([(state, on) for state, on, _ in rows], today, calendar)
    if until is not None:
        raise Refused(f"您最近几次约了没有来，{until:%-m 月 %-d 日}前不能网上预约。直接到大厅取号不受影响。")
    if (BookingState.BOOKED, day, booking.hall_id) in rows:
        raise Refused(ONE_A_DAY)


def _offered(hall: str, starts_at: datetime, now: datetime, calendar: Calendar) -> tuple[HallHours, Span]:
    today = timezone.localdate(now)
    day = timezone.localdate(starts_at)
    hours = hours_of(hall, calendar, today)
    if hours is None or not hours.queue.takes_bookings:
        raise Refused("这个大厅不用预约，直接去就可以。", "hall")
    last = today + timedelta(days=calendar.thresholds.value("visit_window_days", today))
    span = next((one for one in hours.slots(day) if one.starts == starts_at), None)
    if span is None or not now < starts_at or day > last:
        raise Refused(NOT_OFFERED, "slot")
    return hours, span


def _take_place(hall: str, span: Span, places: int) -> Slot:
    _ensure(hall, span, places)
    slot = Slot.objects.select_for_update().get(hall_id=hall, starts_at=span.starts)
    _count_in(slot, places)
    return slot


def _ensure(hall: str, span: Span, places: int) -> None:
    slot = Slot(hall_id=hall, starts_at=span.starts, ends_at=span.ends, capacity=places)
    Slot.objects.bulk_create([slot], ignore_conflicts=True)


def _count_in(slot: Slot, places: int) -> None:
    if slot.booked >= places:
        raise Conflict(FULL, "slot")
    slot.capacity, slot.booked = places, slot.booked + 1
    slot.save(update_fields=["capacity", "booked"])


def _open_booking(token: str, now: datetime) -> Booking:
    found = Booking.objects.select_related("slot", "hall").filter(token=token).first()
    if found is None:
        raise Refused("没有这个预约。")
    if found.state == BookingState.BOOKED and found.slot.starts_at <= now:
        raise Conflict("约的时间已经到了，不能再改。没能来的话，直接到大厅取号也可以。")
    return found


def _locked(found: Booking) -> Booking:
    """The booking under its lock; Conflict when it moved or ended since it was looked at."""
    booking = Booking.objects.select_for_update().get(pk=found.pk)
    if booking.state != BookingState.BOOKED:
        raise Conflict(f"这个预约现在是“{booking.get_state_display()}”，不能再改。")
    if booking.slot_id != found.slot_id:
        raise Conflict("刚才改过时间，请刷新后再看。")
    return booking
