"""The door of every page: who comes in, what was posted, and how a refusal of a rule is answered."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from departments.doors import MAX_ID, View, by_htmx, posted, posted_day, posted_number, signed_in_with, status_of
from departments.middleware import ActorRequest
from foundation.errors import Refused

__all__ = [
    "MAX_ID",
    "View",
    "answered",
    "by_htmx",
    "moment",
    "personal",
    "posted",
    "posted_day",
    "posted_number",
    "signed_in_with",
    "status_of",
]


def personal(view: View) -> View:
    """Whoever is signed in; what they see there is their own."""
    return signed_in_with(lambda actor: True, view, "my-applications")


def answered(request: ActorRequest, act: Callable[[], str], *back: str) -> HttpResponse | Refused | None:
    """Run what a page's POST asks for: the way `back` with its word of success, or the refusal for the page to show.

    None: nothing was posted.
    """
    if request.method != "POST":
        return None
    try:
        said = act()
    except Refused as refusal:
        return refusal
    messages.success(request, said)
    return redirect(*back)


def moment(text: str, field: str) -> datetime:
    """What a field of day and hour sent, in the county's time. Raises Refused at that field."""
    try:
        hour = parse_datetime(text)
    except ValueError:
        hour = None
    if hour is None:
        raise Refused("时间请写成年月日和几点几分。", field)
    return hour if timezone.is_aware(hour) else timezone.make_aware(hour)
