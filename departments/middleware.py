"""Sets `request.actor`, read from the database only when a page asks for it."""

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from accounts.operations.second_factor import SESSION_KEY
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


class SecondFactorMiddleware:
    """Where settings.STAFF_SECOND_FACTOR holds, staff come nowhere before they typed a code of their authenticator app,
    whichever way they signed in. Judged with every request: a post given a minute ago counts."""

    OPEN = ("/sign-in/", "/sign-out/", "/static/", "/large-text/", "/healthz", "/readyz")
    SENTENCE = "请先在网页上填验证器里的 6 位数字"

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: ActorRequest) -> HttpResponse:
        if not settings.STAFF_SECOND_FACTOR or request.path.startswith(self.OPEN) or not self._missing(request):
            return self.get_response(request)
        if request.path.startswith("/api/"):
            error = {"code": "second_factor", "detail": self.SENTENCE, "attr": None}
            return JsonResponse({"type": "client_error", "errors": [error]}, status=403)
        back = request.get_full_path() if request.method in ("GET", "HEAD") else "/start/"
        answer = redirect_to_login(back, login_url=reverse("second-factor"))
        return HttpResponseClientRedirect(answer.url) if request.headers.get("HX-Request") == "true" else answer

    @staticmethod
    def _missing(request: ActorRequest) -> bool:
        user = request.user
        if not user.is_authenticated or request.session.get(SESSION_KEY) == user.pk:
            return False
        return user.is_staff or request.actor.staff
