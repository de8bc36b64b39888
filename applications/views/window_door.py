"""The door of every window page: clerks only, nothing cached; and what every page of the desk shows at its edge."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from applications.models import Application
from applications.querysets import ApplicationQuerySet, awaits_papers
from applications.showing import case_light
from applications.states import BEFORE_ACCEPTANCE, CaseState
from applications.views.door import View, signed_in_with
from departments.calendar import current_calendar
from departments.middleware import ActorRequest

PAGE_SIZE = 40
LAST_PAGE = 250
BESIDE = 10
TO_TAKE_IN = (CaseState.SUBMITTED, CaseState.RECEIVED)
# A list decrypts nothing: what only the case's own page needs stays in the database.
SEALED = ("form", "query_code", "pickup_code", "applicant__id_number", "applicant__phone")


def clerk_only(view: View) -> View:
    """Clerks of any hall; everybody else signed in gets the 403 page."""
    return signed_in_with(lambda actor: actor.clerk, view, "window")


def cases(request: ActorRequest) -> ApplicationQuerySet:
    """The cases this clerk may see, with what a line of a list shows."""
    found: ApplicationQuerySet = (
        Application.objects.visible_to(request.actor).select_related("matter", "applicant").defer(*SEALED)
    )
    return found


def case_or_404(request: ActorRequest, number: str) -> Application:
    """One case with its people; Http404 where there is none."""
    related = ("matter", "applicant", "organisation", "agent", "received_by")
    case = Application.objects.visible_to(request.actor).select_related(*related).filter(number=number.upper()).first()
    if case is None:
        raise Http404("没有这件")
    return case


def desk_counts(request: ActorRequest) -> dict[str, int]:
    """What waits at the windows, for the bar. Two counts, each over its own partial index."""
    seen = Application.objects.visible_to(request.actor)
    wanted = Q(state__in=BEFORE_ACCEPTANCE) | Q(added_accept_by__isnull=False)
    counts: dict[str, int] = seen.filter(wanted).aggregate(
        waiting=Count("pk", filter=Q(state__in=TO_TAKE_IN)),
        correcting=Count("pk", filter=awaits_papers()),
    )
    return counts | {"pickups": seen.awaiting_handover().count()}


def lit(found: list[Application]) -> list[dict[str, Any]]:
    """Each case with its light of today. One query, whatever their number."""
    calendar, today = current_calendar(), timezone.localdate()
    return [{"case": case, "light": case_light(case, case.matter.promised_days, today, calendar)} for case in found]


@dataclass(frozen=True)
class Page:
    """One page of a list; `before` and `after` are numbers of its neighbours, 0 for none."""

    rows: list[dict[str, Any]]
    before: int
    after: int


def page_of(request: ActorRequest, found: QuerySet[Application]) -> Page:
    """The page that the query asks for; odd numbers show the first."""
    text = request.GET.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 1
    number = max(1, min(number, LAST_PAGE))
    start = (number - 1) * PAGE_SIZE
    rows = list(found[start : start + PAGE_SIZE + 1])
    return Page(lit(rows[:PAGE_SIZE]), number - 1, number + 1 if len(rows) > PAGE_SIZE else 0)


def beside(request: ActorRequest) -> list[dict[str, Any]]:
    """What this clerk has in hand, then what came online: the most urgent of each, with today's light."""
    waiting = cases(request).filter(state__in=TO_TAKE_IN).order_by("accept_by", "id")
    mine = list(waiting.filter(state=CaseState.RECEIVED, received_by_id=request.actor.user_id)[:BESIDE])
    online = list(waiting.filter(state=CaseState.SUBMITTED)[:BESIDE])
    rows = lit([*mine, *online])
    groups = [
        {"title": "在我手上", "rows": rows[: len(mine)]},
        {"title": "网上递来，待收件", "rows": rows[len(mine) :]},
    ]
    return [group for group in groups if group["rows"]]
