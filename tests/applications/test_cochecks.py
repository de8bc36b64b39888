"""收件会审 and 视为受理: one notice for all departments, the door shuts with it; a silent window or department gets a card."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from applications.models import Application, Card, CaseMaterial, CoCheck, Correction
from applications.operations import cochecking, correcting, intake
from applications.operations.timing import lapse_overdue
from applications.states import CaseState, MaterialState
from departments.models import Department, IntakeMode
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.models import Outbox
from tests.applications.race.threads import at_once, losses, wins
from tests.applications.world import World, check_all, file_case, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
PROOF, AREA = "premises-proof", "premises-area"


def received(world: World, *own: str) -> Application:
    """Received at the window, every paper in order for it; these departments accept for themselves."""
    Department.objects.filter(pk__in=own).update(intake_mode=IntakeMode.OWN)
    case = intake.receive(actor=world.clerk, number=file_case(world).number)
    check_all(world, case)
    return case


def check_of(case: Application, department: str) -> CoCheck:
    return CoCheck.objects.get(application=case, department_id=department)


def client_of(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.users[name])
    return client


def test_who_has_entrusted_the_window_is_not_asked(world: World) -> None:
    assert not received(world).cochecks.exists()


def test_each_department_that_accepts_for_itself_is_asked_until_the_third_working_day(world: World) -> None:
    case = received(world, "market", "fire")
    checks = {check.department_id: check.until for check in case.cochecks.all()}
    assert checks == {"market": date(2026, 3, 5), "fire": date(2026, 3, 5)}


def test_one_notice_names_everything_and_who_asks_merged_by_paper_and_field(world: World) -> None:
    case = received(world, "market", "fire")
    intake.check_material(actor=world.clerk, number=case.number, material_code=PROOF, state="wrong", note="缺房东签字")
    with pytest.raises(Refused, match="还在会审，最晚"):
        correcting.ask_correction(actor=world.clerk, number=case.number)
    asks = [{"material": PROOF, "text": "要盖骑缝章"}, {"field": AREA, "text": "和图上不一样"}]
    cochecking.answer(actor=world.reviewer("market"), check_id=check_of(case, "market").pk, asks=asks)
    cochecking.answer(actor=world.reviewer("fire"), check_id=check_of(case, "fire").pk, asks=[])
    notice = correcting.ask_correction(actor=world.clerk, number=case.number)
    assert {ask.get("material") or ask.get("field"): ask["text"] for ask in notice.asks} == {
        PROOF: "缺房东签字；要盖骑缝章",
        AREA: "和图上不一样",
    }
    assert CaseMaterial.objects.get(application=case, material_code=PROOF).state == MaterialState.WRONG


@pytest.mark.parametrize("when", ["noticed", "accepted", "over"])
def test_after_the_door_is_shut_nobody_adds_anything(world: World, when: str) -> None:
    case = received(world, "market")
    check, reviewer = check_of(case, "market"), world.reviewer("market")
    if when == "noticed":
        cochecking.answer(actor=reviewer, check_id=check.pk, asks=[{"material": PROOF, "text": "缺页"}])
        correcting.ask_correction(actor=world.clerk, number=case.number)
    elif when == "accepted":
        intake.say_word(actor=reviewer, task_id=task_of(case, "food-licence").pk, accept=True)
        intake.accept(actor=world.clerk, number=case.number)
    moment = datetime(2026, 3, 5, 16, 30, tzinfo=UTC) if when == "over" else datetime(2026, 3, 2, 3, tzinfo=UTC)
    with time_machine.travel(moment, tick=False), pytest.raises(Conflict):
        cochecking.answer(actor=reviewer, check_id=check.pk, asks=[{"material": PROOF, "text": "再加一条"}])


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        (datetime(2026, 3, 5, 15, 59, tzinfo=UTC), False),  # 23:59 in Shanghai
        (datetime(2026, 3, 5, 16, 1, tzinfo=UTC), True),
        (datetime(2026, 3, 9, 15, 59, tzinfo=UTC), True),  # the portal slept until the last day to answer by
        (datetime(2026, 3, 9, 16, 1, tzinfo=UTC), False),  # too late for a notice: the law has accepted the case
    ],
)
def test_when_the_third_day_is_over_the_notice_goes_out_with_what_is_there(
    world: World, moment: datetime, sent: bool
) -> None:
    case = received(world, "market", "fire")
    asks = [{"material": PROOF, "text": "缺页"}]
    cochecking.answer(actor=world.reviewer("market"), check_id=check_of(case, "market").pk, asks=asks)
    with time_machine.travel(moment, tick=False):
        assert correcting.send_overdue_notices() == int(sent)
        assert correcting.send_overdue_notices() == 0
    assert Correction.objects.filter(application=case).count() == int(sent)


def test_accepting_waits_for_who_may_still_ask_and_for_what_was_asked(world: World) -> None:
    case = received(world)
    cochecking.ask_department(actor=world.clerk, number=case.number, department="market", question="图对不对")
    with pytest.raises(Refused, match="还在会审"):
        intake.accept(actor=world.clerk, number=case.number)
    asks = [{"field": AREA, "text": "和图上不一样"}]
    cochecking.answer(actor=world.reviewer("market"), check_id=check_of(case, "market").pk, asks=asks)
    with pytest.raises(Conflict, match="先发补正告知书"):
        intake.accept(actor=world.clerk, number=case.number)


def test_a_department_that_says_nothing_is_not_waited_for_longer(world: World) -> None:
    case = received(world)
    cochecking.ask_department(actor=world.clerk, number=case.number, department="market", question="")
    with time_machine.travel(datetime(2026, 3, 6, 1, tzinfo=UTC), tick=False):
        assert intake.accept(actor=world.clerk, number=case.number).state == CaseState.ACCEPTED


@pytest.mark.parametrize(
    ("who", "department", "fault"),
    [("zhang", "market", NotAllowed), ("clerk", "tax", Refused), ("clerk", "no-such", Refused)],
)
def test_only_the_window_asks_and_only_departments_of_the_case(
    world: World, who: str, department: str, fault: type[Refused]
) -> None:
    case = received(world)
    with pytest.raises(fault):
        cochecking.ask_department(actor=getattr(world, who), number=case.number, department=department, question="")


def test_a_department_asks_about_its_own_papers_and_fields_in_words(world: World) -> None:
    case = received(world, "market")
    check, reviewer = check_of(case, "market"), world.reviewer("market")
    for asks in (
        [{"material": "no-such", "text": "x"}],
        [{"field": "no-such", "text": "x"}],
        [{"material": PROOF, "text": " "}],
    ):
        with pytest.raises(Refused):
            cochecking.answer(actor=reviewer, check_id=check.pk, asks=asks)
    with pytest.raises(CoCheck.DoesNotExist):
        cochecking.answer(actor=world.reviewer("fire"), check_id=check.pk, asks=[])


def test_the_reviewer_answers_on_the_page_and_the_clerk_sees_it(world: World) -> None:
    case = received(world, "market")
    market, limin = client_of(world, "market1"), client_of(world, "limin")
    assert "收件会审 <b>1</b>" in market.get(reverse("queue")).content.decode()
    url = reverse("cocheck", args=[check_of(case, "market").pk])
    assert url in market.get(reverse("cochecks")).content.decode()
    bare = market.post(url, {f"m.{PROOF}": " "})
    assert (bare.status_code, "就在它旁边写" in bare.content.decode()) == (422, True)
    before = limin.get(reverse("window-case", args=[case.number])).content.decode()
    assert "会审到" in before
    assert market.post(url, {f"m.{PROOF}": "缺页", f"f.{AREA}": "不一样"}).status_code == 302
    page = limin.get(reverse("window-case", args=[case.number])).content.decode()
    assert "要补 2 处" in page
    assert limin.post(reverse("window-correct", args=[case.number])).status_code == 302
    assert "已经答复" in market.get(url).content.decode()
    assert client_of(world, "fire1").get(url).status_code == 404


def test_the_clerk_asks_one_more_department_on_the_page(world: World) -> None:
    case = received(world)
    limin, url = client_of(world, "limin"), reverse("window-cocheck", args=[case.number])
    assert limin.post(url, {"department": "market", "question": "看图"}).status_code == 302
    assert limin.post(url, {"department": "market"}).status_code == 409
    page = client_of(world, "market1").get(reverse("cocheck", args=[check_of(case, "market").pk])).content.decode()
    assert "看图" in page


@pytest.mark.parametrize(
    ("own", "said", "cards"),
    [
        ((), (), [None]),
        (("market",), (), ["market"]),
        (("market", "fire"), ("fire",), ["market"]),
        (("market",), ("market",), [None]),
    ],
)
def test_silence_past_the_fifth_day_accepts_as_of_the_receipt_and_gives_a_card_to_who_was_silent(
    world: World, own: tuple[str, ...], said: tuple[str, ...], cards: list[str | None]
) -> None:
    case = received(world, *own)
    items = {"market": "food-licence", "fire": "fire-check"}
    for department in said:
        task = task_of(case, items[department])
        intake.say_word(actor=world.reviewer(department), task_id=task.pk, accept=True)
    with time_machine.travel(datetime(2026, 3, 20, 1, tzinfo=UTC), tick=False):  # the portal slept for a week
        assert lapse_overdue() == 1
        assert lapse_overdue() == 0
    case.refresh_from_db()
    assert (case.state, case.deemed, case.accepted_on) == (CaseState.ACCEPTED, True, date(2026, 3, 2))
    found = list(
        Card.objects.filter(application=case).order_by("department_id").values_list("department_id", flat=True)
    )
    assert found == cards
    assert set(Card.objects.values_list("colour", "rule", "day")) == {("yellow", "acceptance", date(2026, 3, 9))}
    assert Outbox.objects.filter(kind="inform", key__startswith="deemed").count() == 1


def test_a_card_is_read_by_window_department_and_supervisor(world: World) -> None:
    case = received(world, "market")
    with time_machine.travel(datetime(2026, 3, 20, 1, tzinfo=UTC), tick=False):
        lapse_overdue()
        task = reverse("task", args=[task_of(case, "food-licence").pk])
        pages = {
            "limin": reverse("window-case", args=[case.number]),
            "market1": task,
            "zhoutao": reverse("supervise-case", args=[case.number]),
        }
        for who, address in pages.items():
            assert "黄牌：市场监管局" in client_of(world, who).get(address).content.decode(), who


def test_two_clerks_send_the_notice_once(committed_world: World) -> None:
    world = committed_world
    case = received(world)
    intake.check_material(actor=world.clerk, number=case.number, material_code=PROOF, state="wrong", note="缺页")
    clerks = [world.clerk, world.actor("chenjing")] * 5
    results = at_once([lambda c=c: correcting.ask_correction(actor=c, number=case.number) for c in clerks])
    assert len(wins(results)) == 1
    assert losses(results) == {"Conflict"}
    assert Correction.objects.count() == 1
