"""What settings name by text exists: outbox handlers, jobs of the beat, adapters."""

import inspect

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from portal.celery import app

HANDLERS = settings.OUTBOX_HANDLERS | settings.OUTBOX_SENDERS


@pytest.mark.parametrize("kind", sorted(HANDLERS))
def test_outbox_handler_resolves_and_takes_one_row(kind: str) -> None:
    handler = import_string(HANDLERS[kind])
    inspect.signature(handler).bind(object())


@pytest.mark.parametrize("entry", sorted(settings.CELERY_BEAT_SCHEDULE))
def test_beat_entry_names_a_registered_job(entry: str) -> None:
    app.loader.import_default_modules()
    spec = settings.CELERY_BEAT_SCHEDULE[entry]
    job = app.tasks[spec["task"]]
    inspect.signature(job.run).bind(*spec.get("args", ()), **spec.get("kwargs", {}))


def test_sms_adapter_resolves() -> None:
    assert callable(import_string(settings.SMS_ADAPTER))


def test_workers_follow_the_outbox() -> None:
    """Late acknowledgement, one message at a time, no results: what the outbox relies on and nothing more."""
    conf = app.conf
    assert (conf.task_acks_late, conf.task_reject_on_worker_lost, conf.worker_prefetch_multiplier) == (True, True, 1)
    assert conf.task_ignore_result
    assert conf.broker_transport_options["visibility_timeout"] > conf.task_time_limit


def test_the_reader_of_repeated_pairs_resolves() -> None:
    inspect.signature(import_string(settings.REPEATED_PAIRS)).bind(90, object())


def test_the_reader_of_closed_cases_resolves() -> None:
    inspect.signature(import_string(settings.CLOSED_CASES)).bind("matter", 50)
