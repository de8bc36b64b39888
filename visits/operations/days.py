"""What the system does by itself: reminders, days that turn out closed, the end of a day, and forgetting.

Everything is found by its state, one row a transaction: a run that was missed is made up by the next.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from departments.access import SYSTEM
from departments.calendar import current_calendar
from foundation.errors import Conflict
from foundation.notices.operations import forget, notify
from visits.hours import HallHours, hours_of
from visits.lifecycle import move
from visits.models import Booking, Slot, Ticket
from visits.opening import Span
from visits.operations.booking import give_back
from visits.operations.callbacks import forget_calls
from visits.operations.recording import record
from visits.states import ON_THE_WAY, BookingState, Happened, TicketState

NOTICES = "visit:"  # how the dedupe of every notice of this app begins


def remind_booked() -> int:
    """Tell everybody who is booked for tomorrow, once. Returns how many were told."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    early = current_calendar().thresholds.value("visit_early_minutes", tomorrow)
    told = 0
    for pk in _ids(day=tomorrow, reminded_at=None):
        with transaction.atomic():
            rows = Booking.objects.select_related("slot", "hall", "matter").select_for_update(of=("self",))
            booking = rows.filter(pk=pk, state=BookingState.BOOKED, day=tomorrow, reminded_at=None).first()
            if booking is None:
                continue
            about = f"办“{booking.matter.name}”" if booking.matter else "咨询"
            text = f"您约了明天{_when(booking.slot)}到{booking.hall.name}{about}，预约码 {booking.code}。"
            text += f"可以提前 {early} 分钟在取号机上凭码取号。来不了请在“我的预约”里取消。"
            _tell(booking, "明天的预约", text, f"{NOTICES}tomorrow:{booking.pk}:{booking.slot_id}")
            booking.reminded_at = timezone.now()
            booking.save(update_fields=["reminded_at"])
            told += 1
    return told


def cancel_closed() -> int:
    """Bookings at a time at which the hall is not open any more are cancelled, and their people told why."""
    today, calendar = timezone.localdate(), current_calendar()

    @cache
    def known(hall: str) -> HallHours | None:
        return hours_of(hall, calendar, today)

    cancelled = 0
    open_ones = Booking.objects.filter(state=BookingState.BOOKED, slot__starts_at__gt=timezone.now())
    for booking in open_ones.select_related("slot", "hall"):
        hours = known(booking.hall_id)
        span = Span(booking.slot.starts_at, booking.slot.ends_at)
        if hours is not None and hours.opening.is_open(span, calendar):
            continue
        note = hours.opening.note_of(booking.day) if hours else ""
        why = f"（{note}）" if note else ""
        text = f"{booking.hall.name}{booking.day:%-m 月 %-d 日}{_when(booking.slot)}不开门{why}，您的预约取消了，对不起。请另约时间。"
        try:
            with transaction.atomic():
                give_back(SYSTEM, booking)
                _tell(booking, "预约取消了", text, f"{NOTICES}closed:{booking.pk}:{booking.slot_id}")
        except Conflict:  # cancelled or moved by themselves in this instant: looked at again in the next run
            continue
        cancelled += 1
    return cancelled


def end_days() -> tuple[int, int]:
    """Close what past days left open. Returns how many did not come, and how many tickets were closed.

    Who did not come where the hall gave out no ticket that day is held against nobody: nobody could check in.
    """
    today, now = timezone.localdate(), timezone.now()
    used: set[tuple[str, date]] = set()
    past = Booking.objects.filter(state=BookingState.BOOKED, day__lt=today)
    if past.exists():
        days = set(past.values_list("day", flat=True))
        used = set(Ticket.objects.filter(day__in=days).order_by().values_list("hall_id", "day").distinct())
    missed = 0
    for booking in past:
        stayed_away = (booking.hall_id, booking.day) in used
        move(booking, "miss" if stayed_away else "lapse", SYSTEM, ended_at=now)
        missed += stayed_away
    closed = 0
    for ticket in Ticket.objects.filter(day__lt=today, state__in=ON_THE_WAY):
        with transaction.atomic():
            served = ticket.state == TicketState.SERVING
            move(ticket, "finish" if served else "leave", SYSTEM)
            record(ticket, Happened.FINISHED if served else Happened.LEFT, now, SYSTEM)
        closed += 1
    return missed, closed


def forget_visitors() -> int:
    """Names and phones of bookings go some days after the visit; who it was at all, when no no-show counts any more.

    Returns how many bookings lost their name and phone.
    """
    today, values = timezone.localdate(), current_calendar().thresholds.value
    named = today - timedelta(days=values("visit_phone_days", today))
    counted = today - timedelta(days=max(values("visit_no_show_days", today), values("visit_phone_days", today)))
    over = Booking.objects.exclude(state=BookingState.BOOKED)
    count = over.filter(day__lt=named, erased_at=None).update(name="", phone="", erased_at=timezone.now())
    Booking.objects.filter(day__lt=counted).exclude(phone_index="").update(phone_index="", user=None, person=None)
    Ticket.objects.filter(day__lt=counted, person__isnull=False).update(person=None)
    forget_calls(timezone.now())
    forget(prefix=NOTICES, before=timezone.now() - timedelta(days=values("visit_phone_days", today)))
    return count


def _ids(**where: object) -> Iterable[int]:
    return list(Booking.objects.filter(state=BookingState.BOOKED, **where).values_list("pk", flat=True))


def _when(slot: Slot) -> str:
    return f" {timezone.localtime(slot.starts_at):%-H:%M} "


def _tell(booking: Booking, title: str, text: str, dedupe: str) -> None:
    body = f"【{settings.PORTAL_NAME}】{text}"
    notify(recipient_id=booking.user_id, phone=booking.phone, title=title, body=body, link="/visits/", dedupe=dedupe)
