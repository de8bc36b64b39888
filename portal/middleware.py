"""Middleware of the portal as a whole."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from psycopg2.errors import LockNotAvailable

from foundation.errors import Conflict, Refused
from foundation.files.limits import ELSEWHERE
from foundation.files.operations import CHUNK
from portal.views import refused

DRAINED = 96 * 1024 * 1024


class AdminPolicyMiddleware:
    """Gives /admin/ its own content security policy; stands inside django-csp's middleware, which writes the header."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith("/admin/"):
            setattr(response, "_csp_replace", settings.ADMIN_SECURITY_POLICY)
        return response


class BodyLimitMiddleware:
    """Answers 413 with a sentence where a request is larger than its view takes; stands before what reads the body.

    The body is read and dropped, so that the browser gets the answer; far beyond the limit the connection just ends.
    The administration's import has a limit of its own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        size = int(request.META.get("CONTENT_LENGTH") or 0)
        if size <= getattr(view, "body_limit", ELSEWHERE) or request.path_info.startswith("/admin/"):
            return None
        left = size if size <= DRAINED else 0
        while left > 0 and (dropped := request.read(CHUNK)):
            left -= len(dropped)
        text = "一次传的文件合起来太大，没有收下。一个文件不超过 30 MB；几个文件请一个一个传，照片可以拍小一点。"
        context = {"status": 413, "title": "传的文件太大", "text": text}
        return render(request, "wrong.html", context, status=413)


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
