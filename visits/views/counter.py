"""叫号 at the window: whom I serve, who waits, and the keys. The workbench includes `visits/_counter_slot.html`."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from departments.doors import by_htmx, posted, status_of
from departments.middleware import ActorRequest
from departments.models import Counter
from foundation.errors import Refused
from visits.models import HallQueue, Ticket
from visits.operations import attend
from visits.operations.callbacks import waiting_calls
from visits.operations.kiosks import make_kiosk, shut_kiosks
from visits.operations.tickets import check_in, take_ticket
from visits.reading import in_order, median_minutes, read_line
from visits.states import Lane, TicketState
from visits.views.door import clerk_only
from visits.views.kiosk import A_YEAR, COOKIE

ACTS = {
    "again": attend.call_again,
    "start": attend.start,
    "miss": attend.miss,
    "finish": attend.finish,
    "restore": attend.restore,
}
MISSED_SHOWN = 10


@clerk_only
@require_safe
def tickets(request: ActorRequest) -> HttpResponse:
    """The page of the own counter; for htmx the panel alone."""
    return _panel(request)


@clerk_only
@require_safe
def line(request: ActorRequest) -> HttpResponse:
    """Who waits: htmx asks for this part again and again, so that a note being typed stays."""
    return render(request, "visits/_line.html", _line(request))


@clerk_only
@require_POST
def call(request: ActorRequest) -> HttpResponse:
    """Key C: the next one."""
    return _done(request, lambda: attend.call_next(actor=request.actor))


@clerk_only
@require_POST
def take(request: ActorRequest) -> HttpResponse:
    """A ticket for somebody who stands here: by booking code, or a new one."""
    hall = request.actor.hall or ""
    code, wish = posted(request, "code", 20), posted(request, "take", 12)

    def given() -> Ticket:
        if wish == "code":
            made = check_in(actor=request.actor, hall=hall, code=code)
        else:
            made = take_ticket(
                actor=request.actor,
                hall=hall,
                priority=wish == "priority",
                advice=wish == "advice",
                topic=posted(request, "topic", 60) if wish == "topic" else "",
            )
        messages.success(request, f"取了 {made.number} 号。")
        return made

    return _done(request, given)


@clerk_only
@require_POST
def act(request: ActorRequest, ticket_id: int, act: str) -> HttpResponse:
    """One of the acts on a ticket: again, start, miss, finish, restore."""
    operation: Any = ACTS.get(act)
    if operation is None or not Ticket.objects.filter(pk=ticket_id, hall_id=request.actor.hall).exists():
        raise Http404("没有这个号")
    more = {"note": posted(request, "note", 200)} if act == "finish" else {}
    return _done(request, lambda: operation(actor=request.actor, ticket_id=ticket_id, **more))


@clerk_only
@require_POST
def set_up_kiosk(request: ActorRequest) -> HttpResponse:
    """`do`: set-up makes this browser a kiosk and signs the clerk out of it; shut ends all kiosks of the hall."""
    hall, wish = request.actor.hall or "", posted(request, "do", 10)
    if wish not in ("set-up", "shut"):
        return _panel(request, Refused("请说要设还是要收回取号机。"))
    if wish == "shut":
        shut_kiosks(actor=request.actor, hall=hall)
        messages.success(request, "这个大厅的取号机都收回了。要用的那台重新设一次。")
        return redirect("window-tickets")
    key = make_kiosk(actor=request.actor, hall=hall)
    logout(request)
    response = redirect("kiosk", hall)
    response.set_cookie(COOKIE, key, max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure())
    return response


def _done(request: ActorRequest, run: Any) -> HttpResponse:
    try:
        run()
    except Refused as refusal:
        return _panel(request, refusal)
    return _panel(request) if by_htmx(request) else redirect("window-tickets")


def _panel(request: ActorRequest, refusal: Refused | None = None) -> HttpResponse:
    actor = request.actor
    current = attend.current_ticket(actor)
    context = {"current": current, "refusal": refusal, "typed": request.POST, **_line(request)}
    context["calls"] = waiting_calls().count()
    if current is not None:
        context["subjects"] = list(current.subjects.values_list("subject", flat=True))
        context["waited"] = median_minutes([(current.called_at or timezone.now()) - current.waiting_since])
    part = by_htmx(request)
    name = "visits/_counter.html" if part else "visits/counter.html"
    return render(request, name, context, status=status_of(refusal) if refusal else 200)


def _line(request: ActorRequest) -> dict[str, Any]:
    """Who waits by lane, in the order of calling; who missed the call; the day so far. Six queries."""
    actor, now = request.actor, timezone.now()
    hall, day = actor.hall or "", timezone.localdate(now)
    queue = HallQueue.objects.select_related("hall").filter(pk=hall, gives_tickets=True).first()
    if queue is None:
        return {"queue": None}
    found = read_line(hall, day)
    counters = list(Counter.objects.filter(hall_id=hall).values_list("number", "handles"))
    handles = dict(counters).get(actor.counter, "")
    waiting = in_order(found, now, handles)
    missed = Ticket.objects.filter(hall_id=hall, day=day, state=TicketState.MISSED).order_by("-called_at")
    return {
        "queue": queue,
        "waiting": waiting,
        "lanes": [(lane.label, sum(one.lane == lane for one in waiting)) for lane in Lane],
        "elsewhere": sum(one.state == TicketState.WAITING for one in found.tickets) - len(waiting),
        "missed": list(missed[:MISSED_SHOWN]),
        "handles": handles,
        "topics": list(dict.fromkeys(topic for _, topic in counters if topic)),
        "served": len(found.served),
        "median": median_minutes(found.waits),
        "now": now,
    }
