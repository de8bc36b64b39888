"""Two people back-fill one number, or confirm it, at the same instant: one case has it."""

import pytest
import time_machine

from applications.models import Application, PaperReceipt
from applications.operations import outage
from tests.applications.race.threads import at_once, losses, wins
from tests.applications.test_outage import NEXT_MORNING, TAKEN_IN, entered, pad, typed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@time_machine.travel(NEXT_MORNING, tick=True)
def test_one_number_sent_from_many_desks_at_once_stands_for_one_paper(committed_world):
    world = committed_world
    number, *_ = pad(world)
    drafts = [typed(world) for _ in range(8)]
    results = at_once(
        [
            lambda one=one: outage.enter(actor=world.clerk, draft_id=one.pk, number=number, received_at=TAKEN_IN)
            for one in drafts
        ]
    )
    assert len(wins(results)) == 1 and losses(results) == {"Conflict"}
    assert PaperReceipt.objects.exclude(draft=None).count() == 1


@time_machine.travel(NEXT_MORNING, tick=True)
def test_one_number_confirmed_many_times_at_once_is_one_case(committed_world):
    world = committed_world
    number, *_ = pad(world)
    entered(world, number)
    second = world.actor("chenjing")
    results = at_once([lambda: outage.confirm(actor=second, number=number) for _ in range(8)])
    assert len(wins(results)) == 1 and losses(results) == {"Conflict"}
    assert Application.objects.get().paper_number == number


@time_machine.travel(NEXT_MORNING, tick=True)
def test_pads_taken_at_once_share_no_number(committed_world):
    world = committed_world
    at_once([lambda: outage.issue_block(actor=world.clerk, size=25) for _ in range(6)])
    numbers = list(PaperReceipt.objects.order_by("number").values_list("number", flat=True))
    assert [number[1:8] for number in numbers] == [f"26{serial:05d}" for serial in range(1, 151)]
