"""The site map: every app's addresses, in the order a visitor meets them."""

from django.contrib import admin
from django.urls import include, path

from portal import probes, sitemaps, views

urlpatterns = [
    path("", views.home, name="home"),
    path("halls/", views.halls, name="halls"),
    path("privacy/", views.privacy, name="privacy"),
    path("large-text/", views.large_text, name="large-text"),
    path("", include("matters.urls")),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("healthz", probes.healthz, name="healthz"),
    path("readyz", probes.readyz, name="readyz"),
    path("", include("accounts.urls")),  # before the administration: its sign-in page is ours
    path("", include("departments.urls")),
    path("", include("visits.urls")),
    path("", include("applications.urls")),
    path("api/", include("portal.api")),
    path("admin/", admin.site.urls),
]

handler400 = "portal.views.bad_request"
handler403 = "portal.views.forbidden"
handler404 = "portal.views.not_found"
handler500 = "portal.views.server_error"
