"""待缴费: nothing unless the catalogue names a fee; one page, paid at once; taken back by two; no clock stands still."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import time_machine
import yaml
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from applications.fees import MOST, fen, waited, yuan
from applications.models import Application, CasePaper, Charge, ChargeState, Payment
from applications.operations import charging, paying
from departments.access import Actor
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.operations import deliver_due
from tests.applications.world import CATALOGUE, World, accepted_case, build_world, decide, file_case, task_of
from tests.catalogue import load_before_all

MONDAY = "2026-03-02 09:30 +0800"
BASIS = "《江苏省食品经营许可收费办法》（演示）第二条"


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("80", 8000),
        ("80.5", 8050),
        ("80.50", 8050),
        ("0.01", 1),
        ("1,200.00", 120_000),
        (" 5 元 ", 500),
        ("1000000", MOST),
    ],
)
def test_an_amount_typed_in_yuan_is_kept_in_fen(typed: str, amount: int) -> None:
    assert fen(typed) == amount


@pytest.mark.parametrize("typed", ["", "0", "0.00", "-5", "八十", "80.555", "1e3", "1000000.01", "80..5", "9" * 12])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        fen(typed)
    assert refused.value.field == "amount"


@given(st.integers(min_value=1, max_value=MOST))
def test_what_is_shown_reads_back_as_the_same_amount(amount: int) -> None:
    assert fen(yuan(amount)) == amount


def test_the_days_waited_are_days_of_the_calendar() -> None:
    assert waited(date(2026, 3, 6), None, date(2026, 3, 9)) == 3
    assert waited(date(2026, 3, 6), date(2026, 3, 7), date(2026, 3, 9)) == 1
    assert waited(date(2026, 3, 6), None, date(2026, 3, 6)) == 0


@pytest.fixture
def world(db: None, tmp_path: Path) -> Any:
    """The small county with two items that cost something."""
    root = copytree(CATALOGUE, tmp_path / "catalogue")
    file = root / "items" / "all.yaml"
    rows = yaml.safe_load(file.read_text("utf-8"))
    for row in rows:
        if row["code"] in ("food-licence", "fire-check"):
            row["fee"] = "每件 80 元"
    file.write_text(yaml.dump(rows, allow_unicode=True, sort_keys=False), "utf-8")
    with time_machine.travel(MONDAY, tick=False):
        load_before_all(root)
        yield build_world(catalogue=False)


@pytest.fixture
def case(world: World) -> Application:
    return accepted_case(world)


def charged(actor: Actor, case: Application, item: str = "food-licence", amount: int = 8000) -> Charge:
    return charging.raise_charge(actor=actor, number=case.number, item=item, amount=amount, basis=BASIS)


def pages(world: World, account: str) -> Client:
    client = Client()
    client.force_login(world.users[account])
    return client


def test_an_item_that_is_free_by_the_catalogue_cannot_be_charged(world: World, case: Application) -> None:
    with pytest.raises(Refused, match="第五十八条"):
        charged(world.clerk, case, "registration")
    with pytest.raises(Refused, match="依据"):
        charging.raise_charge(actor=world.clerk, number=case.number, item="food-licence", amount=1, basis=" ")
    with pytest.raises(NotAllowed):
        charged(world.reviewer("fire"), case)
    with pytest.raises(NotAllowed):
        charged(world.zhang, case)


def test_a_charge_comes_between_acceptance_and_decision_and_once(world: World, case: Application) -> None:
    with pytest.raises(Conflict, match="受理以后"):
        charged(world.clerk, file_case(world))
    charged(world.reviewer("market"), case)
    with pytest.raises(Conflict, match="已经提出过"):
        charged(world.clerk, case)
    decide(world, case, "registration")
    decide(world, case, "fire-check")
    with pytest.raises(Conflict, match="决定以前"):
        charged(world.clerk, case, "fire-check")


def test_no_clock_stands_still_and_no_decision_waits_for_the_money(world: World, case: Application) -> None:
    before = (case.promised_due, task_of(case, "food-licence").due)
    charged(world.clerk, case)
    case.refresh_from_db()
    assert (case.promised_due, task_of(case, "food-licence").due) == before
    decide(world, case, "registration")
    decide(world, case, "food-licence")
    assert paying.owed(case).count() == 1


def test_all_is_paid_at_once_and_the_notice_carries_amount_and_basis(world: World, case: Application) -> None:
    charged(world.clerk, case)
    charged(world.reviewer("fire"), case, "fire-check", 12_050)
    deliver_due()
    notices = CasePaper.objects.filter(kind="charge").select_related("document")
    assert len({one.document.number for one in notices}) == 2
    assert any(BASIS in str(one.document.data) and "120.50" in str(one.document.data) for one in notices)
    with pytest.raises(Conflict, match=r"200\.50"):
        paying.pay_online(actor=world.zhang, number=case.number, seen=8000)
    paid = paying.pay_online(actor=world.zhang, number=case.number, seen=20_050)
    assert (paid.amount, paid.source, paid.charges.count()) == (20_050, "演示缴费（没有真的扣钱）", 2)
    assert set(Charge.objects.values_list("state", flat=True)) == {ChargeState.PAID}
    with pytest.raises(Refused, match="没有要缴的"):
        paying.pay_online(actor=world.zhang, number=case.number, seen=0)


def test_only_the_applicant_pays_online_and_only_the_window_types_receipts(world: World, case: Application) -> None:
    charged(world.clerk, case)
    with pytest.raises(NotAllowed):
        paying.pay_online(actor=world.clerk, number=case.number, seen=8000)
    with pytest.raises(Application.DoesNotExist):
        paying.pay_online(actor=world.stranger, number=case.number, seen=8000)
    with pytest.raises(NotAllowed):
        paying.enter_receipt(actor=world.zhang, number=case.number, receipt="JS20260001", seen=8000)


def test_a_payment_system_that_is_down_blocks_nothing_and_the_next_try_is_the_same_payment(
    world: World, case: Application, settings: Any
) -> None:
    charged(world.clerk, case, amount=8044)
    for _ in range(2):
        with pytest.raises(Refused, match="不会重复扣钱"):
            paying.pay_online(actor=world.zhang, number=case.number, seen=8044)
    first = Payment.objects.get()
    charged(world.reviewer("fire"), case, "fire-check")
    charge = first.charges.get()
    charging.ask_ending(actor=world.clerk, charge_id=charge.pk, reason="收错了")
    with pytest.raises(Conflict, match="还没有结果"):
        charging.agree_ending(actor=world.reviewer("market"), charge_id=charge.pk)
    paid = paying.enter_receipt(actor=world.clerk, number=case.number, receipt="js 2026 0001", seen=8044)
    assert (paid.pk, paid.receipt_number, paid.method) == (first.pk, "JS20260001", Payment.RECEIPT)
    assert list(paying.owed(case).values_list("task__item_code", flat=True)) == ["fire-check"]
    decide(world, case, "registration")


def test_one_receipt_is_entered_once(world: World, case: Application) -> None:
    charged(world.clerk, case)
    paying.enter_receipt(actor=world.clerk, number=case.number, receipt="JS20260001", seen=8000)
    other = accepted_case(world)
    charged(world.clerk, other)
    with pytest.raises(Conflict, match="已经登记过"):
        paying.enter_receipt(actor=world.clerk, number=other.number, receipt="JS20260001", seen=8000)
    assert Payment.objects.count() == 1
    with pytest.raises(Refused, match="6 到 40 位"):
        paying.enter_receipt(actor=world.clerk, number=other.number, receipt="票", seen=8000)


@pytest.mark.parametrize(("paid", "state"), [(False, ChargeState.VOID), (True, ChargeState.REFUNDED)])
def test_a_charge_is_taken_back_or_refunded_by_two_people(
    world: World, case: Application, paid: bool, state: ChargeState
) -> None:
    charge = charged(world.reviewer("market"), case)
    if paid:
        paying.pay_online(actor=world.zhang, number=case.number, seen=8000)
    with pytest.raises(Refused, match="为什么"):
        charging.ask_ending(actor=world.clerk, charge_id=charge.pk, reason="")
    charging.ask_ending(actor=world.clerk, charge_id=charge.pk, reason="按惠企政策免收")
    assert not paying.owed(case).exists()
    with pytest.raises(NotAllowed, match="另一个人"):
        charging.agree_ending(actor=world.clerk, charge_id=charge.pk)
    with pytest.raises(NotAllowed):
        charging.agree_ending(actor=world.reviewer("fire"), charge_id=charge.pk)
    assert charging.agree_ending(actor=world.reviewer("market"), charge_id=charge.pk).state == state
    with pytest.raises(Conflict):
        charging.agree_ending(actor=world.actor("chenjing"), charge_id=charge.pk)
    assert charged(world.clerk, case).state == ChargeState.OPEN


def test_the_database_itself_wants_two_people(world: World, case: Application) -> None:
    charge = charged(world.clerk, case)
    one = {"ending_reason": "免", "ending_asked_by_id": world.clerk.user_id, "ended_by_id": world.clerk.user_id}
    with pytest.raises(IntegrityError, match="charge_ended_by_two"), transaction.atomic():
        Charge.objects.filter(pk=charge.pk).update(state=ChargeState.VOID, **one)


def test_the_track_says_it_is_the_applicants_turn_and_the_page_pays(world: World, case: Application) -> None:
    charged(world.clerk, case)
    client = pages(world, "zhangting")
    with time_machine.travel("2026-03-04 09:00 +0800", tick=False):
        track = client.get(reverse("track", args=[case.number])).content.decode()
        assert "轮到您：缴费 80.00" in track and "等您缴费第 2" in track and "期限不停" in track
        address = reverse("fees", args=[case.number])
        page = client.get(address).content.decode()
        assert "演示缴费" in page and BASIS in page
        stale = client.post(address, {"seen": "100"})
        assert (stale.status_code, "要缴的变了" in stale.content.decode()) == (409, True)
        done = client.post(address, {"seen": "8000"}, follow=True).content.decode()
    assert "缴好了" in done and Payment.objects.get().receipt_number in done
    assert "轮到您：缴费" not in client.get(reverse("track", args=[case.number])).content.decode()
    assert pages(world, "stranger").get(address).status_code == 404


def test_the_desk_keeps_what_was_typed_and_shows_a_department_its_own_alone(
    world: World, case: Application, settings: Any
) -> None:
    address = reverse("case-fees", args=[case.number])
    market: Callable[..., Any] = pages(world, "market1").post
    wrong = market(address, {"act": "raise", "item": "food-licence", "amount": "八十", "basis": BASIS})
    assert wrong.status_code == 422
    assert "八十" in wrong.content.decode() and BASIS in wrong.content.decode()
    assert market(address, {"act": "raise", "item": "food-licence", "amount": "80", "basis": BASIS}).status_code == 302
    assert BASIS not in pages(world, "fire1").get(address).content.decode()
    clerk = pages(world, "limin")
    assert "在窗口缴，80.00" in clerk.get(address).content.decode()
    charge = Charge.objects.get()
    assert clerk.post(address, {"act": "end", "charge": charge.pk, "reason": "免收"}).status_code == 302
    assert clerk.post(address, {"act": "agree", "charge": charge.pk}).status_code == 403
    assert market(address, {"act": "agree", "charge": charge.pk}).status_code == 302
    assert clerk.post(address, {"act": "end", "charge": "999999"}).status_code == 404
    settings.PAYMENT_ADAPTER = ""
    charged(world.clerk, case)
    mine = pages(world, "zhangting").get(reverse("fees", args=[case.number])).content.decode()
    assert "任何一个综合窗口" in mine and "演示缴费" not in mine
