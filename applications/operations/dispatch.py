"""受理 and 分发: one acceptance opens every task with its clocks; the outbox wakes each department's queue."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.utils import timezone

from applications import clocks
from applications.joining import TaskView, by_code, may_start
from applications.lifecycle import move, move_all
from applications.models import Application, Event, Task
from applications.operations.recording import event, inform, paper, record
from applications.states import TaskState
from departments.access import SYSTEM, Actor
from departments.calendar import current_calendar
from departments.models import Connection
from departments.workdays import Calendar
from foundation.outbox.models import Outbox
from foundation.outbox.operations import Entry, put
from matters.models import Item
from matters.plan import Plan
from matters.published import plan_of

OPENED, CHANGED = "task.opened", "task.changed"


def view_of(task: Task) -> TaskView:
    """The task as `joining` sees it."""
    before = (tuple(task.after), tuple(task.starts_after), tuple(task.results_from))
    return TaskView(task.item_code, task.state, task.essential, *before, task.awaits_applicant)


def clock_of(task: Task, paused: int = 0, late: int = 0) -> clocks.TaskClock:
    """The task as `clocks` sees it; `paused` and `late` in working days."""
    favourable = task.state in (TaskState.GRANTED, TaskState.PASSED_UP) and task.decided_at
    return clocks.TaskClock(
        code=task.item_code,
        own_days=task.own_days,
        after=(*task.after, *task.results_from),
        starts_after=tuple(task.starts_after),
        paused=paused,
        decided_on=timezone.localdate(task.decided_at) if favourable and task.decided_at else None,
        ended=not task.is_open and not favourable,
        late=late,
        extended=task.extended_days,
        calendar_days=task.calendar_days,
        event_days=task.event_days,
        begun_on=task.begun_on,
    )


def clocks_of(
    case: Application, tasks: list[Task], calendar: Calendar, pauses: Mapping[int, int]
) -> list[clocks.TaskClock]:
    """The clocks that run in an accepted case: of every task but those that still wait to be accepted.

    `pauses`: task id → working days.
    """
    assert case.accepted_on is not None
    return [
        clock_of(
            task,
            pauses.get(task.pk, 0),
            calendar.between(case.accepted_on, task.added_on) if task.added_on else 0,
        )
        for task in tasks
        if task.state != TaskState.PENDING
    ]


def live(tasks: list[Task]) -> list[Task]:
    """The tasks that belong to the case under the answers as they stand."""
    return [task for task in tasks if not task.dropped]


def open_tasks(
    case: Application,
    tasks: list[Task],
    actor: Actor,
    *,
    accepted_on: date,
    transition: str,
    deemed: bool = False,
    only: Collection[str] = (),
) -> None:
    """Accept the locked case as of `accepted_on` and send every pending task out, in the caller's transaction.

    `only`: codes of items, where the others are accepted later.
    """
    calendar = current_calendar()
    plan = plan_of(case.revision_id)
    pending = [t for t in tasks if t.state == TaskState.PENDING and (not only or t.item_code in only)]
    all_clocks = [clock_of(task) for task in pending]
    _start_clocks(pending, all_clocks, plan, accepted_on, accepted_on, calendar)
    move(
        case,
        transition,
        actor,
        accepted_on=accepted_on,
        deemed=deemed,
        promised_due=clocks.promised_due(accepted_on, plan.promised_days, all_clocks, calendar),
        expected_due=clocks.expected(all_clocks, accepted_on, timezone.localdate(), calendar),
    )
    _send_out(pending, tasks, actor)
    departments = len({task.department_id for task in pending})
    text = f"受理，{len(pending)} 个事项分给 {departments} 个部门同时审"
    if deemed:
        text = "受理期限内没有答复，依法视为收件当日已经受理（行政许可法第三十二条）"
    record([event(case, "accepted", text, actor, deemed=deemed)])
    put(
        *[_dispatch(task) for task in pending],
        paper("acceptance", case),
        inform("deemed" if deemed else "accepted", case),
    )


def open_added(
    case: Application, tasks: list[Task], actor: Actor, *, accepted_on: date, entries: list[Entry], events: list[Event]
) -> None:
    """Accept the items that changed answers added to the locked, accepted case: their own clocks start at `accepted_on`.

    Fills `entries` and `events` for the caller to write; `tasks` are the live ones of the case.
    """
    assert case.accepted_on is not None
    calendar, plan = current_calendar(), plan_of(case.revision_id)
    pending = [task for task in tasks if task.state == TaskState.PENDING]
    for task in pending:
        task.added_on = accepted_on
    late = calendar.between(case.accepted_on, accepted_on)
    running = clocks_of(case, tasks, calendar, {}) + [clock_of(task, late=late) for task in pending]
    _start_clocks(pending, running, plan, case.accepted_on, accepted_on, calendar)
    _send_out(pending, tasks, actor, "added_on")
    names = "、".join(task.item_name for task in pending)
    events.append(event(case, "accepted", f"受理新增事项：{names}", actor))
    entries += [_dispatch(task) for task in pending]
    entries += [paper("acceptance", case, task) for task in pending if not task.own_acceptance]


def _start_clocks(
    pending: list[Task],
    all_clocks: list[clocks.TaskClock],
    plan: Plan,
    case_day: date,
    accepted_on: date,
    calendar: Calendar,
) -> None:
    """Due days of tasks accepted now; `case_day` is the acceptance of the case, from which planned days count."""
    due = clocks.due_days(all_clocks, case_day, calendar)
    finish = clocks.finishes(all_clocks, case_day, calendar)
    ahead = clocks.begin_by(all_clocks, case_day, calendar)
    late = {clock.code: clock.late for clock in all_clocks}
    creates = {code: item.creates_applicant for code, item in plan.items.items()}
    arranged = {item.code: item for item in Item.objects.filter(code__in=late).only("code", "review_steps", "limited")}
    for task in pending:
        # What is decided on the spot, or by the applicant's own promise, has one hand.
        own = arranged.get(task.item_code)
        task.review_steps = own.review_steps if own and task.own_days else 1
        task.limited = own is not None and own.limited
        task.due, task.begin_by = due[task.item_code], ahead.get(task.item_code)
        law = clocks.term_end(accepted_on, task.statutory_days, calendar, calendar_days=task.calendar_days)
        task.own_acceptance = clocks.accepted_on_its_own(
            kind=task.kind,
            finish=finish[task.item_code] - late[task.item_code],
            statutory_days=calendar.between(accepted_on, law),
            waits=bool(task.starts_after or task.event_days),
            before=task.after,
            creates=creates,
        )
        if not task.own_acceptance:
            task.accepted_on, task.statutory_due = accepted_on, law


def _send_out(pending: list[Task], tasks: list[Task], actor: Actor, *more: str) -> None:
    views = by_code(view_of(task) for task in tasks)
    columns = ("due", "begin_by", "own_acceptance", "accepted_on", "statutory_due", "review_steps", "limited", *more)
    ready = [task for task in pending if may_start(views[task.item_code], views)]
    move_all(ready, "open", actor, columns)
    move_all([task for task in pending if task not in ready], "wait", actor, columns)


def _dispatch(task: Task) -> Entry:
    return Entry(
        kind="dispatch",
        key=str(task.pk),
        dedupe=f"dispatch:{task.pk}",
        queue=f"dept.{task.department_id}",
        payload={"task": task.pk},
    )


def dispatch_again(task: Task) -> Entry:
    """The same for a task that another department gets: the queue is its new one's."""
    return Entry(
        kind="dispatch",
        key=str(task.pk),
        dedupe=f"dispatch:{task.pk}:{task.department_id}",
        queue=f"dept.{task.department_id}",
        payload={"task": task.pk},
    )


def pushed(task: Task, kind: str, key: str) -> Entry:
    """The outbox entry that pushes a task to its department's own system once for each `key`."""
    payload = {"task": task.pk, "kind": kind}
    return Entry("push", key, f"push:{key}", f"dept.{task.department_id}", payload)


def deliver_entry(row: Outbox) -> None:
    """Outbox handler `dispatch`: stamp the proof of receipt once. The department can work before and without it.

    Where a system of the department's own works on the item, it is pushed there (or asked for), and the system's word
    is the receipt.
    """
    task = Task.objects.select_related("application", "department").get(pk=row.payload["task"])
    found = Connection.objects.filter(pk=task.department_id, active=True).first()
    if found is not None and found.works_on(task.item_code):
        put(*([pushed(task, OPENED, f"{task.pk}:{task.department_id}")] if found.pushes else []))
        return
    stamp(task, timezone.now(), "")


def stamp(task: Task, at: datetime, system: str = "的系统") -> None:
    """部门接收: the time at which the department, or its own `system`, got the task; said once, in the timeline too."""
    if Task.objects.filter(pk=task.pk, delivered_at=None).update(delivered_at=at):
        text = f"{task.item_name}已送到{task.department.short_name}{system}"
        Event.objects.bulk_create([event(task.application, "dispatched", text, SYSTEM, task=task)])
