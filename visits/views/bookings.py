"""预约 for citizens, with an account or with a phone alone. Choosing is done by GET, so every step has its address."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Person, User
from accounts.operations.people import phone_index
from departments.calendar import current_calendar
from departments.doors import posted, posted_number, status_of
from departments.middleware import ActorRequest
from foundation.errors import Refused
from foundation.masking import mask_phone
from matters.models import Matter
from visits.hours import DayOffer, Offer, hours_of, offers
from visits.models import Booking, HallQueue
from visits.operations.booking import MOST_PEOPLE, book, cancel_booking, last_straw, move_booking, paused_until
from visits.states import BookingState
from visits.views.door import moment
from visits.views.phone import proved_phone

SHOWN = 20


@dataclass(frozen=True)
class Known:
    """Who books: a phone of the account, or proved in this browser; empty when neither is known."""

    phone: str
    name: str


@never_cache
@require_safe
def mine(request: ActorRequest) -> HttpResponse:
    """我的预约: of the account, or of the phone that this browser proved; without either it asks for a phone."""
    known = _known(request)
    whose = Q(pk=None)
    if known.phone:
        whose |= Q(phone_index=phone_index(known.phone))
    if request.actor.signed_in:
        whose |= Q(user_id=request.actor.user_id)
    found = Booking.objects.filter(whose).select_related("slot", "hall", "matter").defer("name", "phone")
    rows = list(found.order_by("-slot__starts_at")[:SHOWN])
    open_ones = [one for one in rows if one.state == BookingState.BOOKED]
    context = {
        "open": sorted(open_ones, key=lambda one: one.slot.starts_at),
        "past": [one for one in rows if one.state != BookingState.BOOKED],
        "known": bool(known.phone) or request.actor.signed_in,
    }
    return render(request, "visits/mine.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book_page(request: ActorRequest) -> HttpResponse:
    """Hall, day, time, then who: `hall`, `day`, `slot` and `matter` in the query; POST books."""
    if request.method != "POST":
        return _book_page(request)
    known = _known(request)
    if not known.phone:
        return redirect(_phone_first(request))
    try:
        made = book(
            actor=request.actor,
            hall=request.GET.get("hall", "")[:50],
            starts_at=moment(request.GET.get("slot", "")[:20]),
            phone=known.phone,
            name=posted(request, "name", 60),
            people=posted_number(request, "people"),
            matter=_matter(request),
        )
    except Refused as refusal:
        return _book_page(request, refusal)
    messages.success(request, "约好了。")
    return redirect("booking", made.token)


def _book_page(request: ActorRequest, refusal: Refused | None = None) -> HttpResponse:
    queues = list(_halls())
    hall = request.GET.get("hall", "")[:50]
    chosen = next((one for one in queues if one.hall_id == hall), None)
    matter = Matter.objects.filter(pk=_matter(request)).first() if _matter(request) else None
    context: dict[str, Any] = {
        "halls": [{"hall": one.hall, "query": _query(request, hall=one.hall_id)} for one in queues],
        "chosen": chosen.hall if chosen else None,
        "matter": matter,
        "refusal": refusal,
        "typed": request.POST,
        "most": range(1, MOST_PEOPLE + 1),
    }
    if chosen is not None:
        context |= _times(request, chosen.hall_id) | _who(request)
    return render(request, "visits/book.html", context, status=status_of(refusal) if refusal else 200)


def _halls() -> QuerySet[HallQueue]:
    """Where one can book, the largest hall first."""
    sized = HallQueue.objects.filter(takes_bookings=True).annotate(windows=Count("hall__counters"))
    return sized.select_related("hall").order_by("-windows", "pk")


def _times(request: ActorRequest, hall: str) -> dict[str, Any]:
    """The days on offer, the slots of the chosen one, and the chosen slot."""
    now = timezone.now()
    hours = hours_of(hall, current_calendar(), timezone.localdate(now))
    days = offers(hours, now) if hours else []
    slot_key = request.GET.get("slot", "")[:20]
    day_key = (request.GET.get("day", "") or slot_key)[:10]
    day = next((one for one in days if one.day.isoformat() == day_key), None)
    slot = next((one for one in day.offers if one.key == slot_key and one.left), None) if day else None
    return {
        "days": [(one, _query(request, day=one.day.isoformat(), slot="")) for one in days],
        "day": day,
        "slots": _halves(request, day) if day else [],
        "slot": slot,
    }


def _halves(request: ActorRequest, day: DayOffer) -> list[tuple[str, list[tuple[Offer, str]]]]:
    rows = [(one, _query(request, day=day.day.isoformat(), slot=one.key)) for one in day.offers]
    halves = [("上午", [row for row in rows if row[0].key[11:] < "12"])]
    halves += [("下午", [row for row in rows if row[0].key[11:] >= "12"])]
    return [half for half in halves if half[1]]


def _who(request: ActorRequest) -> dict[str, Any]:
    """Who books, and what is told beforehand of staying away."""
    known = _known(request)
    context: dict[str, Any] = {"known": known, "masked": mask_phone(known.phone), "phone_first": _phone_first(request)}
    if known.phone:
        today, calendar = timezone.localdate(), current_calendar()
        since = today - timedelta(days=calendar.thresholds.value("visit_no_show_days", today))
        rows = Booking.objects.filter(phone_index=phone_index(known.phone), day__gte=since)
        booked = list(rows.values_list("state", "day"))
        context |= {
            "until": paused_until(booked, today, calendar),
            "last_straw": last_straw(booked, today, calendar),
            "no_shows": calendar.thresholds.value("visit_no_show_count", today),
            "pause": calendar.thresholds.value("visit_pause_days", today),
        }
    return context


@never_cache
@require_safe
def booking(request: ActorRequest, booking: str) -> HttpResponse:
    """One booking by its random address: when, where, the code; no name and no number."""
    return _booking_page(request, _found(booking))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: ActorRequest, booking: str) -> HttpResponse:
    """改时间: another slot of the same hall."""
    found = _found(booking)
    refusal = None
    if request.method == "POST":
        try:
            starts_at = moment(posted(request, "slot", 20))
            move_booking(actor=request.actor, token=found.token, starts_at=starts_at)
        except Refused as no:
            refusal = no
        else:
            messages.success(request, "改好了，预约码不变。")
            return redirect("booking", found.token)
    context = {"booking": found, "refusal": refusal, **_times(request, found.hall_id)}
    return render(request, "visits/move.html", context, status=status_of(refusal) if refusal else 200)


@never_cache
@require_POST
def cancel(request: ActorRequest, booking: str) -> HttpResponse:
    """取消."""
    found = _found(booking)
    try:
        cancel_booking(actor=request.actor, token=found.token)
    except Refused as refusal:
        return _booking_page(request, _found(booking), refusal)
    messages.success(request, "取消了，位置让给别人。")
    return redirect("booking", found.token)


def _booking_page(request: ActorRequest, found: Booking, refusal: Refused | None = None) -> HttpResponse:
    values, starts = current_calendar().thresholds.value, found.slot.starts_at
    context = {
        "booking": found,
        "refusal": refusal,
        "changeable": found.state == BookingState.BOOKED and timezone.now() < starts,
        "from_time": starts - timedelta(minutes=values("visit_early_minutes", found.day)),
        "until_time": starts + timedelta(minutes=values("visit_late_minutes", found.day)),
        "ticket": getattr(found, "ticket", None),
    }
    return render(request, "visits/booking.html", context, status=status_of(refusal) if refusal else 200)


def _found(token: str) -> Booking:
    related = ("slot", "hall", "matter", "ticket")
    found = Booking.objects.select_related(*related).defer("name", "phone").filter(token=token[:40]).first()
    if found is None:
        raise Http404("没有这个预约")
    return found


def _known(request: ActorRequest) -> Known:
    if request.actor.signed_in:
        user = cast(User, request.user)
        person = Person.objects.filter(user=user).first()
        phone = user.phone or (person.phone if person else "") or proved_phone(request)
        return Known(phone, person.name if person else "")
    return Known(proved_phone(request), "")


def _matter(request: ActorRequest) -> str:
    return request.GET.get("matter", "").replace("\x00", "")[:80]


def _query(request: ActorRequest, **changed: str) -> str:
    """The address of this page with some of the choices changed; empty ones fall out."""
    kept = {name: request.GET.get(name, "").replace("\x00", "")[:80] for name in ("matter", "hall", "day", "slot")}
    return "?" + urlencode({name: value for name, value in (kept | changed).items() if value})


def _phone_first(request: ActorRequest) -> str:
    return f"{reverse('visit-phone')}?{urlencode({'next': reverse('visit-book') + _query(request)})}"
