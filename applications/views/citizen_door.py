"""The door of every citizen's page: signed in, nothing cached, and how a refusal of a rule is answered."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRedirect

from applications.models import Application, Draft
from applications.operations.drafting import drafts_visible_to
from departments.middleware import ActorRequest
from foundation.errors import Conflict, NotAllowed, Refused

View = Callable[..., HttpResponseBase]


def personal(view: View) -> View:
    """Only for somebody signed in; everybody else signs in first and comes back. Nothing is cached."""

    @never_cache
    @wraps(view)
    def inner(request: ActorRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.actor.signed_in:
            return view(request, *args, **kwargs)
        # An address that only takes POST has no page to come back to.
        back = request.get_full_path() if request.method == "GET" else reverse("my-applications")
        answer = redirect_to_login(back)
        return HttpResponseClientRedirect(answer.url) if request.headers.get("HX-Request") else answer

    return inner


def own_draft(request: ActorRequest, pk: UUID) -> Draft:
    """The draft, also one already submitted. Somebody else's does not exist: Http404."""
    draft: Draft | None = drafts_visible_to(request.actor).filter(pk=pk).first()
    if draft is None:
        raise Http404("没有这份草稿")
    return draft


def own_case(request: ActorRequest, number: str) -> Application:
    """The person's own case with its matter and people; the window has its own pages. Somebody else's: Http404."""
    related = ("matter", "applicant", "organisation", "agent")
    case = Application.objects.of_person(request.actor).select_related(*related).filter(number=number).first()
    if case is None:
        raise Http404("没有这件")
    return case


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


def posted_number(request: ActorRequest, name: str) -> int:
    """A posted whole number, -1 for anything else (no version and no row has it)."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
