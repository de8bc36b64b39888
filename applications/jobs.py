"""Celery doors of the case. A "task" in this project is a department's task, so Celery's are called jobs."""

from celery import shared_task

from applications.operations.timing import lapse_overdue


@shared_task(name="applications.jobs.lapse_silent_cases")
def lapse_silent_cases() -> int:
    """Beat, every five minutes: silence past the fifth working day counts as acceptance."""
    return lapse_overdue()
