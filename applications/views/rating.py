"""好差评 from the person's own account, by the code of the receipt, by the ticket; and what everybody may read of it."""

from typing import Any

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
from applications.views.door import answered, personal, posted, posted_number, status_of
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

    def act() -> str:
        anonymous = "anonymous" in request.POST
        return _thanks(rating.rate_case(actor=request.actor, number=case.number, anonymous=anonymous, **_said(request)))

    refusal = answered(request, act, "rate", case.number)
    if isinstance(refusal, HttpResponse):
        return refusal
    given = Rating.objects.select_related("repair").filter(application=case).first()
    if given is None and not rating.may_rate(case) and refusal is None:
        return redirect("track", case.number)
    return _page(request, refusal, case=case, **_shown(given))


def _thanks(given: Rating) -> str:
    return "收到了，先核实，再答复" if given.bad else "评好了，谢谢"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rate_by_code(request: ActorRequest) -> HttpResponse:
    """`/rate/`: number and code of the receipt, and the word, without an account."""
    typed = {"number": posted(request, "number", 40), "code": posted(request, "code", 20)}

    def act() -> str:
        case = case_by_code(**typed, address=client_address(request))
        anonymous = "anonymous" in request.POST
        return _thanks(rating.rate_by_code(actor=request.actor, case=case, anonymous=anonymous, **_said(request)))

    refusal = answered(request, act, "ratings")
    if isinstance(refusal, HttpResponse):
        return refusal
    return _page(request, refusal, by_code=True, receipt=typed)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rate_visit(request: ActorRequest, ticket: str) -> HttpResponse:
    """`/visits/t/<ticket>/rate/`: how it was at the counter, by whoever holds the ticket."""
    found = Ticket.objects.select_related("hall").filter(token=ticket[:40]).first()
    if found is None:
        raise Http404("没有这个号")

    def act() -> str:
        return _thanks(rating.rate_visit(actor=request.actor, ticket=found, **_said(request)))

    refusal = answered(request, act, "rate-visit", found.token)
    if isinstance(refusal, HttpResponse):
        return refusal
    given = Rating.objects.select_related("repair").filter(ticket=found).first()
    if given is None and found.state != TicketState.SERVED and refusal is None:
        return redirect("ticket", found.token)
    return _page(request, refusal, ticket=found, **_shown(given))


@require_safe
def ratings(request: ActorRequest) -> HttpResponse:
    """`/ratings/`: the grades of the last ninety days, and what was put right after a bad word. No name, no free words."""
    answered = [(one, [figures.REASONS[code] for code in one.rating.reasons]) for one in figures.published(SHOWN)]
    return render(request, "applications/rating/ratings.html", {"figures": figures.figures(), "answered": answered})
