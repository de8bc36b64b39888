"""The window's workbench: what waits, and finding somebody by name, number, code or identity card."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.identity import normalise, normalise_phone
from accounts.models import Person
from accounts.operations.people import find_person, phone_index
from applications.models import Application, CaseMaterial, Correction, PaperReceipt, Task
from applications.numbers import is_case_number
from applications.operations import couriers, drafting
from applications.operations.approving import through_window
from applications.paper_numbers import is_paper_number
from applications.states import CaseState, MaterialState, TaskState
from applications.views.door import posted
from applications.views.window_door import (
    PAGE_SIZE,
    TO_TAKE_IN,
    Page,
    cases,
    clerk_only,
    desk_counts,
    lit,
    page_of,
)
from departments.middleware import ActorRequest
from visits.operations.attend import current_ticket, know_person

DRAFTS = 10
AT_THE_SIDE = 5
SHOWN = {"all": "全部", "new": "没收的", "mine": "我收的"}


@clerk_only
@require_safe
def window(request: ActorRequest) -> HttpResponse:
    """Cases to take in by the day they must be answered; at the side what else waits. Thirteen queries."""
    shown = request.GET.get("show", "all")
    shown = shown if shown in SHOWN else "all"
    waiting = cases(request).filter(state__in=TO_TAKE_IN).order_by("accept_by", "id")
    if shown == "new":
        waiting = waiting.filter(state=CaseState.SUBMITTED)
    elif shown == "mine":
        waiting = waiting.filter(received_by_id=request.actor.user_id)
    drafts = drafting.drafts_of(request.actor).filter(clerk_id=request.actor.user_id).order_by("-updated_at")
    context = {
        "page": page_of(request, waiting),
        "shown": shown,
        "filters": SHOWN.items(),
        "drafts": _light_drafts(drafts)[:DRAFTS],
        "correcting": list(_correcting(request)[:AT_THE_SIDE]),
        "pickups": list(_pickups(request)[:AT_THE_SIDE]),
        "followed": list(_followed(request)[:AT_THE_SIDE]),
        "late_couriers": couriers.late(request.actor, AT_THE_SIDE),
        "counts": desk_counts(request),
    }
    return render(request, "applications/window/workbench.html", context)


def _light_drafts(drafts: QuerySet[Any]) -> QuerySet[Any]:
    """As a list shows them: nothing decrypted."""
    return (
        drafts.select_related(None)
        .select_related("matter", "applicant", "organisation")
        .defer("form", "applicant__id_number", "applicant__phone")
    )


def _correcting(request: ActorRequest) -> QuerySet[Application]:
    return cases(request).awaiting_papers()


def _followed(request: ActorRequest) -> QuerySet[Any]:
    """Running cases that want the window again: items added by changed answers, deferred papers handed in online, items that a department returned."""
    handed_in = CaseMaterial.objects.filter(state=MaterialState.DEFERRED, handed_in_at__isnull=False)
    returned = Task.objects.filter(application=OuterRef("pk"), state=TaskState.RETURNED)
    asked = Correction.objects.filter(application=OuterRef("pk"), answered_at=None)
    running = cases(request).filter(state=CaseState.ACCEPTED).annotate(sent_back=Exists(returned))
    added = Q(added_accept_by__isnull=False) & ~Exists(asked)  # 先办齐了的: the rest waits for the applicant
    from_city = through_window().filter(application=OuterRef("pk"), approved=None)
    wanted = running.filter(
        added | Q(Exists(from_city)) | Q(pk__in=handed_in.values("application_id")) | Q(sent_back=True)
    )
    return wanted.order_by("added_accept_by", "id")


def _pickups(request: ActorRequest) -> QuerySet[Application]:
    return cases(request).awaiting_handover()


def _list(request: ActorRequest, title: str, page: Page, empty: str, **more: Any) -> HttpResponse:
    context = {"title": title, "page": page, "empty": empty, "counts": desk_counts(request), **more}
    return render(request, "applications/window/list.html", context)


@clerk_only
@require_safe
def correcting(request: ActorRequest) -> HttpResponse:
    """Cases that wait for the applicant's papers."""
    return _list(request, "待补正", page_of(request, _correcting(request)), "没有等补正的件")


@clerk_only
@require_safe
def pickups(request: ActorRequest) -> HttpResponse:
    """Concluded cases whose papers wait to be collected, the oldest first."""
    return _list(request, "待领取", page_of(request, _pickups(request)), "没有等领取的件", pickup=True)


@clerk_only
@require_POST
def find(request: ActorRequest) -> HttpResponse:
    """By POST, so that no identity number ever stands in an address. A number or code goes straight to its case, a card
    or a telephone straight to whose it is; the ticket at the counter learns who came."""
    text = posted(request, "q", 60)
    number = normalise(text)
    if is_case_number(number) and cases(request).filter(number=number).exists():
        return redirect("window-case", number)
    if is_paper_number(number) and PaperReceipt.objects.filter(number=number).exists():
        return redirect("window-outage-receipt", number)
    if len(number) == 8:
        draft = drafting.open_by_code(actor=request.actor, code=number)
        if draft is not None:
            return redirect("window-desk", draft.pk)
    person = _one_person(text)
    if person is not None:
        ticket = current_ticket(request.actor)
        if ticket is not None and ticket.person_id != person.pk:
            know_person(actor=request.actor, ticket_id=ticket.pk, person=person)
        return redirect("window-person", person.pk)
    found: list[Application] = []
    drafts: list[Any] = []
    if text:
        wanted, people = _wanted(text)
        found = list(cases(request).filter(wanted).order_by("-id")[:PAGE_SIZE])
        drafts = list(_light_drafts(drafting.drafts_of(request.actor).filter(people).order_by("-updated_at"))[:DRAFTS])
    empty = "没有找到。可以刷身份证，或者输姓名、单位、手机、办件编号、八位调取码"
    if not text:
        empty = "先输要找的姓名或编号"
    return _list(request, "查找结果", Page(lit(found), 0, 0), empty, drafts=drafts, found=True)


def _one_person(text: str) -> Person | None:
    """Whose identity number or telephone this is; nobody where it is of several people, or of nobody."""
    plain, phone = normalise(text), normalise_phone(text)
    if len(plain) == 18 and plain.isascii():
        return find_person(id_number=plain)
    if phone.isascii() and phone.isdigit() and len(phone) == 11:
        people = list(Person.objects.filter(phone_index=phone_index(phone))[:2])
        return people[0] if len(people) == 1 else None
    return None


def _wanted(text: str) -> tuple[Q, Q]:
    """Conditions on cases and on drafts. Identity and telephone numbers are found by their blind index alone."""
    plain, phone = normalise(text), normalise_phone(text)
    if not plain:
        return Q(pk=None), Q(pk=None)
    if len(plain) == 18 and plain.isascii():
        person = find_person(id_number=plain)
        who = Q(applicant=person) | Q(agent=person) if person else Q(pk=None)
        who |= Q(organisation__uscc=plain)
        return who, who
    if phone.isascii() and phone.isdigit() and len(phone) == 11:
        index = phone_index(phone)
        who = Q(applicant__phone_index=index) | Q(agent__phone_index=index)
        return who, who
    people = Q(applicant__name__contains=text) | Q(organisation__name__contains=text)
    return Q(title__contains=text) | Q(applicant__name__contains=text) | Q(number__startswith=plain), people
