"""Celery doors of the outbox."""

from celery import shared_task

from foundation.outbox import operations
from foundation.outbox.models import Outbox


@shared_task(name="foundation.outbox.jobs.deliver_these")
def deliver_these(dedupes: list[str]) -> None:
    """Carry out these rows; whoever is late finds them done."""
    for pk in Outbox.objects.filter(dedupe__in=dedupes).order_by("id").values_list("pk", flat=True):
        operations.deliver(pk)


@shared_task(name="foundation.outbox.jobs.sweep")
def sweep() -> int:
    """Beat, each minute."""
    return operations.sweep()
