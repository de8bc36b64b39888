"""听证: offered, asked for or waived, fixed, held and signed; meanwhile the decision waits and the clock stands still.

《行政许可法》第四十六条 (of its own motion), 第四十七条 (offer; five days to ask, twenty to hold it), 第四十八条 (seven days'
notice, a chair who did not review, minutes that bind the decision), 第四十五条 (the clock), 第八十二条 (working days).
"""

from datetime import date, datetime
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from applications.access import acts_for_applicant, holds_task, in_hearing, reviews
from applications.cards import RED
from applications.lifecycle import move
from applications.models import Application, Event, Hearing, Suspension, Task
from applications.operations.closing import settle
from applications.operations.recording import event, give_each, inform, lock_case, lock_task, lock_tasks, paper, record
from applications.states import DECIDABLE, TaskState
from departments.access import Actor
from departments.calendar import current_calendar
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.files.operations import store
from foundation.outbox.operations import Entry, put
from foundation.templatetags.portal_text import cn_date, cn_datetime
from matters.models import Item

LONGEST_FACTS, LONGEST_MINUTES, LONGEST = 2000, 8000, 500
PAUSE_BASIS = "《中华人民共和国行政许可法》第四十五条、第四十七条"


def open_hearing(task: Task) -> Hearing | None:
    """The hearing of the task that has not ended: offered, asked for, or fixed."""
    return task.hearings.filter(ended_at=None).first()


def open_hearings(case: Application) -> list[Hearing]:
    """Those of a case that the applicant may still ask for, or has asked for, by the nearest day."""
    rows = Hearing.objects.filter(
        task__application=case, ended_at=None, task__state__in=(*DECIDABLE, TaskState.SUSPENDED)
    )
    today = timezone.localdate()
    return [one for one in rows.select_related("task__department").order_by("ask_by") if one.stage(today) != "lapsed"]


def offer_first(task: Task) -> bool:
    """Whether the item demands that a hearing is offered before a refusal, and none has been."""
    return Item.objects.filter(code=task.item_code, hearing=True).exists() and not task.hearings.exists()


def demand_heard(task: Task, verdict: str) -> None:
    """Raises Conflict while an offer runs that holds this verdict up, Refused for a refusal that needs an offer first.

    Costs no query for a grant without an offer. 《行政许可法》第四十七条.
    """
    if task.hearing_by is not None and timezone.localdate() <= task.hearing_by:
        running = open_hearing(task)
        if running is not None and (verdict == "refuse" or running.ground != Hearing.REFUSAL):
            raise Conflict(f"听证告知到{cn_date(task.hearing_by)}，申请人放弃或者过了这天，才能作这个决定。")
    if verdict == "refuse" and offer_first(task):
        raise Refused("这个事项不予前要先告知听证，请先告知。", "reason")


@transaction.atomic
def offer_hearing(*, actor: Actor, task_id: int, ground: str, facts: str, others: str = "") -> Hearing:
    """告知听证 before a decision: `facts` is what is intended and why, `others` who else is touched, one a line.

    Of its own motion (公共利益) it begins at once. Raises NotAllowed for who does not hold the task, Refused, Conflict.
    """
    facts, others = facts.strip()[:LONGEST_FACTS], others.strip()[:LONGEST]
    case, task, tasks = lock_task(actor, task_id)
    if not holds_task(task, actor):
        raise NotAllowed("先认领这一件，再告知听证。")
    if task.state not in DECIDABLE:
        raise Conflict(f"这一件现在是“{task.get_state_display()}”，不能告知听证。")
    if ground not in dict(Hearing.GROUNDS):
        raise Refused("请选为什么告知听证。", "ground")
    if not facts:
        raise Refused("请写拟作的决定、事实和依据，申请人看了才知道要不要听证。", "facts")
    if ground == Hearing.OTHERS and not others:
        raise Refused("请写利害关系人，一行一个。", "others")
    now, calendar = timezone.now(), current_calendar()
    today = timezone.localdate(now)
    _end_lapsed(task, today)
    days = calendar.thresholds.value("hearing_ask_days", today)
    public = ground == Hearing.PUBLIC
    found = Hearing.objects.create(
        task=task,
        ground=ground,
        facts=facts,
        others=others,
        offered_at=now,
        offered_by_name=actor.name,
        ask_by=today if public else calendar.add(today, days),
    )
    if public:
        _begin(case, task, tasks, found, actor, task.department.short_name, "")
        put(paper("hearing-offer", case, task, round=found.pk), inform("hearing_offered", case, round=found.pk))
        return found
    Task.objects.filter(pk=task.pk).update(hearing_by=found.ask_by)
    text = f"{task.item_name}：告知可以要求听证，{cn_date(found.ask_by)}前提出"
    record([event(case, "hearing_offered", text, actor, task=task, note=facts)])
    put(paper("hearing-offer", case, task, round=found.pk), inform("hearing_offered", case, round=found.pk))
    return found


def _end_lapsed(task: Task, today: date) -> None:
    """An earlier offer that nobody took up is over; one that still runs stands."""
    earlier = open_hearing(task)
    if earlier is None:
        return
    if earlier.stage(today) != "lapsed":
        raise Conflict("已经告知过听证，还没有结束。")
    _end(earlier, Hearing.LAPSED, "")


def _end(found: Hearing, how: str, by: str) -> None:
    found.end, found.ended_at, found.ended_by_name = how, timezone.now(), by
    found.save(update_fields=["end", "ended_at", "ended_by_name"])


def _locked(actor: Actor, hearing_id: int) -> tuple[Application, Task, list[Task], Hearing]:
    """The hearing with its case and tasks, for the applicant, the window or the department. Raises Hearing.DoesNotExist."""
    found = Hearing.objects.select_related("task__application").get(pk=hearing_id)
    if Task.objects.of_departments(actor).filter(pk=found.task_id).exists():
        case, task, tasks = lock_task(actor, found.task_id)
    else:
        try:
            case = lock_case(actor, found.task.application.number)
        except Application.DoesNotExist:
            raise Hearing.DoesNotExist from None
        tasks = lock_tasks(case)
        task = next(one for one in tasks if one.pk == found.task_id)
    found.refresh_from_db()
    if not in_hearing(task, actor):
        raise NotAllowed("听证由申请人要求，或者由部门登记。")
    if found.ended_at is not None or not task.is_open:
        raise Conflict("这次听证已经结束。")
    return case, task, tasks, found


@transaction.atomic
def ask_hearing(*, actor: Actor, hearing_id: int, why: str = "", on_behalf: str = "") -> Hearing:
    """要求听证, in time: by the applicant or the window for them; by the department for an interested party (`on_behalf`).

    From that day the clock stands still. Raises Conflict (too late, asked already), Refused, NotAllowed.
    """
    case, task, tasks, found = _locked(actor, hearing_id)
    if found.asked_on is not None:
        raise Conflict("已经要求过听证了，等部门通知时间。")
    if timezone.localdate() > found.ask_by:
        raise Conflict(f"要求听证的期限到{cn_date(found.ask_by)}，已经过了。")
    by = on_behalf.strip()[:60] if not acts_for_applicant(task, actor) else case.applicant.name
    if not by:
        raise Refused("请写是哪一位利害关系人要求的。", "on_behalf")
    _begin(case, task, tasks, found, actor, by, why.strip()[:LONGEST])
    return found


def _begin(case: Application, task: Task, tasks: list[Task], found: Hearing, actor: Actor, by: str, why: str) -> None:
    today, calendar = timezone.localdate(), current_calendar()
    days = calendar.thresholds.value("hearing_hold_days", today)
    found.asked_on, found.asked_by_name, found.asked_why = today, by, why
    found.hold_by = calendar.add(today, days)
    found.save(update_fields=["asked_on", "asked_by_name", "asked_why", "hold_by"])
    move(task, "hear", actor, hearing_by=None, paused_until=found.hold_by)
    Suspension.objects.create(task=task, cause="hearing", basis=PAUSE_BASIS, expected_days=days, started_on=today)
    text = f"{task.item_name}：{by}要求听证" if found.ground != Hearing.PUBLIC else f"{task.item_name}：{by}决定听证"
    text += f"，{cn_date(found.hold_by)}前举行，期间不计入办理时限"
    settle(case, tasks, actor, [event(case, "hearing_asked", text, actor, task=task, note=why)])


def may_waive(found: Hearing, case: Application) -> bool:
    """Whether the hearing is the applicant's alone to give up: offered for a refusal, or asked for by them."""
    return found.asked_by_name == case.applicant.name if found.asked_on else found.ground == Hearing.REFUSAL


@transaction.atomic
def waive_hearing(*, actor: Actor, hearing_id: int) -> Hearing:
    """放弃听证, or take back what was asked: by the applicant or the window for them; the clock runs on.

    Raises NotAllowed for everybody else, Conflict where the hearing is over, not the applicant's own or public.
    """
    case, task, tasks, found = _locked(actor, hearing_id)
    if not acts_for_applicant(task, actor):
        raise NotAllowed("听证由申请人自己放弃。")
    asked = found.asked_on is not None
    if not may_waive(found, case):
        raise Conflict("这次听证不只关系您一个人，不能由您放弃。")
    _end(found, Hearing.DROPPED if asked else Hearing.WAIVED, actor.name)
    text = f"{task.item_name}：申请人{'撤回听证要求' if asked else '放弃听证'}"
    line = event(case, "hearing_ended", text, actor, task=task)
    if asked:
        _run_on(case, task, tasks, actor, line)
    else:
        Task.objects.filter(pk=task.pk).update(hearing_by=None)
        record([line])
    return found


def _run_on(case: Application, task: Task, tasks: list[Task], actor: Actor, line: Event, *entries: Entry) -> None:
    move(task, "heard" if task.assignee_id else "heard_unheld", actor, paused_until=None)
    Suspension.objects.filter(task=task, ended_on=None).update(ended_on=timezone.localdate())
    settle(case, tasks, actor, [line], list(entries))


@transaction.atomic
def set_hearing(*, actor: Actor, task_id: int, at: datetime, place: str, chair: str, reason: str = "") -> Hearing:
    """Fix hour, place and chair with seven working days' notice, within twenty of the asking; or move it with a reason.

    Where the notice no longer fits into the twenty days the first day that keeps it will do; the delay has its red card.
    Raises Refused (day, place, chair who reviewed it, no reason), Conflict (nothing asked), NotAllowed.
    """
    place, chair, reason = place.strip()[:120], chair.strip()[:60], reason.strip()[:300]
    case, task, found = _asked(actor, task_id)
    calendar, today = current_calendar(), timezone.localdate()
    notice = calendar.thresholds.value("hearing_notice_days", today)
    first = calendar.add(today, notice)
    assert found.hold_by is not None
    last, day = max(found.hold_by, first), timezone.localdate(at)
    if not first <= day <= last:
        raise Refused(f"至少提前 {notice} 个工作日通知：请选{cn_date(first)}到{cn_date(last)}。", "at")
    if not calendar.is_working(day):
        raise Refused(f"{cn_date(day)}不上班，请换一天。", "at")
    if not place:
        raise Refused("请写在哪里听证。", "place")
    if not chair or chair in _reviewed_by(task):
        raise Refused("请写主持人；审查这一件的人不能主持（《行政许可法》第四十八条）。", "chair")
    if found.at is not None and not reason:
        raise Refused("改期要写原因，会通知参加的人。", "move_reason")
    found.at, found.place, found.chair, found.move_reason = at, place, chair, reason
    found.save(update_fields=["at", "place", "chair", "move_reason"])
    text = f"{task.item_name}：听证{'改在' if reason else '定在'} {cn_datetime(at)}，{place}"
    record([event(case, "hearing_set", text, actor, task=task, note=reason)])
    stamp = int(at.timestamp())
    put(
        paper("hearing-notice", case, task, round=stamp, hearing=found.pk),
        inform("hearing_set", case, round=stamp),
    )
    return found


def _asked(actor: Actor, task_id: int) -> tuple[Application, Task, Hearing]:
    case, task, _ = lock_task(actor, task_id)
    found = open_hearing(task)
    if found is None or found.asked_on is None or task.state != TaskState.SUSPENDED:
        raise Conflict("没有人要求听证，或者已经结束。")
    if not reviews(task, actor):
        raise NotAllowed("听证由办这一件的部门组织。")
    return case, task, found


def _reviewed_by(task: Task) -> set[str]:
    names = {row["name"] for row in task.signed}
    return names | ({task.assignee.name} if task.assignee else set())


def close_hearing(
    *,
    actor: Actor,
    task_id: int,
    how: str,
    attended: str = "",
    minutes: str = "",
    upload: BinaryIO | None = None,
    name: str = "",
) -> Hearing:
    """It was held: who came, what was said, and the scan of the minutes that they signed; or nobody came (`absent`).

    The clock runs again with it, and whoever held the task has it on the desk. Raises Refused, Conflict (before its
    hour), FileRefused, NotAllowed.
    """
    attended, minutes = attended.strip()[:300], minutes.strip()[:LONGEST_MINUTES]
    if how not in (Hearing.HELD, Hearing.ABSENT):
        raise Refused("请选举行了，还是要求听证的人没有来。", "how")
    if how == Hearing.HELD and not attended:
        raise Refused("请写谁参加了。", "attended")
    if not minutes:
        raise Refused(
            "请写笔录：各方说了什么、举了什么证据。" if how == Hearing.HELD else "请写等了多久、怎么联系的。", "minutes"
        )
    if how == Hearing.HELD and upload is None:
        raise Refused("请上传参加的人签过字的笔录。", "file")
    with transaction.atomic():
        _after_its_hour(actor, task_id)
    stored = store(upload, name=name, by=actor.user_id) if upload is not None else None
    with transaction.atomic():
        case, task, found = _after_its_hour(actor, task_id)
        tasks = lock_tasks(case)
        task = next(one for one in tasks if one.pk == task_id)
        found.attended, found.minutes, found.signed = attended, minutes, stored
        found.save(update_fields=["attended", "minutes", "signed"])
        _end(found, how, actor.name)
        said = "听证举行完毕，笔录已签" if how == Hearing.HELD else "要求听证的人没有来，视为放弃"
        line = event(case, "hearing_ended", f"{task.item_name}：{said}，恢复计时", actor, task=task)
        _run_on(case, task, tasks, actor, line, paper("hearing-minutes", case, task, round=found.pk))
    return found


def _after_its_hour(actor: Actor, task_id: int) -> tuple[Application, Task, Hearing]:
    case, task, found = _asked(actor, task_id)
    if found.at is None or found.at > timezone.now():
        raise Conflict("听证还没有举行。")
    return case, task, found


def give_hearing_cards(today: date) -> int:
    """红牌 for each hearing not held within its days, once. Returns how many. Right after any outage."""
    late = Hearing.objects.filter(ended_at=None, hold_by__lt=today, task__state=TaskState.SUSPENDED)
    text = "{}依法应当在{}前举行听证，没有举行"
    return give_each(
        "hearing",
        RED,
        (
            (one.task, one.task.department_id, one.hold_by, text.format(one.task.item_name, cn_date(one.hold_by)))
            for one in late.select_related("task")
            if one.hold_by
        ),
    )
