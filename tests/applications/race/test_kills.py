"""Worker, broker and fan-out under faults: nothing lost, nothing twice. Truth is PostgreSQL."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from kombu import pools

from applications.models import Event, Task
from foundation.outbox.models import Outbox, State
from foundation.outbox.operations import deliver_due, sweep
from portal.celery import app
from tests.applications.race.worker import kill, until, worker
from tests.applications.world import accepted_case

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def undelivered():
    return Task.objects.filter(delivered_at=None).exclude(state="pending").count()


def dispatched_once():
    events = list(Event.objects.filter(kind="dispatched").values_list("task_id", flat=True))
    return len(events) == len(set(events)) == Task.objects.exclude(delivered_at=None).count()


def test_a_real_worker_carries_the_fan_out_to_every_departments_queue(committed_world, broker):
    with worker():
        case = accepted_case(committed_world)
        until(lambda: undelivered() == 0)
        until(lambda: not Outbox.objects.exclude(state=State.DONE).exists())
    assert dispatched_once()
    assert case.papers.filter(kind="acceptance", document__rendered_at__isnull=False).exists()


def test_valkey_flushed_during_the_fan_out_loses_nothing(committed_world, broker):
    accepted_case(committed_world)
    assert broker.dbsize() > 0
    broker.flushdb()
    assert undelivered() == 4
    with worker():
        sweep()
        until(lambda: undelivered() == 0)
        broker.flushdb()
        sweep()
        until(lambda: not Outbox.objects.exclude(state=State.DONE).exists())
    assert dispatched_once()


@pytest.fixture
def nobody_listens(settings):
    """The sending side of Celery points at a port where nobody listens."""
    settings.OUTBOX_NUDGE = True

    def point_at(address):
        app.conf.broker_url = address
        pools.reset()
        app._pool = app.amqp._producer_pool = None

    true_address = app.conf.broker_url
    point_at("redis://127.0.0.1:1/0")
    yield
    point_at(true_address)


def test_a_broker_that_is_away_neither_blocks_nor_loses_an_acceptance(committed_world, nobody_listens, caplog):
    accepted_case(committed_world)
    assert "broker away" in caplog.text
    assert undelivered() == 4
    deliver_due()
    assert undelivered() == 0
    assert dispatched_once()


def test_a_worker_killed_between_lease_and_effect_leaves_the_row_to_the_next_one(committed_world, broker):
    case = accepted_case(committed_world)
    task = Task.objects.filter(application=case).order_by("pk").first()
    assert task is not None
    row = Outbox.objects.get(dedupe=f"dispatch:{task.pk}")
    with worker() as process:
        # The worker leases the row, then waits for the task that this test holds, and dies there.
        with transaction.atomic():
            Task.objects.select_for_update().get(pk=task.pk)
            until(lambda: Outbox.objects.filter(pk=row.pk, state=State.LEASED).exists())
            kill(process)
    row.refresh_from_db()
    assert row.state == State.LEASED
    assert Task.objects.get(pk=task.pk).delivered_at is None
    assert deliver_due() >= 0
    assert Task.objects.get(pk=task.pk).delivered_at is None, "a running lease is not taken over"
    Outbox.objects.filter(pk=row.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    with worker():
        sweep()
        until(lambda: undelivered() == 0)
    assert dispatched_once()
    assert Event.objects.filter(task=task, kind="dispatched").count() == 1
