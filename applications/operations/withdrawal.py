"""撤回, and the applicant's choice after an essential item was lost: what the applicant may stop, and when."""

from django.db import transaction
from django.utils import timezone

from applications.lifecycle import move, move_all
from applications.models import Application, Event, Task
from applications.operations.closing import settle
from applications.operations.recording import event, inform, lock_case, lock_tasks, record
from applications.states import CASE_RUNNING, CaseState, Outcome
from departments.access import Actor
from foundation.errors import Conflict, Refused
from foundation.outbox.operations import put


@transaction.atomic
def withdraw(*, actor: Actor, number: str, item_codes: tuple[str, ...] = (), reason: str = "") -> Application:
    """撤回 the whole case, or after acceptance single items that are undecided. Raises Conflict, Refused."""
    case = lock_case(actor, number)
    if case.state not in CASE_RUNNING:
        raise Conflict(f"现在是“{case.get_state_display()}”，不能撤回。")
    tasks = lock_tasks(case)
    undecided = [task for task in tasks if task.is_open]
    chosen = [task for task in undecided if not item_codes or task.item_code in item_codes]
    if not chosen:
        raise Refused("没有可以撤回的事项：已经作出决定的不能撤回。")
    before = case.state != CaseState.ACCEPTED
    if before and len(chosen) < len(undecided):
        raise Refused("受理以前请撤回整件，改好情形再提交。")
    what = "、".join(task.item_name for task in chosen) if item_codes else "整件申请"
    events = [event(case, "withdrawn", f"撤回{what}", actor, note=reason.strip())]
    _withdraw_tasks(chosen, actor, reason)
    if not before:
        settle(case, tasks, actor, events)
        return case
    move(case, "withdraw", actor, reason=reason.strip(), concluded_at=timezone.now(), outcome=Outcome.WITHDRAWN)
    record(events)
    put(inform("withdrawn", case))
    return case


def _withdraw_tasks(tasks: list[Task], actor: Actor, reason: str) -> None:
    for task in tasks:
        task.reason = reason.strip()[:500]
    move_all(tasks, "withdraw", actor, ("reason",))


@transaction.atomic
def choose(*, actor: Actor, number: str, go_on: bool) -> Application:
    """The applicant's word after an essential item was lost: go on with the rest, or withdraw it. Raises Conflict."""
    case = lock_case(actor, number)
    if case.state != CaseState.ACCEPTED or not case.choice_open:
        raise Conflict("现在没有要选择的，请刷新后再看。")
    case.choice_made = "go_on" if go_on else "stop"
    Application.objects.filter(pk=case.pk).update(choice_made=case.choice_made)
    if go_on:
        record([event(case, "chosen", "申请人选择其余事项继续办理", actor)])
        return case
    tasks = lock_tasks(case)
    events: list[Event] = [event(case, "chosen", "申请人选择撤回其余事项", actor)]
    _withdraw_tasks([task for task in tasks if task.is_open], actor, "核心事项没有获准，申请人撤回其余事项")
    settle(case, tasks, actor, events)
    return case
