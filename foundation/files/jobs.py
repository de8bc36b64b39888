"""The Celery door of the files."""

from celery import shared_task

from foundation.files.sweeping import scan_waiting


@shared_task(name="foundation.files.jobs.scan_waiting_files")
def scan_waiting_files() -> int:
    """Beat, every five minutes: the virus scanner is asked again about files it had no answer for."""
    return scan_waiting()
