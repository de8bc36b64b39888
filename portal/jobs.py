"""Celery doors of the portal as a whole."""

from celery import shared_task
from django.utils import timezone

from portal import celery
from portal.models import Heartbeat
from portal.queues import all_queues


@shared_task
def heartbeat() -> None:
    """Proof that beat, broker and worker are alive together: a process check does not see a worker that went deaf."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})


@shared_task
def consume_department_queues() -> None:
    """Workers named all@… read the queue of a department founded after they started. Queues they already read are left
    as they are."""
    for queue in all_queues():
        celery.app.control.add_consumer(queue, pattern="all@*", matcher="glob")
