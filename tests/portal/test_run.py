"""`make run` for real: starts, answers, stops without a trace, keeps its data. Below a path with a space."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from portal.embedded import BASE_DIR, Endpoints, Services, read_state

pytestmark = pytest.mark.slow
# Alone on two cores: about 9 and 5. Other tests run beside this one, hence the room.
FIRST_SECONDS, SECOND_SECONDS = 120, 40


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "my portal" / "var"
    yield folder
    Services(folder).destroy()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def launch(var: Path, port: int) -> subprocess.Popen[str]:
    clean = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "portal.run"],
        cwd=BASE_DIR,
        env=clean | {"PORTAL_VAR": str(var), "PORT": str(port), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def wait_for(url: str, process: subprocess.Popen[str], seconds: float) -> str:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return str(response.read().decode())
        except OSError:
            time.sleep(0.1)
    process.kill()
    raise AssertionError(f"no page within {seconds} s:\n{process.communicate()[0]}")


def family(process: subprocess.Popen[str], var: Path) -> list[psutil.Process]:
    """The launcher, its children, and the database server (which is nobody's child)."""
    found = psutil.Process(process.pid).children(recursive=True)
    for candidate in psutil.process_iter(["cmdline"]):
        if f"{var}/postgres/data" in " ".join(candidate.info["cmdline"] or []):
            found.append(candidate)
    return found


def still_alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def test_start_stop_and_start_again(var: Path) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    for allowed, how in ((FIRST_SECONDS, signal.SIGINT), (SECOND_SECONDS, signal.SIGTERM)):
        process = launch(var, port)
        assert '"ok": true' in wait_for(f"{address}/healthz", process, allowed)
        assert '"database": true' in wait_for(f"{address}/readyz", process, FIRST_SECONDS)
        processes = family(process, var)
        assert len(processes) >= 4
        said = []
        while address not in "".join(said):  # the launcher tells the address once it has seen the page itself
            said.append(process.stdout.readline())
            assert said[-1], "".join(said)
        process.send_signal(how)
        output = "".join(said) + process.communicate(timeout=60)[0]
        assert process.returncode == 0, output
        assert f"{address}/" in output
        assert "guannan-demo" in output
        assert "Traceback" not in output
        assert still_alive(processes) == []
        assert read_state(var) == Endpoints()


def test_a_taken_port_is_told_before_anything_starts(var: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = launch(var, port)
        output = process.communicate(timeout=30)[0]
    assert process.returncode == 1
    assert f"端口 {port} 已被占用" in output
    assert "Traceback" not in output
    assert not (var / "postgres").exists()


def test_an_odd_port_is_told(var: Path) -> None:
    process = launch(var, 0)
    output = process.communicate(timeout=30)[0]
    assert process.returncode == 1
    assert "PORT must lie between 1 and 65535" in output
    assert "Traceback" not in output
