"""改变情形: after filing the applicant gives other answers, and the case follows them (rule E16).

What still applies goes on as it is: decided items, checked papers, running clocks. Added items are taken in like the
first ones, with five days and clocks of their own; items that no longer apply end, without a decision against them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from applications import access
from applications.clocks import acceptance_due
from applications.filling import faults, kept
from applications.lifecycle import move_all
from applications.models import Application, CaseMaterial, Event, Task
from applications.operations.closing import settle
from applications.operations.dispatch import live
from applications.operations.recording import event, inform, lock_case, lock_tasks, paper, record
from applications.operations.submission import FormFaults, materials_of, tasks_of
from applications.states import BEFORE_ACCEPTANCE, CaseState, MaterialState, TaskState
from departments.access import Actor
from departments.calendar import current_calendar
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.operations import Entry, put
from matters.comparing import differences
from matters.plan import Scheme, missing_answers, scheme
from matters.published import plan_of

WHY = "申请人改变了情形，这一项不再需要办理"
NOT_NEEDED = "情形改变，不再需要"
# What the plan says of a task, and may say otherwise under other answers.
OF_THE_PLAN = ("essential", "after", "starts_after", "results_from", "own_days", "event", "event_days", "position")


@dataclass(frozen=True)
class Replanned:
    """The tasks that the change concerns, in the order of the plan."""

    added: tuple[Task, ...]
    restored: tuple[Task, ...]
    dropped: tuple[Task, ...]

    @property
    def newcomers(self) -> tuple[Task, ...]:
        return (*self.restored, *self.added)


@transaction.atomic
def replan(*, actor: Actor, number: str, answers: Mapping[str, str], values: Mapping[str, Any]) -> Application:
    """Let the case follow `answers`; `values` are fields that it did not have to fill in before.

    Raises Application.DoesNotExist, NotAllowed (not the applicant, nor the window for them), Conflict (over, or a choice
    is open), Refused (unanswered questions, nothing changes, an item that has already ended here), FormFaults.
    """
    case = lock_case(actor, number)
    if not access.acts_for_applicant(case, actor):
        raise NotAllowed("只有申请人或者窗口可以改情形。")
    check_open(case)
    plan = plan_of(case.revision_id)
    if missing_answers(plan, answers):
        raise Refused("还有情形没有选，选完才知道要办哪几项。", "answers")
    before = scheme(plan, case.answers, frozenset(case.commitments))
    after = scheme(plan, answers, frozenset(case.commitments))
    if dict(before.answers) == dict(after.answers):
        raise Refused("情形和原来一样，没有要改的。", "answers")
    form = {**case.form, **values}
    found = faults(after, form)
    if found:
        raise FormFaults(found)
    tasks = lock_tasks(case)
    changed = _tasks(case, after, tasks, actor)
    _papers(case, after)
    columns: dict[str, Any] = {
        "answers": dict(after.answers),
        "commitments": sorted(after.commitments),
        "form": {**case.form, **kept(after, form)},
    }
    more = changed.newcomers or differences(before, after).added_materials
    columns |= _intake_days(case, bool(more), bool(changed.newcomers))
    Application.objects.filter(pk=case.pk).update(**columns)
    for name, value in columns.items():
        setattr(case, name, value)
    events = [event(case, "replanned", _sentence(before, after, changed), actor, answers=dict(after.answers))]
    round_ = case.events.filter(kind="replanned").count() + 1
    entries = [inform("replanned", case, round=round_)]
    _end(case, tasks, changed, actor, events, entries)
    return case


def check_open(case: Application) -> None:
    """Raises Conflict when the answers of the case can no longer be changed."""
    if case.state not in (*BEFORE_ACCEPTANCE, CaseState.ACCEPTED):
        raise Conflict(f"现在是“{case.get_state_display()}”，情形不能再改，要办别的请另外申请。")
    if case.choice_open:
        raise Conflict("核心事项没有获准，请先选其余事项还办不办。")


def _tasks(case: Application, after: Scheme, tasks: list[Task], actor: Actor) -> Replanned:
    """Write the tasks as the plan has them now. Nothing final is touched, but an item that ended cannot come back."""
    planned = {task.item_code: task for task in tasks_of(case, after)}
    known = {task.item_code: task for task in tasks}
    accepted = case.state == CaseState.ACCEPTED
    restored = [known[code] for code in planned if code in known and known[code].dropped]
    gone = [task.item_name for task in restored if accepted or task.state != TaskState.TERMINATED]
    if gone:
        raise Refused(f"“{'、'.join(gone)}”在这件里已经终止，要办请另外申请，交过的材料可以再用。", "answers")
    for code, task in known.items():
        if code in planned and (task.is_open or task.dropped):
            task.dropped, task.reason, task.ended_by = False, "", ""
            for name in OF_THE_PLAN:
                setattr(task, name, getattr(planned[code], name))
    move_all(restored, "restore", actor, ("dropped", "reason", "ended_by"))
    Task.objects.bulk_update([t for t in tasks if t.item_code in planned and t.is_open], OF_THE_PLAN)
    added = Task.objects.bulk_create([task for code, task in planned.items() if code not in known])
    departments = {t.department_id: t.department for t in tasks}
    for task in added:
        task.application = case
        task.department = departments.get(task.department_id) or task.department
    dropped = [task for task in live(tasks) if task.item_code not in planned and task.is_open]
    tasks += added
    return Replanned(tuple(added), tuple(restored), tuple(dropped))


def _papers(case: Application, after: Scheme) -> None:
    """One row for each paper asked for now; what is no longer asked for stays, marked as not needed."""
    rows = {row.material_code: row for row in CaseMaterial.objects.filter(application=case)}
    planned = {row.material_code: row for row in materials_of(case, after)}
    CaseMaterial.objects.bulk_create([row for code, row in planned.items() if code not in rows])
    changed = []
    for code, row in rows.items():
        wanted = planned.get(code)
        if wanted is None:
            if row.state in (MaterialState.AWAITING, MaterialState.WRONG, MaterialState.DEFERRED):
                row.state, row.note, row.deferred_until = MaterialState.NOT_APPLICABLE, NOT_NEEDED, None
                changed.append(row)
            continue
        if case.relieved_by_id is None:  # what a newer revision made easier stays easier
            row.submit, row.copies, row.deferrable = wanted.submit, wanted.copies, wanted.deferrable
        row.used_by, row.position = wanted.used_by, wanted.position
        if row.state == MaterialState.NOT_APPLICABLE and row.note == NOT_NEEDED:
            row.state, row.note = wanted.state, ""
        changed.append(row)
    columns = ["state", "note", "deferred_until", "submit", "copies", "deferrable", "used_by", "position"]
    CaseMaterial.objects.bulk_update(changed, columns)


def _intake_days(case: Application, more: bool, newcomers: bool) -> dict[str, Any]:
    """Five working days begin anew where something is asked for that nobody has seen yet."""
    now = timezone.now()
    due = acceptance_due(timezone.localdate(now), current_calendar())
    if case.state == CaseState.ACCEPTED:
        return {"added_accept_by": due} if newcomers else {}
    return {"receipt_at": now, "accept_by": due} if more else {}


def _sentence(before: Scheme, after: Scheme, changed: Replanned) -> str:
    questions = {question.code: question for question in after.plan.questions}
    said = [
        f"{questions[code].text}{questions[code].label_of(choice)}"
        for code, choice in after.answers.items()
        if before.answers.get(code) != choice
    ]
    parts = [f"情形改为：{'；'.join(said)}"]
    if changed.newcomers:
        parts.append(f"新增{'、'.join(task.item_name for task in changed.newcomers)}")
    if changed.dropped:
        parts.append(f"不再办{'、'.join(task.item_name for task in changed.dropped)}")
    return "。".join(parts)


def _end(
    case: Application,
    tasks: list[Task],
    changed: Replanned,
    actor: Actor,
    events: list[Event],
    entries: list[Entry],
) -> None:
    """End what no longer applies, and let an accepted case draw the consequences."""
    for task in changed.dropped:
        task.dropped, task.essential, task.reason = True, False, WHY
    move_all(changed.dropped, "terminate", actor, ("dropped", "essential", "reason"))
    if case.state != CaseState.ACCEPTED:
        record(events)
        put(*entries)
        return
    for task in changed.dropped:
        if task.accepted_on is not None or task.due is not None:
            entries.append(paper("termination", case, task))
    settle(case, tasks, actor, events, entries)
