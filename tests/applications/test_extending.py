"""延长办理期限 (《行政许可法》第四十二条): before the term is over, once, by the head, with the reason served."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from applications.models import Application, Approval, CasePaper
from applications.operations import extending, timing
from applications.operations.papers import issue_entry
from applications.operations.review import claim
from departments.calendar import current_calendar
from departments.models import Post, Rank, Role
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.models import Outbox
from tests.applications.world import World, accepted_case, decide, task_of

ITEM, WHY = "fire-check", "消防检测设备送修，到期不能检查"


@pytest.fixture
def case(world: World) -> Application:
    """An accepted case; 孙丽 handles at fire, 郑局 is the head."""
    world.users["fire2"] = User.objects.create(username="fire2", name="郑局")
    Post.objects.create(user=world.users["fire2"], role=Role.REVIEWER, department_id="fire", rank=Rank.HEAD)
    case = accepted_case(world)
    claim(actor=world.actor("fire1"), task_id=task_of(case, ITEM).pk)
    return case


def ask(world: World, case: Application, days: int = 5, reason: str = WHY, who: str = "fire1", **more: str) -> Approval:
    actor = world.actor(who)
    return extending.ask_extension(actor=actor, task_id=task_of(case, ITEM).pk, days=days, reason=reason, **more)


def answer(world: World, case: Application, agree: bool = True, who: str = "fire2", note: str = "") -> None:
    extending.answer_extension(actor=world.actor(who), task_id=task_of(case, ITEM).pk, agree=agree, note=note)


def test_the_head_agrees_and_due_and_statutory_day_move_by_just_that_much(world: World, case: Application) -> None:
    before, calendar = task_of(case, ITEM), current_calendar()
    ask(world, case, 5)
    unmoved = task_of(case, ITEM)
    assert (unmoved.due, unmoved.statutory_due) == (before.due, before.statutory_due)
    answer(world, case)
    task = task_of(case, ITEM)
    assert before.due is not None
    assert task.due == calendar.add(before.due, 5)
    if before.statutory_due:
        assert task.statutory_due == calendar.add(before.statutory_due, 5)
    assert task.extended_days == 5
    told = case.events.get(kind="extended")
    assert WHY in told.text
    assert "延长 5 个工作日" in told.text


def test_the_applicant_is_served_a_paper_with_reason_article_head_and_day(world: World, case: Application) -> None:
    ask(world, case, 5)
    answer(world, case)
    for row in Outbox.objects.filter(payload__kind="extension"):
        issue_entry(row)
    paper = CasePaper.objects.select_related("document").get(application=case, kind="extension")
    words = "".join(paper.document.data["paragraphs"])
    due = task_of(case, ITEM).due
    assert due is not None
    for said in (WHY, "第四十二条", "郑局", "5个工作日", f"{due.year}年{due.month}月{due.day}日"):
        assert said in words
    assert paper.served_at is not None
    assert Outbox.objects.filter(kind="inform", payload__what="extended").count() == 1


def test_it_is_done_once(world: World, case: Application) -> None:
    ask(world, case, 2)
    with pytest.raises(Conflict, match="已经报过"):
        ask(world, case, 3)
    answer(world, case)
    with pytest.raises(Conflict, match="延长过一次"):
        ask(world, case, 1)
    with pytest.raises(Conflict, match="没有等您批的"):
        answer(world, case)


@pytest.mark.parametrize(("days", "reason", "sentence"), [(0, WHY, "1 到 10"), (11, WHY, "1 到 10"), (5, " ", "写明")])
def test_what_the_asking_needs(world: World, case: Application, days: int, reason: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        ask(world, case, days, reason)


@pytest.mark.parametrize(("past", "may"), [(-1, True), (0, True), (1, False)])
def test_on_the_last_day_it_can_still_be_extended_and_on_the_next_no_more(
    world: World, case: Application, past: int, may: bool
) -> None:
    task = task_of(case, ITEM)
    last = task.statutory_due or task.due
    assert last is not None
    with time_machine.travel(timezone.now() + (last - timezone.localdate()) + timedelta(days=past), tick=False):
        if may:
            assert ask(world, case).pk
        else:
            with pytest.raises(Conflict, match="已经过了"):
                ask(world, case)


def test_what_was_asked_in_time_lapses_with_the_term(world: World, case: Application) -> None:
    ask(world, case)
    task = task_of(case, ITEM)
    last = task.statutory_due or task.due
    assert last is not None
    with time_machine.travel(timezone.now() + (last - timezone.localdate()) + timedelta(days=1), tick=False):
        with pytest.raises(Conflict, match="已经过了"):
            answer(world, case)
        answer(world, case, agree=False, note="来不及了")


def test_the_head_alone_agrees_and_a_no_says_why(world: World, case: Application) -> None:
    ask(world, case)
    with pytest.raises(NotAllowed, match="负责人"):
        answer(world, case, who="fire1")
    with pytest.raises(Refused, match="为什么"):
        answer(world, case, agree=False)
    answer(world, case, agree=False, note="可以按期办完")
    assert task_of(case, ITEM).extended_days == 0
    assert case.events.get(kind="not_approved").note == "可以按期办完"
    assert ask(world, case, 3).pk  # a no does not use up the one extension


def test_what_waits_for_the_head_of_this_department(world: World, case: Application) -> None:
    approval = ask(world, case)
    assert list(extending.waiting_for_head(world.actor("fire2"))) == [approval]
    assert not extending.waiting_for_head(world.actor("fire1"))
    Post.objects.filter(user=world.users["market2"]).update(rank=Rank.HEAD)
    assert not extending.waiting_for_head(world.actor("market2"))


def test_another_kind_of_item_needs_its_own_basis(world: World, case: Application) -> None:
    Post.objects.filter(user=world.users["urban-management1"]).update(rank=Rank.HEAD)
    actor, task = world.actor("urban-management1"), task_of(case, "sign-filing")
    assert task.kind != "permit"
    with pytest.raises(Refused, match="写明依据"):
        extending.ask_extension(actor=actor, task_id=task.pk, days=2, reason=WHY)
    asked = extending.ask_extension(actor=actor, task_id=task.pk, days=2, reason=WHY, basis="《某条例》第九条")
    assert asked.basis == "《某条例》第九条"


def test_a_decided_item_has_no_term_left(world: World, case: Application) -> None:
    ask(world, case)
    for before in task_of(case, ITEM).after:
        decide(world, case, before)
    decide(world, case, ITEM)
    with pytest.raises(Conflict, match="没有期限可以延长"):
        answer(world, case)


def test_a_pause_after_an_extension_comes_on_top(world: World, case: Application) -> None:
    ask(world, case, 2)
    answer(world, case)
    actor, task = world.actor("fire1"), task_of(case, ITEM)
    began = timezone.localdate()
    timing.suspend(actor=actor, task_id=task.pk, cause="testing", basis="", expected_days=5)
    calendar = current_calendar()
    later: date = calendar.add(began, 3)
    with time_machine.travel(timezone.now() + (later - began), tick=False):
        timing.resume(actor=actor, task_id=task.pk, result="报告合格")
    assert task.due is not None
    assert (task_of(case, ITEM).due or task.due) >= task.due
