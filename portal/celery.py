"""The Celery application. Workers only carry out nudges; what has to be done stands in the outbox table."""

import os
from typing import Any

from celery import Celery
from celery.signals import celeryd_after_setup

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.embedded")
app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")


@celeryd_after_setup.connect
def read_every_queue(sender: str, instance: Any, **_: Any) -> None:
    """A worker named all@… reads every queue there is; any other worker reads what its -Q says (a department's own
    worker)."""
    if sender.startswith("all@"):
        from portal.queues import all_queues

        for queue in all_queues():
            instance.app.amqp.queues.select_add(queue)
