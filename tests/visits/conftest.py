from collections.abc import Iterator

import pytest
import time_machine

from tests.applications.world import World
from tests.visits.hall import build_hall

MONDAY = "2026-03-02 09:30 +0800"


@pytest.fixture
def world(db: None) -> World:
    """The small county, its hall open for tickets and bookings."""
    return build_hall()


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """The same, committed, for threads."""
    return build_hall()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Half past nine on a working Monday; `clock.shift(minutes * 60)` lets time go by."""
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller
