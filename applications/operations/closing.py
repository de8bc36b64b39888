"""What follows from a task becoming final: dependents start or end, days move, the case ends, somebody is asked."""

from collections.abc import Mapping
from datetime import date

from django.utils import timezone

from applications import clocks
from applications.joining import by_code, doomed, essential_lost, may_start, outcome
from applications.lifecycle import move, move_all
from applications.models import Application, Event, Suspension, Task
from applications.numbers import pickup_code
from applications.operations.committing import grant_promised
from applications.operations.dispatch import clocks_of, live, view_of
from applications.operations.recording import event, inform, paper, record
from applications.states import CaseState, Outcome, TaskState
from departments.access import Actor
from departments.calendar import current_calendar
from departments.workdays import Calendar
from foundation.outbox.operations import Entry, put
from matters.published import plan_of


def settle(
    case: Application,
    tasks: list[Task],
    actor: Actor,
    events: list[Event],
    entries: list[Entry] | None = None,
    *,
    told: bool = False,
) -> None:
    """Draw the consequences in the caller's transaction; the caller holds the locks and has moved its own task.

    `events` and `entries` are what the caller itself wants written; everything goes out in one statement each. `told`: what
    the applicant hears of the end is among them.
    """
    entries = list(entries or [])
    tasks = live(tasks)
    today = timezone.localdate()
    _end_doomed(case, tasks, actor, events, entries)
    _start_waiting(case, tasks, actor, events)
    while grant_promised(case, tasks, actor, events, entries):
        _start_waiting(case, tasks, actor, events)
    ended = outcome(by_code(view_of(task) for task in tasks).copy())
    if ended is not None:
        if any(_may_have_paused(task) for task in tasks):
            _end_pauses(tasks, _pauses(case), today)
        _conclude(case, ended, actor, events, [] if told else entries)
    else:
        calendar = current_calendar()
        move_days(case, tasks, today, calendar, entries)
        _ask_applicant(case, tasks, actor, events, entries)
    if case.added_accept_by and not any(task.state == TaskState.PENDING for task in tasks):
        case.added_accept_by = None
        Application.objects.filter(pk=case.pk).update(added_accept_by=None)
    record(events)
    put(*entries)


def _end_doomed(case: Application, tasks: list[Task], actor: Actor, events: list[Event], entries: list[Entry]) -> None:
    reasons = doomed(by_code(view_of(task) for task in tasks))
    if not reasons:
        return
    names = {task.item_code: task.item_name for task in tasks}
    ending = [task for task in tasks if task.item_code in reasons]
    for task in ending:
        cause = names[reasons[task.item_code]]
        task.ended_by = reasons[task.item_code]
        task.reason = f"前置事项“{cause}”没有获准，本事项不能继续办理"
        events.append(event(case, "terminated", f"{task.item_name}终止：{task.reason}", actor, task=task))
        entries.append(paper("termination", case, task))
    move_all(ending, "terminate", actor, ("ended_by", "reason"))


def _start_waiting(case: Application, tasks: list[Task], actor: Actor, events: list[Event]) -> None:
    views = by_code(view_of(task) for task in tasks)
    ready = [t for t in tasks if t.state == TaskState.WAITING and may_start(views[t.item_code], views)]
    for task in ready:
        events.append(event(case, "started", f"{task.item_name}开始审查", actor, task=task))
    move_all(ready, "start", actor)


def pauses_of(case: Application, today: date, calendar: Calendar) -> dict[int, int]:
    """Working days each task of the case has stood still by law so far, the running pause up to today. One query."""
    return _count_pauses(_pauses(case), today, calendar, {})


def _pauses(case: Application) -> list[Suspension]:
    return list(Suspension.objects.filter(task__application=case))


def _end_pauses(tasks: list[Task], pauses: list[Suspension], today: date) -> None:
    """A task that ended while it stood still stands still no longer, or its pause would grow for ever."""
    over = {task.pk for task in tasks if not task.is_open}
    ended = [pause for pause in pauses if pause.ended_on is None and pause.task_id in over]
    for pause in ended:
        pause.ended_on = today
    if ended:
        Suspension.objects.bulk_update(ended, ["ended_on"])


def _may_have_paused(task: Task) -> bool:
    """The query that locked the tasks has looked (`lock_tasks`); a pause that begins in this very transaction it missed."""
    return getattr(task, "was_suspended", True) or task.state == TaskState.SUSPENDED


def _count_pauses(
    pauses: list[Suspension], today: date, calendar: Calendar, since: Mapping[int, date]
) -> dict[int, int]:
    days: dict[int, int] = {}
    for pause in pauses:
        began = max(pause.started_on, since.get(pause.task_id, pause.started_on))
        ended = pause.ended_on or max(today, began)
        days[pause.task_id] = days.get(pause.task_id, 0) + clocks.paused_days(began, ended, calendar)
    return days


def move_days(case: Application, tasks: list[Task], today: date, calendar: Calendar, entries: list[Entry]) -> None:
    """Days of the open tasks of a locked, accepted case, own acceptances that begin now, and the two dates of the matter.

    What follows is added to `entries`, which the caller puts.
    """
    assert case.accepted_on is not None
    pauses = _pauses(case) if any(_may_have_paused(task) for task in tasks) else []
    _end_pauses(tasks, pauses, today)
    all_clocks = clocks_of(case, tasks, calendar, _count_pauses(pauses, today, calendar, {}))
    due = clocks.due_days(all_clocks, case.accepted_on, calendar)
    ahead = clocks.begin_by(all_clocks, case.accepted_on, calendar)
    views = by_code(view_of(task) for task in tasks)
    open_now = [task for task in tasks if task.is_open and task.state != TaskState.PENDING]
    for task in open_now:
        free = not task.awaits_applicant and all(views[code].favourable for code in (*task.after, *task.starts_after))
        if task.own_acceptance and task.accepted_on is None and free:
            task.accepted_on = today
            entries.append(paper("acceptance", case, task))
    own_pauses = _count_pauses(pauses, today, calendar, {t.pk: t.accepted_on for t in tasks if t.accepted_on})
    changed = []
    for task in open_now:
        law = task.accepted_on and clocks.term_end(
            task.accepted_on,
            task.statutory_days + task.extended_days,
            calendar,
            calendar_days=task.calendar_days,
            paused=own_pauses.get(task.pk, 0),
        )
        days = (due[task.item_code], law, ahead.get(task.item_code))
        if days != (task.due, task.statutory_due, task.begin_by):
            task.due, task.statutory_due, task.begin_by = days
            changed.append(task)
    if changed:
        Task.objects.bulk_update(changed, ["due", "accepted_on", "statutory_due", "begin_by"])
    promised_days = plan_of(case.revision_id).promised_days
    promised = clocks.promised_due(case.accepted_on, promised_days, all_clocks, calendar)
    expected = clocks.expected(all_clocks, case.accepted_on, today, calendar)
    if (promised, expected) != (case.promised_due, case.expected_due):
        Application.objects.filter(pk=case.pk).update(promised_due=promised, expected_due=expected)
        case.promised_due, case.expected_due = promised, expected


def _ask_applicant(
    case: Application, tasks: list[Task], actor: Actor, events: list[Event], entries: list[Entry]
) -> None:
    """An essential item is lost but others could go on: the applicant decides, outside government time."""
    if case.choice_asked_at is not None or not essential_lost(by_code(view_of(task) for task in tasks)):
        return
    case.choice_asked_at = timezone.now()
    Application.objects.filter(pk=case.pk).update(choice_asked_at=case.choice_asked_at)
    events.append(event(case, "choice", "核心事项没有获准，请申请人选择其余事项继续办理还是撤回", actor))
    entries.append(inform("choice", case))


def _conclude(case: Application, ended: Outcome, actor: Actor, events: list[Event], entries: list[Entry]) -> None:
    if case.state != CaseState.ACCEPTED:
        return
    now = timezone.now()
    today = timezone.localdate(now)
    move(case, "conclude", actor, outcome=ended, concluded_at=now, expected_due=today, pickup_code=pickup_code())
    events.append(event(case, "concluded", f"全部办结：{ended.label}", actor))
    entries.append(inform("withdrawn" if ended == Outcome.WITHDRAWN else "concluded", case))
