"""Celery doors of the outbox."""

import time

from celery import shared_task

from foundation.outbox import operations
from foundation.outbox.models import Outbox


@shared_task(name="foundation.outbox.jobs.deliver_these")
def deliver_these(dedupes: list[str], seconds: float = 120) -> None:
    """Carry out these rows; whoever is late finds them done. Takes no further row after `seconds`, well before
    Celery's time limit: the sweeper brings the rest.
    """
    until = time.monotonic() + seconds
    for pk in Outbox.objects.filter(dedupe__in=dedupes).order_by("id").values_list("pk", flat=True):
        operations.deliver(pk)
        if time.monotonic() > until:
            return


@shared_task(name="foundation.outbox.jobs.sweep")
def sweep() -> int:
    """Beat, each minute."""
    return operations.sweep()
