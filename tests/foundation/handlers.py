"""Outbox handlers of these tests: their effect is a number in the database, so that doing it twice shows."""

import os
import signal
import time

from foundation.numbers.operations import take
from foundation.outbox.models import Outbox
from foundation.outbox.operations import Entry, put


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


def follow(row: Outbox) -> None:
    """Puts another entry."""
    put(Entry(kind="effect", key="followed", dedupe=f"followed:{row.pk}"))


def dying(row: Outbox) -> None:
    """The worker dies in the middle: no exception, no clean-up."""
    take(f"effect:{row.key}")
    os.kill(os.getpid(), signal.SIGKILL)
