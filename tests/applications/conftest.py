import pytest

from tests.applications.world import World, build_world


@pytest.fixture
def world(db: None) -> World:
    """A small county with its cast, inside the test's transaction."""
    return build_world()


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """The same county, committed, for tests with threads and worker processes."""
    return build_world()
