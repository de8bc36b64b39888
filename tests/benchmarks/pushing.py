"""How fast tasks reach a department's own system: a thousand after an outage, and from acceptance to receipt.

Not collected by the suite (minutes): `make bench`. Printed, never judged by a clock: what must hold is that everything
arrived once.
"""

import statistics
import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from applications.models import Event, Push, Task
from applications.operations.dispatch import CHANGED, pushed
from departments.fake_system import FakeSystem
from departments.operations.exchange import connect, issue_key
from foundation.outbox.models import Outbox
from foundation.outbox.operations import deliver_due, put
from tests.api.test_pushing import serving
from tests.api.test_systems import KEEPER
from tests.applications.race.worker import until, worker
from tests.applications.world import accepted_case, build_world

pytestmark = pytest.mark.slow
QUEUED, CASES = 1000, 20


@pytest.mark.django_db
def test_a_thousand_deliveries_after_an_outage(capsys: pytest.CaptureFixture[str]) -> None:
    world, keys = build_world(), _connected()
    with serving(FakeSystem(0, keys)) as system:
        connect(actor=KEEPER, department="fire", address="http://127.0.0.1:9/inbox")
        tasks = [accepted_case(world).tasks.get(item_code="fire-check") for _ in range(10)]
        put(*[pushed(tasks[n % 10], CHANGED, f"bench-{n}") for n in range(QUEUED - len(tasks))])
        deliver_due()
        connect(actor=KEEPER, department="fire", address=system.address)
        Outbox.objects.filter(kind="push").update(due_at=timezone.now() - timedelta(seconds=1))
        began = time.perf_counter()
        deliver_due()
        took = time.perf_counter() - began
        assert len(system.got) == QUEUED and set(system.got.values()) == {1}
    slowest = Push.objects.order_by("-milliseconds").values_list("milliseconds", flat=True)[0]
    with capsys.disabled():
        print(
            f"\n{QUEUED} deliveries after an outage: {took:.1f} s, {QUEUED / took:.0f} a second by one worker, slowest {slowest} ms"
        )


def _connected() -> str:
    connect(actor=KEEPER, department="fire")
    return issue_key(actor=KEEPER, department="fire").push_secret


@pytest.mark.django_db(transaction=True)
def test_from_acceptance_to_receipt(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.OUTBOX_NUDGE = True
    world, keys = build_world(), _connected()
    with serving(FakeSystem(0, keys)) as system, worker():
        connect(actor=KEEPER, department="fire", address=system.address)
        accepted_case(world)
        until(lambda: system.got)  # the worker is there
        for _ in range(CASES):
            accepted_case(world)
        until(lambda: not Task.objects.filter(item_code="fire-check", delivered_at=None).exists())
        assert set(system.got.values()) == {1}
    accepted = dict(Event.objects.filter(kind="accepted").values_list("application", "at"))
    taken = Task.objects.filter(item_code="fire-check").order_by("pk").values_list("application", "delivered_at")
    waits = sorted((at - accepted[case]).total_seconds() * 1000 for case, at in list(taken)[1:])
    with capsys.disabled():
        print(f"\nfrom acceptance to receipt: p50 {statistics.median(waits):.0f} ms, p99 {waits[-1]:.0f} ms of {CASES}")
