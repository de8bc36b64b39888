from collections.abc import Iterator

import pytest
import time_machine

from tests.guards.scene import Scene, set_up

MONDAY = "2026-03-02 09:30 +0800"


@pytest.fixture
def scene(db: None) -> Iterator[Scene]:
    """The small county on a Monday, two accepted cases, everybody with a session."""
    with time_machine.travel(MONDAY, tick=False):
        yield set_up()
