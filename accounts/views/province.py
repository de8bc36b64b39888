"""To the province's sign-on and back. Where none is configured, these addresses do not exist."""

from collections.abc import Callable

import requests
from allauth.socialaccount.providers.openid_connect.views import callback, login
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.province import NOT_NOW, PROVIDER, back_to_sign_in


@never_cache
@require_GET
def begin(request: HttpRequest, provider_id: str = PROVIDER) -> HttpResponse:
    """`/sign-in/province/`: on to the province, with where to go afterwards in `next`."""
    return _go(login, request)


@never_cache
@require_GET
def back(request: HttpRequest, provider_id: str = PROVIDER) -> HttpResponse:
    """`/sign-in/province/back/`: with the province's answer."""
    return _go(callback, request)


def _go(view: Callable[[HttpRequest, str], HttpResponse], request: HttpRequest) -> HttpResponse:
    if not settings.OIDC_SERVER_URL:
        raise Http404("no single sign-on is configured")
    try:
        return view(request, PROVIDER)
    except requests.RequestException:
        return back_to_sign_in(request, NOT_NOW)
