"""A department's system that hangs holds up nobody else's tasks: two real workers, real sockets."""

import pytest

from applications.models import Push, Task
from departments.fake_system import FakeSystem
from departments.operations.exchange import connect, issue_key
from tests.api.test_pushing import serving
from tests.api.test_systems import KEEPER
from tests.applications.race.worker import until, worker
from tests.applications.world import World, accepted_case

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
CASES = 6


def test_while_one_system_hangs_every_other_departments_tasks_arrive(committed_world: World, broker: object) -> None:
    connect(actor=KEEPER, department="fire")
    keys = issue_key(actor=KEEPER, department="fire")
    with serving(FakeSystem(0, keys.push_secret, mode="hang")) as system:
        connect(actor=KEEPER, department="fire", address=system.address)
        for _ in range(CASES):
            accepted_case(committed_world)
        others = Task.objects.exclude(department="fire")
        with worker(), worker():
            until(lambda: system.bodies)
            until(lambda: not others.filter(delivered_at=None).exists())
            assert others.count() == CASES * 3
            assert not Push.objects.exists(), "they all arrived before the first try of the hanging system had ended"
            assert len(system.bodies) == 1, "one message at a time: the second worker was not taken as well"
