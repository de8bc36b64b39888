"""Outbox handlers of these tests: their effect is a number in the database, so that doing it twice shows."""

import time
from collections.abc import Callable
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from foundation.numbers.operations import take
from foundation.outbox.models import Outbox
from foundation.outbox.operations import Entry, Later, put


def effect(row: Outbox) -> None:
    """Counted once per run that commits."""
    take(f"effect:{row.key}")


def slow(row: Outbox) -> None:
    """Long enough for a second worker to come by."""
    take(f"effect:{row.key}")
    time.sleep(0.4)


def broken(row: Outbox) -> None:
    """Has its effect, then fails: the effect must not stay. Its words hold what no log may keep."""
    take(f"effect:{row.key}")
    raise ValueError("no answer for 13800000018, 32072419880315002X\x00")


def broken_sql(row: Outbox) -> None:
    """Leaves its transaction unusable, as a constraint would."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")


def away(row: Outbox) -> Callable[[Outbox], None]:
    """A sender whose other side is away for an hour, until it has been counted three times."""
    if take(f"tries:{row.key}") < 3:
        raise Later(timezone.now() + timedelta(hours=1), "away, 13800000018")
    return effect


def wrong(row: Outbox) -> Callable[[Outbox], None]:
    """A sender whose other side says no."""
    raise ValueError("no")


def follow(row: Outbox) -> None:
    """Puts another entry."""
    put(Entry(kind="effect", key="followed", dedupe=f"followed:{row.pk}"))
