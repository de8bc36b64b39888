"""请给我回电话: somebody asks to be called, a clerk calls and says how it went."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.identity import check_phone, normalise_phone
from accounts.operations.people import phone_index
from departments.access import Actor
from departments.calendar import current_calendar
from foundation import throttle
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.throttle import Bound
from matters.models import Matter
from visits.models import Callback

BY_ADDRESS = Bound(free=5, first=60, longest=3600)  # a family behind one router, not a prank
MOST_TRIES = 3


@transaction.atomic
def ask_for_call(*, phone: str, matter: str = "", address: str) -> Callback:
    """Somebody wants to be called, within `callback_days` working days. Once a telephone: asking again is the same wish.

    `address`: where the wish comes from, for counting. Raises Refused: no mobile number (field phone), no such matter,
    too many from one place.
    """
    if fault := check_phone(phone):
        raise Refused(fault, "phone")
    if matter and not Matter.objects.filter(pk=matter).exists():
        raise Refused("没有这件事，请重新选。", "matter")
    index = phone_index(phone)
    waiting = Callback.objects.filter(phone_index=index, state=Callback.WAITING)
    if (known := waiting.first()) is not None:
        return known
    if wait := throttle.charge({f"callback:{address}": BY_ADDRESS}):
        raise Refused(f"从这里请得太多了，请等 {wait} 秒再试，或者直接打 12345。", "phone")
    calendar, today = current_calendar(), timezone.localdate()
    try:
        with transaction.atomic():
            return Callback.objects.create(
                phone=normalise_phone(phone),
                phone_index=index,
                matter_id=matter or None,
                asked_at=timezone.now(),
                due=calendar.add(today, calendar.thresholds.value("callback_days", today)),
            )
    except IntegrityError:  # the same number pressed twice in one instant
        return waiting.get()


@transaction.atomic
def say_called(*, actor: Actor, callback_id: int, answered: bool, note: str = "") -> Callback:
    """A clerk has called: answered, or tried in vain; after three tries it is over. Raises NotAllowed, Conflict,
    Callback.DoesNotExist."""
    if not actor.clerk:
        raise NotAllowed("回电话的是窗口人员。")
    callback = Callback.objects.select_for_update().get(pk=callback_id)
    if callback.state != Callback.WAITING:
        raise Conflict(f"{callback.called_by_name}刚才已经打过了。")
    callback.called_at, callback.called_by_name = timezone.now(), actor.name
    callback.note = note.strip()[:200]
    if answered:
        callback.state = Callback.DONE
    else:
        callback.tries += 1
        callback.state = Callback.UNREACHED if callback.tries >= MOST_TRIES else Callback.WAITING
    callback.save()
    return callback


def waiting_calls() -> QuerySet[Callback]:
    """Who still waits to be called, the most urgent first."""
    return Callback.objects.filter(state=Callback.WAITING).select_related("matter").order_by("due", "id")


def forget_calls(now: datetime) -> int:
    """Telephones of wishes that are over go `visit_phone_days` days later; the counts stay."""
    days = current_calendar().thresholds.value("visit_phone_days", timezone.localdate(now))
    over = Callback.objects.exclude(state=Callback.WAITING).exclude(phone_index="")
    return over.filter(called_at__lt=now - timedelta(days=days)).update(phone="", phone_index="", note="")
