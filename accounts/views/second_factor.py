"""The page after signing in where staff type the code of their authenticator app, or tie one the first time."""

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.operations.second_factor import SESSION_KEY, address_of, check, new_secret, set_up
from accounts.throttle import client_address
from accounts.views.code_step import answered
from accounts.views.going_on import next_of, onward
from accounts.views.me import posted, user_of
from foundation.crypto import decrypt, encrypt
from foundation.errors import Refused

PENDING = "second-factor-secret"  # encrypted, until the first right code


@never_cache
@login_required
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """`/sign-in/second/`: right, and the session is good for this account until it ends."""
    user, refusal = user_of(request), None
    if request.method == "POST":
        where = {"typed": posted(request, "code", 20), "address": client_address(request)}
        try:
            if user.second_factor:
                check(user=user, **where)
            else:
                set_up(user=user, secret=_pending(request), **where)
                del request.session[PENDING]
                messages.success(request, "验证器绑定好了。以后每次登录都填它的 6 位数字。")
            request.session.cycle_key()
            request.session[SESSION_KEY] = user.pk
            return HttpResponseRedirect(onward(request))
        except Refused as refused:
            refusal = refused
    context = {"refusal": refusal, "next": next_of(request), "tied": bool(user.second_factor)}
    if not user.second_factor:
        secret = _pending(request)
        picture = segno.make(address_of(user, secret), error="m").svg_data_uri(scale=5, border=2)
        context |= {"secret": secret, "picture": picture}
    page = render(request, "accounts/second_factor.html", context)
    return answered(refusal, page) if refusal else page


def _pending(request: HttpRequest) -> str:
    if PENDING not in request.session:
        request.session[PENDING] = encrypt(new_secret())
    return decrypt(request.session[PENDING])
