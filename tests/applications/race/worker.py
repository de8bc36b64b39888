"""A real Celery worker process on the test's own database and broker, that can be killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

QUEUES = "default,notices,papers,dept.approval,dept.market,dept.fire,dept.urban-management"


def _environment() -> dict[str, str]:
    """The test's own environment with the database that pytest made for it."""
    parts = urlsplit(os.environ["OWNER_DATABASE_URL"])
    url = urlunsplit(parts._replace(path="/" + connection.settings_dict["NAME"]))
    return os.environ | {
        "TEST_FILE_ROOT": str(settings.FILE_ROOT),
        "OWNER_DATABASE_URL": url,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "tests.applications.race.worker_settings",
    }


@contextmanager
def worker(queues: str = QUEUES) -> Iterator[subprocess.Popen[bytes]]:
    """A worker with one child, in a process group of its own; whatever is left of it is killed at the end."""
    process = subprocess.Popen(
        [sys.executable, *f"-m celery -A portal worker -Q {queues} -c 1 -n race-{os.getpid()}@%h".split()],
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=None,  # pytest shows it when the test fails
        start_new_session=True,
    )
    try:
        yield process
        assert process.poll() in (None, -signal.SIGKILL), "the worker ended by itself"
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL for the worker and its children."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        process.wait(10)


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait for a condition; a test fails when it never comes true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "what the test waits for never happened"
        time.sleep(0.05)
