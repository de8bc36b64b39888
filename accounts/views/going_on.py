"""Where somebody goes after signing in."""

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

OUR_OWN = "/sign-in/"


def next_of(request: HttpRequest) -> str:
    """`next`, where it stays on this host and is no page of the sign-in itself; otherwise empty."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    hosts = {request.get_host()}
    if target.startswith(OUR_OWN) or not url_has_allowed_host_and_scheme(target, hosts, request.is_secure()):
        return ""
    return target


def onward(request: HttpRequest) -> str:
    """`next`, or settings.LOGIN_REDIRECT_URL, which sends everybody to their own page."""
    return next_of(request) or resolve_url(settings.LOGIN_REDIRECT_URL)
