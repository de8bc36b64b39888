from collections.abc import Callable, Iterator

import pytest
import time_machine
from rest_framework.test import APIClient

from tests.applications.world import World, build_world

MONDAY = "2026-03-02 09:30 +0800"
As = Callable[[str], APIClient]


@pytest.fixture
def world(db: None) -> World:
    return build_world()


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """The same, committed, for tests with a server in a thread of its own."""
    return build_world()


@pytest.fixture
def on_monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def signed_in(world: World) -> As:
    """A client with the session of an account; it sends no CSRF token and none is asked for."""

    def client(account: str) -> APIClient:
        made = APIClient()
        made.force_login(world.users[account])
        return made

    return client
