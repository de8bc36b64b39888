"""Who calls the API as a department's own system: a token with each call, a signature with each act (Standard Webhooks)."""

from typing import Any

from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from standardwebhooks import Webhook, WebhookVerificationError

from departments.access import actor_for
from departments.models import SystemKey
from departments.operations.exchange import PREFIX, hash_of
from foundation.api.requests import LARGEST_BODY, TooLarge

SAFE = ("GET", "HEAD", "OPTIONS")
LONGEST_ID = 100  # characters of webhook-id


class System(BaseAuthentication):
    """`Authorization: Bearer gn_…`; an act is signed besides: webhook-id, webhook-timestamp (five minutes either way),
    webhook-signature over the bytes of the body. Everybody else is left to the next way of signing in."""

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="portal"'

    def authenticate(self, request: Request) -> tuple[Any, SystemKey] | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        key = None
        if token.startswith(PREFIX):
            related = ("connection__user", "connection__department")
            valid = SystemKey.objects.select_related(*related).filter(revoked_at=None, connection__active=True)
            key = valid.filter(token_hash=hash_of(token)).first()
        if key is None:
            raise exceptions.AuthenticationFailed("密钥不对，或者已经停用。")
        if request.method not in SAFE:
            _demand_signature(request, key)
        plain = request._request
        plain.user = key.connection.user
        plain.actor = actor_for(plain.user)
        return key.connection.user, key


def _demand_signature(request: Request, key: SystemKey) -> None:
    """Raises AuthenticationFailed for a missing, wrong or old signature, TooLarge before anything is read in."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST_BODY:
        raise TooLarge
    said = request.headers.get("webhook-id", "")
    if not 1 <= len(said) <= LONGEST_ID or not said.isascii() or not said.isprintable():
        raise exceptions.AuthenticationFailed("webhook-id 要有 1 到 100 个字符，同一个动作重发时不变。")
    try:
        Webhook(key.call_secret).verify(request._request.body, dict(request.headers), json_parse=False)
    except (WebhookVerificationError, ValueError):  # what is no base64 or no text is no signature either
        raise exceptions.AuthenticationFailed("签名不对，或者时间差了五分钟以上。") from None
