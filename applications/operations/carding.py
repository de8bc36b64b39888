"""黄牌红牌 of the clocks K2 to K7: written down by beat when their last day is over, once each, and the applicant is told.

K1 has its cards with the silence that accepts (`timing.py`).
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from applications.cards import RED, Broken, Term, broken
from applications.clocks import review_up_due
from applications.joining import blockers, by_code
from applications.models import Application, Card, CasePaper, Task
from applications.operations.closing import move_days, pauses_of
from applications.operations.committing import give_check_cards
from applications.operations.county_head import joint_term
from applications.operations.dispatch import live, view_of
from applications.operations.hearing import give_hearing_cards
from applications.operations.oversight import give_oversight_cards
from applications.operations.recording import inform, lock_tasks
from applications.operations.timing import give_pause_cards
from applications.operations.urging import give_order_cards
from applications.states import ON_THE_DESK, CaseState, TaskState
from departments.calendar import current_calendar
from departments.workdays import Calendar
from foundation.outbox.operations import Entry, put

TEXTS = {
    "promise": "{item}承诺{day}前决定，没有作出决定",
    "statutory": "{item}依法应当在{day}前决定，没有作出决定；不作决定不等于准予，要继续办完",
    "review_up": "{item}应当在{day}前审查完报上级，没有报",
    "issue": "{item}准予以后，应当在{day}前制好证件或者文书，没有制好",
    "matter": "整件承诺{day}前办结，没有办结",
    "joint": "几个部门一起办，最迟{day}前办结，没有办结",
}


def give_cards() -> int:
    """Write the cards of every term that is over today. Returns how many.

    Finds cases by their days, so it is right after an outage of any length; each term of a task or case has one card.
    """
    today, calendar = timezone.localdate(), current_calendar()
    # A term of n working days holds n days at least, so these bounds leave nobody out; the exact day is asked below.
    joint, review = (
        timedelta(days=calendar.thresholds.value(code, today)) for code in ("joint_days", "review_up_days")
    )
    here = Task.objects.filter(application=OuterRef("pk"))
    late = here.filter(state__in=ON_THE_DESK).filter(
        Q(due__lt=today) | Q(pre_review=True, accepted_on__lt=today - review)
    )
    cases = Application.objects.filter(state=CaseState.ACCEPTED).filter(
        Q(promised_due__lt=today) | Q(accepted_on__lt=today - joint) | Exists(late)
    )
    unissued = here.filter(~Exists(_issued()), state=TaskState.GRANTED, decided_at__lt=timezone.now())
    waiting = Application.objects.filter(Exists(unissued), state__in=(CaseState.ACCEPTED, CaseState.CONCLUDED))
    found = set(cases.values_list("pk", flat=True)) | set(waiting.values_list("pk", flat=True))
    own = sum(_give(pk, today, calendar) for pk in sorted(found))
    return (
        own
        + give_order_cards(today)
        + give_hearing_cards(today)
        + give_pause_cards(today)
        + give_oversight_cards(today)
        + give_check_cards(today)
    )


def _issued() -> QuerySet[CasePaper]:
    return CasePaper.objects.filter(task=OuterRef("pk"), kind__in=("certificate", "result"))


@transaction.atomic
def _give(case_id: int, today: date, calendar: Calendar) -> int:
    related = ("matter", "applicant")
    case = Application.objects.select_related(*related).select_for_update(of=("self",), no_key=True).get(pk=case_id)
    if case.state not in (CaseState.ACCEPTED, CaseState.CONCLUDED):
        return 0
    tasks, entries = live(lock_tasks(case)), list[Entry]()
    if case.state == CaseState.ACCEPTED:
        move_days(case, tasks, today, calendar, entries)
    given = set(Card.objects.filter(application=case).values_list("rule", "task__item_code"))
    new = [card for card in _broken(case, tasks, today, calendar) if (card.rule, card.code or None) not in given]
    by_item = {task.item_code: task for task in tasks}
    Card.objects.bulk_create([_card(case, by_item.get(card.code), card) for card in new], ignore_conflicts=True)
    if any(card.rule == "matter" for card in new) and not any(rule == "matter" for rule, _ in given):
        entries.append(inform("late", case))
    if any(card.colour == RED for card in new):
        entries.append(inform("late_by_law", case))
    put(*entries)
    return len(new)


def _broken(case: Application, tasks: list[Task], today: date, calendar: Calendar) -> list[Broken]:
    pauses = pauses_of(case, today, calendar)
    unissued = set(
        Task.objects.filter(~Exists(_issued()), application=case, state=TaskState.GRANTED).values_list("pk", flat=True)
    )
    views = by_code(view_of(task) for task in tasks)
    terms = []
    for task in tasks:
        still = task.state in (TaskState.PENDING, TaskState.WAITING, TaskState.SUSPENDED)
        locked = task.is_open and bool(blockers(views[task.item_code], views))
        up = issue = None
        if task.pre_review and task.accepted_on:
            up = review_up_due(task.accepted_on, pauses.get(task.pk, 0), calendar)
        if task.pk in unissued and task.decided_at:
            decided = timezone.localdate(task.decided_at)
            issue = calendar.add(decided, calendar.thresholds.value("issue_days", decided))
        terms.append(
            Term(
                code=task.item_code,
                due=task.due,
                statutory=task.statutory_due,
                review_up=up,
                issue=issue,
                stands=still or locked or case.choice_open,
                decided=not task.is_open,
            )
        )
    if case.state != CaseState.ACCEPTED or case.choice_open or case.accepted_on is None:
        return broken(terms, None, None, today)
    return broken(terms, case.promised_due, joint_term(case, tasks, calendar, pauses), today)


def _card(case: Application, task: Task | None, card: Broken) -> Card:
    name = task.item_name if task else ""
    return Card(
        application=case,
        task=task,
        department=task.department if task else None,
        colour=card.colour,
        rule=card.rule,
        day=card.day,
        text=TEXTS[card.rule].format(item=name, day=f"{card.day:%Y 年 %-m 月 %-d 日}"),
        at=timezone.now(),
    )
