"""The way out: rows written with the decision, carried out by workers, swept by state. The broker only wakes.

Losing, doubling or delaying a nudge is harmless: a row is leased by one worker at a time, and its effect commits
together with the mark that it is done.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from foundation.masking import mask_within
from foundation.outbox.models import Outbox, State

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=10)  # longer than the hard time limit of a job
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=2)
ATTEMPTS = 12
BATCH = 20  # rows a message: what one job can carry out within its time limit


@dataclass(frozen=True)
class Entry:
    """What `put` writes. `dedupe` makes the same effect impossible twice; `payload` holds ids only."""

    kind: str
    key: str
    dedupe: str
    queue: str = "default"
    payload: dict[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None


class Later(Exception):
    """Raised by a sender that cannot try now: no attempt is counted, the row is due again at `until`."""

    def __init__(self, until: datetime, why: str) -> None:
        super().__init__(why)
        self.until = until


def put(*entries: Entry) -> None:
    """Write the entries in the caller's transaction in one statement and nudge their queues after commit.

    An entry whose `dedupe` exists already is dropped. A broker that is away is logged and never raised.
    """
    if not entries:
        return
    now = timezone.now()
    Outbox.objects.bulk_create(
        [
            Outbox(kind=e.kind, key=e.key, dedupe=e.dedupe, queue=e.queue, payload=e.payload, due_at=e.due_at or now)
            for e in entries
        ],
        ignore_conflicts=True,
    )
    dedupes: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        if entry.due_at is None or entry.due_at <= now:
            dedupes[entry.queue].append(entry.dedupe)
    if settings.OUTBOX_NUDGE and dedupes:
        transaction.on_commit(lambda: _nudge(dedupes), robust=True)


def _nudge(dedupes: dict[str, list[str]]) -> None:
    try:
        for queue, names in dedupes.items():
            for start in range(0, len(names), BATCH):
                part = names[start : start + BATCH]
                current_app.send_task("foundation.outbox.jobs.deliver_these", args=[part], queue=queue, retry=False)
    except Exception as away:  # whatever a broker may do, the decision stands and the sweeper finds the rows
        log.warning("broker away, the sweeper will find %d rows: %s", sum(map(len, dedupes.values())), away)


def due(now: datetime) -> QuerySet[Outbox]:
    """Rows to carry out, found by state: pending and due, or leased by a worker that never came back."""
    return Outbox.objects.filter(
        Q(state=State.PENDING, due_at__lte=now) | Q(state=State.LEASED, leased_until__lt=now)
    ).order_by("due_at", "id")


def deliver(row_id: int) -> str:
    """Lease the row, run its handler, mark it done together with the effect. Returns done, busy, later, failed or dead.

    `busy`: another worker has it, it is done, or it is not due yet. `dead`: after twelve attempts, those counted that
    took their worker along. What talks to a system elsewhere is a sender: it runs outside any transaction and returns
    what is to be written down.
    """
    outcome = _lease(row_id)
    if isinstance(outcome, str):
        return outcome
    try:
        sender = settings.OUTBOX_SENDERS.get(outcome.kind)
        handler = import_string(sender)(outcome) if sender else import_string(settings.OUTBOX_HANDLERS[outcome.kind])
        with transaction.atomic():
            row = Outbox.objects.select_for_update().get(pk=row_id)
            if row.state != State.LEASED:
                return "busy"
            handler(row)
            Outbox.objects.filter(pk=row_id).update(
                state=State.DONE, done_at=timezone.now(), leased_until=None, last_error=""
            )
    except Later as later:
        return _later(row_id, later)
    except Exception as problem:
        log.exception("outbox row %s failed", row_id)
        return _failed(row_id, problem)
    return "done"


@transaction.atomic
def _lease(row_id: int) -> Outbox | str:
    now = timezone.now()
    row = due(now).select_for_update(skip_locked=True).filter(pk=row_id).first()
    if row is None:
        return "busy"
    if row.attempts >= ATTEMPTS:  # each of them ended with its worker: a row that kills is not tried for ever
        Outbox.objects.filter(pk=row_id).update(
            state=State.DEAD,
            leased_until=None,
            last_error=row.last_error or "every worker that took it never came back",
        )
        log.error("outbox row %s is dead: its workers never came back", row_id)
        return "dead"
    Outbox.objects.filter(pk=row_id).update(state=State.LEASED, attempts=F("attempts") + 1, leased_until=now + LEASE)
    return row


def _later(row_id: int, later: Later) -> str:
    Outbox.objects.filter(pk=row_id, state=State.LEASED).update(
        state=State.PENDING,
        attempts=F("attempts") - 1,
        due_at=later.until,
        leased_until=None,
        last_error=mask_within(str(later)[:2000]),
    )
    return "later"


def due_at_once(kind: str, queue: str) -> int:
    """What waits of this kind in this queue is due now, because what held it up is over. Returns how many rows."""
    now = timezone.now()
    rows = Outbox.objects.filter(kind=kind, queue=queue, state=State.PENDING, due_at__gt=now)
    dedupes = list(rows.order_by("id").values_list("dedupe", flat=True)[:500])
    found = rows.update(due_at=now)
    if settings.OUTBOX_NUDGE and dedupes:
        transaction.on_commit(lambda: _nudge({queue: dedupes}), robust=True)
    return found


def _failed(row_id: int, problem: Exception) -> str:
    """Put the row back with a growing wait; after the last attempt it is dead until somebody looks."""
    row = Outbox.objects.get(pk=row_id)
    dead = row.attempts >= ATTEMPTS
    wait = min(FIRST_WAIT * 2 ** (row.attempts - 1), LONGEST_WAIT)
    Outbox.objects.filter(pk=row_id, state=State.LEASED).update(
        state=State.DEAD if dead else State.PENDING,
        due_at=timezone.now() + wait,
        leased_until=None,
        last_error=mask_within(f"{type(problem).__name__}: {problem}"[:2000].replace("\x00", "")),
    )
    return "dead" if dead else "failed"


def deliver_due(limit: int = 10_000) -> int:
    """Carry out what is due in this process, also what that puts in turn. Returns how many were done."""
    done = 0
    while rows := list(due(timezone.now()).values_list("pk", flat=True)[: min(500, limit - done)]):
        outcomes = [deliver(pk) for pk in rows]
        done += outcomes.count("done")
        if set(outcomes) == {"busy"} or done >= limit:
            break
    return done


def sweep(limit: int = 500) -> int:
    """Nudge the queues again for what is due. Returns how many rows; run each minute by beat or by command.

    `limit` holds per queue: a queue that nobody reads does not crowd out the others.
    """
    now = timezone.now()
    dedupes: dict[str, list[str]] = {}
    for queue in due(now).order_by("queue").values_list("queue", flat=True).distinct():
        dedupes[queue] = list(due(now).filter(queue=queue).values_list("dedupe", flat=True)[:limit])
    if dedupes:
        _nudge(dedupes)
    return sum(map(len, dedupes.values()))


@transaction.atomic
def resend(row_ids: Iterable[int]) -> int:
    """Give dead rows all their attempts again, after somebody has looked. Returns how many; others stay as they are."""
    dead = list(Outbox.objects.select_for_update().filter(pk__in=list(row_ids), state=State.DEAD))
    Outbox.objects.filter(pk__in=[row.pk for row in dead]).update(
        state=State.PENDING, attempts=0, due_at=timezone.now()
    )
    dedupes: dict[str, list[str]] = defaultdict(list)
    for row in dead:
        dedupes[row.queue].append(row.dedupe)
    if settings.OUTBOX_NUDGE and dedupes:
        transaction.on_commit(lambda: _nudge(dedupes), robust=True)
    return len(dead)
