"""停电断网 (W16): taken in on paper while the portal was down, entered later, confirmed by a second person."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from applications.models import Application, Draft, PaperReceipt, ReceiptBlock
from applications.operations import drafting, intake, outage, submission
from applications.operations.timing import lapse_overdue
from applications.operations.walk_in import Someone, begin
from applications.paper_numbers import is_paper_number
from applications.states import CaseState
from departments.access import Actor
from departments.models import Hall, Post, Role
from foundation.errors import Conflict, NotAllowed, Refused
from tests.applications.world import FORM, World

pytestmark = pytest.mark.django_db
ID_LI = "320724196503120022"
ISSUED = datetime.fromisoformat("2026-03-02T09:30+08:00")
TAKEN_IN = datetime.fromisoformat("2026-03-02T15:10+08:00")
NEXT_MORNING = "2026-03-03 09:00 +0800"
TWO_WEEKS_LATER = "2026-03-16 09:00 +0800"


def second(world: World) -> Actor:
    return world.actor("chenjing")


def typed(world: World) -> Draft:
    """李红 filled in the paper; the clerk types it. She has no phone, and signed on the sheet."""
    visitor = Someone(name="李红", id_number=ID_LI)
    draft = begin(actor=world.clerk, matter_code="noodle-shop", answers={"scale": "large"}, visitor=visitor)
    values = FORM | {"applicant-name": "李红", "applicant-id-number": ID_LI, "applicant-phone": "13800000066"}
    return drafting.fill_in(actor=world.clerk, draft_id=draft.pk, version=draft.version, values=values)


def pad(world: World, size: int = 25) -> list[str]:
    with time_machine.travel(ISSUED, tick=False):
        block = outage.issue_block(actor=world.clerk, size=size)
    return list(block.receipts.values_list("number", flat=True))


def entered(world: World, number: str, received_at: datetime = TAKEN_IN) -> PaperReceipt:
    return outage.enter(actor=world.clerk, draft_id=typed(world).pk, number=number, received_at=received_at)


def test_a_pad_goes_on_where_the_last_one_ended_and_each_number_has_its_own_code(world: World) -> None:
    first, then = pad(world), pad(world, 50)
    numbers = [*first, *then]
    assert len(set(numbers)) == 75 and all(map(is_paper_number, numbers))
    assert [number[1:8] for number in numbers] == [f"26{serial:05d}" for serial in range(1, 76)]
    assert len({row.query_code for row in PaperReceipt.objects.all()}) == 75


def test_pads_are_given_to_windows_that_have_a_hall(world: World) -> None:
    for actor in (world.zhang, world.reviewer("market")):
        with pytest.raises(NotAllowed):
            outage.issue_block(actor=actor, size=25)
    with pytest.raises(Refused, match="多少张"):
        outage.issue_block(actor=world.clerk, size=3000)


def test_the_case_was_received_when_the_paper_was_and_its_days_run_from_there(world: World) -> None:
    number, *_ = pad(world)
    with time_machine.travel(NEXT_MORNING, tick=False):
        entered(world, number)
        assert not Application.objects.exists()
        case = outage.confirm(actor=second(world), number=number)
    row = PaperReceipt.objects.get(number=number)
    assert case.receipt_at == case.submitted_at == case.received_at == TAKEN_IN
    assert case.accept_by.isoformat() == "2026-03-09"  # five working days after Monday, not after Tuesday
    assert (case.state, case.paper_number, case.number[6:14]) == (CaseState.RECEIVED, number, "20260303")
    assert case.query_code == row.query_code and row.state == "used"
    assert (row.entered_by_name, row.confirmed_by_name, case.received_by_id) == (
        "李敏",
        "陈静",
        world.clerk.user_id,
    )
    assert f"纸质编号 {number}" in case.events.get(kind="submitted").text


def test_days_that_are_over_already_end_as_silence_does(world: World) -> None:
    number, *_ = pad(world)
    with time_machine.travel(TWO_WEEKS_LATER, tick=False):
        entered(world, number)
        case = outage.confirm(actor=second(world), number=number)
        assert case.accept_by < timezone.localdate()
        assert lapse_overdue() == 1
        assert lapse_overdue() == 0
    case.refresh_from_db()
    assert (case.state, case.deemed, case.accepted_on.isoformat()) == (CaseState.ACCEPTED, True, "2026-03-02")


@pytest.mark.parametrize(
    ("received_at", "says"),
    [
        (ISSUED - timedelta(minutes=1), "早于"),
        (datetime.fromisoformat("2026-03-03T09:01+08:00"), "还没有到"),
        (None, "几点几分"),
    ],
)
def test_the_time_lies_between_the_pad_and_now(world: World, received_at: datetime | None, says: str) -> None:
    number, *_ = pad(world)
    draft = typed(world)
    with time_machine.travel(NEXT_MORNING, tick=False), pytest.raises(Refused, match=says) as refusal:
        outage.enter(actor=world.clerk, draft_id=draft.pk, number=number, received_at=received_at)
    assert refusal.value.field == "received"


@pytest.mark.parametrize(
    ("number", "says"), [("P26000", "9 位"), ("P2600001A", "9 位"), ("P9900001X", "没有发过|9 位")]
)
def test_a_number_that_was_never_given_out_is_told(world: World, number: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        outage.enter(actor=world.clerk, draft_id=typed(world).pk, number=number, received_at=TAKEN_IN)


@time_machine.travel(NEXT_MORNING, tick=False)
def test_nobody_confirms_what_they_entered(world: World) -> None:
    number, *_ = pad(world)
    entered(world, number)
    with pytest.raises(NotAllowed, match="两个人"):
        outage.confirm(actor=world.clerk, number=number)
    with pytest.raises(NotAllowed):
        outage.confirm(actor=world.zhang, number=number)
    row = PaperReceipt.objects.get(number=number)
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperReceipt.objects.filter(pk=row.pk).update(confirmed_by_id=row.entered_by_id)


@time_machine.travel(NEXT_MORNING, tick=False)
def test_what_was_changed_after_it_was_sent_is_not_confirmed_unseen(world: World) -> None:
    number, *_ = pad(world)
    draft = entered(world, number).draft
    changed = drafting.fill_in(
        actor=world.clerk, draft_id=draft.pk, version=draft.version, values={**draft.form, "shop-name": "另一个名字"}
    )
    with pytest.raises(Conflict, match="再核对"):
        outage.confirm(actor=second(world), number=number)
    outage.enter(actor=world.clerk, draft_id=changed.pk, number=number, received_at=TAKEN_IN)
    assert outage.confirm(actor=second(world), number=number).form["shop-name"] == "另一个名字"


@time_machine.travel(NEXT_MORNING, tick=False)
def test_it_is_filed_by_no_other_way_while_it_waits(world: World) -> None:
    number, *_ = pad(world)
    draft = entered(world, number).draft
    for file in (intake.file_at_window, submission.submit):
        with pytest.raises(Conflict, match=number):
            file(actor=world.clerk, draft_id=draft.pk)


@time_machine.travel(NEXT_MORNING, tick=False)
def test_a_number_is_used_once(world: World) -> None:
    number, other, *_ = pad(world)
    entered(world, number)
    with pytest.raises(Conflict, match="已由李敏补录"):
        entered(world, number)
    outage.confirm(actor=second(world), number=number)
    with pytest.raises(Conflict, match="已经建了件"):
        entered(world, number)
    with pytest.raises(Conflict, match="已经建了件"):
        outage.confirm(actor=second(world), number=number)
    with pytest.raises(Conflict, match="还没有补录"):
        outage.confirm(actor=second(world), number=other)


@time_machine.travel(NEXT_MORNING, tick=False)
def test_a_wrong_number_is_put_right_and_the_former_is_free_again(world: World) -> None:
    number, right, *_ = pad(world)
    draft = entered(world, number).draft
    outage.enter(actor=world.clerk, draft_id=draft.pk, number=right.lower(), received_at=TAKEN_IN)
    states = {row.number: row.state for row in PaperReceipt.objects.filter(number__in=(number, right))}
    assert states == {number: "unused", right: "waiting"}


@time_machine.travel(NEXT_MORNING, tick=False)
def test_given_back_with_a_word_it_waits_until_it_is_sent_again(world: World) -> None:
    number, *_ = pad(world)
    draft = entered(world, number).draft
    with pytest.raises(Refused, match="哪里"):
        outage.give_back(actor=second(world), number=number, note=" ")
    outage.give_back(actor=second(world), number=number, note="纸上写的是 32 平方米")
    with pytest.raises(Conflict, match="退回"):
        outage.confirm(actor=second(world), number=number)
    outage.enter(actor=world.clerk, draft_id=draft.pk, number=number, received_at=TAKEN_IN)
    assert outage.confirm(actor=second(world), number=number).paper_number == number


@time_machine.travel(NEXT_MORNING, tick=False)
def test_a_spoiled_number_has_a_reason_and_becomes_no_case(world: World) -> None:
    number, *_ = pad(world)
    with pytest.raises(Refused, match="为什么"):
        outage.spoil(actor=world.clerk, number=number, reason="")
    outage.spoil(actor=world.clerk, number=number, reason="写错了姓名")
    with pytest.raises(Conflict, match="写错了姓名"):
        entered(world, number)
    assert PaperReceipt.objects.get(number=number).state == "spoiled"


@time_machine.travel(NEXT_MORNING, tick=False)
def test_another_hall_spoils_no_number_of_this_one_and_none_that_waits(world: World) -> None:
    number, waiting, *_ = pad(world)
    Hall.objects.create(code="beichenji", name="北陈集镇便民服务中心")
    Post.objects.filter(user=world.users["chenjing"], role=Role.CLERK).update(hall_id="beichenji")
    with pytest.raises(NotAllowed, match="别的大厅"):
        outage.spoil(actor=second(world), number=number, reason="撕了")
    entered(world, waiting)
    with pytest.raises(Conflict, match="等人复核"):
        outage.spoil(actor=world.clerk, number=waiting, reason="撕了")


@time_machine.travel(NEXT_MORNING, tick=False)
def test_a_draft_thrown_away_leaves_its_number_unused(world: World) -> None:
    number, *_ = pad(world)
    draft = entered(world, number).draft
    drafting.discard(actor=world.clerk, draft_id=draft.pk)
    assert PaperReceipt.objects.get(number=number).state == "unused"


@time_machine.travel(NEXT_MORNING, tick=False)
def test_an_unfinished_form_is_not_sent(world: World) -> None:
    number, *_ = pad(world)
    draft = typed(world)
    drafting.fill_in(
        actor=world.clerk, draft_id=draft.pk, version=draft.version, values={**draft.form, "shop-name": ""}
    )
    with pytest.raises(submission.FormFaults):
        outage.enter(actor=world.clerk, draft_id=draft.pk, number=number, received_at=TAKEN_IN)


@time_machine.travel(NEXT_MORNING, tick=False)
def test_each_number_of_a_pad_is_counted(world: World) -> None:
    one, two, three, *_ = pad(world)
    entered(world, one)
    outage.confirm(actor=second(world), number=one)
    outage.spoil(actor=world.clerk, number=two, reason="撕了")
    draft = typed(world)
    outage.enter(actor=world.clerk, draft_id=draft.pk, number=three, received_at=TAKEN_IN)
    block = outage.blocks().get()
    assert (block.numbers, block.used, block.spoiled, block.waiting) == (25, 1, 1, 1)
    assert [row.number for row in outage.waiting()] == [three]
    assert ReceiptBlock.objects.count() == 1
