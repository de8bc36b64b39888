"""The door of every window page: clerks only, nothing cached; and what every page of the desk shows at its edge."""

from collections.abc import Callable
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpResponse

from applications.models import Application
from applications.querysets import ApplicationQuerySet
from applications.showing import case_light
from applications.states import CaseState
from applications.views.reviewer_door import signed_in_with
from departments.calendar import current_calendar
from departments.middleware import ActorRequest
from django.utils import timezone

View = Callable[..., HttpResponse]
BESIDE = 12


def clerk_only(view: View) -> View:
    """Clerks of any hall; everybody else signed in gets the 403 page."""
    return signed_in_with(lambda actor: actor.clerk, view, "window")


def cases(request: ActorRequest) -> ApplicationQuerySet:
    """The cases this clerk may see, with what a line of a list shows."""
    found: ApplicationQuerySet = Application.objects.visible_to(request.actor).select_related(
        "matter", "applicant", "organisation"
    )
    return found


def case_or_404(request: ActorRequest, number: str) -> Application:
    case = cases(request).select_related("agent", "received_by").filter(number=number.upper()).first()
    if case is None:
        raise Http404("没有这件")
    return case


def desk_counts(request: ActorRequest) -> dict[str, int]:
    """What waits at the windows, for the bar: cases to take in, corrections out, papers to hand over."""
    counts: dict[str, int] = Application.objects.visible_to(request.actor).aggregate(
        waiting=Count("pk", filter=Q(state__in=(CaseState.SUBMITTED, CaseState.RECEIVED))),
        correcting=Count("pk", filter=Q(state=CaseState.CORRECTING)),
        pickups=Count("pk", filter=Q(state=CaseState.CONCLUDED)),
    )
    return counts


def lit(found: list[Application]) -> list[dict[str, Any]]:
    """Each case with its light of today."""
    calendar, today = current_calendar(), timezone.localdate()
    return [{"case": case, "light": case_light(case, case.matter.promised_days, today, calendar)} for case in found]


def beside(request: ActorRequest) -> list[dict[str, Any]]:
    """The next cases to take in, most urgent first."""
    waiting = cases(request).filter(state__in=(CaseState.SUBMITTED, CaseState.RECEIVED)).order_by("accept_by", "id")
    return lit(list(waiting[:BESIDE]))
