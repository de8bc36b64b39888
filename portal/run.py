"""`make run`: the whole portal on one machine. Starts the services, prepares the data, runs web, worker and beat, and
stops all of it.

Every child lives in a process group of its own, so that Ctrl-C reaches this launcher alone, which then stops the
children in order; if the launcher itself is killed, the kernel tells the children to stop.
"""

import argparse
import ctypes
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

from django.core.exceptions import ImproperlyConfigured

from portal import embedded, env

STOP_SECONDS = 15
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class Stopped(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


class Child:
    """One process of the portal, in a group of its own."""

    def __init__(self, name: str, *arguments: str, environ: dict[str, str]) -> None:
        self.name = name
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=embedded.BASE_DIR,
            env=environ,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )

    def ask_to_stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()

    def wait(self, deadline: float) -> None:
        """Wait until the deadline, then kill what is left of the group."""
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            print(f"{self.name} did not stop in time and was killed ({self.name} 未按时停止，已强制结束)", flush=True)
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.process.wait()


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the portal on this machine.")
    parser.add_argument("--reset", action="store_true", help="delete the data of the embedded services and start over")
    arguments = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.embedded"
    try:
        return reset() if arguments.reset else run()
    except ImproperlyConfigured as error:
        print(f"设置有误 (odd setting): {error}", file=sys.stderr)
        return 1


def reset() -> int:
    """Delete everything below var/ and the embedded database, wherever it lies."""
    services = embedded.Services()
    if services.in_use():
        print("门户正在运行，请先停止 make run，再执行 make reset。\nThe portal is running: stop `make run` first.")
        return 1
    services.destroy()
    shutil.rmtree(embedded.HOME, ignore_errors=True)
    print("已清空，下次 make run 从头开始。\nCleared; the next `make run` starts over.")
    return 0


def run() -> int:
    began = time.monotonic()
    host = env.text("HOST", "127.0.0.1")
    port = env.integer("PORT", 8000, low=1, high=65535)
    if not port_is_free(host, port):
        print(
            f"端口 {port} 已被占用。请先停止占用它的程序，或换一个端口：PORT={port + 1} make run\n"
            f"Port {port} is taken. Stop what uses it, or take another one: PORT={port + 1} make run",
            file=sys.stderr,
        )
        return 1
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop_now)
    services = embedded.services_for(os.environ)
    children: list[Child] = []
    try:
        if services:
            print("正在启动数据库和消息服务… (starting PostgreSQL and Valkey)", flush=True)
            services.acquire().fill(os.environ)
        prepare()
        children.append(start_web(host, port))
        wait_for_page(host, port, children[0])
        children += start_workers()
        print_address(host, port, time.monotonic() - began)
        return watch(children)
    except Stopped:
        print("\n正在停止… (stopping)", flush=True)
        return 0
    except (embedded.EmbeddedError, subprocess.CalledProcessError) as error:
        print(f"未能启动 (could not start): {error}", file=sys.stderr)
        return 1
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave half of it running
        stop(children)
        if services:
            services.release()
        print("已停止。(stopped)", flush=True)


def prepare() -> None:
    """Tables and data, in one command: starting Django is most of its time. Raises CalledProcessError."""
    command = [sys.executable, "manage.py", "prepare"]
    subprocess.run(command, cwd=embedded.BASE_DIR, env=os.environ | {"DATABASE_ROLE": "owner"}, check=True)


def start_web(host: str, port: int) -> Child:
    web = f"--bind {host}:{port} --workers 2 --threads 4 --preload --log-level warning --no-control-socket".split()
    config = ["--config", "python:portal.serving"]
    return Child("web", "-m", "gunicorn", "portal.wsgi", *web, *config, environ=dict(os.environ))


def start_workers() -> list[Child]:
    """Worker and beat come after the first page: on a small machine they would only slow it down."""
    # The name all@… says: reads every queue, those of new departments too (portal/jobs.py).
    worker = "--hostname all@%h --concurrency 2 --loglevel WARNING --without-gossip --without-mingle".split()
    beat = ["--schedule", str(embedded.HOME / "beat"), "--pidfile", "", "--loglevel", "WARNING"]
    environ = dict(os.environ)
    return [
        Child("worker", "-m", "celery", "-q", "-A", "portal", "worker", *worker, environ=environ),
        Child("beat", "-m", "celery", "-q", "-A", "portal", "beat", *beat, environ=environ),
    ]


def wait_for_page(host: str, port: int, web: Child) -> None:
    """Until the first page comes; ends early when the web server dies (watch() then says so)."""
    while web.process.poll() is None:
        connection = http.client.HTTPConnection(host, port, timeout=5)
        try:
            connection.request("GET", "/healthz", headers={"Host": f"localhost:{port}"})
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()


def print_address(host: str, port: int, seconds: float) -> None:
    print(
        f"\n  请在浏览器打开 / open:  http://{host}:{port}/\n  停止 / stop: Ctrl-C   (ready in {seconds:.1f} s)\n",
        flush=True,
    )


def watch(children: list[Child]) -> int:
    while True:
        for child in children:
            if child.process.poll() is not None:
                print(
                    f"{child.name} ended with {child.process.returncode} ({child.name} 意外退出，全部停止)",
                    file=sys.stderr,
                )
                return 1
        time.sleep(0.5)


def stop(children: list[Child]) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.wait(deadline)


def port_is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _stop_now(number: int, frame: FrameType | None) -> None:
    raise Stopped


def _die_with_parent() -> None:
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
