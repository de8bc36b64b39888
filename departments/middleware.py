"""Sets `request.actor`, read from the database only when a page asks for it."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django_htmx.middleware import HtmxDetails

from departments.access import Actor, actor_for


class ActorRequest(HttpRequest):
    """The request as views get it. For type hints: `def view(request: ActorRequest) -> HttpResponse`."""

    actor: Actor
    htmx: HtmxDetails


class ActorMiddleware:
    """After AuthenticationMiddleware. Lazy, so that a page that asks nothing of the person costs no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: ActorRequest) -> HttpResponse:
        request.actor = cast(Actor, SimpleLazyObject(lambda: actor_for(request.user)))
        return self.get_response(request)
