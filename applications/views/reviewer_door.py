"""The door of every reviewer's page: who may come in, what is never kept, and how a refusal of a rule is answered."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRedirect

from applications.desk import own
from applications.models import Task
from departments.access import Actor
from departments.middleware import ActorRequest

View = Callable[..., HttpResponse]
MAX_ID = 2**63 - 1


def signed_in_with(may: Callable[[Actor], bool], view: View, home: str) -> View:
    @never_cache
    @wraps(view)
    def inner(request: ActorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor = request.actor
        if not actor.signed_in:
            # An address that only takes POST has no page to come back to.
            back = request.get_full_path() if request.method == "GET" else reverse(home)
            answer = redirect_to_login(back)
            return HttpResponseClientRedirect(answer.url) if request.headers.get("HX-Request") else answer
        if not may(actor):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return inner


def reviewer_only(view: View) -> View:
    """Reviewers of any department; everybody else signed in gets the 403 page. Nothing is cached."""
    return signed_in_with(lambda actor: bool(actor.departments), view, "queue")


def supervisor_only(view: View) -> View:
    """Supervisors of the county. Nothing is cached."""
    return signed_in_with(lambda actor: actor.supervisor, view, "supervise")


def own_task(actor: Actor, pk: int) -> Task:
    """The task with its case, matter, applicant and people. Another department's task does not exist: Http404."""
    if pk > MAX_ID:
        raise Http404("没有这一件")
    related = ("application__matter", "application__applicant", "department", "assignee", "decided_by")
    task = own(actor).select_related(*related).filter(pk=pk).first()
    if task is None:
        raise Http404("没有这一件")
    return task


def posted(request: ActorRequest, name: str, longest: int) -> str:
    """A posted text without NUL, cut to what the rule would keep anyway. Never raises."""
    return request.POST.get(name, "").replace("\x00", "").strip()[:longest]
