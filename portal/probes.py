"""Probes for the machine: /healthz says the process answers, /readyz says it can work (database, cache)."""

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers; asks nobody else."""
    return JsonResponse({"ok": True})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, else 503. A missing cache is told but is no reason to stop: pages work without it."""
    checks = {"database": _database(), "cache": _cache()}
    return JsonResponse({"ok": checks["database"], **checks}, status=200 if checks["database"] else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:  # any driver error means the same here
        return False
    return True


def _cache() -> bool:
    try:
        cache.set("readyz", 1, 10)
    except Exception:
        return False
    return True
