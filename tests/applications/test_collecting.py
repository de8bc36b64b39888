"""K14 待领取: reminded after 3, 10 and 30 days, once each; nobody is reminded of what is not theirs to collect."""

from collections.abc import Iterable

import pytest
import time_machine

from applications.models import Application, Approval, CasePaper
from applications.operations import handover
from applications.operations.collecting import remind_of_pickups
from foundation.notices.models import Notice
from foundation.outbox.models import Outbox
from foundation.outbox.operations import deliver_due
from tests.applications.test_ends import end
from tests.applications.test_replacing import agree, ask
from tests.applications.world import World, accepted_case, decide

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def case(world: World) -> Application:
    """Over on Monday, 2 March 2026, its papers made."""
    case = accepted_case(world)
    for item in ("registration", "food-licence", "fire-check", "sign-filing"):
        decide(world, case, item)
    deliver_due()
    case.refresh_from_db()
    return case


def told(days: Iterable[str]) -> list[str]:
    """On which of these days a new reminder went out; the job runs twice each day."""
    found, reminders = [], Outbox.objects.filter(kind="inform", key__startswith="uncollected")
    before = reminders.count()
    for day in days:
        with time_machine.travel(f"2026-{day} 09:35 +0800", tick=False):
            remind_of_pickups()
            remind_of_pickups()
            deliver_due()
        now = reminders.count()
        if now > before:
            found.append(day)
        before = now
    return found


def collect(world: World, case: Application, papers: Iterable[CasePaper]) -> None:
    handover.hand_over(
        actor=world.clerk,
        number=case.number,
        code=case.pickup_code,
        collector="张婷",
        relation="本人",
        paper_ids=tuple(paper.pk for paper in papers),
    )


def test_after_three_ten_and_thirty_days_once_each(case: Application) -> None:
    days = ("03-04", "03-05", "03-06", "03-11", "03-12", "03-13", "03-31", "04-01", "04-02", "04-20", "05-20")
    assert told(days) == ["03-05", "03-12", "04-01"]
    body = Notice.objects.filter(title="办好的等您领取", channel="inbox").first()
    assert body is not None and "取件码" in body.body and case.pickup_code not in body.body


def test_after_an_outage_the_latest_alone(case: Application) -> None:
    assert told(["04-03"]) == ["04-03"]
    assert Outbox.objects.filter(kind="inform", key__startswith="uncollected").count() == 1


def test_who_collected_a_part_is_reminded_of_the_rest_and_who_has_all_is_left_alone(
    world: World, case: Application
) -> None:
    papers = list(case.papers.filter(to_hand_over=True).order_by("id"))
    collect(world, case, papers[:1])
    assert told(["03-05"]) == ["03-05"]
    collect(world, case, papers[1:])
    assert told(["03-12", "04-01"]) == []


def test_a_replaced_certificate_counts_from_its_own_day(world: World, case: Application) -> None:
    collect(world, case, case.papers.filter(to_hand_over=True))
    with time_machine.travel("2026-03-09 10:00 +0800", tick=False):
        agree(world, ask(world, case))
    assert told(["03-11", "03-12", "03-19"]) == ["03-12", "03-19"]


def test_who_is_no_more_is_not_reminded(world: World, case: Application) -> None:
    asked = end(world, case)
    Approval.objects.filter(pk=asked.pk).update(approved=True)
    assert told(["03-05"]) == []
