"""The Celery doors of the files."""

from celery import shared_task

from foundation.files.sweeping import scan_waiting, sweep_orphans, sweep_unused


@shared_task(name="foundation.files.jobs.scan_waiting_files")
def scan_waiting_files() -> int:
    """Beat, every five minutes: the virus scanner is asked again about files it had no answer for."""
    return scan_waiting()


@shared_task(name="foundation.files.jobs.sweep_files")
def sweep_files() -> tuple[int, int]:
    """Beat, each night: what nothing points at for two days is deleted, row and bytes, then bytes without a row."""
    return sweep_unused(), sweep_orphans()
