"""Celery doors of the case. A "task" in this project is a department's task, so Celery's are called jobs."""

from celery import shared_task

from applications.api import pushing
from applications.operations import (
    answer_days,
    awaiting,
    carding,
    collecting,
    correcting,
    deferring,
    exchange_tables,
    looking,
    recounting,
    reporting,
)
from applications.operations.ending_drafts import end_old_drafts
from applications.operations.relieving import relieve_running
from applications.operations.timing import lapse_overdue
from applications.operations.visit_days import remind_of_visits as remind


@shared_task(name="applications.jobs.lapse_silent_cases")
def lapse_silent_cases() -> int:
    """Beat, every five minutes: silence past the fifth working day counts as acceptance."""
    return lapse_overdue()


@shared_task(name="applications.jobs.send_overdue_notices")
def send_overdue_notices() -> int:
    """Beat, every five minutes: the co-check is over, the one notice goes out with what departments asked."""
    return correcting.send_overdue_notices()


@shared_task(name="applications.jobs.remind_of_corrections")
def remind_of_corrections() -> int:
    """Beat, hourly by day, because a text message follows: the day to answer a correction comes."""
    return answer_days.remind_of_corrections()


@shared_task(name="applications.jobs.relieve_running_cases")
def relieve_running_cases() -> int:
    """Beat, every five minutes: a revision now in force that asks for less reaches the cases that run."""
    return relieve_running()


@shared_task(name="applications.jobs.end_drafts")
def end_drafts() -> tuple[int, int]:
    """Beat, hourly while people are awake: drafts that nobody saves any more are told of, then go."""
    return end_old_drafts()


@shared_task(name="applications.jobs.watch_deferrals")
def watch_deferrals() -> tuple[int, int]:
    """Beat, every five minutes: papers promised for later (容缺) are reminded of; a promise not kept is written down."""
    return deferring.watch_deferrals()


@shared_task(name="applications.jobs.recount_running")
def recount_running() -> int:
    """Beat, every five minutes: the calendar changed, so the days of the running cases are counted anew."""
    return recounting.recount_running()


@shared_task(name="applications.jobs.give_cards")
def give_cards() -> int:
    """Beat, hourly by day, because a text message follows: terms that are over get their 黄牌 or 红牌."""
    return carding.give_cards()


@shared_task(name="applications.jobs.push_changes")
def push_changes() -> int:
    """Beat, each minute: what happened to tasks that a department's own system has."""
    return pushing.push_changes()


@shared_task(name="applications.jobs.prune_looks")
def prune_looks() -> tuple[int, int]:
    """Beat, each night: who looked at whose data is kept as long as the county keeps it, then goes."""
    return looking.prune_looks()


@shared_task(name="applications.jobs.remind_of_events")
def remind_of_events() -> int:
    """Beat, hourly by day, because a text message follows: the last day comes of what a review waits for."""
    return awaiting.remind_of_events()


@shared_task(name="applications.jobs.remind_of_visits")
def remind_of_visits() -> int:
    """Beat, hourly by day, because a text message follows: a visit of all departments (一同核查) is tomorrow."""
    return remind()


@shared_task(name="applications.jobs.forget_bodies")
def forget_bodies() -> int:
    """Beat, each night: bodies of messages to departments' systems are kept half a year."""
    return pushing.forget_bodies()


@shared_task(name="applications.jobs.upload_ended")
def upload_ended() -> int:
    """Beat, each night: the records of ended cases go to the province's library, those in order."""
    return reporting.upload_ended()


@shared_task(name="applications.jobs.fill_exchange_tables")
def fill_exchange_tables() -> int:
    """Beat, each night: what happened since goes into the tables that departments' systems read."""
    return exchange_tables.fill_exchange_tables()


@shared_task(name="applications.jobs.remind_of_pickups")
def remind_of_pickups() -> int:
    """Beat, hourly by day, because a text message follows: what lies ready is not collected."""
    return collecting.remind_of_pickups()
