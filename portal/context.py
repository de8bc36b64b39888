"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, object]:
    """`demo`: every page of a demo says 演示; `site_url`: the public address, for printed links."""
    return {"demo": settings.DEMO, "site_url": settings.SITE_URL}
