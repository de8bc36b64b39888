"""Embedded services: our own PostgreSQL and Valkey out of Python wheels, for `make run`, commands and tests.

Nothing here or in engines.py imports Django: settings and manage.py use it before Django is set up.
Below `home` (normally var/) lie postgres/, valkey/ and embedded.json, which says where to connect (mode 600).
"""

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from portal.engines import EmbeddedError, Endpoints, Postgres, Valkey, write_private

__all__ = ["BASE_DIR", "HOME", "EmbeddedError", "Endpoints", "Services", "read_state", "services_for", "write_private"]

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("PORTAL_VAR") or BASE_DIR / "var").absolute()


class Services:
    """One pair of services in one home folder, shared by every process that uses it.

    Each user holds a shared lock on `users.lock` (freed by the kernel even after SIGKILL). Who leaves last stops the
    services, so a command that began while `make run` was up neither stops it nor is left alone by it.
    """

    def __init__(self, home: Path = HOME, *, postgres: bool = True, valkey: bool = True, durable: bool = True) -> None:
        self.home = home.resolve()
        self.wants = (postgres, valkey)
        self.durable = durable
        self.endpoints = Endpoints()
        self._users: int | None = None

    def __enter__(self) -> Endpoints:
        self.acquire()
        return self.endpoints

    def __exit__(self, *_: object) -> None:
        self.release()

    @property
    def state_file(self) -> Path:
        return self.home / "embedded.json"

    def acquire(self) -> Endpoints:
        """Start what is not running yet and register as a user of it. Raises EmbeddedError."""
        self.home.mkdir(parents=True, exist_ok=True)
        with self._starting():
            old = read_state(self.home)
            postgres = Postgres(self.home, durable=self.durable)
            valkey = Valkey(self.home, durable=self.durable)
            socket_dir = ""
            if self.wants[0]:
                socket_dir = old.socket_dir if postgres.answers(old.socket_dir) else postgres.start()
            elif old.socket_dir:
                socket_dir = old.socket_dir
            redis_part = (old.redis_port, old.redis_password, old.redis_pid)
            if self.wants[1] and not valkey.answers(old):
                redis_part = valkey.start()
            self.endpoints = Endpoints(socket_dir, *redis_part)
            write_private(self.state_file, json.dumps(asdict(self.endpoints)))
            self._users = os.open(self.home / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._users, fcntl.LOCK_SH)
        return self.endpoints

    def release(self) -> None:
        """Leave; stop the services when nobody else uses them. Safe to call twice."""
        if self._users is None:
            return
        with self._starting():
            handle, self._users = self._users, None
            try:
                fcntl.flock(handle, fcntl.LOCK_UN)
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # somebody else still works with them
            else:
                self._stop()
            finally:
                os.close(handle)

    def in_use(self) -> bool:
        """Does any process hold the services at this moment?"""
        try:
            handle = os.open(self.home / "users.lock", os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(handle)
        return False

    def stop(self) -> None:
        """Stop the services whoever uses them."""
        if self.home.exists():
            with self._starting():
                self._stop()

    def destroy(self) -> None:
        """Stop and delete all data, that outside of the home folder included."""
        self.stop()
        postgres = Postgres(self.home, durable=self.durable)
        shutil.rmtree(postgres.folder, ignore_errors=True)
        shutil.rmtree(postgres.outside, ignore_errors=True)
        shutil.rmtree(self.home / "valkey", ignore_errors=True)

    def _stop(self) -> None:
        state = read_state(self.home)
        Valkey(self.home, durable=self.durable).stop(state)
        Postgres(self.home, durable=self.durable).stop()
        self.state_file.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _starting(self) -> Iterator[None]:
        handle = os.open(self.home / "start.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def services_for(environment: Mapping[str, str], home: Path = HOME) -> Services | None:
    """The embedded services that this environment leaves open (None: both addresses are given)."""
    postgres, valkey = not environment.get("DATABASE_URL"), not environment.get("REDIS_URL")
    return Services(home, postgres=postgres, valkey=valkey) if postgres or valkey else None


def read_state(home: Path = HOME) -> Endpoints:
    """What the state file says; empty endpoints when there is none or it cannot be read."""
    try:
        return Endpoints(**json.loads((home / "embedded.json").read_text()))
    except (OSError, ValueError, TypeError):
        return Endpoints()
