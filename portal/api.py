"""`/api/`: the description and version 1. Doors stand in the apps; here they are only put together."""

from typing import Any

from django.conf import settings
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny, IsAuthenticated

from foundation.api.doors import Door, Nowhere


class Schema(Door, SpectacularAPIView):
    """OpenAPI 3.1 (YAML, or JSON by `?format=json`). Public in the demo, elsewhere only for who is signed in."""

    serve_public = True

    def get_permissions(self) -> list[Any]:
        return [AllowAny() if settings.DEMO else IsAuthenticated()]


v1 = [path("", include("matters.api.urls")), path("", include("applications.api.urls"))]

urlpatterns = [
    path("schema/", Schema.as_view(), name="api-schema"),
    path("v1/", include(v1)),
    re_path(r"^(?:[\s\S]*/)?$", Nowhere.as_view(), name="api-nowhere"),
]
