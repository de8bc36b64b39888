"""Opens the halls of the demonstration for tickets and bookings."""

from datetime import time

import yaml
from django.conf import settings
from django.db import transaction

from departments.demo import FIXTURES
from departments.models import Hall
from foundation.errors import Refused
from visits.models import HallQueue, OpeningTime


@transaction.atomic
def open_demo_halls() -> int:
    """Every hall without a queue gets one with the hours of the demonstration; returns how many are new.

    Idempotent. Raises Refused outside a demonstration.
    """
    if not settings.DEMO:
        raise Refused("演示的开门时间只能填在演示环境里")
    source = yaml.safe_load((FIXTURES / "halls.yaml").read_text(encoding="utf-8"))
    county = source["county"]["code"]
    new = [HallQueue(hall=hall) for hall in Hall.objects.filter(queue=None)]
    HallQueue.objects.bulk_create(new)
    times = [
        OpeningTime(queue=queue, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes))
        for queue in new
        for opens, closes in source["county" if queue.hall_id == county else "town"]["open"]
    ]
    OpeningTime.objects.bulk_create(times)
    return len(new)
