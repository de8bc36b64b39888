"""公告, 公示, 冷静期: the law's waits before a grant. They stop no clock: the item's promise holds them."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from applications.access import holds_task
from applications.models import LegalWait, Task
from applications.operations.recording import event, lock_task, record
from applications.states import DECIDABLE
from departments.access import Actor
from departments.calendar import current_calendar
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.templatetags.portal_text import cn_date
from matters.published import plan_of
from matters.specs import Wait

LONGEST_PLACE = 300
# What needs no place: nobody publishes that somebody thinks it over.
UNPUBLISHED = ("冷静期",)


@dataclass(frozen=True)
class WaitShown:
    """A wait that the item has by law. `began`: as written down, or None; `until`: its last day; `over`: that has passed."""

    wait: Wait
    began: LegalWait | None = None
    until: date | None = None
    over: bool = False

    @property
    def published(self) -> bool:
        return self.wait.kind not in UNPUBLISHED


def waits_of(task: Task, today: date) -> list[WaitShown]:
    """The waits of the task's item, in its order. No query where it has none, else two."""
    wanted = plan_of(task.application.revision_id).items[task.item_code].clock.waits
    if not wanted:
        return []
    calendar = current_calendar()
    rows = {row.kind: row for row in LegalWait.objects.filter(task=task).order_by("id")}
    shown = []
    for wait in wanted:
        row = rows.get(wait.kind)
        if row is None:
            shown.append(WaitShown(wait))
            continue
        row.task = task
        until = row.ends_on(calendar)
        shown.append(WaitShown(wait, row, until, today > until))
    return shown


def demand_waited(task: Task, today: date) -> None:
    """Raises Conflict, naming the wait, while one of the law's waits before a grant has not begun or not passed."""
    for shown in waits_of(task, today):
        if shown.until is None:
            raise Conflict(
                f"依法要{shown.wait.kind} {shown.wait.days} {task.clock.days_word}，还没有登记开始，不能准予。"
            )
        if not shown.over:
            raise Conflict(f"{shown.wait.kind}到{cn_date(shown.until)}，过了这天才能准予。")


@transaction.atomic
def begin_wait(*, actor: Actor, task_id: int, kind: str, began_on: date | None, place: str = "") -> LegalWait:
    """Write down from when, and where, the item's wait of this kind runs: today or a day since its acceptance.

    Written down again it begins anew (重新公告). Raises NotAllowed, Conflict, Refused (kind, day, place).
    """
    case, task, _ = lock_task(actor, task_id)
    if not holds_task(task, actor):
        raise NotAllowed("先认领这一件，再登记。")
    if task.state not in DECIDABLE:
        raise Conflict(f"这一件现在是“{task.get_state_display()}”，不能登记。")
    waits = plan_of(case.revision_id).items[task.item_code].clock.waits
    wait = next((one for one in waits if one.kind == kind), None)
    if wait is None:
        raise Refused("本事项依法不用等这个。", "wait_kind")
    today = timezone.localdate()
    accepted = task.accepted_on or task.added_on or case.accepted_on or today
    if began_on is None or not accepted <= began_on <= today:
        raise Refused(f"请填开始的日子，{cn_date(accepted)}到今天。", "wait_began")
    place = place.strip()[:LONGEST_PLACE]
    if not place and kind not in UNPUBLISHED:
        raise Refused("请写在哪里公布的（网址或者地点）。", "wait_place")
    found = LegalWait.objects.create(
        task=task, kind=kind, days=wait.days, began_on=began_on, place=place, at=timezone.now(), by_name=actor.name
    )
    where = f"，{place}" if place else ""
    until = cn_date(found.ends_on(current_calendar()))
    text = f"{task.item_name}：{kind}从{cn_date(began_on)}到{until}{where}"
    record([event(case, "wait_begun", text, actor, task=task, note=wait.basis)])
    return found
