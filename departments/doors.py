"""What the door of every page is made of: who comes in, what was posted, how a refusal of a rule is answered."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRedirect

from departments.access import Actor
from departments.middleware import ActorRequest
from foundation.errors import Conflict, NotAllowed, Refused

View = Callable[..., HttpResponseBase]
MAX_ID = 2**63 - 1  # of a BigAutoField; what is larger names no row, and the database would refuse to compare it


def signed_in_with(may: Callable[[Actor], bool], view: View, home: str) -> View:
    """Only for somebody signed in of whom `may` holds, else the 403 page; who is not signed in does so and comes back.

    Nothing is cached. `home`: name of the page to come back to from an address that only takes POST.
    """

    @never_cache
    @wraps(view)
    def inner(request: ActorRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.actor.signed_in:
            back = request.get_full_path() if request.method in ("GET", "HEAD") else reverse(home)
            answer = redirect_to_login(back)
            return HttpResponseClientRedirect(answer.url) if by_htmx(request) else answer
        if not may(request.actor):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return inner


def status_of(refusal: Refused) -> int:
    """Somebody was faster: 409. Not this person's: 403. A rule says no: 422."""
    if isinstance(refusal, Conflict):
        return 409
    return 403 if isinstance(refusal, NotAllowed) else 422


def by_htmx(request: ActorRequest) -> bool:
    """Whether the page asks for one of its own parts."""
    return request.headers.get("HX-Request") == "true"


def posted(request: ActorRequest, name: str, longest: int) -> str:
    """A posted text without NUL, cut to what the rule would keep anyway. Never raises."""
    return request.POST.get(name, "").replace("\x00", "").strip()[:longest]


def posted_day(request: ActorRequest, name: str) -> date | None:
    """A posted day as browsers send it, None for anything else."""
    try:
        return date.fromisoformat(posted(request, name, 10))
    except ValueError:
        return None


def posted_number(request: ActorRequest, name: str) -> int:
    """A posted whole number, -1 for anything else (no version and no row has it)."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
