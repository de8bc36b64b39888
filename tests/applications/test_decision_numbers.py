"""A department's decisions are numbered in one series, whichever way they go."""

import pytest

from applications.models import CasePaper
from foundation.outbox.models import Outbox
from foundation.outbox.operations import deliver_due
from tests.applications.world import accepted_case, decide

pytestmark = pytest.mark.django_db


def test_a_grant_and_a_refusal_of_one_department_never_get_the_same_number(world):
    first, second = accepted_case(world), accepted_case(world)
    granted = decide(world, first, "registration")
    refused = decide(world, second, "registration", "refuse")
    assert granted.decision_number != refused.decision_number
    deliver_due()
    assert not Outbox.objects.exclude(state="done").exists()
    assert CasePaper.objects.filter(task=refused, document__number=refused.decision_number).exists()
