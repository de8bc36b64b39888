"""What allauth asks of us while somebody comes back from the province's sign-on (OpenID Connect).

Nothing of the answer is kept but the subject: identity number and phone go to the person's encrypted columns.
"""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.operations.province import Claims, account_of_province, claims_of
from foundation.errors import Refused

log = logging.getLogger(__name__)
PROVIDER = "province"
NOT_NOW = "省统一认证没有成功。请再试一次，或者用手机号码登录。"


def back_to_sign_in(request: HttpRequest, sentence: str) -> HttpResponse:
    """The sign-in page with a sentence on it."""
    messages.error(request, sentence)
    return HttpResponseRedirect(reverse("sign-in"))


class AccountAdapter(DefaultAccountAdapter):
    """No messages of allauth's own, and our page for an account that is switched off."""

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our pages say what is to be said."""

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        return back_to_sign_in(request, "这个账号停用了，请打 12345 或者到窗口问原因")


class ProvinceAdapter(DefaultSocialAccountAdapter):
    """Finds the account by the paper of identity and keeps nothing of the answer."""

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        """Picks out what we know to use, before allauth would store the rest readable."""
        said = sociallogin.account.extra_data
        userinfo, token = said.get("userinfo") or {}, said.get("id_token") or {}
        if userinfo.get("sub", token.get("sub")) != token.get("sub"):
            raise ImmediateHttpResponse(back_to_sign_in(request, NOT_NOW))
        sociallogin.claims = claims_of({**token, **userinfo})
        sociallogin.account.extra_data = {}
        return sociallogin.user

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        claims: Claims = sociallogin.claims
        known = sociallogin.user if sociallogin.is_existing else None
        try:
            user = account_of_province(claims=claims, known=known)
        except Refused as refusal:
            raise ImmediateHttpResponse(back_to_sign_in(request, refusal.message)) from None
        if known is None:
            sociallogin.connect(request, user)

    def on_authentication_error(self, request: HttpRequest, provider: Any, **more: Any) -> None:
        """Cancelled, expired, refused, not reachable: one sentence; the log tells the kind and nothing personal."""
        log.warning("province sign-on: %s %s", more.get("error"), type(more.get("exception")).__name__)
        raise ImmediateHttpResponse(back_to_sign_in(request, NOT_NOW))
