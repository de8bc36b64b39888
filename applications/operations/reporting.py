"""上报 (I7): each night the records of ended cases go to the province's library, after our own rules have looked at them.

What is wrong stays here with its sentences, is put right where it was made, and goes with the next night.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone

from applications import library
from applications.models import Application, LibraryRecord, Task
from applications.operations.recording import settled_before
from applications.quality import faults_of
from applications.states import CaseState
from departments.access import Actor
from foundation.errors import NotAllowed
from foundation.outbox.models import Outbox
from foundation.outbox.operations import Entry, Later, put

ENDED = (CaseState.CONCLUDED, CaseState.DELIVERED, CaseState.ARCHIVED, CaseState.DECLINED, CaseState.WITHDRAWN)
BATCH = 100  # cases
AWAY = timedelta(minutes=10)


@transaction.atomic
def upload_ended() -> int:
    """Beat, each night: every ended case that something happened to, and all that was not taken before. Returns how many."""
    known = LibraryRecord.objects.aggregate(upto=Max("upto"))["upto"] or 0
    lines = settled_before(known)
    upto = lines.aggregate(upto=Max("pk"))["upto"] or known
    touched = Application.objects.filter(pk__in=lines.order_by().values("application_id"), state__in=ENDED)
    left = LibraryRecord.objects.filter(state__in=LibraryRecord.OPEN)
    cases = sorted({*touched.values_list("pk", flat=True), *left.values_list("application_id", flat=True)})
    _queue(cases, upto)
    return len(cases)


@transaction.atomic
def upload_again(*, actor: Actor) -> int:
    """现在再报: what was held or given back, without waiting for the night. Returns how many. Raises NotAllowed."""
    if not actor.supervisor:
        raise NotAllowed("由督查定。")
    left = LibraryRecord.objects.filter(state__in=LibraryRecord.OPEN)
    cases = sorted(left.values_list("application_id", flat=True))
    known = left.aggregate(upto=Max("upto"))["upto"] or 0
    _queue(cases, known)
    return len(cases)


def _queue(cases: Sequence[int], upto: int) -> None:
    when = f"{timezone.now():%Y%m%d%H%M%S}"
    entries = []
    for start in range(0, len(cases), BATCH):
        key, some = f"{when}:{start}", cases[start : start + BATCH]
        entries.append(Entry("library", key, f"library:{key}", "papers", {"cases": some, "upto": upto}))
    put(*entries)


def send_records(row: Outbox) -> Callable[[Outbox], None]:
    """Outbox sender `library`: check each record of the batch, send the good ones, write down what became of each.

    A record that the library has already, unchanged, is not sent again. Raises Later while the library is away, which costs no attempt.
    """
    cases = Application.objects.select_related("applicant", "organisation", "matter").filter(
        pk__in=row.payload["cases"]
    )
    records = {case.pk: record_of(case) for case in cases.prefetch_related("tasks__department")}
    twice = _used_twice(records.values())
    now, before = timezone.now(), LibraryRecord.objects.in_bulk(records, field_name="application_id")
    rows = {pk: _checked(pk, record, twice, now, row.payload["upto"]) for pk, record in records.items()}
    for pk, found in before.items():
        if found.state == LibraryRecord.TAKEN and found.sha256 == rows[pk].sha256:
            rows[pk] = found
            found.upto = row.payload["upto"]
    good = [pk for pk, found in rows.items() if found.state == LibraryRecord.WAITING]
    if good and library.available():
        try:
            answer = library.send([records[pk] for pk in good])
        except library.Fault as away:
            raise Later(now + AWAY, "the province's library is away") from away
        for pk in good:
            _answered(rows[pk], answer, records[pk]["number"], now)
    return lambda _: _write(rows.values())


def record_of(case: Application) -> dict[str, Any]:
    """The record of a case as the library takes it; days are dates. Reads `tasks` as they were prefetched."""
    tasks = sorted((task for task in case.tasks.all() if not task.dropped), key=lambda task: task.position)
    unit = case.organisation
    return {
        "number": case.number,
        "matter": case.matter.name,
        "matter_code": case.matter_id,
        "channel": case.channel,
        "applicant": {
            "name": case.applicant.name,
            "id_type": case.applicant.id_type,
            "id_number": case.applicant.id_number,
        },
        "organisation": {"name": unit.name, "uscc": unit.uscc} if unit else None,
        "state": case.state,
        "outcome": case.outcome,
        "submitted_on": timezone.localdate(case.submitted_at),
        "accepted_on": case.accepted_on,
        "promised_due": case.promised_due,
        "concluded_on": timezone.localdate(case.concluded_at) if case.concluded_at else None,
        "delivered_on": timezone.localdate(case.delivered_at) if case.delivered_at else None,
        "items": [_item(task) for task in tasks],
    }


def _item(task: Task) -> dict[str, Any]:
    return {
        "code": task.item_code,
        "name": task.item_name,
        "department": task.department.name,
        "state": task.state,
        "accepted_on": task.accepted_on,
        "due": task.due,
        "decided_on": timezone.localdate(task.decided_at) if task.decided_at else None,
        "decision_number": task.decision_number,
        "result_number": task.result_number,
    }


def _used_twice(records: Iterable[dict[str, Any]]) -> set[str]:
    """The numbers of decisions in these records that more than one case bears. One query."""
    numbers = {item["decision_number"] for record in records for item in record["items"]} - {""}
    found = Task.objects.filter(decision_number__in=numbers).order_by().values_list("decision_number")
    return {number for number, n in found.annotate(n=Count("application", distinct=True)) if n > 1}


def _checked(pk: int, record: dict[str, Any], twice: set[str], now: datetime, upto: int) -> LibraryRecord:
    faults = faults_of(record, twice)
    told = json.dumps(record, ensure_ascii=False, sort_keys=True, default=str)
    return LibraryRecord(
        application_id=pk,
        state=LibraryRecord.HELD if faults else LibraryRecord.WAITING,
        faults=[[fault.dimension, fault.text] for fault in faults],
        sha256=hashlib.sha256(told.encode()).hexdigest(),
        upto=upto,
        checked_at=now,
    )


def _answered(row: LibraryRecord, answer: library.Answer, number: str, now: datetime) -> None:
    if number in answer.taken:
        row.state, row.their_number = LibraryRecord.TAKEN, answer.taken[number][:60]
    elif number in answer.given_back:
        row.state, row.reason = LibraryRecord.GIVEN_BACK, answer.given_back[number][:500]
    else:
        return
    row.sent_at, row.source = now, answer.source[:60]


def _write(rows: Iterable[LibraryRecord]) -> None:
    fields = ["state", "faults", "reason", "their_number", "source", "sha256", "upto", "checked_at", "sent_at"]
    LibraryRecord.objects.bulk_create(rows, update_conflicts=True, unique_fields=["application"], update_fields=fields)
