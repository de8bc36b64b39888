"""Probes for the machine: /healthz says the process answers, /readyz says what works (database, cache, worker)."""

import logging

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from portal.models import Heartbeat

logger = logging.getLogger(__name__)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers; asks nobody else."""
    return JsonResponse({"ok": True})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, else 503. Cache and worker are told but are no reason to stop: pages work without
    them.

    `worker` is the age of the last sign of life in seconds (null: none yet); above 180 the work behind the pages stands
    still.
    """
    database, worker = _database()
    return JsonResponse(
        {"ok": database, "database": database, "cache": _cache(), "worker": worker}, status=200 if database else 503
    )


def _database() -> tuple[bool, int | None]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        seen = Heartbeat.objects.filter(name="worker").first()
    except DatabaseError:
        logger.exception("readyz: the database does not answer")
        return False, None
    return True, int((timezone.now() - seen.at).total_seconds()) if seen else None


def _cache() -> bool:
    try:
        cache.set("readyz", 1, 10)
    except RedisError:
        logger.exception("readyz: the cache does not answer")
        return False
    return True
