"""The window's workbench: what waits, and finding somebody by name, number, code or identity card."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.identity import normalise
from accounts.operations.people import find_person, phone_index
from applications.models import Draft
from applications.numbers import is_case_number
from applications.operations.drafting import drafts_of
from applications.states import CaseState, Channel
from applications.views.reviewer_door import posted
from applications.views.window_door import cases, clerk_only, desk_counts, lit
from departments.middleware import ActorRequest

PAGE = 40
DRAFTS = 10


@clerk_only
@require_safe
def window(request: ActorRequest) -> HttpResponse:
    """Cases to take in by the day they must be answered, and drafts begun at the window."""
    waiting = cases(request).filter(state__in=(CaseState.SUBMITTED, CaseState.RECEIVED)).order_by("accept_by", "id")
    drafts = drafts_of(request.actor).filter(channel=Channel.WINDOW).order_by("-updated_at")[:DRAFTS]
    context = {"rows": lit(list(waiting[:PAGE])), "drafts": drafts, "counts": desk_counts(request), "page_size": PAGE}
    return render(request, "applications/window/workbench.html", context)


@clerk_only
@require_safe
def correcting(request: ActorRequest) -> HttpResponse:
    """Cases that wait for the applicant's papers."""
    found = list(cases(request).filter(state=CaseState.CORRECTING).order_by("id")[:PAGE])
    context = {"rows": lit(found), "counts": desk_counts(request), "title": "待补正", "empty": "没有等补正的件"}
    return render(request, "applications/window/list.html", context)


@clerk_only
@require_safe
def pickups(request: ActorRequest) -> HttpResponse:
    """Concluded cases whose papers wait to be collected."""
    found = list(cases(request).awaiting_handover()[:PAGE])
    context = {
        "rows": lit(found),
        "counts": desk_counts(request),
        "title": "待领取",
        "empty": "没有等领取的件",
        "pickup": True,
    }
    return render(request, "applications/window/list.html", context)


@clerk_only
@require_POST
def find(request: ActorRequest) -> HttpResponse:
    """By POST, so that no identity number ever stands in an address. A number or code goes straight to its case."""
    text = posted(request, "q", 60)
    number = text.upper().replace(" ", "")
    if is_case_number(number) and cases(request).filter(number=number).exists():
        return redirect("window-case", number)
    if len(number) == 8:
        draft = Draft.objects.filter(code=number, application=None).first()
        if draft is not None:
            return redirect("window-desk", draft.pk)
    found = list(cases(request).filter(_wanted(text)).order_by("-id")[:PAGE]) if text else []
    context = {
        "rows": lit(found),
        "counts": desk_counts(request),
        "title": "查找结果",
        "empty": "没有找到。可以刷身份证，或者输姓名、办件编号、八位调取码",
    }
    return render(request, "applications/window/list.html", context)


def _wanted(text: str) -> Q:
    plain = normalise(text)
    if len(plain) == 18 and plain[:17].isdigit():
        person = find_person(id_number=plain)
        return Q(applicant=person) | Q(agent=person) if person else Q(pk=None)
    if plain.isdigit() and len(plain) == 11:
        return Q(applicant__phone_index=phone_index(plain))
    return Q(title__contains=text) | Q(applicant__name__contains=text) | Q(number__contains=text.upper())
