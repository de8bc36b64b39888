"""时限: silence that counts as acceptance, and the lawful pauses of a task's clock."""

from datetime import date
from typing import BinaryIO

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from applications.cards import YELLOW
from applications.lifecycle import move
from applications.models import Application, Card, CaseMaterial, Correction, Suspension, Task
from applications.operations.closing import settle
from applications.operations.deferring import fix_days
from applications.operations.dispatch import open_tasks
from applications.operations.intake import accept_added, follow_acceptance
from applications.operations.recording import event, give_each, inform, lock_task, lock_tasks, paper
from applications.states import CaseState, MaterialState, TaskState
from departments.access import SYSTEM, Actor
from departments.calendar import current_calendar
from foundation.errors import Conflict, Refused
from foundation.files.operations import store
from foundation.templatetags.portal_text import cn_date
from matters.published import plan_of

# 《行政许可法》第四十五条, closed list; an on-site inspection (现场核查) is not in it and stops no clock.
CAUSES = {
    "hearing": "听证",
    "tender": "招标",
    "auction": "拍卖",
    "inspection": "检验",
    "testing": "检测",
    "quarantine": "检疫",
    "appraisal": "鉴定",
    "expert_review": "专家评审",
}
# A hearing stops and starts the clock by itself (`hearing.py`).
BY_HAND = {code: word for code, word in CAUSES.items() if code != "hearing"}


def lapse_overdue() -> int:
    """Accept every case whose days to accept in (`accept_days`) have passed in silence, as of its receipt day. Returns how many.

    Finds them by state, so it is right after an outage of any length. 《行政许可法》第三十二条第一款第（四）项.
    """
    silent = Application.objects.filter(
        state__in=(CaseState.SUBMITTED, CaseState.RECEIVED), accept_by__lt=timezone.localdate()
    )
    asked = Correction.objects.filter(application=OuterRef("pk"), answered_at=None)
    added = Application.objects.filter(
        ~Exists(asked), state=CaseState.ACCEPTED, added_accept_by__lt=timezone.localdate()
    )
    lapsed = sum(_lapse(pk) for pk in silent.order_by("accept_by").values_list("pk", flat=True))
    return lapsed + sum(_lapse_added(pk) for pk in added.order_by("added_accept_by").values_list("pk", flat=True))


@transaction.atomic
def _lapse(case_id: int) -> bool:
    case = (
        Application.objects.select_for_update(of=("self",), no_key=True)
        .select_related("matter", "applicant")
        .get(pk=case_id)
    )
    overdue = case.accept_by < timezone.localdate()
    if case.state not in (CaseState.SUBMITTED, CaseState.RECEIVED) or not overdue:
        return False
    receipt_day = timezone.localdate(case.receipt_at)
    tasks = lock_tasks(case)
    _yellow_cards(case, tasks)
    open_tasks(case, tasks, SYSTEM, accepted_on=receipt_day, transition="lapse", deemed=True)
    follow_acceptance(case, tasks, SYSTEM)
    owed = CaseMaterial.objects.filter(application=case, state=MaterialState.DEFERRED)
    fix_days(case, owed, tasks, receipt_day, current_calendar())
    return True


def _yellow_cards(case: Application, tasks: list[Task]) -> None:
    """黄牌 for whose word was owed: departments that accept for themselves and were silent, else the window."""
    silent: list[Task | None] = [
        task
        for task in tasks
        if task.state == TaskState.PENDING and not task.intake_word and not task.department.entrusts
    ]
    text = f"{cn_date(case.accept_by)}前没有答复受理、补正或者不予受理，视为收件当天已受理"
    cards = [
        Card(
            application=case,
            task=task,
            department=task.department if task else None,
            colour="yellow",
            rule="acceptance",
            day=case.accept_by,
            text=text,
            at=timezone.now(),
        )
        for task in silent or [None]
    ]
    Card.objects.bulk_create(cards, ignore_conflicts=True)


@transaction.atomic
def _lapse_added(case_id: int) -> bool:
    """Items that changed answers added, looked at by nobody: accepted by the same rule, as of the day they were asked for."""
    case = (
        Application.objects.select_for_update(of=("self",), no_key=True)
        .select_related("matter", "applicant")
        .get(pk=case_id)
    )
    due = case.added_accept_by
    if case.state != CaseState.ACCEPTED or due is None or due >= timezone.localdate():
        return False
    asked_on = case.events.filter(kind__in=("replanned", "answered")).latest("id").at
    accept_added(case, lock_tasks(case), SYSTEM, timezone.localdate(asked_on))
    return True


@transaction.atomic
def suspend(*, actor: Actor, task_id: int, cause: str, basis: str, expected_days: int) -> Suspension:
    """特别程序: stop the task's clock for a cause of art. 45, with basis and expected working days.

    Only permits have those causes by law; other kinds need a basis typed in. Raises Refused, NotAllowed, Conflict.
    """
    case, task, tasks = lock_task(actor, task_id)
    item = plan_of(case.revision_id).items[task.item_code]
    basis = basis.strip()[:200]
    if cause not in BY_HAND:
        raise Refused(
            "只有招标、拍卖、检验、检测、检疫、鉴定、专家评审可以停表，现场核查不停表；听证要求以后自己停。", "cause"
        )
    if item.kind != "permit" and not basis:
        raise Refused("这个事项不是行政许可，停表要写明依据。", "basis")
    if not 1 <= expected_days <= 250:
        raise Refused("请填预计需要的工作日，1 到 250。", "expected_days")
    if task.hearing_by is not None and timezone.localdate() <= task.hearing_by:
        raise Conflict(f"听证告知到{cn_date(task.hearing_by)}，过了这天再停表。")
    today, calendar = timezone.localdate(), current_calendar()
    move(task, "suspend", actor, paused_until=calendar.add(today, expected_days))
    pause = Suspension.objects.create(
        task=task,
        cause=cause,
        basis=basis or "《中华人民共和国行政许可法》第四十五条",
        expected_days=expected_days,
        started_on=today,
    )
    text = f"{task.item_name}进入特别程序（{CAUSES[cause]}），预计 {expected_days} 个工作日，期间不计入办理时限"
    line = event(case, "suspended", text, actor, task=task, note=pause.basis)
    follows = [paper("special-procedure", case, task, round=pause.pk), inform("suspended", case, round=pause.pk)]
    settle(case, tasks, actor, [line], follows)
    return pause


def resume(*, actor: Actor, task_id: int, result: str, upload: BinaryIO | None = None, name: str = "") -> Task:
    """The result (报告, 结论) is entered, with its paper where there is one, and with it the clock runs again; the pause
    counts up to and including today. Raises Refused without a result, Conflict (a hearing ends by itself), as `move`.
    """
    result = result.strip()[:500]
    if not result:
        raise Refused("请写结果：报告或者结论是什么。", "pause_result")
    with transaction.atomic():
        _paused(actor, task_id)
    stored = store(upload, name=name, by=actor.user_id) if upload is not None else None
    with transaction.atomic():
        case, task, tasks, pause = _paused(actor, task_id)
        move(task, "resume", actor, assignee_id=actor.user_id, paused_until=None)
        pause.ended_on, pause.result, pause.file = timezone.localdate(), result, stored
        pause.save(update_fields=["ended_on", "result", "file"])
        text = f"{task.item_name}{CAUSES[pause.cause]}有了结果，恢复计时"
        settle(case, tasks, actor, [event(case, "resumed", text, actor, task=task, note=result)])
    return task


def _paused(actor: Actor, task_id: int) -> tuple[Application, Task, list[Task], Suspension]:
    case, task, tasks = lock_task(actor, task_id)
    pause = Suspension.objects.filter(task=task, ended_on=None).first()
    if pause is None or task.state != TaskState.SUSPENDED:
        raise Conflict(f"这一件现在是“{task.get_state_display()}”，没有停表。")
    if pause.cause == "hearing":
        raise Conflict("正在听证，笔录签好以后自己恢复计时。")
    return case, task, tasks, pause


def give_pause_cards(today: date) -> int:
    """黄牌 for each special procedure beyond the last day that its notice expected, once. Returns how many."""
    over = Task.objects.filter(state=TaskState.SUSPENDED, paused_until__lt=today)
    text = "{}特别程序预计到{}，还没有结果"
    return give_each(
        "pause",
        YELLOW,
        (
            (task, task.department_id, task.paused_until, text.format(task.item_name, cn_date(task.paused_until)))
            for task in over
            if task.paused_until
        ),
    )
