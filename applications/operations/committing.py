"""告知承诺: what the applicant promised is granted by itself, looked at afterwards, ordered to be put right, revoked.

Source: 国办发〔2020〕42号; 《行政许可法》第六十九条、第七十九条 (revocation, and the bar that follows it).
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from applications.cards import YELLOW
from applications.lifecycle import move
from applications.models import Application, Draft, Event, Oversight, PromiseCheck, Task
from applications.operations.oversight import handed
from applications.operations.recording import event, give_each, inform, lock_task, paper, record
from applications.operations.voiding import void_grants
from applications.operations.waiting import lost_results, waits_for
from applications.states import DECIDABLE, VERDICTS
from departments.access import SYSTEM, Actor
from departments.calendar import current_calendar
from foundation.documents.operations import take_number
from foundation.errors import Conflict, Refused
from foundation.outbox.operations import Entry, put
from foundation.templatetags.portal_text import cn_date
from matters.published import plan_of

LONGEST = 1000
LONGEST_FIX = 60  # working days to put right what was promised


def ready_on_promise(case: Application, tasks: list[Task]) -> list[Task]:
    """The tasks that the applicant's promise grants now: nothing before them is open, no paper that another step brings is
    missing. A result that the state's own system makes needs its number, and so a hand; so does one after a wait by law (公示)."""
    if case.choice_open or not any(task.committed for task in tasks):
        return []
    items = plan_of(case.revision_id).items
    return [
        task
        for task in tasks
        if task.committed
        and task.state in DECIDABLE
        and not task.pre_review
        and not items[task.item_code].own_form
        and not items[task.item_code].clock.waits
        and not waits_for(task, tasks)
        and not lost_results(task, tasks)
    ]


def grant_promised(
    case: Application, tasks: list[Task], actor: Actor, events: list[Event], entries: list[Entry]
) -> bool:
    """Grant what is ready, in the caller's transaction, with number and check. Says whether anything was granted."""
    ready = ready_on_promise(case, tasks)
    now = timezone.now()
    for task in ready:
        number = take_number(
            authority=task.department_id,
            authority_mark=task.department.mark,
            kind="decision",
            year=timezone.localdate(now).year,
        )
        move(task, "grant_on_promise", actor, decided_at=now, decision_number=number)
        text = f"{task.item_name}：按申请人的告知承诺{VERDICTS[task.kind][0]}，以后核查"
        events.append(event(case, "decided", text, SYSTEM, task=task, verdict="grant", promised=True))
        entries += [paper("decision-grant", case, task), handed(Oversight.GRANTED, task)]
    if ready:
        days = current_calendar().thresholds.value("promise_check_days", timezone.localdate(now))
        due = timezone.localdate(now) + timedelta(days=days)
        PromiseCheck.objects.bulk_create(
            PromiseCheck(task=task, department_id=task.department_id, due=due) for task in ready
        )
    return bool(ready)


def unended_checks() -> QuerySet[PromiseCheck]:
    """What somebody still has to look at or to end, with `next_day`: that of the order, else the one to look by."""
    rows = PromiseCheck.objects.filter(ended_at=None).annotate(next_day=Coalesce("fix_by", "due"))
    return rows.select_related("task__application__matter", "task__department").order_by("next_day", "id")


def open_checks(actor: Actor) -> QuerySet[PromiseCheck]:
    """The same of the actor's departments alone, the nearest day first."""
    return unended_checks().filter(department__in=actor.departments, task__in=Task.objects.of_departments(actor))


def count_checks(actor: Actor, today: date) -> dict[str, int]:
    """How many stand there (`open`), and of how many the day is over (`late`). One query."""
    late = Count("pk", filter=Q(next_day__lt=today))
    return open_checks(actor).order_by().aggregate(open=Count("pk"), late=late)


def give_check_cards(today: date) -> int:
    """黄牌 for each promise that nobody looked at within `promise_check_days`, once. Returns how many. Right after any
    outage. An order whose day is over breaks no term of the department: only from then on may it revoke."""
    late = unended_checks().filter(result="", due__lt=today)
    text = "{}按告知承诺准予，应当在{}前核查，没有核查"
    return give_each(
        "promise_check",
        YELLOW,
        ((one.task, one.department_id, one.due, text.format(one.task.item_name, cn_date(one.due))) for one in late),
    )


def checks_of_case(case: Application) -> list[PromiseCheck]:
    """What the applicant reads of the checks of their promises. No query where nothing was promised."""
    if not case.commitments:
        return []
    rows = PromiseCheck.objects.filter(task__application=case).select_related("task__department")
    return list(rows.order_by("task__position"))


def _check(actor: Actor, task_id: int) -> tuple[Application, Task, PromiseCheck]:
    case, task, _ = lock_task(actor, task_id)
    found = PromiseCheck.objects.select_for_update().filter(task=task).first()
    if found is None:
        raise Refused("这一件没有告知承诺要核查。")
    return case, task, found


@transaction.atomic
def check_promise(
    *, actor: Actor, task_id: int, kept: bool, facts: str, fix: str = "", fix_by: date | None = None
) -> PromiseCheck:
    """The look afterwards: the promise was kept, or an order says what to put right until the end of `fix_by`.

    Raises Refused (no facts, an order without its what and when), Conflict (looked at already), Task.DoesNotExist.
    """
    case, task, check = _check(actor, task_id)
    if check.result:
        raise Conflict(f"{check.checked_by_name}已经核查过了。")
    facts, fix = facts.strip()[:LONGEST], fix.strip()[:LONGEST]
    if not facts:
        raise Refused("请写查到的情况。", "facts")
    now = timezone.now()
    check.facts, check.checked_at, check.checked_by_name = facts, now, actor.name
    if kept:
        check.result, check.ended_at, check.ended_by_name = PromiseCheck.TRUE, now, actor.name
        text = f"{task.item_name}：承诺核查，承诺属实"
    else:
        calendar = current_calendar()
        last = calendar.add(timezone.localdate(), LONGEST_FIX)
        if not fix:
            raise Refused("请写明要怎么改。", "fix")
        if fix_by is None or not timezone.localdate() < fix_by <= last:
            raise Refused(f"请填改好的最后一天，明天到 {last:%Y 年 %-m 月 %-d 日}之间。", "fix_by")
        check.result, check.fix, check.fix_by = PromiseCheck.ORDERED, fix, fix_by
        text = f"{task.item_name}：核查发现和承诺不符，责令整改，{fix_by:%-m 月 %-d 日}前改好"
        put(paper("fix-order", case, task), inform("promise_order", case, round=check.pk))
    check.save()
    record([event(case, "promise_checked", text, actor, task=task, note=facts)])
    return check


@transaction.atomic
def end_order(*, actor: Actor, task_id: int, fixed: bool, note: str) -> PromiseCheck:
    """After the order: it was put right, or the decision is revoked, its papers void, and no promise is taken for a term.

    Revoking waits until the day of the order is over. Raises Refused without a note, Conflict, Task.DoesNotExist.
    """
    case, task, check = _check(actor, task_id)
    note = note.strip()[:LONGEST]
    if check.result != PromiseCheck.ORDERED or check.fix_by is None:
        raise Conflict("没有等整改的，请刷新后再看。")
    if not note:
        raise Refused("请写整改以后看到的情况。", "note")
    if not fixed and timezone.localdate() <= check.fix_by:
        raise Refused(f"整改期限到 {check.fix_by:%-m 月 %-d 日}，没有过不能撤销。", "note")
    check.ended_note, check.ended_at, check.ended_by_name = note, timezone.now(), actor.name
    check.result = PromiseCheck.FIXED if fixed else PromiseCheck.REVOKED
    check.save()
    text = f"{task.item_name}：已经按要求整改"
    if not fixed:
        text = f"{task.item_name}：逾期没有整改，撤销按告知承诺作出的决定"
        put(
            *void_grants([task], Oversight.REVOKED, "告知承诺不实，决定已经撤销"),
            paper("promise-revocation", case, task),
            inform("promise_revoked", case, round=check.pk),
        )
    record([event(case, "promise_ended", text, actor, task=task, note=note)])
    return check


def demand_unbarred(draft: Draft) -> None:
    """Raises Refused where whose promise it would be broke one: an order is open, or a decision was revoked not long ago."""
    if draft.organisation_id is None and draft.applicant_id is None:
        return
    if draft.organisation_id is not None:
        whose = Q(task__application__organisation=draft.organisation_id)
    else:
        whose = Q(task__application__organisation=None, task__application__applicant=draft.applicant_id)
    today = timezone.localdate()
    days = current_calendar().thresholds.value("promise_bar_days", today)
    since = timezone.now() - timedelta(days=days)
    broken = Q(result=PromiseCheck.ORDERED) | Q(result=PromiseCheck.REVOKED, ended_at__gt=since)
    found = PromiseCheck.objects.filter(whose & broken).order_by("-ended_at").first()
    if found is None:
        return
    if found.result == PromiseCheck.ORDERED or found.ended_at is None:
        raise Refused("以前的告知承诺正在整改，改好以前不能再用告知承诺办。", "promises")
    free = timezone.localdate(found.ended_at) + timedelta(days=days)
    raise Refused(f"以前的告知承诺不实，决定被撤销，{free:%Y 年 %-m 月 %-d 日}以前不能再用告知承诺办。", "promises")
