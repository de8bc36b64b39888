"""好差评 from the person's own account, by the code of the receipt, by the ticket; and what everybody may read of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.throttle import client_address
from applications import ratings as figures
from applications.lookup import case_by_code
from applications.models import Rating
from applications.models.rating import GRADES
from applications.operations import rating
from applications.views.citizen_door import own_case
from applications.views.door import personal, posted, posted_number, status_of
from departments.middleware import ActorRequest
from foundation.errors import Refused
from visits.models import Ticket
from visits.states import TicketState

SHOWN = 30


def _said(request: ActorRequest) -> dict[str, Any]:
    return {
        "grade": posted_number(request, "grade"),
        "reasons": request.POST.getlist("reason"),
        "words": posted(request, "words", rating.LONGEST),
    }


def _page(request: ActorRequest, refusal: Refused | None = None, **more: Any) -> HttpResponse:
    """The form, with what was typed where a rule said no."""
    context = {
        "grades": list(GRADES.items()),
        "good": list(figures.GOOD_REASONS.items()),
        "bad": list(figures.BAD_REASONS.items()),
        "typed": _said(request) | {"anonymous": "anonymous" in request.POST},
        "refusal": refusal,
        **more,
    }
    return render(request, "applications/rating/rate.html", context, status=status_of(refusal) if refusal else 200)


def _shown(given: Rating | None) -> dict[str, Any]:
    repair = getattr(given, "repair", None)
    return {
        "given": given,
        "repair": repair,
        "reasons": [figures.REASONS[code] for code in given.reasons] if given else [],
    }


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: ActorRequest, number: str) -> HttpResponse:
    """`/my/<number>/rate/`: the form once the case is over; afterwards what was said and what came of it."""
    case = own_case(request, number)

    def act() -> Rating:
        return rating.rate_case(
            actor=request.actor, number=case.number, anonymous="anonymous" in request.POST, **_said(request)
        )

    refusal = None
    if request.method == "POST":
        answer = _done(request, act)
        if not isinstance(answer, Refused):
            return redirect("rate", case.number)
        refusal = answer
    given = Rating.objects.select_related("repair").filter(application=case).first()
    if given is None and not rating.may_rate(case) and refusal is None:
        return redirect("track", case.number)
    return _page(request, refusal, case=case, **_shown(given))


def _done(request: ActorRequest, act: Callable[[], Rating]) -> Rating | Refused:
    try:
        given = act()
    except Refused as refusal:
        return refusal
    messages.success(request, "评好了，谢谢" if not given.bad else "收到了，一个工作日内核实")
    return given


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rate_by_code(request: ActorRequest) -> HttpResponse:
    """`/rate/`: number and code of the receipt, and the word, without an account."""
    typed = {"number": posted(request, "number", 40), "code": posted(request, "code", 20)}
    refusal = None
    if request.method == "POST":
        try:
            case = case_by_code(**typed, address=client_address(request))
            anonymous = "anonymous" in request.POST
            rating.rate_by_code(actor=request.actor, case=case, anonymous=anonymous, **_said(request))
        except Refused as found:
            refusal = found
        else:
            messages.success(request, "评好了，谢谢")
            return redirect("ratings")
    return _page(request, refusal, by_code=True, receipt=typed)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rate_visit(request: ActorRequest, ticket: str) -> HttpResponse:
    """`/visits/t/<ticket>/rate/`: how it was at the counter, by whoever holds the ticket."""
    found = Ticket.objects.select_related("hall").filter(token=ticket[:40]).first()
    if found is None:
        raise Http404("没有这个号")
    refusal = None
    if request.method == "POST":
        answer = _done(request, lambda: rating.rate_visit(actor=request.actor, ticket=found, **_said(request)))
        if not isinstance(answer, Refused):
            return redirect("rate-visit", found.token)
        refusal = answer
    given = Rating.objects.select_related("repair").filter(ticket=found).first()
    if given is None and found.state != TicketState.SERVED and refusal is None:
        return redirect("ticket", found.token)
    return _page(request, refusal, ticket=found, **_shown(given))


@require_safe
def ratings(request: ActorRequest) -> HttpResponse:
    """`/ratings/`: the grades of the last ninety days, and what was put right after a bad word. No name, no free words."""
    answered = [(one, [figures.REASONS[code] for code in one.rating.reasons]) for one in figures.published(SHOWN)]
    return render(request, "applications/rating/ratings.html", {"figures": figures.figures(), "answered": answered})
