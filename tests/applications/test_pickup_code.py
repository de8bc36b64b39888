"""The pick-up code has six digits: guessing it gets slow, case by case, and the right one still opens."""

import pytest
import time_machine

from applications.models import Delivery
from applications.operations import handover
from applications.states import CaseState
from foundation import throttle
from foundation.errors import Refused
from foundation.outbox.operations import deliver_due
from tests.applications.world import accepted_case, decide

pytestmark = pytest.mark.django_db
NOON = "2026-03-02 12:00 +0800"


@pytest.fixture(autouse=True)
def _fresh_local_counters():
    throttle.local.clear()
    yield
    throttle.local.clear()


def concluded_case(world):
    case = accepted_case(world, "buy-flat")
    decide(world, case, "deed-tax")
    decide(world, case, "transfer")
    deliver_due()
    case.refresh_from_db()
    return case


def attempt(world, case, code):
    """Why the hand-over was refused, or an empty text."""
    papers = tuple(case.papers.filter(to_hand_over=True, served_at=None).values_list("pk", flat=True))
    try:
        handover.hand_over(
            actor=world.clerk, number=case.number, code=code, collector="张婷", relation="本人", paper_ids=papers
        )
    except Refused as refusal:
        assert refusal.field == "code"
        return refusal.message.replace("\u00a0", " ")
    return ""


def wrong(case):
    return f"{(int(case.pickup_code) + 1) % 1_000_000:06d}"


@pytest.mark.parametrize("redis_is", ["there", "away"])
def test_five_wrong_codes_and_the_window_waits_longer_each_time(world, settings, redis_is):
    if redis_is == "away":
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
    with time_machine.travel(NOON, tick=False) as clock:
        case = concluded_case(world)
        for _ in range(5):
            assert attempt(world, case, wrong(case)).startswith("取件码不对")
        assert attempt(world, case, wrong(case)) == "取件码错的次数太多了，请等 31 秒再试。"
        assert attempt(world, case, case.pickup_code).startswith("取件码错的次数太多了")
        clock.shift(31)
        assert attempt(world, case, wrong(case)).startswith("取件码不对")
        clock.shift(31)
        assert attempt(world, case, case.pickup_code) == "取件码错的次数太多了，请等 30 秒再试。"
        clock.shift(31)
        assert attempt(world, case, case.pickup_code) == ""
    assert Delivery.objects.get().collector == "张婷"
    case.refresh_from_db()
    assert case.state == CaseState.DELIVERED


def test_another_case_is_not_slowed_down(world):
    with time_machine.travel(NOON, tick=False):
        first, second = concluded_case(world), concluded_case(world)
        for _ in range(6):
            attempt(world, first, wrong(first))
        assert attempt(world, first, first.pickup_code).startswith("取件码错的次数太多了")
        assert attempt(world, second, second.pickup_code) == ""


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "12 345", "٣٤٥x"])
def test_what_cannot_be_a_code_is_no_guess(world, code):
    with time_machine.travel(NOON, tick=False):
        case = concluded_case(world)
        for _ in range(8):
            assert attempt(world, case, code).startswith("取件码不对，应当是六位数字")
        assert attempt(world, case, case.pickup_code) == ""


def test_digits_of_a_chinese_keyboard_are_the_same_code(world):
    with time_machine.travel(NOON, tick=False):
        case = concluded_case(world)
        wide = "".join(chr(ord(digit) + 0xFEE0) for digit in case.pickup_code)
        assert attempt(world, case, f" {wide} ") == ""


def test_the_right_code_forgets_the_wrong_ones_before(world):
    with time_machine.travel(NOON, tick=False):
        case = concluded_case(world)
        for _ in range(4):
            attempt(world, case, wrong(case))
        give = {"actor": world.clerk, "number": case.number, "code": case.pickup_code, "relation": "本人"}
        with pytest.raises(Refused, match="至少勾选一份"):
            handover.hand_over(collector="张婷", paper_ids=(), **give)
        for _ in range(4):
            assert attempt(world, case, wrong(case)).startswith("取件码不对，请看")
