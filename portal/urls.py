"""The site map: every app's addresses, in the order a visitor meets them."""

from django.contrib import admin
from django.urls import include, path

from portal import probes

urlpatterns = [
    path("healthz", probes.healthz, name="healthz"),
    path("readyz", probes.readyz, name="readyz"),
    path("", include("accounts.urls")),  # before the administration: its sign-in page is ours
    path("", include("departments.urls")),
    path("", include("applications.urls")),
    path("admin/", admin.site.urls),
]
