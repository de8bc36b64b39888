"""For search engines: which pages are for everybody, and what they may not ask for."""

from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap as sitemap_view
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from matters.models import Revision

if TYPE_CHECKING:  # generic for the type checker alone
    Base = Sitemap[str]
else:
    Base = Sitemap

CLOSED = (
    "/admin/",
    "/api/",
    "/my/",
    "/window/",
    "/queue/",
    "/supervise/",
    "/start/",
    "/sign-in/",
    "/verify/",
    "/search/",
)


class Public(Base):
    """Pages about no single matter, at the portal's public address whatever host was asked."""

    def __init__(self) -> None:
        self.protocol = urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: object = None) -> str:
        return urlsplit(settings.SITE_URL).netloc

    def items(self) -> list[str]:
        return ["home", "browse", "halls"]

    def location(self, item: str) -> str:
        return reverse(item)


class Guides(Public):
    """One guide for each matter that takes new cases, with the day since when it reads so."""

    def __init__(self) -> None:
        super().__init__()
        live = Revision.objects.live().filter(matter__withdrawn_at=None).values_list("matter_id", "live_from")
        self._since: dict[str, datetime] = dict(live)

    def items(self) -> list[str]:
        return list(self._since)

    def location(self, item: str) -> str:
        return reverse("guide", args=[item])

    def lastmod(self, item: str) -> datetime:
        return self._since[item]


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """sitemap.xml: the public pages and every guide. One query."""
    return sitemap_view(request, {"pages": Public(), "guides": Guides()}).render()


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """robots.txt: everything but people's own pages and those of staff."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), f"Sitemap: {settings.SITE_URL}/sitemap.xml"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
