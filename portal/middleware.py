"""Middleware of the portal as a whole."""

from collections.abc import Callable

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from psycopg2.errors import LockNotAvailable

from foundation.errors import Conflict, Refused
from portal.views import refused


class AdminPolicyMiddleware:
    """Gives /admin/ its own content security policy; stands inside django-csp's middleware, which writes the header."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith("/admin/"):
            setattr(response, "_csp_replace", settings.ADMIN_SECURITY_POLICY)
        return response


class RefusalMiddleware:
    """A rule's refusal that no view turned into a page of its own still gets one, in the rule's own words; so does a
    lock that somebody else holds too long."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OperationalError) and isinstance(exception.__cause__, LockNotAvailable):
            return refused(request, Conflict("别人正在办这一件，请过几秒再试，刚才填的请重新提交。"))
        return refused(request, exception) if isinstance(exception, Refused) else None
