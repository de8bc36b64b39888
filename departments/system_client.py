"""What a department's system needs to talk to the portal. It imports nothing of the portal: copy this one file.

Needs Python 3.11 and `pip install standardwebhooks`. `docs/connect-a-department.md` shows it at work, and in curl.
"""

import http.client
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from standardwebhooks import Webhook

SECONDS = 30


class AnswerError(Exception):
    """The portal said no: `status`, and the `sentence` that its page would show."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(f"{status} {sentence}")
        self.status, self.sentence = status, sentence


class Portal:
    """`base`: https://…/api/v1/; `token` and `call_secret` as the portal showed them once."""

    def __init__(self, base: str, token: str, call_secret: str) -> None:
        self.base, self.token, self.call_secret = base.rstrip("/") + "/", token, call_secret

    def tasks(self, **query: str) -> list[dict[str, Any]]:
        """The first page of the department's desk, the nearest due day first."""
        found: list[dict[str, Any]] = json.loads(self._open(f"tasks/?{urlencode(query)}"))["results"]
        return found

    def task(self, number: int) -> dict[str, Any]:
        """One task with its own fields, papers and points."""
        found: dict[str, Any] = json.loads(self._open(f"tasks/{number}/"))
        return found

    def file(self, address: str) -> bytes:
        """The bytes of a file, by the `address` that stands in the task."""
        return self._open(address.split("/api/v1/", 1)[1])

    def act(self, number: int, name: str, message: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """received, claim, advise, grant, refuse, suspend, resume, … on one task.

        `message`: a name of your own for this very act; send it again with the same name and nothing happens twice.
        Raises AnswerError.
        """
        content = json.dumps(body or {}, ensure_ascii=False)
        at = datetime.now(UTC)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(self.call_secret).sign(message, at, content),
        }
        found: dict[str, Any] = json.loads(self._open(f"tasks/{number}/{name}/", content.encode(), headers))
        return found

    def _open(self, path: str, content: bytes | None = None, headers: dict[str, str] | None = None) -> bytes:
        to = urlsplit(self.base + path)
        kind = http.client.HTTPSConnection if to.scheme == "https" else http.client.HTTPConnection
        line = kind(to.hostname or "", to.port, timeout=SECONDS)
        signed_in = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        try:
            where = to.path + (f"?{to.query}" if to.query else "")
            line.request("GET" if content is None else "POST", where, content, signed_in)
            answer = line.getresponse()
            found = answer.read()
        finally:
            line.close()
        if answer.status >= 400:
            said = json.loads(found or b"{}").get("errors") or [{"detail": answer.reason}]
            raise AnswerError(answer.status, said[0]["detail"])
        return found


def read_push(push_secret: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """What the portal pushed, if it is the portal's and not older than five minutes; raises WebhookVerificationError.

    The same `webhook-id` may come twice: keep the ids, and answer 2xx only when the task is stored on your side.
    """
    found: dict[str, Any] = Webhook(push_secret).verify(body, headers)
    return found
