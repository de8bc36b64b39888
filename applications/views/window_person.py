"""这个人: everything that the window can do for somebody who stands there, one key each."""

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Mandate, Organisation, Person, User
from accounts.operations.care import confirm_representative, correct_name
from applications.models import Application
from applications.operations import drafting
from applications.operations.looking import note_person
from applications.states import BEFORE_ACCEPTANCE, CaseState
from applications.views.door import MAX_ID, posted, posted_number, status_of
from applications.views.window_door import cases, clerk_only, desk_counts, lit
from departments.middleware import ActorRequest
from foundation.errors import Refused
from foundation.masking import mask_id_number, mask_phone
from visits.models import Booking
from visits.states import BookingState

OVER = 10
KEYS = "123456789"
DONE = (CaseState.DELIVERED, CaseState.ARCHIVED, CaseState.DECLINED, CaseState.WITHDRAWN)


@dataclass(frozen=True)
class Door:
    """One line of the page and where it leads; `key` is pressed to go there, empty behind the ninth."""

    key: str
    address: str
    title: str
    what: str
    case: Any = None
    light: Any = None


@clerk_only
@require_safe
def person(request: ActorRequest, person: int) -> HttpResponse:
    """Cases to go on with, drafts, results to collect, bookings, mandates; however much there is, as many queries."""
    found = _found(person)
    note_person(actor=request.actor, person=found)
    return _page(request, found)


@clerk_only
@require_POST
def person_care(request: ActorRequest, person: int) -> HttpResponse:
    """姓名写错了; or 看过营业执照, who the legal representative of `organisation` is."""
    found = _found(person)
    by = cast("User", request.user)
    try:
        if "organisation" in request.POST:
            confirm_representative(organisation_id=posted_number(request, "organisation"), person_id=found.pk, by=by)
            messages.success(request, "记下了，窗口看过营业执照。")
        else:
            name, seen = posted(request, "name", 60), posted(request, "seen", 200)
            found = correct_name(person_id=found.pk, name=name, seen=seen, by=by)
            messages.success(request, f"姓名改成{found.name}了，原来的留着。")
    except Organisation.DoesNotExist:
        raise Http404("没有这个单位") from None
    except Refused as refusal:
        return _page(request, _found(person), refusal)
    return redirect("window-person", found.pk)


def _found(pk: int) -> Person:
    found = Person.objects.filter(pk=min(pk, MAX_ID)).first()
    if found is None:
        raise Http404("没有登记过这个人")
    return found


def _page(request: ActorRequest, found: Person, refusal: Refused | None = None) -> HttpResponse:
    companies = list(Organisation.objects.filter(legal_representative=found))
    theirs = Q(applicant=found) | Q(agent=found) | Q(organisation__in=companies)
    running = list(cases(request).filter(theirs).exclude(state__in=DONE).order_by("-id")[:50])
    order = {CaseState.CONCLUDED: 0, CaseState.CORRECTING: 1, **dict.fromkeys(BEFORE_ACCEPTANCE[:2], 2)}
    running.sort(key=lambda case: order.get(CaseState(case.state), 3))
    drafts = drafting.drafts_of(request.actor).filter(theirs).select_related("matter", "organisation", "applicant")
    doors = [_case_door(row) for row in lit(running)] + [
        Door("", reverse("window-desk", args=[draft.pk]), draft.matter.name, f"没填完，调取码 {draft.code}")
        for draft in drafts.defer("form").order_by("-updated_at")[:OVER]
    ]
    today = timezone.localdate()
    held = Mandate.objects.in_force(today).filter(Q(agent=found) | Q(principal=found) | Q(organisation__in=companies))
    who = Q(person=found) | (Q(user_id=found.user_id) if found.user_id else Q(pk=None))
    if found.phone_index:
        who |= Q(phone_index=found.phone_index)
    bookings = Booking.objects.filter(who, day__gte=today, state=BookingState.BOOKED)
    context = {
        "person": found,
        "masked_id": mask_id_number(found.id_number) if found.id_number else "",
        "masked_phone": mask_phone(found.phone) if found.phone else "",
        "companies": companies,
        "doors": [_keyed(door, place) for place, door in enumerate(doors)],
        "over": lit(list(cases(request).filter(theirs, state__in=DONE).order_by("-id")[:OVER])),
        "mandates": held.select_related("agent", "principal", "organisation").order_by("valid_until"),
        "bookings": bookings.select_related("hall", "slot", "matter").order_by("slot__starts_at"),
        "changes": list(found.name_changes.all()),
        "counts": desk_counts(request),
        "refusal": refusal,
        "typed": request.POST,
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/window/person.html", context, status=status)


def _case_door(row: dict[str, Any]) -> Door:
    """A concluded case leads to its hand-over, every other one to its desk."""
    case: Application = row["case"]
    collect = case.state == CaseState.CONCLUDED
    address = reverse("window-pickup" if collect else "window-case", args=[case.number])
    what = "结果出来了，领取" if collect else case.title
    return Door("", address, case.matter.name, what, case, row["light"])


def _keyed(door: Door, place: int) -> Door:
    key = KEYS[place] if place < len(KEYS) else ""
    return Door(key, door.address, door.title, door.what, door.case, door.light)
