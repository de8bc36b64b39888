"""Out: a connected department's tasks go to its own system, signed, one message at a time, with a breaker.

What the system cannot take now costs nothing but time: the task stands in the department's queue from the acceptance on.
"""

import contextlib
import hashlib
import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.db import connection as database
from django.db import transaction
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from standardwebhooks import Webhook

from applications.api.task_detail import task_detail
from applications.models import Push, Task
from applications.operations.dispatch import CHANGED, deliver_entry, pushed, stamp
from applications.operations.recording import newest_line, settled_before
from applications.views.staff_door import own_task
from departments.access import actor_for
from departments.models import Connection
from foundation.masking import mask_within
from foundation.outbox.models import Outbox
from foundation.outbox.operations import Later, due_at_once, put

SECONDS = 10  # for each of connecting, sending, answering
WHOLE = 25  # seconds for all of it, whatever trickles in
BODIES = timedelta(days=180)  # how long the masked body of a message is kept; its hash and size stay
FAILURES = 3  # in a row, and the breaker opens
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=10)
BUSY = timedelta(seconds=5)
LONGEST_BODY_KEPT = 20_000  # characters
CHANGES = 500  # lines of timelines looked through at a time


class NotTakenError(Exception):
    """The system answered, and did not take the message."""


def send_push(row: Outbox) -> Callable[[Outbox], None]:
    """Outbox sender `push`: POST the task with its own fields and files; 2xx is the proof of receipt.

    A system that is away opens the breaker, and its messages wait without losing an attempt; one that answers anything
    but 2xx has lost one. Raises Later, NotTakenError.
    """
    task = Task.objects.select_related("application", "department").get(pk=row.payload["task"])
    found = Connection.objects.select_related("user").filter(pk=task.department_id, active=True).first()
    if found is None or not found.pushes or not found.works_on(task.item_code):
        return deliver_entry  # nobody to push to any more: the portal's own queue is where it arrives
    if found.open_until is not None and timezone.now() < found.open_until:
        raise Later(found.open_until, "the department's system is away")
    with _alone(found) as alone:
        if not alone:
            raise Later(timezone.now() + BUSY, "another message to this system is under way")
        at = _send(found, task, row)
    return lambda _: stamp(task, at)


@contextmanager
def _alone(found: Connection) -> Iterator[bool]:
    """Whether nobody else sends to this system now: one that hangs holds one worker's place and no more."""
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('push'), hashtext(%s))", [found.pk])
        (mine,) = cursor.fetchone()
        try:
            yield mine
        finally:
            if mine:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('push'), hashtext(%s))", [found.pk])


def _send(found: Connection, task: Task, row: Outbox) -> datetime:
    body = _body(found, task, row.payload["kind"])
    began, now = time.monotonic(), timezone.now()
    log = Push(
        connection=found,
        task=task,
        message=row.dedupe,
        kind=row.payload["kind"],
        at=now,
        size=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
        body=mask_within(body.decode())[:LONGEST_BODY_KEPT],
    )
    try:
        log.status = _post(found, row.dedupe, body)
    except (OSError, http.client.HTTPException) as away:
        log.error = type(away).__name__
    log.milliseconds = round((time.monotonic() - began) * 1000)
    log.save()
    if log.received:
        _reached(found)
        return timezone.now()
    if not log.status or log.status >= 500 or log.status == 429:
        until = _missed(found)
        if not log.status:
            raise Later(until, f"the department's system is away: {log.error}")
    raise NotTakenError(f"the department's system answered {log.status}")


def _body(found: Connection, task: Task, kind: str) -> bytes:
    reader = actor_for(found.user)
    detail = task_detail(reader, own_task(reader, task.pk))
    message = {"type": kind, "timestamp": timezone.now().isoformat(), "data": detail}
    rendered: bytes = JSONRenderer().render(message)
    return rendered


def _post(found: Connection, message: str, body: bytes) -> int:
    """The status that the system answered with. A redirect is not followed. Raises OSError, HTTPException."""
    address, at = urlsplit(found.address), datetime.now(UTC)
    valid = found.keys.filter(revoked_at=None)
    signatures = [Webhook(key.push_secret).sign(message, at, body.decode()) for key in valid]
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "webhook-id": message,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    line = kind(address.hostname or "", address.port, timeout=SECONDS)
    cut = threading.Timer(WHOLE, _cut, [line])
    cut.start()
    try:
        line.request("POST", (address.path or "/") + (f"?{address.query}" if address.query else ""), body, headers)
        return line.getresponse().status
    finally:
        cut.cancel()
        line.close()


def _cut(line: http.client.HTTPConnection) -> None:
    """The other side trickles: end the conversation; whoever reads on it finds its end."""
    if line.sock is not None:
        with contextlib.suppress(OSError):
            line.sock.shutdown(socket.SHUT_RDWR)


def _missed(found: Connection) -> datetime:
    """One more failure in a row; from the third on the breaker is open, longer each time. Returns when to try again."""
    with transaction.atomic():
        held = Connection.objects.select_for_update().get(pk=found.pk)
        held.failures += 1
        pause = min(FIRST_PAUSE * 2 ** max(0, min(held.failures, 20) - FAILURES), LONGEST_PAUSE)
        held.open_until = timezone.now() + pause if held.failures >= FAILURES else None
        held.save(update_fields=["failures", "open_until"])
    return held.open_until or timezone.now() + BUSY


def _reached(found: Connection) -> None:
    """The system took a message: the breaker closes, and whatever waited for it is due at once."""
    away = found.failures > 0
    Connection.objects.filter(pk=found.pk).update(failures=0, open_until=None, reached_at=timezone.now())
    if away:
        due_at_once("push", f"dept.{found.pk}")


def forget_bodies() -> int:
    """Beat, each night: bodies of old messages go. Returns how many; what was sent and when stays provable by the hash."""
    old = Push.objects.filter(at__lt=timezone.now() - BODIES, body__isnull=False)
    return old.update(body=None)


def push_changes() -> int:
    """Beat, each minute: what happened since to tasks that a system has, by whoever's act, one message a task.

    Returns how many. Reads the timeline from where it last stopped, so it is right after an outage of any length.
    """
    return sum(
        _changes(pk) for pk in Connection.objects.filter(active=True).exclude(address="").values_list("pk", flat=True)
    )


@transaction.atomic
def _changes(department: str) -> int:
    found = Connection.objects.select_for_update().get(pk=department)
    if not found.cursor:  # connected just now: what happened before stands in the tasks that it is sent
        Connection.objects.filter(pk=found.pk).update(cursor=newest_line())
        return 0
    rows = list(settled_before(found.cursor).values_list("pk", "application_id", "kind")[:CHANGES])
    if not rows:
        return 0
    last = {case: pk for pk, case, kind in rows if kind not in ("dispatched", "looked")}
    tasks = Task.objects.filter(department=found.pk, application__in=last).exclude(delivered_at=None)
    entries = [
        pushed(task, CHANGED, f"{task.pk}:{last[task.application_id]}")
        for task in tasks.order_by("pk")
        if found.works_on(task.item_code)
    ]
    put(*entries)
    Connection.objects.filter(pk=found.pk).update(cursor=rows[-1][0])
    return len(entries)
