"""审管联动 (D15): what is granted, revoked or cancelled reaches who supervises the trade, who signs for it in a working day."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from applications.models import Application, Card, Oversight
from applications.operations import approving, carding, oversight
from departments.models import Department
from foundation.errors import Refused
from foundation.outbox.models import Outbox
from matters.models import Item
from tests.applications.browsing import sign_in, text_of
from tests.applications.test_ends import end
from tests.applications.world import World, accepted_case, decide, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
ITEM = "food-licence"


def hand_over() -> None:
    for row in Outbox.objects.filter(kind="oversight"):
        oversight.hand_entry(row)


@pytest.fixture
def case(world: World) -> Application:
    """A granted licence of the market bureau, whose trade the urban management bureau supervises."""
    Item.objects.filter(code=ITEM).update(supervised_by=Department.objects.get(pk="urban-management"))
    case = accepted_case(world)
    decide(world, case, "registration")
    decide(world, case, ITEM)
    hand_over()
    return case


def test_a_grant_is_handed_over_once_and_only_where_somebody_else_supervises(world: World, case: Application) -> None:
    hand_over()
    one = Oversight.objects.get()
    assert (one.task, one.kind, one.department_id) == (task_of(case, ITEM), "granted", "urban-management")
    assert one.due == date(2026, 3, 3)


def test_its_day_counts_from_the_decision_however_late_the_worker_comes(world: World) -> None:
    Item.objects.filter(code=ITEM).update(supervised_by=Department.objects.get(pk="urban-management"))
    case = accepted_case(world)
    decide(world, case, "registration")
    decide(world, case, ITEM)
    with time_machine.travel("2026-03-10 10:00 +0800", tick=False):
        hand_over()
    assert Oversight.objects.get().due == date(2026, 3, 3)


def test_a_refusal_is_handed_to_nobody(world: World) -> None:
    Item.objects.filter(code=ITEM).update(supervised_by=Department.objects.get(pk="urban-management"))
    case = accepted_case(world)
    decide(world, case, "registration")
    decide(world, case, ITEM, "refuse")
    hand_over()
    assert not Oversight.objects.exists()


def test_the_supervising_department_signs_for_it_and_nobody_else(world: World, case: Application) -> None:
    one = Oversight.objects.get()
    assert oversight.receive_handed(actor=world.reviewer("fire"), ids=[one.pk]) == 0
    with pytest.raises(Refused, match="先勾"):
        oversight.receive_handed(actor=world.reviewer("urban-management"), ids=[])
    assert oversight.receive_handed(actor=world.reviewer("urban-management"), ids=[one.pk]) == 1
    assert oversight.receive_handed(actor=world.reviewer("urban-management"), ids=[one.pk]) == 0
    one.refresh_from_db()
    assert one.received_by_name == "冯刚"


@pytest.mark.parametrize(("day", "cards"), [("2026-03-03", 0), ("2026-03-04", 1)])
def test_who_does_not_sign_in_time_has_one_yellow_card(world: World, case: Application, day: str, cards: int) -> None:
    with time_machine.travel(f"{day} 10:00 +0800", tick=False):
        carding.give_cards()
        carding.give_cards()
        found = Card.objects.filter(rule="oversight")
        assert [card.department_id for card in found] == ["urban-management"] * cards


def test_what_is_cancelled_is_handed_over_too(world: World, case: Application) -> None:
    approving.answer_approval(actor=world.supervisor, approval_id=end(world, case).pk, approve=True)
    hand_over()
    assert list(Oversight.objects.values_list("kind", flat=True)) == ["granted", "cancelled"]


def test_a_grant_and_its_cancellation_due_on_one_day_are_two_cards(world: World, case: Application) -> None:
    approving.answer_approval(actor=world.supervisor, approval_id=end(world, case).pk, approve=True)
    hand_over()
    assert Oversight.objects.values("due").distinct().count() == 1
    with time_machine.travel("2026-03-04 10:00 +0800", tick=False):
        carding.give_cards()
        carding.give_cards()
    assert sorted(Card.objects.filter(rule__startswith="oversight").values_list("rule", flat=True)) == [
        "oversight",
        "oversight_end",
    ]


def test_the_pages_of_who_supervises_and_of_the_supervisor(world: World, case: Application) -> None:
    browser, page = sign_in(world, "urban-management1"), reverse("oversights")
    assert "审管联动" in text_of(browser.get(reverse("queue")))
    assert case.title in text_of(browser.get(page))
    assert case.title not in text_of(sign_in(world, "fire1").get(page))
    assert case.title in text_of(sign_in(world, "zhoutao").get(reverse("supervise-list") + "?list=oversight"))
    assert browser.post(page, {}).status_code == 422
    browser.post(page, {"row": [Oversight.objects.get().pk]})
    assert "没有等签收的" in text_of(browser.get(page))
