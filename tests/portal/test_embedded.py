"""The embedded services: odd paths, restart, sharing, roles."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import redis

from portal.embedded import BASE_DIR, Endpoints, Services, read_state
from portal.engines import SOCKET_LIMIT, SOCKET_NAME
from portal.env import database


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home folder whose path has spaces and Chinese and is longer than a socket path may be."""
    folder = tmp_path / "my check out 窗口" / ("deep " * 20) / "var"
    yield folder
    Services(folder, durable=False).destroy()


def ask(endpoints: Endpoints, query: str, *, role: str = "owner") -> Any:
    entry = database("URL", environ={"URL": endpoints.database_url(role)})
    connection = psycopg2.connect(host=entry["HOST"], user=entry["USER"], dbname=entry["NAME"])
    with contextlib.closing(connection), connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone() if cursor.description else None


def test_services_start_below_a_long_path_with_spaces(home: Path) -> None:
    with Services(home, durable=False) as endpoints:
        assert ask(endpoints, "SHOW max_connections") == ("300",)
        assert len(os.fsencode(f"{endpoints.socket_dir}/{SOCKET_NAME}")) <= SOCKET_LIMIT
        assert Path(endpoints.socket_dir).stat().st_mode & 0o077 == 0
        assert redis.Redis.from_url(endpoints.redis_url()).ping()
        assert (home / "embedded.json").stat().st_mode & 0o077 == 0
    assert read_state(home) == Endpoints()
    assert not Path(endpoints.socket_dir).exists()


def test_valkey_refuses_who_does_not_know_the_password(home: Path) -> None:
    with Services(home, durable=False) as endpoints, pytest.raises(redis.AuthenticationError):
        redis.Redis(port=endpoints.redis_port).ping()


def test_a_restart_keeps_the_data_of_both(home: Path) -> None:
    with Services(home) as endpoints:
        ask(endpoints, "CREATE TABLE kept AS SELECT '张婷' AS name")
        redis.Redis.from_url(endpoints.redis_url()).set("kept", "1")
    with Services(home) as endpoints:
        assert ask(endpoints, "SELECT name FROM kept") == ("张婷",)
        assert redis.Redis.from_url(endpoints.redis_url()).get("kept") == b"1"


def test_app_works_on_the_owners_tables_but_does_not_change_them(home: Path) -> None:
    with Services(home, durable=False) as endpoints:
        ask(endpoints, "CREATE TABLE register (id bigserial, name text)")
        ask(endpoints, "INSERT INTO register (name) VALUES ('李敏')", role="app")
        assert ask(endpoints, "SELECT count(*) FROM register", role="app") == (1,)
        for refused in ("DROP TABLE register", "CREATE TABLE mine (a int)", "TRUNCATE register"):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                ask(endpoints, refused, role="app")


def test_who_leaves_last_stops_the_services(home: Path) -> None:
    first, second = Services(home, durable=False), Services(home, durable=False)
    endpoints = first.acquire()
    assert second.acquire() == endpoints
    first.release()
    assert ask(endpoints, "SELECT 1") == (1,)
    assert first.in_use()
    second.release()
    with pytest.raises(psycopg2.OperationalError):
        ask(endpoints, "SELECT 1")
    assert not first.in_use()


def test_services_of_a_killed_process_are_taken_over(home: Path) -> None:
    program = "import os, pathlib, sys; from portal.embedded import Services\n"
    program += "Services(pathlib.Path(sys.argv[1]), durable=False).acquire(); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", program, str(home)], cwd=BASE_DIR, check=False)
    left = read_state(home)
    assert ask(left, "SELECT 1") == (1,)
    with Services(home, durable=False) as endpoints:
        assert endpoints == left
    assert read_state(home) == Endpoints()


def test_a_lost_state_file_does_not_lock_the_data_away(home: Path) -> None:
    services = Services(home, durable=False)
    before = services.acquire()
    ask(before, "CREATE TABLE kept AS SELECT 1 AS one")
    services.state_file.unlink()
    with Services(home, durable=False) as endpoints:
        assert ask(endpoints, "SELECT one FROM kept") == (1,)
    services.release()
    os.kill(before.redis_pid, 9)  # the one nobody knew of any more


def test_an_own_database_never_meets_the_embedded_owner() -> None:
    endpoints = Endpoints("/tmp/gn-x", 6379, "secret", 1)
    environ = {"DATABASE_URL": "postgres://me@db/portal"}
    endpoints.fill(environ)
    assert set(environ) == {"DATABASE_URL", "REDIS_URL"}
    assert environ["DATABASE_URL"] == "postgres://me@db/portal"
