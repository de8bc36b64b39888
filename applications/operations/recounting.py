"""重算: a year is imported or a typhoon closes the offices; every running case is counted anew, and who it moves is told.

The calendar carries no time of change, so beat compares it with the one counted by last. Every day is counted from
where its term began, never shifted: counting twice changes nothing, and an interrupted count is simply taken up again.
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from applications.clocks import acceptance_due, kept_open
from applications.models import Application, CaseMaterial, CoCheck, Correction, Event, MovedDay, Recount, Task
from applications.operations.closing import move_days
from applications.operations.cochecking import last_day
from applications.operations.deferring import fix_days
from applications.operations.dispatch import live
from applications.operations.recording import event, inform, lock_tasks, record
from applications.states import CASE_RUNNING, ON_THE_DESK, CaseState, MaterialState, TaskState
from departments.access import SYSTEM
from departments.calendar import current_calendar
from departments.workdays import Calendar
from foundation.outbox.operations import Entry, put
from foundation.templatetags.portal_text import cn_date

PROMISE = "承诺办结日"
PREVIEWED = 300  # cases that a request counts at most; the worker counts them all


def recount_running() -> int:
    """Count the running cases by the calendar as it is now, if it changed. Returns how many cases moved.

    The first count only remembers the calendar: every case was counted by it when its days were set.
    """
    calendar = current_calendar()
    run = _begin(calendar)
    if run is None:
        return 0
    earlier = Recount.objects.filter(pk__lt=run.pk).first()
    assert earlier is not None
    old = Calendar(
        off=frozenset(map(date.fromisoformat, earlier.off)),
        on=frozenset(map(date.fromisoformat, earlier.on)),
        known_through=earlier.known_through,
        thresholds=calendar.thresholds,
    )
    running = list(Application.objects.filter(state__in=CASE_RUNNING).order_by("pk").values_list("pk", flat=True))
    moved = sum(_recount(pk, run, old, calendar) for pk in running)
    Recount.objects.filter(pk__lte=run.pk, done_at=None).update(done_at=timezone.now())
    return moved


@transaction.atomic
def _begin(calendar: Calendar) -> Recount | None:
    """The count to make: one that was interrupted, or a new one where the calendar is another than last time."""
    last = Recount.objects.select_for_update().first()
    off, on = ([day.isoformat() for day in sorted(days)] for days in (calendar.off, calendar.on))
    if last is None:
        now = timezone.now()
        Recount.objects.create(off=off, on=on, known_through=calendar.known_through, at=now, done_at=now)
        return None
    if (last.off, last.on, last.known_through) == (off, on, calendar.known_through):
        return None if last.done_at else last
    changed = sorted((set(last.off) ^ set(off)) | (set(last.on) ^ set(on)))
    return Recount.objects.create(
        off=off, on=on, known_through=calendar.known_through, changed=changed, at=timezone.now()
    )


@dataclass(frozen=True)
class Preview:
    """What a change of the calendar would move. `counted`: cases counted of `running`, the nearest promise first; `told`:
    cases whose applicant would hear."""

    running: int
    reached: int
    counted: int
    moved: int
    told: int
    rows: tuple[MovedDay, ...]


def preview_recount(calendar: Calendar, first: date) -> Preview:
    """What counting by `calendar` would move, nothing of it kept: each running case is counted in a transaction of its
    own that is rolled back. Only cases with a day on or after `first`, the first day that changes, can move.
    """
    old = current_calendar()
    open_tasks = Task.objects.filter(application=OuterRef("pk"), state__in=(*ON_THE_DESK, TaskState.PENDING))
    later = (
        Q(accept_by__gte=first)
        | Q(promised_due__gte=first)
        | Q(added_accept_by__gte=first)
        | Q(Exists(open_tasks.filter(Q(due__gte=first) | Q(statutory_due__gte=first))))
        | Q(Exists(Correction.objects.filter(application=OuterRef("pk"), answered_at=None, answer_by__gte=first)))
        | Q(Exists(CaseMaterial.objects.filter(application=OuterRef("pk"), deferred_until__gte=first)))
    )
    reached = Application.objects.filter(later, state__in=CASE_RUNNING).order_by("promised_due", "pk")
    counted = [_would_move(pk, old, calendar) for pk in reached.values_list("pk", flat=True)[:PREVIEWED]]
    return Preview(
        running=Application.objects.filter(state__in=CASE_RUNNING).count(),
        reached=reached.count(),
        counted=len(counted),
        moved=sum(bool(moves) for moves in counted),
        told=sum(any(move.told for move in moves) for moves in counted),
        rows=tuple(move for moves in counted for move in moves),
    )


def _would_move(case_id: int, old: Calendar, calendar: Calendar) -> list[MovedDay]:
    with transaction.atomic():
        case, moves, _ = _moves(case_id, old, calendar)
        transaction.set_rollback(True)
    for move in moves:
        move.application = case
    return moves


def _moves(case_id: int, old: Calendar, calendar: Calendar) -> tuple[Application, list[MovedDay], list[Entry]]:
    """The case, locked and counted by the calendar, with what moved and what follows from it."""
    related = ("matter", "applicant")
    case = Application.objects.select_related(*related).select_for_update(of=("self",), no_key=True).get(pk=case_id)
    moves, entries = list[MovedDay](), list[Entry]()
    if case.state == CaseState.ACCEPTED:
        moves += _accepted(case, old, calendar, entries)
    elif case.state in (CaseState.SUBMITTED, CaseState.RECEIVED):
        moves += _waiting(case, calendar)
    return case, moves + _corrections(case, calendar), entries


@transaction.atomic
def _recount(case_id: int, run: Recount, old: Calendar, calendar: Calendar) -> bool:
    case, moves, entries = _moves(case_id, old, calendar)
    for move in moves:
        move.recount, move.application = run, case
    MovedDay.objects.bulk_create(moves)
    told = [move for move in moves if move.told]
    if told:
        text = "放假安排有变：" + "；".join(f"{m.what}从{cn_date(m.before)}改到{cn_date(m.after)}" for m in told)
        record([event(case, "recounted", text, SYSTEM)])
        entries.append(inform("recounted", case, round=run.pk))
    put(*entries)
    return bool(moves)


def _moved(what: str, before: date | None, after: date | None, *, told: bool) -> list[MovedDay]:
    if before is None or after is None or before == after:
        return []
    return [MovedDay(what=what, before=before, after=after, told=told)]


def _waiting(case: Application, calendar: Calendar) -> list[MovedDay]:
    """K1 of a case not accepted yet, and the day until which departments may add to the one notice."""
    before, case.accept_by = case.accept_by, acceptance_due(timezone.localdate(case.receipt_at), calendar)
    moves = _moved("受理期限", before, case.accept_by, told=True)
    if moves:
        Application.objects.filter(pk=case.pk).update(accept_by=case.accept_by)
    asked = CoCheck.objects.filter(application=case, answered_at=None).select_related("department")
    for check in asked.filter(round=Correction.objects.filter(application=case).count() + 1):
        until = last_day(case)
        moves += _moved(f"{check.department.short_name}会审", check.until, until, told=False)
        CoCheck.objects.filter(pk=check.pk).update(until=until)
    return moves


def _corrections(case: Application, calendar: Calendar) -> list[MovedDay]:
    """K8: counted from the notice; a day that the window gave on request only leaves a day on which nobody works."""
    correction = Correction.objects.filter(application=case, answered_at=None).last()
    if correction is None or correction.answer_by is None:
        return []
    began, before = timezone.localdate(correction.issued_at), correction.answer_by
    given = Event.objects.filter(application=case, kind="answer_extended", at__gte=correction.issued_at).exists()
    days = calendar.thresholds.value("correction_days", began)
    after = kept_open(before, calendar) if given else calendar.add(began, days)
    if after != before:
        Correction.objects.filter(pk=correction.pk).update(answer_by=after, reminded=None)
    return _moved("补材料的日子", before, after, told=True)


def _accepted(case: Application, old: Calendar, calendar: Calendar, entries: list[Entry]) -> list[MovedDay]:
    """Every term of an accepted case: items, law, promise, papers owed, items still to be taken in."""
    assert case.accepted_on is not None
    today, tasks = timezone.localdate(), live(lock_tasks(case))
    if any(
        task.state == TaskState.SUSPENDED for task in tasks
    ):  # what a running pause moved is no work of the calendar
        move_days(case, tasks, today, old, entries)
    promised = case.promised_due
    days = {task.pk: (task.due, task.statutory_due, task.begin_by) for task in tasks}
    move_days(case, tasks, today, calendar, entries)
    moves = _moved(PROMISE, promised, case.promised_due, told=True)
    for task in tasks:
        due, law, begin_by = days[task.pk]
        moves += _moved(f"{task.item_name}到期日", due, task.due, told=False)
        moves += _moved(f"{task.item_name}法定到期日", law, task.statutory_due, told=False)
        moves += _moved(f"“{task.event[:40]}”最迟的日子", begin_by, task.begin_by, told=True)
    owed = list(
        CaseMaterial.objects.filter(application=case, state=MaterialState.DEFERRED, handed_in_at=None, breach=None)
    )
    until = {row.pk: row.deferred_until for row in owed}
    for began in {task.added_on or case.accepted_on for task in tasks if task.state != TaskState.PENDING}:
        fix_days(case, [row for row in owed if row.extended_from is None], tasks, began, calendar)
    for row in owed:
        if row.extended_from is not None and row.deferred_until is not None:
            row.deferred_until = kept_open(row.deferred_until, calendar)
            CaseMaterial.objects.filter(pk=row.pk).update(deferred_until=row.deferred_until)
        moves += _moved(f"补交“{row.name}”", until[row.pk], row.deferred_until, told=True)
    return moves + _added(case, calendar)


def _added(case: Application, calendar: Calendar) -> list[MovedDay]:
    """K1 of items that changed answers added beside a running case: from the day they were asked for."""
    if case.added_accept_by is None:
        return []
    asked = case.events.filter(kind__in=("replanned", "answered")).order_by("-id").first()
    began = timezone.localdate(asked.at if asked else case.receipt_at)
    before, case.added_accept_by = case.added_accept_by, acceptance_due(began, calendar)
    Application.objects.filter(pk=case.pk).update(added_accept_by=case.added_accept_by)
    return _moved("新增事项受理期限", before, case.added_accept_by, told=True)
