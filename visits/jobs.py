"""Celery doors of visits."""

from celery import shared_task

from visits.operations import days


@shared_task(name="visits.jobs.tell_booked")
def tell_booked() -> tuple[int, int]:
    """Beat, hourly while people are awake: days that turn out closed, then reminders for tomorrow."""
    return days.cancel_closed(), days.remind_booked()


@shared_task(name="visits.jobs.end_days")
def end_days() -> tuple[int, int]:
    """Beat, each night: past days are closed, and names and phones whose days are over go."""
    missed, _ = days.end_days()
    return missed, days.forget_visitors()
