"""Why a task is due on the day it is: the chain of reasons, in words for staff. Pure.

The days themselves come from `clocks.due_days`; nothing here counts anew, it only tells what was counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from applications.clocks import TaskClock, finishes
from departments.workdays import Calendar


@dataclass(frozen=True)
class Reason:
    """One step of the chain: the day it leads to, and why. `moved`: it is what pushed the day."""

    day: date
    text: str
    moved: bool = False


def why_due(
    task: TaskClock,
    others: Mapping[str, TaskClock],
    names: Mapping[str, str],
    due: Mapping[str, date],
    accepted: date,
    calendar: Calendar,
    *,
    deemed: bool = False,
) -> tuple[Reason, ...]:
    """From acceptance to the due day of `task`, which is the latest day of the chain, or the last where it was extended.

    `others`: the clocks of the case by item; `names`: item → what people call it; `due`: item → due day as counted.
    """
    how = "视为受理（期限内没有答复）" if deemed else "受理"
    chain = [Reason(accepted, f"{how}，这一天不算")]
    begin = calendar.add(accepted, task.late)
    if task.late:
        chain.append(Reason(begin, "申请人的情形变了，这一项这一天才受理", moved=True))
    for code in task.starts_after:
        if code in others:
            begin = max(begin, others[code].decided_on or due[code])
            chain.append(
                Reason(others[code].decided_on or due[code], f"“{names[code]}”{_ends(others[code])}，才开始审")
            )
    if task.event_days:
        ready, begin = begin, task.begins(begin, calendar)
        told = (
            "申请人这一天告知"
            if task.begun_on
            else f"等申请人，最多\u00a0{task.event_days}\u00a0个工作日，不算部门的时间"
        )
        chain.append(Reason(begin, told, moved=begin > ready))
    unit = "个自然日" if task.calendar_days else "个工作日"
    if task.own_days:
        own = task.term_end(begin, task.own_days, calendar)
        closed = "，最后一天放假的顺延" if task.calendar_days else ""
        chain.append(Reason(own, f"本事项承诺\u00a0{task.own_days}\u00a0{unit}{closed}"))
    else:
        chain.append(Reason(begin, "告知承诺或即办，不另占工作日"))
    if task.paused:
        stopped = task.term_end(begin, task.own_days, calendar, task.paused)
        chain.append(Reason(stopped, f"特别程序停了\u00a0{task.paused}\u00a0个工作日，顺延", moved=True))
    for code in task.after:
        if code in others:
            chain.append(_after(others[code], names[code], due, accepted, calendar))
    planned = calendar.add(accepted, finishes(others.values(), accepted, calendar)[task.code])
    if planned > max(one.day for one in chain):
        chain.append(Reason(planned, "前面的提前办好了，受理时排好的到期日不提前"))
    if task.extended:
        text = f"经本部门负责人批准，从上面最晚的一天延长\u00a0{task.extended}\u00a0{unit}"
        chain.append(Reason(due[task.code], text, moved=True))
    return tuple(chain)


def _ends(clock: TaskClock) -> str:
    return "已经准予" if clock.decided_on else "准予以后"


def _after(clock: TaskClock, name: str, due: Mapping[str, date], accepted: date, calendar: Calendar) -> Reason:
    planned = due[clock.code]
    if clock.decided_on is None:
        return Reason(planned, f"决定要等“{name}”，它这一天到期")
    if clock.decided_on <= planned:
        return Reason(
            planned, f"“{name}”{clock.decided_on:%-m\u00a0月\u00a0%-d\u00a0日}已经准予，没有耽误，仍按它的到期日算"
        )
    grace = calendar.thresholds.value("late_grant_days", accepted)
    text = f"“{name}”晚准予，从准予次日再给\u00a0{grace}\u00a0个工作日"
    return Reason(calendar.add(clock.decided_on, grace), text, moved=True)
