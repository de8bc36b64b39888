"""原件 travel: kept in a bag, scanned out and in, signed for by both sides; where each is can be told at any time."""

import pytest
import time_machine
from django.db import IntegrityError, InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications.models import Bundle, Courier, CustodyMove
from applications.operations import couriers, custody, drafting, intake, withdrawal
from departments.calendar import current_calendar
from foundation.documents.models import Document
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.operations import deliver_due
from tests.applications.custody import TOWN, bagged, on_the_road, originals_of, town_clerk
from tests.applications.test_budgets import within
from tests.applications.world import FORM, build_world, file_case

pytestmark = pytest.mark.django_db
MONDAY = "2026-03-02 09:30 +0800"


@pytest.fixture
def world():
    return build_world()


def place(bundle):
    return Bundle.objects.select_related("hall", "department", "courier").get(pk=bundle.pk).where


def test_an_original_is_known_to_be_at_the_town_then_on_the_road_then_at_the_bureau(world):
    bundle = bagged(world)
    assert place(bundle) == "在李集镇便民服务中心 2 号窗口"
    courier = on_the_road(world, bundle, to="department:market")
    assert place(bundle) == "在路上，交接单 0001"
    couriers.scan_in(actor=world.reviewer("market"), courier_id=courier.pk, code=bundle.code.lower())
    couriers.receive(actor=world.reviewer("market"), courier_id=courier.pk)
    assert place(bundle) == f"在{Bundle.objects.get(pk=bundle.pk).department}"
    told = [move.text for move in bundle.moves.all()]
    assert len(told) == 3 and told[0] == "窗口收存" and "邮政 孙师傅" in told[1] and "收到" in told[2]
    courier.refresh_from_db()
    assert (courier.sent_by_name, courier.received_by_name) == ("徐梅", "赵强")


def test_a_township_takes_in_any_case_and_its_day_counts(world):
    with time_machine.travel("2026-03-06 17:20 +0800", tick=False):
        town, zhang = town_clerk(world), world.users["zhangting"].person
        draft = drafting.start_draft(actor=town, matter_code="noodle-shop", answers={"scale": "large"}, applicant=zhang)
        drafting.fill_in(actor=town, draft_id=draft.pk, version=draft.version, values=FORM)
        case = intake.file_at_window(actor=town, draft_id=draft.pk)
    with time_machine.travel("2026-03-09 10:00 +0800", tick=False):
        bundle = bagged(world, case=case)
        on_the_road(world, bundle)
    case.refresh_from_db()
    assert f"{timezone.localtime(case.receipt_at):%m-%d %H:%M}" == "03-06 17:20"
    assert f"{case.accept_by}" == "2026-03-13", "five working days from the Friday of the township, wherever papers are"


def test_the_list_is_an_official_paper_with_the_same_number(world):
    courier = on_the_road(world, bagged(world))
    for _ in range(2):
        deliver_due()
    document = Document.objects.get(pk=courier.document_id)
    assert document.rendered_at and document.number.endswith("交〔2026〕00001号")
    assert len(document.data["table"]["rows"]) == 1


def test_missing_bags_are_told_and_stay_open_until_they_are_found(world):
    here, lost = bagged(world), bagged(world)
    courier = on_the_road(world, here, lost)
    couriers.scan_in(actor=world.clerk, courier_id=courier.pk, code=here.code)
    couriers.receive(actor=world.clerk, courier_id=courier.pk)
    found = couriers.seen_by(town_clerk(world)).get(pk=courier.pk)
    assert (found.bags, found.missing, found.extra) == (2, 1, 0), "the sending side sees it as well"
    assert "没有收到" in lost.moves.last().text
    couriers.scan_in(actor=world.clerk, courier_id=courier.pk, code=lost.code)
    assert couriers.seen_by(world.clerk).get(pk=courier.pk).missing == 0
    assert place(lost) == "在灌南县政务服务中心"


def test_an_extra_bag_is_where_it_lies_and_its_own_list_knows_where_it_was_found(world):
    listed, extra = bagged(world), bagged(world)
    right, wrong = on_the_road(world, listed, to="department:market"), on_the_road(world, extra)
    line = couriers.scan_in(actor=world.reviewer("market"), courier_id=right.pk, code=extra.code)
    assert line.extra and place(extra).startswith("在市")
    assert wrong.lines.get().found_where == Bundle.objects.get(pk=extra.pk).department.short_name
    couriers.receive(actor=world.reviewer("market"), courier_id=right.pk)
    counted = couriers.seen_by(world.reviewer("market")).get(pk=right.pk)
    assert (counted.missing, counted.extra) == (1, 1)
    couriers.settle_line(actor=town_clerk(world), courier_id=right.pk, line_id=line.pk, words="装错了单")
    assert couriers.seen_by(world.reviewer("market")).get(pk=right.pk).extra == 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "先扫袋上的码"),
        ("6901234567892", "不是袋号"),
        ("D26000001A", "不是袋号"),
        ("D２６0000012", "不是袋号"),
        (custody.bundle_code(2026, 999), "没有 D26000999"),
    ],
)
def test_a_wrong_code_is_said_and_nothing_is_written(world, typed, said):
    courier = on_the_road(world, bagged(world))
    with pytest.raises(Refused, match=said):
        couriers.scan_in(actor=world.clerk, courier_id=courier.pk, code=typed)
    assert not courier.lines.exclude(in_at=None).exists()


def test_what_cannot_be_scanned_is_refused_in_words(world):
    bundle, town = bagged(world), town_clerk(world)
    courier = couriers.open_list(actor=town, to="hall:county", carrier="孙师傅")
    with pytest.raises(Refused, match="还没有扫一袋"):
        couriers.send(actor=town, courier_id=courier.pk)
    couriers.scan_out(actor=town, courier_id=courier.pk, code=bundle.code)
    with pytest.raises(Conflict, match="已经扫到这张单"):
        couriers.scan_out(actor=town, courier_id=courier.pk, code=bundle.code)
    with pytest.raises(Conflict, match="先从单上拿下来"):
        custody.give_back(actor=town, number=bundle.application.number, code=bundle.code)
    with pytest.raises(NotAllowed, match="交出的一方"):
        couriers.send(actor=world.clerk, courier_id=courier.pk)
    with pytest.raises(Conflict, match="还没有交出"):
        couriers.scan_in(actor=world.clerk, courier_id=courier.pk, code=bundle.code)
    couriers.send(actor=town, courier_id=courier.pk)
    with pytest.raises(NotAllowed, match="接收的一方"):
        couriers.scan_in(actor=town, courier_id=courier.pk, code=bundle.code)
    with pytest.raises(Courier.DoesNotExist):
        couriers.receive(actor=world.reviewer("market"), courier_id=courier.pk)
    other = couriers.open_list(actor=town, to="hall:county", carrier="孙师傅")
    with pytest.raises(Conflict, match="在路上，交接单 0001"):
        couriers.scan_out(actor=town, courier_id=other.pk, code=bundle.code)


@pytest.mark.parametrize(
    ("to", "carrier", "said"),
    [
        ("", "孙师傅", "选送到哪里"),
        ("hall:moon", "孙师傅", "选送到哪里"),
        (f"hall:{TOWN}", "孙师傅", "就在这里"),
        ("hall:county", " ", "谁送"),
    ],
)
def test_a_list_needs_a_place_elsewhere_and_a_carrier(world, to, carrier, said):
    with pytest.raises(Refused, match=said):
        couriers.open_list(actor=town_clerk(world), to=to, carrier=carrier)


def test_originals_go_back_against_a_list_where_they_lie(world):
    bundle, town = bagged(world), town_clerk(world)
    number = bundle.application.number
    withdrawal.withdraw(actor=world.zhang, number=number)
    with pytest.raises(Conflict, match="不在这个大厅"):
        custody.give_back(actor=world.clerk, number=number, code=bundle.code)
    custody.give_back(actor=town, number=number, code=bundle.code)
    assert place(bundle) == "已退还申请人"
    for _ in range(2):
        deliver_due()
    kinds = set(bundle.application.papers.values_list("kind", flat=True))
    assert {"originals-kept", "originals-back"} <= kinds
    with pytest.raises(Conflict, match="已经退还过"):
        custody.give_back(actor=town, number=number, code=bundle.code)
    again = custody.keep_originals(actor=town, number=number, pieces={originals_of(bundle.application)[0]: 2})
    assert again.pk != bundle.pk, "a paper that comes again goes into another bag"


def test_an_original_lies_in_one_bag_and_a_bag_at_one_place(world):
    bundle = bagged(world)
    with pytest.raises(Conflict, match=f"已经在 {bundle.code} 袋里"):
        bagged(world, case=bundle.application)
    with pytest.raises(IntegrityError, match="bundle_at_one_place"), transaction.atomic():
        Bundle.objects.filter(pk=bundle.pk).update(department_id="market")
    with pytest.raises(InternalError, match="append_only"), transaction.atomic():
        CustodyMove.objects.filter(bundle=bundle).delete()


@pytest.mark.parametrize(
    ("sent", "today", "late"),
    [
        ("2026-03-02", "2026-03-02", False),
        ("2026-03-02", "2026-03-03", False),
        ("2026-03-02", "2026-03-04", True),
        ("2026-03-06", "2026-03-09", False),  # Friday, then Monday
        ("2026-03-06", "2026-03-10", True),
        ("2026-04-03", "2026-04-07", False),  # Monday the 6th is 清明
        ("2026-04-03", "2026-04-08", True),
    ],
)
def test_a_courier_is_late_after_one_working_day(world, sent, today, late):
    with time_machine.travel(f"{sent} 16:00 +0800", tick=False):
        on_the_road(world, bagged(world))
    with time_machine.travel(f"{today} 09:00 +0800", tick=False):
        assert bool(couriers.late(world.clerk, 5)) == late
        assert bool(couriers.late(town_clerk(world), 5)) == late
        assert couriers.late(world.reviewer("fire"), 5) == []
    assert current_calendar()


def test_acts_of_custody_stay_within_twelve_statements(world):
    town = town_clerk(world)
    case = file_case(world)
    intake.receive(actor=town, number=case.number)
    with CaptureQueriesContext(connection) as context:
        bundle = custody.keep_originals(actor=town, number=case.number, pieces=dict.fromkeys(originals_of(case), 1))
    within(12, context)
    courier = couriers.open_list(actor=town, to="hall:county", carrier="孙师傅")
    with CaptureQueriesContext(connection) as context:
        couriers.scan_out(actor=town, courier_id=courier.pk, code=bundle.code)
    within(12, context)
    with CaptureQueriesContext(connection) as context:
        couriers.send(actor=town, courier_id=courier.pk)
    within(12, context)
    with CaptureQueriesContext(connection) as context:
        couriers.scan_in(actor=world.clerk, courier_id=courier.pk, code=bundle.code)
    within(12, context)
    with CaptureQueriesContext(connection) as context:
        couriers.receive(actor=world.clerk, courier_id=courier.pk)
    within(12, context)
    with CaptureQueriesContext(connection) as context:
        custody.give_back(actor=world.clerk, number=case.number, code=bundle.code)
    within(12, context)
