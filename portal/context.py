"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, object]:
    """`demo`: every page of a demo says 演示; `devices`: the counters' card reader, in a demo a stand-in; `site_url`: the public address; `large_text`: 长辈模式, from a cookie."""
    return {
        "demo": settings.DEMO,
        "devices": "demo" if settings.DEMO else settings.CARD_READER,
        "province_sign_on": bool(settings.OIDC_SERVER_URL),
        "site_url": settings.SITE_URL,
        "portal_name": settings.PORTAL_NAME,
        "large_text": request.COOKIES.get("large-text") == "1",
    }


def admin_environment(request: HttpRequest) -> list[str]:
    """The label in the head of every page of the administration: 演示 in the demo."""
    return ["演示", "warning"] if settings.DEMO else []
