"""The applicant presses twice while the window types a receipt: the money of one charge comes once."""

import pytest
from django.utils import timezone

from applications.models import Charge, ChargeState, Event, Payment
from applications.operations import paying
from tests.applications.race.threads import at_once, losses, wins
from tests.applications.world import accepted_case, task_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_one_charge_paid_from_many_pages_at_once_is_paid_once(committed_world):
    world = committed_world
    case = accepted_case(world)
    Charge.objects.create(
        application=case,
        task=task_of(case, "food-licence"),
        amount=8000,
        basis="本县规定",
        raised_at=timezone.now(),
        raised_by_id=world.clerk.user_id,
        raised_by_name="李敏",
    )
    online = [lambda: paying.pay_online(actor=world.zhang, number=case.number, seen=8000) for _ in range(6)]
    typed = [
        lambda n=n: paying.enter_receipt(actor=world.clerk, number=case.number, receipt=f"JS2026000{n}", seen=8000)
        for n in range(6)
    ]
    results = at_once(online + typed)
    assert len(wins(results)) == 1
    assert losses(results) <= {"Conflict", "Refused"}
    assert Payment.objects.exclude(paid_at=None).count() == Event.objects.filter(kind="paid").count() == 1
    assert Charge.objects.get().state == ChargeState.PAID
