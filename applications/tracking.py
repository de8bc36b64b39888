"""What the applicant reads about a case: whose turn it is, where each department stands, why the date is what it is.

Pure: rows already read go in, sentences come out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from applications.fees import waited, yuan
from applications.joining import blockers, by_code
from applications.models import (
    Application,
    Approval,
    CaseMaterial,
    CasePaper,
    Charge,
    Correction,
    Event,
    Hearing,
    Inspection,
    PromiseCheck,
    Suspension,
    Task,
)
from applications.operations.dispatch import view_of
from applications.states import BEFORE_ACCEPTANCE, FAVOURABLE, CaseState, MaterialState, Outcome, TaskState
from departments.workdays import Calendar
from foundation.templatetags.portal_text import cn_date, cn_datetime, weekday
from matters.plan import Plan

# What of the timeline explains the date; the rest stands in the full course of the case.
TELLING = (
    "submitted",
    "correction",
    "answered",
    "replanned",
    "accepted",
    "suspended",
    "resumed",
    "choice",
    "chosen",
    "supplement",
    "hearing_offered",
    "wait_begun",
    "begun",
    "hearing_asked",
    "hearing_set",
    "hearing_ended",
    "revoked",
    "inspection_set",
    "inspection_off",
    "inspection_closed",
    "concluded",
)


@dataclass(frozen=True)
class Turn:
    """Something that waits for the applicant. `kind`: correction, promise, order, choice, supplement, inspection, hearing, fee,
    deferred, papers, pickup."""

    kind: str
    title: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One item of the case: who has it, its tag, what it waits for."""

    task: Task
    locked: bool
    who: str
    detail: str


@dataclass(frozen=True)
class Reason:
    """One link of the chain that leads to the date. `kind`: past, now, next."""

    when: str
    text: str
    kind: str = "past"


def turns(
    case: Application,
    correction: Correction | None,
    materials: Sequence[CaseMaterial],
    tasks: Sequence[Task],
    today: date,
    calendar: Calendar,
    supplements: Sequence[Approval] = (),
    charges: Sequence[Charge] = (),
) -> list[Turn]:
    """What waits for the applicant, the most urgent first; empty when nothing does."""
    found = []
    if correction is not None:
        asks = correction.open_asks
        lines = tuple(f"{ask['name']}：{ask['text']}" for ask in asks)
        found.append(Turn("correction", _to_correct(asks), lines))
    unsigned = [m for m in materials if m.state == MaterialState.DEFERRED and not m.promise_signed]
    if unsigned and case.state in BEFORE_ACCEPTANCE:
        lines = tuple(f"{m.name}：{owed_until(m)}" for m in unsigned)
        found.append(Turn("promise", "签容缺受理承诺书，签了才能受理", lines))
    if case.state == CaseState.ACCEPTED and case.choice_open:
        found.append(Turn("choice", "核心事项没有获准，请选其余事项还办不办"))
    for one in supplements:
        assert one.task is not None
        lines = tuple(f"{ask['name']}：{ask['text']}" for ask in one.asks)
        found.append(Turn("supplement", f"{one.task.department.short_name}请您补充说明", lines))
    if charges:
        found.append(_to_pay(charges, today))
    if case.state == CaseState.ACCEPTED:
        found += _deferred([material for material in materials if _owing(material)], today, calendar)
    if case.taking_in_more and correction is None:
        pending = {task.item_code for task in tasks if task.state == TaskState.PENDING}
        names = [m.name for m in materials if m.state == MaterialState.AWAITING and pending & set(m.used_by)]
        if names:
            found.append(Turn("papers", f"交新增事项的材料，{len(names)}\u00a0份", ("、".join(names),)))
    # Of a case that was withdrawn there is nothing to collect.
    if case.state == CaseState.CONCLUDED and case.pickup_code and case.outcome != Outcome.WITHDRAWN:
        found.append(Turn("pickup", "结果出来了，请领取"))
    return found


def renewed_turns(case: Application, papers: Iterable[CasePaper]) -> list[Turn]:
    """A certificate that was replaced after everything had been collected; `papers` with their certificates."""
    waiting = [one for one in papers if one.to_hand_over and one.served_at is None and hasattr(one, "certificate")]
    if case.state != CaseState.DELIVERED or not any(one.certificate.replaces_id for one in waiting):
        return []
    return [Turn("pickup", "更正的证照做好了，请换领")]


def visit_turns(visit: Inspection | None) -> list[Turn]:
    """The hour of 一同核查 that the applicant has still to pick; an hour that was missed stays to be moved by the lead."""
    if visit is None or visit.at is not None:
        return []
    moved = (f"改期：{visit.move_reason}",) if visit.move_reason else ()
    return [Turn("inspection", "选核查时间", (*moved, "几个部门一起来看现场，只来这一次；办理期限不停"))]


def hearing_turns(hearings: Sequence[Hearing], today: date) -> list[Turn]:
    """The offers that still wait for the applicant's word, and an hour that was fixed."""
    found = []
    for one in hearings:
        name, office = one.task.item_name, one.task.department.short_name
        if one.stage(today) == "offered":
            lines = (f"{cn_date(one.ask_by)}前可以要求听证，不提出的，{office}接着作决定", one.facts)
            found.append(Turn("hearing", f"{name}要不要听证，请您定", lines))
        elif one.at is not None:
            lines = (f"{cn_datetime(one.at)}（{weekday(one.at)}），{one.place}。带上身份证", "期间不计入办理期限")
            found.append(Turn("hearing", f"{name}参加听证", lines))
    return found


def awaited_turns(waiting: Sequence[Task]) -> list[Turn]:
    """What a review waits for on the applicant's side; it is their time and stops no department's clock."""
    return [
        Turn(
            "begun",
            f"办好了告诉我们：{task.event}",
            (
                f"{task.item_name}等这件事，{cn_date(task.begin_by)}前"
                if task.begin_by
                else f"{task.item_name}等这件事",
                "这段时间不算部门的时间",
            ),
        )
        for task in waiting
    ]


def promise_turns(checks: Sequence[PromiseCheck]) -> list[Turn]:
    """What the applicant promised and has to put right by a day."""
    return [
        Turn(
            "order",
            f"{check.task.item_name}按要求整改",
            (f"{cn_date(check.fix_by)}前改好：{check.fix}", f"核查看到：{check.facts}"),
        )
        for check in checks
        if check.result == PromiseCheck.ORDERED
    ]


def _to_pay(charges: Sequence[Charge], today: date) -> Turn:
    """All that is owed, with how long; it is the applicant's time and stops no department's clock."""
    days = waited(min(timezone.localdate(one.raised_at) for one in charges), None, today)
    lines = [f"{one.task.item_name}：{yuan(one.amount)}\u00a0元，依据{one.basis}" for one in charges]
    lines.append(f"等您缴费第 {days}\u00a0天，部门照常办，期限不停" if days else "部门照常办，期限不停")
    return Turn("fee", f"缴费 {yuan(sum(one.amount for one in charges))}\u00a0元", tuple(lines))


def _owing(material: CaseMaterial) -> bool:
    deferred = material.state == MaterialState.DEFERRED and material.deferred_until is not None
    return deferred and material.handed_in_at is None


def owed_until(material: CaseMaterial) -> str:
    """Until when a deferred paper was promised, in a sentence."""
    until = material.deferred_until
    if until is None:
        return "受理时答应后补"
    moved = f"，因不可抗力延长过一次，原来是 {cn_date(material.extended_from)}" if material.extended_from else ""
    return f"受理时答应 {cn_date(until)}（{weekday(until)}）前补来{moved}"


def _deferred(owed: Sequence[CaseMaterial], today: date, calendar: Calendar) -> list[Turn]:
    """One turn for all papers that were promised for later."""
    if not owed:
        return []
    title = owed[0].name if len(owed) == 1 else f"{len(owed)}\u00a0份材料"
    return [Turn("deferred", f"补交{title}", tuple(_owed_line(one, len(owed) > 1, today, calendar) for one in owed))]


def _owed_line(material: CaseMaterial, named: bool, today: date, calendar: Calendar) -> str:
    assert material.deferred_until is not None
    left = calendar.between(today, material.deferred_until)
    rest = (
        f"还有 {left}\u00a0个工作日"
        if left > 0
        else ("今天是最后一天" if left == 0 else "已经过期，部门按现有材料决定，补来还收")
    )
    name = f"{material.name}：" if named else ""
    returned = f"窗口看过，要重交：{material.note}" if material.note else ""
    return f"{name}{owed_until(material)}，{rest}。{returned}"


def _to_correct(asks: Sequence[Mapping[str, Any]]) -> str:
    """补 2 份材料，改 1 栏."""
    papers = sum("material" in ask for ask in asks)
    parts = [f"补 {papers}\u00a0份材料"] if papers else []
    if fields := len(asks) - papers:
        parts.append(f"改 {fields}\u00a0栏")
    return "，".join(parts)


def rows(tasks: Sequence[Task], pauses: Sequence[Suspension]) -> list[Row]:
    """The items, those still open first by their due day, then the finished ones as they ended."""
    views = by_code(view_of(task) for task in tasks)
    by_item = {task.item_code: task for task in tasks}
    running = {pause.task_id: pause for pause in pauses if pause.ended_on is None}
    found = []
    for task in tasks:
        started = task.is_open and task.state != TaskState.PENDING
        waits = [by_item[code] for code in blockers(views[task.item_code], views)] if started else []
        detail = _detail(task, waits, running.get(task.pk), tasks)
        found.append(Row(task, bool(waits), _who(task), detail))
    return sorted(found, key=lambda row: (not row.task.is_open, row.task.due or date.max, row.task.position))


def _who(task: Task) -> str:
    name = task.department.short_name + (f"（{task.town.name}）" if task.town else "")
    if task.decided_at is not None:
        return (
            f"{name}，{cn_date(task.decided_at)}办好"
            if task.state in FAVOURABLE
            else f"{name}，{cn_date(task.decided_at)}"
        )
    if task.is_open and task.due is not None and task.state != TaskState.PENDING:
        return f"{name}，{cn_date(task.due)}到期"
    return name


def _detail(task: Task, waits: Sequence[Task], pause: Suspension | None, tasks: Sequence[Task]) -> str:
    if pause is not None:
        return f"特别程序，从 {cn_date(pause.started_on)}起停表，预计 {pause.expected_days}\u00a0个工作日，不算在时限里"
    if waits:
        names = "、".join(f"“{one.item_name}”（{one.department.short_name}）" for one in waits)
        latest = max((one.due for one in waits if one.due), default=None)
        until = f"，最迟 {cn_date(latest)}" if latest else ""
        begun = "还没有开始审，要等" if task.state == TaskState.WAITING else "已经在审，作决定要等"
        return f"{begun}{names}{until}"
    if task.state in (TaskState.REFUSED, TaskState.TERMINATED, TaskState.DECLINED, TaskState.WITHDRAWN):
        return task.reason
    if task.state == TaskState.GRANTED:
        freed = sum(task.item_code in other.after or task.item_code in other.starts_after for other in tasks)
        return f"其余 {freed}\u00a0项从这天起可以作决定" if freed else ""
    if task.state == TaskState.RETURNED:
        return "部门说不归它办，窗口正在转给应当办的部门，到期日不变"
    if task.state == TaskState.OPEN:
        return "已送到部门，还没有人认领" if task.delivered_at else "正在送到部门"
    return ""


def chain(
    case: Application,
    plan: Plan,
    tasks: Sequence[Task],
    events: Iterable[Event],
    pauses: Sequence[Suspension],
    today: date,
    calendar: Calendar,
) -> list[Reason]:
    """Why the date is what it is: what has happened, where today stands, what decides the end."""
    unlocking = {task.pk for task in tasks if any(task.item_code in other.after for other in tasks)}
    found = [
        Reason(cn_date(event.at), event.text)
        for event in events
        if event.kind in TELLING or (event.kind == "decided" and event.task_id in unlocking)
    ]
    if case.state in (CaseState.SUBMITTED, CaseState.RECEIVED):
        found.append(Reason(f"最迟 {cn_date(case.accept_by)}", "答复受理不受理，过了这天没有答复就算受理", "next"))
    if case.state == CaseState.ACCEPTED and case.accepted_on is not None:
        day = calendar.between(case.accepted_on, today)
        stopped = [task.item_name for task in tasks for p in pauses if p.task_id == task.pk and p.ended_on is None]
        still = f"，{'、'.join(stopped)}停表" if stopped else "，没有暂停"
        where = f"第 {day}\u00a0个工作日" if day else "受理当天"
        found.append(Reason(f"今天，{cn_date(today)}", where + still, "now"))
        last = max((task for task in tasks if task.is_open and task.due), key=lambda t: t.due or date.min, default=None)
        if last is not None and case.expected_due is not None:
            days = f"，承诺 {last.own_days}\u00a0{last.clock.days_word}" if last.own_days else ""
            text = f"{last.item_name}最后办好{days}，它决定整件事的日子"
            found.append(Reason(cn_date(case.expected_due), text, "next"))
    return found


def days_left(due: date, today: date, calendar: Calendar) -> str:
    """“还有 4 个工作日”, “就是今天”, “已超过 2 个工作日”."""
    left = calendar.between(today, due)
    if left > 0:
        return f"还有 {left}\u00a0个工作日"
    return "就是今天" if today == due else f"已超过 {max(-left, 1)}\u00a0个工作日"


def receipt_day(case: Application) -> date:
    """The day from which the five working days run."""
    return timezone.localdate(case.receipt_at)
