"""用数留痕: staff who open more than their own item needs say what for; the person reads who, when, what and why.

《个人信息保护法》第六条 (only what the purpose needs), 第四十五条 (the person may know).
"""

from collections.abc import Collection
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from applications.beyond import beyond
from applications.models import Application, Look, Purpose, Task, TaskSeen
from applications.operations.recording import event, lock_task, record
from applications.states import ON_THE_DESK
from departments.access import Actor
from departments.calendar import threshold
from foundation.errors import Conflict, Refused

TOGETHER = timedelta(minutes=10)  # openings within this time are one visit
OFFERED = (Purpose.MISMATCH, Purpose.CONDITION, Purpose.SPARE, Purpose.OTHER)
LONGEST = 200


@transaction.atomic
def look(*, actor: Actor, task_id: int, codes: Collection[str], purpose: str, words: str) -> Look:
    """看更多材料: open papers and sections of other items for today, with the purpose; the applicant reads it.

    Raises Task.DoesNotExist, NotAllowed, Conflict (whoever looks holds the task), Refused (nothing chosen, no purpose).
    """
    case, task, _ = lock_task(actor, task_id)
    if task.state not in ON_THE_DESK or actor.user_id is None or task.assignee_id != actor.user_id:
        raise Conflict("先认领这一件，才能看别的事项的材料；办完的不再看。")
    names = beyond(task).names
    chosen = [code for code in names if code in codes]
    if not chosen:
        raise Refused("请勾选要看哪几份。", "codes")
    if purpose not in OFFERED:
        raise Refused("请选做什么用。", "purpose")
    words = words.strip()
    if not words:
        raise Refused("请写一句为什么要看，申请人看得到。", "words")
    made = Look.objects.create(
        application=case,
        task=task,
        user_id=actor.user_id,
        user_name=actor.name,
        post=task.department.short_name,
        what=[names[code] for code in chosen],
        codes=chosen,
        purpose=purpose,
        words=words[:LONGEST],
        at=timezone.now(),
    )
    text = f"{task.department.short_name}为办“{task.item_name}”看了别的事项的材料，共 {len(chosen)} 份"
    record([event(case, "looked", text, actor, task=task, look=made.pk)])
    return made


@transaction.atomic
def note_person(*, actor: Actor, person: Person) -> None:
    """A clerk opened the page of a person: one line, and no second one within ten minutes. Two statements."""
    if actor.user_id is None or person.pk == actor.person_id:
        return
    now = timezone.now()
    if Look.objects.filter(person=person, user_id=actor.user_id, at__gte=now - TOGETHER).exists():
        return
    Look.objects.create(
        person=person,
        user_id=actor.user_id,
        user_name=actor.name,
        post=_post(actor),
        what=["登记的姓名、号码（只显示一部分）、办件、预约和委托"],
        purpose=Purpose.COUNTER,
        at=now,
    )


def note_case(*, actor: Actor, case: Application) -> None:
    """A clerk opened a case at the window: one line a clerk and day. Two statements, one after the first opening."""
    today = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    if actor.user_id is None:
        return
    mine = Look.objects.filter(application=case, user_id=actor.user_id, purpose=Purpose.INTAKE)
    if mine.filter(at__gte=today).exists():
        return
    Look.objects.create(
        application=case,
        user_id=actor.user_id,
        user_name=actor.name,
        post=_post(actor),
        what=["材料", "表单", "往来"],
        purpose=Purpose.INTAKE,
        at=timezone.now(),
    )


def prune_looks() -> tuple[int, int]:
    """What is older than `look_keep_days` goes: lines of 谁看过我的资料, and what reviewers had open. Returns how many of each.

    《个人信息保护法》第五十六条第二款 keeps the record three years at least; a trigger of the database holds to that.
    """
    before = timezone.now() - timedelta(days=threshold("look_keep_days", timezone.localdate()))
    looks, _ = Look.objects.filter(at__lt=before).delete()
    seen, _ = TaskSeen.objects.filter(at__lt=before).delete()
    return looks, seen


def _post(actor: Actor) -> str:
    return f"综合窗口 {actor.counter} 号" if actor.counter else "综合窗口"


@transaction.atomic
def note_seen(*, actor: Actor, task: Task) -> datetime | None:
    """A reviewer opened the task. Answers when their last visit before this one was, None at the first. Two statements.

    What is opened again within ten minutes belongs to the same visit.
    """
    now = timezone.now()
    assert actor.user_id is not None
    seen, new = TaskSeen.objects.get_or_create(
        task=task, user_id=actor.user_id, defaults={"user_name": actor.name, "first_at": now, "at": now}
    )
    if not new:
        if now - seen.at > TOGETHER:
            seen.before = seen.at
        seen.at = now
        seen.save(update_fields=["at", "before"])
    return seen.before
