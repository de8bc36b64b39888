"""What the test's province knows about its citizens, by their name of sign-in."""

from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter

KNOWN = {
    "zhang": {"name": "张婷", "id_number": "32072419880315002X", "phone_number": "13800000018"},
    "renamed": {"name": "张停", "id_number": "32072419880315002X", "phone_number": "13800000018"},
    "shy": {"name": "李红"},
    "faulty": {"name": "李红", "id_number": "320724198803150021", "phone_number": "13800000018"},
}


class Citizens(DefaultOIDCAdapter):
    def get_claims(self, purpose: Any, user: Any, client: Any, scopes: Any, **more: Any) -> dict[str, Any]:
        return super().get_claims(purpose, user, client, scopes, **more) | KNOWN[user.username]
