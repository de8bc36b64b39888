"""What tests with real worker processes share."""

import pytest
import redis


@pytest.fixture
def broker(settings):
    """The test's own broker, empty; nudges are really sent."""
    settings.OUTBOX_NUDGE = True
    client = redis.from_url(settings.CELERY_BROKER_URL)
    client.flushdb()
    yield client
    client.flushdb()
