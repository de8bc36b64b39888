"""A department's system that does not exist: for demonstrations and tests, as well-behaved or as bad as one wants."""

import itertools
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import WebhookVerificationError

from departments.system_client import AnswerError, Portal, read_push

MODES = ("ok", "slow", "down", "hang", "trickle", "refuse", "double", "disorder", "lie")


class FakeSystem(ThreadingHTTPServer):
    """Takes what is pushed and answers as `mode` says.

    ok, slow (two seconds); down (503), hang (no answer for `hang_seconds`), trickle (an answer
    byte by byte that never ends), refuse (400); double (says 接收 twice under one
    name), disorder (grants before it claims), lie (signs with a secret that is none). `got`: message → how often it came.
    """

    daemon_threads = True
    hang_seconds = 60.0

    def __init__(self, port: int, push_secret: str, portal: Portal | None = None, mode: str = "ok") -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.push_secret, self.portal, self.mode = push_secret, portal, mode
        self.got: dict[str, int] = {}
        self.messages: list[dict[str, Any]] = []
        self.bodies: list[bytes] = []
        self.forged = 0
        self.answers: list[tuple[str, int]] = []
        self._lock = threading.Lock()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/inbox"

    def take(self, message: str, said: dict[str, Any]) -> None:
        with self._lock:
            self.got[message] = self.got.get(message, 0) + 1
            if self.got[message] == 1:
                self.messages.append(said)

    def call_back(self, said: dict[str, Any]) -> None:
        """What a system of this mode sends on its own, right after it took a task."""
        portal, task = self.portal, said["data"]["id"]
        if portal is None or said["type"] != "task.opened":
            return
        if self.mode == "double":
            self._say(portal, task, "received", f"received-{task}")
            self._say(portal, task, "received", f"received-{task}")
        elif self.mode == "disorder":
            self._say(portal, task, "resume", f"resume-{task}", {"result": "检测合格"})
            self._say(portal, task, "claim", f"claim-{task}")
        elif self.mode == "lie":
            liar = Portal(portal.base, portal.token, "whsec_bm90IHRoZSBzZWNyZXQgb2YgYW55Ym9keSBhdCBhbGw=")
            self._say(liar, task, "claim", f"claim-{task}")

    def _say(self, portal: Portal, task: int, act: str, message: str, body: dict[str, Any] | None = None) -> None:
        try:
            portal.act(task, act, message, body)
            status = 200
        except AnswerError as no:
            status = no.status
        self.answers.append((act, status))


class _Handler(BaseHTTPRequestHandler):
    server: FakeSystem

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        mode = self.server.mode
        self.server.bodies.append(body)
        if mode == "hang":
            time.sleep(self.server.hang_seconds)
        if mode == "slow":
            time.sleep(2)
        if mode == "trickle":
            self._trickle()
            return
        if mode in ("down", "refuse", "hang"):
            self._answer(503 if mode != "refuse" else 400)
            return
        try:
            said = read_push(self.server.push_secret, dict(self.headers), body)
        except (WebhookVerificationError, ValueError):
            self.server.forged += 1
            self._answer(401)
            return
        self.server.take(self.headers["webhook-id"], said)
        self._answer(204)
        self.server.call_back(said)

    def do_GET(self) -> None:
        """What came so far, for whoever looks with a browser."""
        self._answer(200, json.dumps({"演示": "假的部门系统", "收到": self.server.got}, ensure_ascii=False).encode())

    def _trickle(self) -> None:
        """An answer that comes byte by byte and never ends, until the other side goes."""
        try:
            for byte in itertools.cycle(b"x"):
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            self.close_connection = True

    def _answer(self, status: int, content: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the console for each message."""
