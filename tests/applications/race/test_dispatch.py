"""A worker stamps the proof of receipt while a department decides: neither waits for the other in a circle."""

import threading
import time

import pytest
from django.db import transaction

from applications.models import Task
from applications.operations.dispatch import deliver_entry
from applications.operations.recording import lock_case, lock_tasks
from foundation.outbox.models import Outbox
from tests.applications.race.threads import at_once
from tests.applications.world import accepted_case

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_a_decision_and_the_dispatch_of_the_same_case_do_not_deadlock(committed_world):
    case, clerk = accepted_case(committed_world), committed_world.clerk
    row = Outbox.objects.filter(kind="dispatch").first()
    locked, stamped = threading.Event(), threading.Event()

    def decide() -> int:
        with transaction.atomic():
            found = lock_case(clerk, case.number)
            locked.set()
            assert stamped.wait(20)
            time.sleep(0.3)  # the worker is committing: the timeline's foreign key looks at the case
            return len(lock_tasks(found))

    def deliver() -> str:
        assert locked.wait(20)
        with transaction.atomic():
            deliver_entry(row)
            stamped.set()
        return "delivered"

    results = at_once([decide, deliver])
    assert results == [4, "delivered"]
    assert Task.objects.get(pk=row.payload["task"]).delivered_at is not None
