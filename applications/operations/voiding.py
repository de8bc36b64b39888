"""撤销 and 注销: a decision that holds no longer takes its certificate and papers with it, and who supervises the trade is told."""

from collections.abc import Iterable

from applications.models import CasePaper, Certificate, Oversight, Task
from applications.operations.oversight import handed
from foundation.documents.operations import void
from foundation.outbox.operations import Entry

STATES = {Oversight.REVOKED: Certificate.REVOKED, Oversight.CANCELLED: Certificate.CANCELLED}


def void_grants(tasks: Iterable[Task], kind: str, reason: str) -> list[Entry]:
    """Certificates that stand of these granted tasks to their end (`kind`: revoked or cancelled), their papers void with the reason.

    In the caller's transaction; returns what it has to put into the outbox.
    """
    tasks = list(tasks)
    Certificate.objects.filter(task__in=tasks, state=Certificate.VALID).update(state=STATES[kind])
    sheets = CasePaper.objects.filter(task__in=tasks, kind__in=("certificate", "result"), document__voided_at=None)
    for one in sheets:
        void(one.document_id, reason=reason)
    return [handed(kind, task) for task in tasks]
