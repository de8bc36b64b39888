"""文书: which official paper follows from which act. A worker issues each once (kind `paper`).

What the papers say: `papers_intake.py`, `papers_signed.py`, `papers_approved.py`, `papers_result.py`; the register: `paper_register.py`.
"""

from collections.abc import Callable
from typing import Any

from applications.models import Application, CasePaper, Task
from applications.operations import (
    papers_approved,
    papers_fee,
    papers_hearing,
    papers_inspection,
    papers_intake,
    papers_promise,
    papers_result,
    papers_signed,
)
from foundation.outbox.models import Outbox

MAKERS: dict[str, Callable[[str, Application, Task | None, dict[str, Any]], None]] = {
    "receipt": papers_intake.receipt,
    "acceptance": papers_intake.acceptance,
    "correction": papers_intake.correction,
    "decline": papers_intake.decline,
    "fix": papers_intake.fixed,
    "deferral-promise": papers_signed.deferral_promise,
    "mandate": papers_signed.mandate,
    "filled-form": papers_signed.filled,
    "originals-kept": papers_signed.originals,
    "originals-back": papers_signed.originals,
    "supplement": papers_approved.supplement,
    "revocation": papers_approved.revocation,
    "extension": papers_approved.extension,
    "promise": papers_promise.promise,
    "fix-order": papers_promise.fix_order,
    "promise-revocation": papers_promise.revocation,
    "charge": papers_fee.charge,
    "hearing-offer": papers_hearing.offer,
    "hearing-notice": papers_hearing.notice,
    "hearing-minutes": papers_hearing.minutes,
    "special-procedure": papers_approved.special_procedure,
    "joint-extension": papers_approved.joint_extension,
    "cancellation": papers_approved.cancellation,
    "replacement": papers_approved.replacement,
    "inspection": papers_inspection.inspected,
    "termination": papers_result.termination,
    "decision-grant": papers_result.grant,
    "decision-refuse": papers_result.refusal,
    "delivery": papers_result.delivered,
}
# Signed by hand; until the signed scan is there the window is told so.
TO_SIGN = ("fix", "deferral-promise", "mandate", "filled-form", "originals-kept", "originals-back", "delivery")
# With the query code, or with all that was typed: the applicant's and the window's, no department's.
PRIVATE = ("receipt", "mandate", "filled-form")


def issue_entry(row: Outbox) -> None:
    """Outbox handler `paper`: enter the paper in the register once; rendering follows by itself."""
    if CasePaper.objects.filter(key=row.key).exists():
        return
    payload = row.payload
    related = ("matter", "applicant", "organisation", "agent", "received_by")
    case = Application.objects.select_related(*related).get(pk=payload["application"])
    task = Task.objects.select_related("department").get(pk=payload["task"]) if payload["task"] else None
    if task is not None:
        task.application = case
    MAKERS[payload["kind"]](row.key, case, task, payload)
