"""听证 (D9, E18): offered before the decision, five days to ask, twenty to hold it, seven days' notice; meanwhile nothing is decided."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from applications.models import Application, Card, CasePaper, Hearing, Suspension
from applications.operations import carding, hearing, review, signing, timing, withdrawal
from applications.operations.papers import issue_entry
from departments.models import Rank
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.models import Outbox
from matters.models import Item
from tests.applications.browsing import address, sign_in, text_of
from tests.applications.test_inspection import picture
from tests.applications.world import World, accepted_case, decide, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
ITEM = "food-licence"
FACTS = "操作间和库房没有分开，拟不予许可，《食品安全法》第三十三条"


def on(day: str, hour: str = "10:00") -> Any:
    """The clock at that hour of that day, county's time."""
    return time_machine.travel(f"{day} {hour} +0800", tick=False)


def at(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


@pytest.fixture
def case(world: World) -> Application:
    """An accepted case whose licence waits for nothing more and is held by 赵强."""
    case = accepted_case(world)
    decide(world, case, "registration")
    review.claim(actor=world.reviewer("market"), task_id=task_of(case, ITEM).pk)
    return case


def offer(world: World, case: Application, who: int = 1, **more: Any) -> Hearing:
    given: dict[str, Any] = {"ground": Hearing.REFUSAL, "facts": FACTS} | more
    return hearing.offer_hearing(actor=world.reviewer("market", who), task_id=task_of(case, ITEM).pk, **given)


def fix(world: World, case: Application, **more: Any) -> Hearing:
    given: dict[str, Any] = {"at": at("2026-03-13T09:30"), "place": "市场监管局三楼会议室", "chair": "周法制"} | more
    return hearing.set_hearing(actor=world.reviewer("market"), task_id=task_of(case, ITEM).pk, **given)


def close(world: World, case: Application, **more: Any) -> Hearing:
    given: dict[str, Any] = {
        "how": Hearing.HELD,
        "attended": "张婷、赵强、周法制",
        "minutes": "赵强：图纸上两间相连。\n张婷：已经砌了隔墙，有照片。",
        "upload": picture(),
        "name": "听证笔录.png",
    }
    return hearing.close_hearing(actor=world.reviewer("market"), task_id=task_of(case, ITEM).pk, **(given | more))


def test_an_offered_hearing_is_asked_for_held_and_signed_and_its_days_are_not_counted(
    world: World, case: Application
) -> None:
    due = task_of(case, ITEM).due
    one = offer(world, case)
    assert one.ask_by == date(2026, 3, 9)
    assert task_of(case, ITEM).due == due, "the offer itself stops no clock"
    with on("2026-03-03"):
        hearing.ask_hearing(actor=world.zhang, hearing_id=one.pk, why="隔墙已经砌好")
        task = task_of(case, ITEM)
        one.refresh_from_db()
        assert (task.state, task.hearing_by, one.hold_by) == ("suspended", None, date(2026, 3, 31))
        fix(world, case)
    with on("2026-03-13", "11:30"):
        close(world, case)
    task = task_of(case, ITEM)
    assert (task.state, task.assignee_id) == ("claimed", world.reviewer("market").user_id)
    pause = Suspension.objects.get(task=task)
    assert (pause.cause, pause.started_on, pause.ended_on) == ("hearing", date(2026, 3, 3), date(2026, 3, 13))
    assert due is not None
    assert task.due is not None
    assert task.due > due
    with on("2026-03-16"):
        decide(world, case, ITEM, "refuse")
    assert task_of(case, ITEM).state == "refused"


def test_until_the_last_day_to_ask_nothing_is_refused_but_a_grant_needs_no_waiting(
    world: World, case: Application
) -> None:
    offer(world, case)
    for day in ("2026-03-02", "2026-03-09"):
        with on(day, "16:00"), pytest.raises(Conflict, match="听证告知到"):
            decide(world, case, ITEM, "refuse")
    assert decide(world, case, ITEM, "grant").state == "granted"


def test_the_day_after_a_refusal_may_be_signed_and_nobody_asks_any_more(world: World, case: Application) -> None:
    one = offer(world, case)
    with on("2026-03-10"):
        with pytest.raises(Conflict, match="已经过了"):
            hearing.ask_hearing(actor=world.zhang, hearing_id=one.pk)
        assert decide(world, case, ITEM, "refuse").state == "refused"


def test_who_waives_need_not_be_waited_for(world: World, case: Application) -> None:
    one = offer(world, case)
    hearing.waive_hearing(actor=world.zhang, hearing_id=one.pk)
    assert task_of(case, ITEM).hearing_by is None
    assert decide(world, case, ITEM, "refuse").state == "refused"


def test_what_touches_others_holds_up_the_grant_too_and_the_applicant_alone_cannot_waive_it(
    world: World, case: Application
) -> None:
    one = offer(world, case, ground=Hearing.OTHERS, others="楼上住户 王五 13912345678")
    with pytest.raises(Conflict, match="听证告知到"):
        decide(world, case, ITEM, "grant")
    with pytest.raises(Conflict, match="不只关系您"):
        hearing.waive_hearing(actor=world.zhang, hearing_id=one.pk)
    with pytest.raises(Refused, match="哪一位利害关系人"):
        hearing.ask_hearing(actor=world.reviewer("market"), hearing_id=one.pk)
    hearing.ask_hearing(actor=world.reviewer("market"), hearing_id=one.pk, on_behalf="王五")
    assert task_of(case, ITEM).state == "suspended"
    with pytest.raises(Conflict, match="不只关系您"):
        hearing.waive_hearing(actor=world.zhang, hearing_id=one.pk)


def test_of_public_interest_the_department_hears_without_being_asked(world: World, case: Application) -> None:
    one = offer(world, case, ground=Hearing.PUBLIC)
    assert (one.asked_by_name, task_of(case, ITEM).state) == ("市场监管局", "suspended")
    assert Suspension.objects.filter(task=task_of(case, ITEM), cause="hearing", ended_on=None).count() == 1


def test_an_item_that_demands_it_is_not_refused_without_an_offer(world: World, case: Application) -> None:
    Item.objects.filter(code=ITEM).update(hearing=True)
    with pytest.raises(Refused, match="先告知听证"):
        decide(world, case, ITEM, "refuse")
    offer(world, case)
    with on("2026-03-10"):
        assert decide(world, case, ITEM, "refuse").state == "refused"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"ground": "x"}, "为什么告知"),
        ({"facts": " "}, "拟作的决定"),
        ({"ground": Hearing.OTHERS}, "利害关系人"),
    ],
)
def test_what_an_offer_needs(world: World, case: Application, wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        offer(world, case, **wrong)


def test_only_the_holder_offers_and_once_at_a_time(world: World, case: Application) -> None:
    with pytest.raises(NotAllowed, match="先认领"):
        offer(world, case, 2)
    offer(world, case)
    with pytest.raises(Conflict, match="还没有结束"):
        offer(world, case)
    with on("2026-03-10"):
        offer(world, case)
    assert list(Hearing.objects.order_by("pk").values_list("end", flat=True)) == ["lapsed", ""]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"at": at("2026-03-11T09:30")}, "至少提前 7 个工作日"),  # asked on 3 March: seven working days are 12 March
        ({"at": at("2026-04-01T09:30")}, "至少提前 7 个工作日"),  # twenty are 31 March
        ({"at": at("2026-03-14T09:30")}, "不上班"),
        ({"place": " "}, "在哪里"),
        ({"chair": ""}, "主持人"),
        ({"chair": "赵强"}, "审查这一件的人不能主持"),
    ],
)
def test_what_the_hour_needs(world: World, case: Application, given: dict[str, Any], sentence: str) -> None:
    one = offer(world, case)
    with on("2026-03-03"):
        hearing.ask_hearing(actor=world.zhang, hearing_id=one.pk)
        with pytest.raises(Refused, match=sentence):
            fix(world, case, **given)


@pytest.mark.parametrize("day", ["2026-03-12", "2026-03-31"])
def test_the_first_and_the_last_lawful_day(world: World, case: Application, day: str) -> None:
    one = offer(world, case)
    with on("2026-03-03"):
        hearing.ask_hearing(actor=world.zhang, hearing_id=one.pk)
        assert fix(world, case, at=at(f"{day}T09:30")).at is not None


def test_a_late_department_gets_a_red_card_and_must_still_give_notice(world: World, case: Application) -> None:
    one = offer(world, case)
    with on("2026-03-03"):
        hearing.ask_hearing(actor=world.zhang, hearing_id=one.pk)
    with on("2026-03-31"):
        carding.give_cards()
        assert not Card.objects.filter(rule="hearing").exists()
    with on("2026-04-01"):
        carding.give_cards()
        carding.give_cards()
        card = Card.objects.get(rule="hearing")
        assert (card.colour, card.day, card.department_id) == ("red", date(2026, 3, 31), "market")
        with pytest.raises(Refused, match="至少提前"):
            fix(world, case, at=at("2026-04-03T09:30"))
        assert fix(world, case, at=at("2026-04-13T09:30")).at is not None


def test_a_hearing_is_moved_with_a_reason_and_new_notice(world: World, case: Application) -> None:
    one = offer(world, case)
    with on("2026-03-03"):
        hearing.ask_hearing(actor=world.zhang, hearing_id=one.pk)
        fix(world, case)
        with pytest.raises(Refused, match="改期要写原因"):
            fix(world, case, at=at("2026-03-16T09:30"))
        fix(world, case, at=at("2026-03-16T09:30"), reason="主持人出差")
    assert Outbox.objects.filter(kind="paper", payload__kind="hearing-notice").count() == 2


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"how": "x"}, "请选"),
        ({"attended": ""}, "谁参加"),
        ({"minutes": " "}, "笔录"),
        ({"upload": None}, "签过字的笔录"),
    ],
)
def test_what_the_minutes_need(world: World, case: Application, given: dict[str, Any], sentence: str) -> None:
    one = offer(world, case)
    with on("2026-03-03"):
        hearing.ask_hearing(actor=world.zhang, hearing_id=one.pk)
        fix(world, case)
        with pytest.raises(Conflict, match="还没有举行"):
            close(world, case)
    with on("2026-03-13", "12:00"), pytest.raises(Refused, match=sentence):
        close(world, case, **given)


def test_who_does_not_come_has_given_it_up(world: World, case: Application) -> None:
    one = offer(world, case)
    with on("2026-03-03"):
        hearing.ask_hearing(actor=world.zhang, hearing_id=one.pk)
        fix(world, case)
    with on("2026-03-13", "12:00"):
        ended = close(world, case, how=Hearing.ABSENT, attended="", minutes="等到十点，电话没有人接", upload=None)
        assert ended.end == Hearing.ABSENT
        assert decide(world, case, ITEM, "refuse").state == "refused"


def test_who_asked_may_take_it_back_and_the_clock_runs_on(world: World, case: Application) -> None:
    one = offer(world, case)
    with on("2026-03-03"):
        hearing.ask_hearing(actor=world.zhang, hearing_id=one.pk)
    with on("2026-03-05"):
        hearing.waive_hearing(actor=world.clerk, hearing_id=one.pk)
        assert task_of(case, ITEM).state == "claimed"
        assert Suspension.objects.get(task__application=case).ended_on == date(2026, 3, 5)


def test_nobody_holds_a_step_that_waits_for_its_next_signer_and_it_stays_so(world: World, case: Application) -> None:
    task = task_of(case, ITEM)
    type(task).objects.filter(pk=task.pk).update(review_steps=2)
    offer(world, case)
    market = world.users["market2"].posts.get()
    market.rank = Rank.APPROVE
    market.save()
    signing.propose(
        actor=world.reviewer("market"), task_id=task.pk, verdict="refuse", opinion="不符合", reason="布局不符"
    )
    hearing.ask_hearing(actor=world.zhang, hearing_id=Hearing.objects.get().pk)
    hearing.waive_hearing(actor=world.zhang, hearing_id=Hearing.objects.get().pk)
    task = task_of(case, ITEM)
    assert (task.state, task.assignee_id, task.step) == ("open", None, 2)


def test_nothing_else_stops_or_starts_the_clock_of_a_hearing(world: World, case: Application) -> None:
    market, task = world.reviewer("market"), task_of(case, ITEM)
    stop: dict[str, Any] = {"actor": market, "task_id": task.pk, "basis": "", "expected_days": 5}
    with pytest.raises(Refused, match="听证要求以后自己停"):
        timing.suspend(cause="hearing", **stop)
    one = offer(world, case)
    with pytest.raises(Conflict, match="听证告知到"):
        timing.suspend(cause="testing", **stop)
    hearing.ask_hearing(actor=world.zhang, hearing_id=one.pk)
    with pytest.raises(Conflict, match="正在听证"):
        timing.resume(actor=market, task_id=task.pk, result="报告合格")


def test_a_withdrawn_item_is_heard_no_more(world: World, case: Application) -> None:
    one = offer(world, case)
    hearing.ask_hearing(actor=world.zhang, hearing_id=one.pk)
    withdrawal.withdraw(actor=world.zhang, number=case.number, item_codes=(ITEM,), reason="不开了")
    assert Suspension.objects.get(task__item_code=ITEM).ended_on == date(2026, 3, 2)
    assert hearing.open_hearings(case) == []
    with pytest.raises(Conflict, match="已经结束"):
        hearing.waive_hearing(actor=world.zhang, hearing_id=one.pk)


@pytest.mark.parametrize("who", ["stranger", "supervisor"])
def test_nobody_else_asks(world: World, case: Application, who: str) -> None:
    one = offer(world, case)
    with pytest.raises((Hearing.DoesNotExist, NotAllowed)):
        hearing.ask_hearing(actor=getattr(world, who), hearing_id=one.pk)
    with pytest.raises((Hearing.DoesNotExist, NotAllowed)):
        hearing.ask_hearing(actor=world.reviewer("fire"), hearing_id=one.pk)


def test_its_papers_say_what_is_intended_when_and_what_was_said(world: World, case: Application) -> None:
    one = offer(world, case)
    with on("2026-03-03"):
        hearing.ask_hearing(actor=world.zhang, hearing_id=one.pk)
        fix(world, case)
    with on("2026-03-13", "12:00"):
        close(world, case)
        for row in Outbox.objects.filter(kind="paper", payload__kind__startswith="hearing"):
            issue_entry(row)
    said = {p.kind: str(p.document.data) for p in CasePaper.objects.filter(kind__startswith="hearing")}
    assert FACTS in said["hearing-offer"]
    assert "2026年3月9日前" in said["hearing-offer"]
    assert "2026年3月13日09:30" in said["hearing-notice"]
    assert "周法制主持" in said["hearing-notice"]
    assert "已经砌了隔墙" in said["hearing-minutes"]


def test_the_applicant_reads_it_asks_and_the_department_writes_it_down_on_its_pages(
    world: World, case: Application
) -> None:
    market, zhang, task = sign_in(world, "market1"), sign_in(world, "zhangting"), task_of(case, ITEM)
    page = address("task-hearing", task)
    assert "请写拟作的决定" in text_of(market.post(page, {"act": "offer", "ground": "refusal", "facts": ""}))
    market.post(page, {"act": "offer", "ground": "refusal", "facts": FACTS})
    assert "听证告知到" in text_of(market.get(address("task", task)))
    assert "要不要听证，请您定" in text_of(zhang.get(f"/my/{case.number}/"))
    mine = reverse("hearings", args=[case.number])
    assert FACTS in text_of(zhang.get(mine))
    one = Hearing.objects.get()
    assert zhang.post(mine, {"hearing": one.pk, "act": "x"}).status_code == 422
    assert zhang.post(mine, {"hearing": one.pk, "act": "ask", "why": "隔墙砌好了"}).status_code == 302
    assert "隔墙砌好了" in text_of(market.get(page))
    assert "笔录签好以后自己恢复计时" in text_of(market.get(address("task", task)))
    wrong = market.post(page, {"act": "set", "at": "soon", "place": "三楼", "chair": "周法制"})
    assert (wrong.status_code, "三楼" in text_of(wrong)) == (422, True)
    market.post(page, {"act": "set", "at": "2026-03-12T09:30", "place": "三楼", "chair": "周法制"})
    assert "参加听证" in text_of(zhang.get(f"/my/{case.number}/"))
    assert "听证，三楼" in text_of(sign_in(world, "limin").get(reverse("window-case", args=[case.number])))
    with on("2026-03-12", "12:00"):
        scan = SimpleUploadedFile("笔录.png", picture().read(), "image/png")
        given = {"how": "held", "attended": "张婷", "minutes": "都说了", "file": scan}
        assert market.post(address("task-hearing-close", task), given).status_code == 302
        assert market.get(address("task-hearing-signed", task)).status_code == 200
        assert "都说了" in text_of(market.get(page))


def test_the_window_asks_and_gives_up_for_who_stands_there(world: World, case: Application) -> None:
    one, clerk = offer(world, case), sign_in(world, "limin")
    page = reverse("window-hearing", args=[case.number])
    assert FACTS in text_of(clerk.get(page))
    clerk.post(page, {"hearing": one.pk, "act": "ask"})
    one.refresh_from_db()
    assert one.asked_by_name == "张婷"
    clerk.post(page, {"hearing": one.pk, "act": "waive"})
    assert task_of(case, ITEM).state == "claimed"
    assert clerk.get(page).status_code == 302


def test_an_empty_file_is_no_signature(world: World, case: Application) -> None:
    one = offer(world, case)
    with on("2026-03-03"):
        hearing.ask_hearing(actor=world.zhang, hearing_id=one.pk)
        fix(world, case)
    with on("2026-03-13", "12:00"):
        with pytest.raises(Refused):
            close(world, case, upload=BytesIO(b"no picture"))
        assert task_of(case, ITEM).state == "suspended"
