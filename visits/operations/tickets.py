"""取号: at the kiosk, by the clerk, with a booking code; and going away. Lock order: slot, booking, ticket, numbers."""

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from departments.access import Actor
from departments.calendar import current_calendar
from departments.models import Counter
from foundation import throttle
from foundation.errors import NotAllowed, Refused
from foundation.numbers.operations import take
from foundation.throttle import Bound
from matters.models import Matter
from visits.lifecycle import move
from visits.models import Booking, HallQueue, Ticket
from visits.opening import Tolerance
from visits.operations.kiosks import is_kiosk
from visits.operations.recording import record
from visits.states import LETTERS, BookingState, Happened, Lane

CODE_TRIES = Bound(free=10, first=2, longest=10)  # slower, never shut: others stand at the same kiosk
NO_CODE = "今天没有这个预约码。请看清短信或者“我的预约”里的 6 位数字；也可以直接现场取号。"


@transaction.atomic
def take_ticket(
    *,
    actor: Actor,
    hall: str,
    kiosk: str = "",
    priority: bool = False,
    advice: bool = False,
    topic: str = "",
    matter: str = "",
) -> Ticket:
    """A ticket at the end of its lane. `kiosk`: the browser's key where no clerk acts; `topic`: what a counter of the
    hall is for, empty for intake; `matter`: its code, empty when nobody said.

    Raises NotAllowed outside of the hall, Refused for a topic or matter that is not there.
    """
    _in_the_hall(actor, hall, kiosk)
    if topic and not Counter.objects.filter(hall_id=hall, handles=topic).exists():
        raise Refused("这个大厅没有这种窗口，请重新选。", "topic")
    if matter and not Matter.objects.filter(pk=matter).exists():
        raise Refused("没有这件事，请重新选。", "matter")
    lane = Lane.PRIORITY if priority else Lane.ORDINARY
    return _give(actor, hall, lane, topic=topic, advice=advice, matter_id=matter or None)


def check_in(*, actor: Actor, hall: str, code: str, kiosk: str = "") -> Ticket:
    """The ticket of whoever booked here today. In time: in the lane of the booked; earlier or later: a walk-in's.

    Raises NotAllowed outside of the hall, Refused (field code) for a code that is not of today or was used.
    """
    _in_the_hall(actor, hall, kiosk)
    tried = f"visit-code:{hall}"
    if wait := throttle.charge({tried: CODE_TRIES}):
        raise Refused(f"试得太快了，请等 {wait} 秒再试。", "code")
    ticket = _check_in(actor, hall, "".join(code.split()))
    throttle.refund(tried)
    return ticket


@transaction.atomic
def _check_in(actor: Actor, hall: str, code: str) -> Ticket:
    now = timezone.now()
    day = timezone.localdate(now)
    booking = (
        Booking.objects.select_related("slot").select_for_update(of=("self",)).filter(hall_id=hall, day=day, code=code)
    ).first()
    if booking is None or booking.state == BookingState.CANCELLED:
        raise Refused(NO_CODE, "code")
    if booking.state != BookingState.BOOKED:
        raise Refused("这个预约码取过号了。号丢了请到窗口说一声。", "code")
    values = current_calendar().thresholds.value
    tolerance = Tolerance(values("visit_early_minutes", day), values("visit_late_minutes", day))
    in_time = tolerance.judge(booking.slot.starts_at, now) == "in time"
    move(booking, "arrive", actor, ended_at=now)
    return _give(
        actor,
        hall,
        Lane.APPOINTMENT if in_time else Lane.ORDINARY,
        matter_id=booking.matter_id,
        advice=booking.matter_id is None,
        booking=booking,
        person_id=booking.person_id,
        due_at=booking.slot.starts_at if in_time else None,
    )


@transaction.atomic
def leave(*, actor: Actor, token: str) -> Ticket:
    """Whoever holds the ticket does not wait any longer. Raises Refused for an unknown one, Conflict once served."""
    ticket = Ticket.objects.select_for_update().filter(token=token).first()
    if ticket is None:
        raise Refused("没有这个号。")
    move(ticket, "leave", actor)
    record(ticket, Happened.LEFT, timezone.now(), actor)
    return ticket


def _in_the_hall(actor: Actor, hall: str, kiosk: str) -> None:
    queue = HallQueue.objects.filter(pk=hall).first()
    if queue is None or not queue.gives_tickets:
        raise Refused("这个大厅不用取号，请直接到窗口。")
    if not (actor.clerk and actor.hall == hall) and not is_kiosk(kiosk, queue):
        raise NotAllowed("请在大厅的取号机上取号，或者请窗口人员帮您取。")


def _give(actor: Actor, hall: str, lane: Lane, **columns: Any) -> Ticket:
    now: datetime = timezone.now()
    day = timezone.localdate(now)
    letter = LETTERS[lane]
    ticket = Ticket(hall_id=hall, day=day, lane=lane, taken_at=now, waiting_since=now, **columns)
    ticket.token = secrets.token_urlsafe(16)
    ticket.number = f"{letter}{take(f'ticket:{hall}:{day}:{letter}'):03}"
    ticket.save(force_insert=True)
    record(ticket, Happened.TAKEN, now, actor)
    return ticket
