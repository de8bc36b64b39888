"""减负: a newer revision that asks for less reaches the cases that run on an older one, and the applicant is told.

Rule A3. What the rule is stands in `applications/relief.py`; here it is written into one case at a time.
"""

import logging
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone

from applications.clocks import acceptance_due
from applications.lifecycle import move
from applications.models import Application, CaseMaterial, Correction, Task
from applications.operations.recording import event, inform, record
from applications.relief import Eased, Relief, compare, still_open
from applications.states import CASE_RUNNING, FINAL, CaseState, MaterialState
from departments.access import SYSTEM, Actor
from departments.calendar import current_calendar
from foundation.errors import NotAllowed, Refused
from foundation.outbox.operations import put
from matters.models import Revision
from matters.published import plan_of

WAITING = (MaterialState.AWAITING, MaterialState.WRONG, MaterialState.DEFERRED)
BATCH = 500  # cases read at a time; each is written in a transaction of its own
logger = logging.getLogger(__name__)


def relieve_running() -> int:
    """Hold every revision in force against every running case that it has not been held against. Returns how many
    cases were given something.

    Found by state and case by case, a revision at a time in order of number: after an outage of any length the end is
    the same as without one. A case that fails is logged and found again.
    """
    given, last = 0, 0
    while behind := list(_behind().filter(pk__gt=last).order_by("pk").values_list("pk", "number")[:BATCH]):
        last = behind[-1][0]
        for _, number in behind:
            try:
                given += _catch_up(number)
            except Exception:
                logger.exception("case %s could not be held against newer revisions", number)
    return given


def _behind() -> QuerySet[Application]:
    newer = Revision.objects.filter(
        matter=OuterRef("matter"),
        live_from__lte=timezone.now(),
        number__gt=Greatest(OuterRef("considered"), OuterRef("revision__number")),
    )
    found: QuerySet[Application] = Application.objects.filter(Exists(newer), state__in=CASE_RUNNING)
    return found


def _catch_up(number: str) -> bool:
    newer = Revision.objects.filter(
        matter__application__number=number,
        live_from__lte=timezone.now(),
        number__gt=Greatest(F("matter__application__considered"), F("matter__application__revision__number")),
    )
    reached = [relieve(actor=SYSTEM, number=number, revision=one) for one in newer.order_by("number").defer("plan")]
    return any(reached)


@transaction.atomic
def relieve(*, actor: Actor, number: str, revision: Revision) -> bool:
    """Let `revision` reach the case if it asks for less and for nothing more; True when that changed something.

    Held against what the case asks for by now: its own revision, or the last one that gave it something. Papers not
    settled yet need not come any more or may come in the easier way; nothing handed in or decided is touched. Once a
    revision. Raises NotAllowed (the system alone), Refused (not of this matter, not in force yet).
    """
    if not actor.system:
        raise NotAllowed("只有系统按生效的版本减负。")
    case = (
        Application.objects.select_related("matter", "applicant", "revision")
        .defer("revision__plan")
        .select_for_update(of=("self",), no_key=True)
        .get(number=number)
    )
    if revision.matter_id != case.matter_id or revision.live_from > timezone.now():
        raise Refused("这一版不是这件事的，或者还没有生效。")
    if case.state not in CASE_RUNNING or revision.number <= max(case.considered, case.revision.number):
        return False
    columns: dict[str, int] = {"considered": revision.number}
    less = compare(
        plan_of(case.relieved_by_id or case.revision_id),
        plan_of(revision.pk),
        case.answers,
        frozenset(case.commitments),
        case.form,
    )
    relief = None
    if less.reaches:
        rows = {m.material_code: m for m in CaseMaterial.objects.filter(application=case, state__in=WAITING)}
        undecided = Task.objects.filter(application=case).exclude(state__in=FINAL).values_list("item_code", flat=True)
        relief = still_open(less, {code: row.used_by for code, row in rows.items()}, set(undecided))
    if relief:
        columns["relieved_by_id"] = revision.pk
        _write(case, revision, relief, rows, less.fields)
    Application.objects.filter(pk=case.pk).update(**columns)
    return bool(relief)


def _write(
    case: Application, revision: Revision, relief: Relief, rows: Mapping[str, CaseMaterial], fields: tuple[str, ...]
) -> None:
    """The relief in the papers, the open correction and the timeline of the locked case."""
    CaseMaterial.objects.filter(application=case, material_code__in=relief.papers, state__in=WAITING).update(
        state=MaterialState.EXEMPT,
        dropped_by=revision,
        note=f"新版（第 {revision.number} 版）不再要求，不用交",
        deferred_until=None,
        checked_by_name=SYSTEM.name,
        checked_at=timezone.now(),
    )
    CaseMaterial.objects.bulk_update(
        [_ease(rows[one.code], one) for one in relief.eased], ["submit", "copies", "deferrable"]
    )
    text = relief.text(revision.number)
    if case.state == CaseState.CORRECTING:
        text += _drop_asks(case, revision, relief)
    note = f"表单不再要填：{'、'.join(fields)}；已经填的照旧" if fields else ""
    record([event(case, "relief", text, SYSTEM, note=note, revision=revision.number, papers=list(relief.papers))])
    put(inform("relief", case, round=revision.number))


def _ease(row: CaseMaterial, one: Eased) -> CaseMaterial:
    row.submit, row.copies = one.submit or row.submit, one.copies or row.copies
    row.deferrable = row.deferrable or one.deferrable
    return row


def _drop_asks(case: Application, revision: Revision, relief: Relief) -> str:
    """Mark what of the open correction need not be answered. Nothing left: it is answered, and the five working days
    run anew from now, as after any answer. Returns what to add to the line of the timeline.
    """
    correction = Correction.objects.filter(application=case).latest("round")
    correction.asks = [
        {**ask, "dropped": revision.number} if ask.get("material") in relief.papers else ask for ask in correction.asks
    ]
    now = timezone.now()
    if correction.open_asks:
        Correction.objects.filter(pk=correction.pk).update(asks=correction.asks)
        return ""
    accept_by = acceptance_due(timezone.localdate(now), current_calendar())
    move(case, "answer", SYSTEM, receipt_at=now, accept_by=accept_by)
    Correction.objects.filter(pk=correction.pk).update(asks=correction.asks, answered_at=now)
    return f"。要补的都不用补了，{accept_by:%-m 月 %-d 日}前答复是否受理"
