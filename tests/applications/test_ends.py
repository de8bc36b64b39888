"""Ends beside a decision: a special procedure beyond its days (K10), the county's fifteen days (K5), a limited number (E19),
an applicant who is no more (E21), a case withdrawn."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications import desk
from applications.models import Application, Approval, Card, CasePaper, Certificate, PromiseCheck, Suspension, Task
from applications.operations import approving, carding, county_head, ending_cases, review, timing, withdrawal
from applications.operations.papers import issue_entry
from applications.showing import task_light
from departments.calendar import current_calendar
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.models import Outbox
from tests.applications.browsing import address, sign_in, text_of
from tests.applications.test_inspection import picture
from tests.applications.world import World, accepted_case, decide, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
ITEM = "food-licence"


def on(day: str) -> Any:
    return time_machine.travel(f"2026-{day} 10:00 +0800", tick=False)


@pytest.fixture
def case(world: World) -> Application:
    """An accepted case whose licence 赵强 has claimed."""
    case = accepted_case(world)
    review.claim(actor=world.reviewer("market"), task_id=task_of(case, ITEM).pk)
    return case


def stop(world: World, case: Application, days: int = 3) -> Suspension:
    return timing.suspend(
        actor=world.reviewer("market"), task_id=task_of(case, ITEM).pk, cause="testing", basis="", expected_days=days
    )


def go_on(world: World, case: Application, **more: Any) -> Task:
    given: dict[str, Any] = {"result": "检测合格，报告 2026-18 号"} | more
    return timing.resume(actor=world.reviewer("market"), task_id=task_of(case, ITEM).pk, **given)


def papers(kind: str) -> str:
    """What the newest paper of the kind says, once the worker has entered it."""
    for row in Outbox.objects.filter(kind="paper", payload__kind=kind):
        issue_entry(row)
    return str(CasePaper.objects.filter(kind=kind).latest("id").document.data)


def test_a_special_procedure_is_told_in_writing_with_its_days(world: World, case: Application) -> None:
    stop(world, case)
    said = papers("special-procedure")
    assert "依法需要检测" in said
    assert "预计3个工作日" in said
    assert Outbox.objects.filter(kind="inform", payload__what="suspended").count() == 1


@pytest.mark.parametrize(
    ("day", "colour"), [("03-02", "still"), ("03-05", "still"), ("03-06", "red"), ("03-31", "red")]
)
def test_beyond_the_days_of_its_notice_its_light_is_red_in_list_and_page(
    world: World, case: Application, day: str, colour: str
) -> None:
    stop(world, case)  # three working days from 2 March: until 5 March
    with on(day):
        today, calendar, task = date.fromisoformat(f"2026-{day}"), current_calendar(), task_of(case, ITEM)
        shown = task_light(task, today, calendar)
        assert shown is not None
        assert shown.colour == colour
        wish = desk.Wish(scope="all", light="red")
        red = desk.with_light(desk.desk(world.reviewer("market"), wish, today, calendar), wish, today)
        assert (task in red) == (colour == "red")
        counted = desk.counts(world.reviewer("market"), desk.Wish(scope="all"), today, calendar)
        assert counted.lights["red"] == (colour == "red")


def test_its_owner_gets_one_yellow_card_however_often_and_late_the_beat_comes(world: World, case: Application) -> None:
    stop(world, case)
    with on("03-05"):
        carding.give_cards()
        assert not Card.objects.filter(rule="pause").exists()
    with on("03-20"):
        carding.give_cards()
        carding.give_cards()
    card = Card.objects.get(rule="pause")
    assert (card.colour, card.day, card.department_id) == ("yellow", date(2026, 3, 5), "market")


def test_the_supervisor_counts_what_stands_still_beyond_its_notice(world: World, case: Application) -> None:
    stop(world, case)
    supervisor, listed = sign_in(world, "zhoutao"), f"{reverse('supervise-list')}?list=paused-late"
    assert "没有" in text_of(supervisor.get(listed)) and case.title not in text_of(supervisor.get(listed))
    with on("03-06"):
        assert case.title in text_of(supervisor.get(listed))
        assert "停表超过预计还没有结果的" in text_of(supervisor.get(reverse("supervise")))


def test_the_result_itself_starts_the_clock_and_is_kept_with_its_report(world: World, case: Application) -> None:
    stop(world, case)
    with pytest.raises(Refused, match="请写结果"):
        go_on(world, case, result=" ")
    with on("03-04"):
        task = go_on(world, case, upload=picture(), name="报告.png")
    pause = Suspension.objects.get(task=task)
    assert (task.state, task.paused_until, pause.ended_on) == ("claimed", None, date(2026, 3, 4))
    assert pause.result.startswith("检测合格")
    assert pause.file is not None
    with pytest.raises(Conflict, match="没有停表"):
        go_on(world, case)


def test_the_page_takes_the_result_with_its_report(world: World, case: Application) -> None:
    stop(world, case)
    market, task = sign_in(world, "market1"), task_of(case, ITEM)
    wrong = market.post(address("task-resume", task), {"pause_result": ""})
    assert "请写结果" in text_of(wrong)
    report = SimpleUploadedFile("报告.png", picture().read(), "image/png")
    market.post(address("task-resume", task), {"pause_result": "合格", "pause_file": report})
    assert Suspension.objects.get().file is not None


@pytest.mark.parametrize(
    ("days", "card", "last"),
    [(0, "05-09", "05-08"), (15, "05-30", "05-29")],  # 45 working days from 2 March; 15 more
)
def test_the_county_may_give_what_several_departments_do_together_fifteen_days_more(
    world: World, case: Application, days: int, card: str, last: str
) -> None:
    if days:
        county_head.extend_joint(
            actor=world.supervisor,
            number=case.number,
            days=days,
            head="副县长李明，灌政办〔2026〕9号",
            reason="专家评审",
        )
    case.refresh_from_db()
    assert county_head.joint_day(case) == date.fromisoformat(f"2026-{last}")
    with on(last):
        carding.give_cards()
        assert not Card.objects.filter(rule="joint").exists()
    with on(card):
        carding.give_cards()
        assert {one.day for one in Card.objects.filter(rule="joint")} == {date.fromisoformat(f"2026-{last}")}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [({"days": 0}, "1 到 15"), ({"days": 16}, "1 到 15"), ({"head": " "}, "哪位负责人"), ({"reason": ""}, "为什么")],
)
def test_what_the_countys_extension_needs(
    world: World, case: Application, given: dict[str, Any], sentence: str
) -> None:
    right: dict[str, Any] = {"days": 5, "head": "副县长", "reason": "评审"}
    with pytest.raises(Refused, match=sentence):
        county_head.extend_joint(actor=world.supervisor, number=case.number, **(right | given))


def test_it_is_given_once_in_time_and_by_nobody_else(world: World, case: Application) -> None:
    right: dict[str, Any] = {"number": case.number, "days": 5, "head": "副县长", "reason": "评审"}
    with pytest.raises(NotAllowed):
        county_head.extend_joint(actor=world.clerk, **right)
    with on("05-09"), pytest.raises(Conflict, match="已经过了"):
        county_head.extend_joint(actor=world.supervisor, **right)
    county_head.extend_joint(actor=world.supervisor, **right)
    with pytest.raises(Conflict, match="延长过一次"):
        county_head.extend_joint(actor=world.supervisor, **right)
    assert "第四十二条第二款，经副县长批准，延长5个工作日" in papers("joint-extension")


def test_the_supervisor_writes_it_down_on_the_page_of_the_case(world: World, case: Application) -> None:
    browser, page = sign_in(world, "zhoutao"), reverse("supervise-extend", args=[case.number])
    wrong = browser.post(page, {"joint_days": "99", "head": "副县长", "joint_reason": "评审"})
    assert (wrong.status_code, "1 到 15" in text_of(wrong), "副县长" in text_of(wrong)) == (422, True, True)
    browser.post(page, {"joint_days": "5", "head": "副县长", "joint_reason": "评审"})
    assert "延长了 5 个工作日" in text_of(browser.get(reverse("supervise-case", args=[case.number])))


def limited(*cases: Application) -> None:
    Task.objects.filter(application__in=cases, item_code=ITEM).update(limited=True)


def test_of_what_is_limited_the_earlier_accepted_is_decided_first_to_the_second(world: World) -> None:
    first = accepted_case(world)
    with time_machine.travel("2026-03-02 09:30:01 +0800", tick=False):
        second = accepted_case(world)
    limited(first, second)
    for one in (first, second):
        decide(world, one, "registration", result_number=f"9232072{one.pk:011d}")
    with pytest.raises(Conflict, match=f"{first.number}受理在前"):
        decide(world, second, ITEM)
    decide(world, first, ITEM)
    assert decide(world, second, ITEM).state == "granted"


def test_a_refusal_needs_no_turn_and_unlimited_items_go_as_they_come(world: World) -> None:
    first = accepted_case(world)
    with time_machine.travel("2026-03-02 09:30:01 +0800", tick=False):
        second = accepted_case(world)
    for one in (first, second):
        decide(world, one, "registration", result_number=f"9232072{one.pk:011d}")
    limited(first, second)
    assert decide(world, second, ITEM, "refuse").state == "refused"
    third = accepted_case(world)
    decide(world, third, "registration", result_number=f"9232072{third.pk:011d}")
    assert decide(world, third, ITEM).state == "granted", "not limited: it need not wait for the first"


def end(world: World, case: Application, **more: Any) -> Approval:
    given: dict[str, Any] = {"reason": "张婷去世，死亡证明 20260301", "upload": picture(), "name": "证明.png"} | more
    return ending_cases.ask_end(actor=world.clerk, number=case.number, **given)


def test_who_is_no_more_has_open_items_ended_and_granted_ones_cancelled(world: World, case: Application) -> None:
    decide(world, case, "registration")
    decide(world, case, ITEM)
    for row in Outbox.objects.filter(kind="paper", payload__kind="decision-grant"):
        issue_entry(row)
    approving.answer_approval(actor=world.supervisor, approval_id=end(world, case).pk, approve=True)
    case.refresh_from_db()
    states = dict(case.tasks.values_list("item_code", "state"))
    assert (states[ITEM], states["fire-check"]) == ("granted", "terminated")
    assert (case.state, case.outcome) == ("concluded", "partly")
    assert set(Certificate.objects.filter(task__application=case).values_list("state", flat=True)) == {"cancelled"}
    assert "予以注销" in papers("cancellation")
    assert not CasePaper.objects.filter(kind="certificate", document__voided_at=None).exists()


def test_who_is_no_more_is_not_asked_to_collect(world: World, case: Application) -> None:
    approving.answer_approval(actor=world.supervisor, approval_id=end(world, case).pk, approve=True)
    case.refresh_from_db()
    assert case.state == "concluded"
    told = [row.payload["what"] for row in Outbox.objects.filter(kind="inform", key__contains=f":{case.pk}:")]
    assert "ended_for_good" in told and "concluded" not in told


def test_its_open_pause_and_its_open_check_of_a_promise_end_with_it(world: World, case: Application) -> None:
    decide(world, case, "registration")
    registration = task_of(case, "registration")
    check = PromiseCheck.objects.create(task=registration, department_id="approval", due=date(2026, 4, 30))
    stop(world, case)
    with on("03-04"):
        approving.answer_approval(actor=world.supervisor, approval_id=end(world, case).pk, approve=True)
    check.refresh_from_db()
    assert check.ended_at is not None
    assert Suspension.objects.get(task__item_code=ITEM).ended_on == date(2026, 3, 4)


def test_it_needs_a_proof_words_and_a_second_person(world: World, case: Application) -> None:
    with pytest.raises(Refused, match="凭什么证明"):
        end(world, case, reason=" ")
    with pytest.raises(Refused, match="扫描件"):
        end(world, case, upload=None)
    with pytest.raises((NotAllowed, Application.DoesNotExist)):
        ending_cases.ask_end(
            actor=world.reviewer("market"), number=case.number, reason="去世", upload=picture(), name="a.png"
        )
    end(world, case)
    with pytest.raises(Conflict, match="已经报过"):
        end(world, case)
    assert task_of(case, ITEM).is_open, "nothing ends before the supervisor agrees"


def test_the_window_asks_and_the_supervisor_reads_the_proof(world: World, case: Application) -> None:
    clerk, proof = sign_in(world, "limin"), SimpleUploadedFile("证明.png", picture().read(), "image/png")
    page = reverse("window-end", args=[case.number])
    assert "凭什么证明" in text_of(clerk.post(page, {"end_reason": ""}))
    assert clerk.post(page, {"end_reason": "张婷去世", "end_file": proof}).status_code == 302
    assert "报批终止，等督查答复" in text_of(clerk.get(reverse("window-case", args=[case.number])))
    boss, approval = sign_in(world, "zhoutao"), Approval.objects.get()
    assert "终止和注销" in text_of(boss.get(reverse("supervise-approvals")))
    assert boss.get(reverse("supervise-proof", args=[approval.pk])).status_code == 200
    boss.post(reverse("supervise-approvals"), {"approval": approval.pk, "say": "yes"})
    assert not case.tasks.filter(state="claimed").exists()


def test_of_a_withdrawn_case_there_is_nothing_to_collect(world: World, case: Application) -> None:
    withdrawal.withdraw(actor=world.zhang, number=case.number, reason="不开了")
    page = text_of(sign_in(world, "zhangting").get(f"/my/{case.number}/"))
    assert "请领取" not in page
    assert case.number not in text_of(sign_in(world, "limin").get(reverse("window-pickups")))
    assert Outbox.objects.filter(kind="inform", payload__what="withdrawn").exists()


@pytest.mark.parametrize(("day", "cards"), [("03-30", 0), ("03-31", 1)])
def test_k7_the_county_passes_up_within_twenty_working_days(
    world: World, case: Application, day: str, cards: int
) -> None:
    Task.objects.filter(application=case, item_code="registration").update(pre_review=True)
    with on(day):
        carding.give_cards()
        assert Card.objects.filter(rule="review_up").count() == cards
