from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from tests.applications.browsing import sign_in
from tests.applications.world import World, build_world

MONDAY = "2026-03-02 09:30 +0800"


@pytest.fixture
def world(db: None) -> World:
    """A small county with its cast, inside the test's transaction."""
    return build_world()


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """The same county, committed, for tests with threads and worker processes."""
    return build_world()


@pytest.fixture
def on_monday() -> Iterator[None]:
    """Half past nine on a working Monday; the clock stands still."""
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def zhang(world: World) -> Client:
    """张婷, a citizen, in her browser."""
    return sign_in(world, "zhangting")


@pytest.fixture
def clerk(world: World) -> Client:
    """李敏 at the window."""
    return sign_in(world, "limin")


@pytest.fixture
def market(world: World) -> Client:
    """赵强 at the market bureau."""
    return sign_in(world, "market1")
