"""Pytest plugin: one PostgreSQL and one Valkey for a whole test run, started before Django's settings are read.

Only the controlling process starts them; parallel workers inherit the addresses, and each gets its own database and
Redis number (portal/settings/test.py). The data is thrown away at the end; what a killed run left behind is cleared by
the next one.
"""

import atexit
import contextlib
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from portal.embedded import Services

PREFIX = "portal-test-"
_running: list[tuple[Services, Path]] = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    asked_only = {"--collect-only", "--co", "--help", "-h", "--version", "--markers", "--fixtures"}
    if not os.environ.get("PORTAL_TEST_HOME") and not asked_only & set(early_config.invocation_params.args):
        _clear_left_behind()
        home = Path(tempfile.mkdtemp(prefix=PREFIX))
        home.chmod(0o711)  # root runs PostgreSQL as another account, which has to pass through
        (home / "pid").write_text(str(os.getpid()))
        services = Services(home, durable=False)
        _running.append((services, home))
        atexit.register(_stop)  # where pytest gives up before it is configured
        for name in ("DATABASE_URL", "REDIS_URL"):
            os.environ.pop(name, None)  # tests never touch a database from the outside
        services.acquire().fill(os.environ)
        os.environ["PORTAL_TEST_HOME"] = str(home)
    yield


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    _stop()


def _stop() -> None:
    while _running:
        services, home = _running.pop()
        services.destroy()
        shutil.rmtree(home, ignore_errors=True)
        os.environ.pop("PORTAL_TEST_HOME", None)


def _clear_left_behind() -> None:
    for home in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError, ValueError):
            if home.owner() == Path(f"/proc/{os.getpid()}").owner() and not _alive(int((home / "pid").read_text())):
                Services(home, durable=False).destroy()
                shutil.rmtree(home, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
