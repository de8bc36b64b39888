"""The department's queue: lists, lights, pages, claiming, and what it costs."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import desk, showing
from applications.clocks import light
from applications.models import Task
from applications.operations import review
from applications.states import TaskState
from departments.calendar import current_calendar
from tests.applications.browsing import address, sign_in, text_of
from tests.applications.world import accepted_case, decide, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def approval(world):
    """刘洋 at the approval bureau, who decides the registration."""
    return sign_in(world, "approval1")


def test_the_queue_lists_own_open_tasks_with_light_and_what_they_wait_for(world, market):
    case = accepted_case(world)
    page = text_of(market.get("/queue/"))
    assert case.title in page and case.number in page and "食品经营许可" in page
    assert "等营业执照" in page and "还有 5 天" in page
    assert "消防安全检查" not in page and "1 件没办完" in page


def test_a_task_is_claimed_from_its_row(world, market):
    task = task_of(accepted_case(world), "food-licence")
    answer = market.post(address("task-claim", task), headers={"HX-Request": "true"})
    assert answer.status_code == 200 and "赵强" in text_of(answer) and "<html" not in text_of(answer)
    assert task_of(task.application, "food-licence").state == TaskState.CLAIMED
    late = sign_in(world, "market2").post(address("task-claim", task), headers={"HX-Request": "true"})
    assert late.status_code == 409 and "同事刚刚认领" in text_of(late) and "赵强" in text_of(late)


def test_without_scripts_claiming_leads_to_the_task(world, market):
    task = task_of(accepted_case(world), "food-licence")
    answer = market.post(address("task-claim", task), follow=True)
    assert answer.redirect_chain == [(address("task", task), 302)]
    assert "先存意见" in text_of(answer)


def test_several_are_claimed_at_once_with_a_word_for_each_that_was_not(world, market):
    mine, taken = (task_of(accepted_case(world), "food-licence") for _ in range(2))
    foreign = task_of(mine.application, "fire-check")
    review.claim(actor=world.reviewer("market", 2), task_id=taken.pk)
    chosen = {"task": [mine.pk, taken.pk, foreign.pk, "x", "9" * 30]}
    page = text_of(market.post(reverse("queue-claim"), chosen, follow=True))
    assert "已认领 1 件" in page and "同事刚刚认领" in page and "已经不在本部门" in page
    assert task_of(mine.application, "food-licence").assignee.username == "market1"
    assert "没有选中" in text_of(market.post(reverse("queue-claim"), follow=True))


def test_lists_of_mine_unclaimed_colleagues_and_done(world, approval):
    mine, free, theirs, done = (accepted_case(world) for _ in range(4))
    review.claim(actor=world.reviewer("approval"), task_id=task_of(mine, "registration").pk)
    review.claim(actor=world.reviewer("approval", 2), task_id=task_of(theirs, "registration").pk)
    decide(world, done, "registration")

    def listed(query):
        page = text_of(approval.get(f"/queue/?{query}"))
        return {case for case in (mine, free, theirs, done) if case.number in page}

    assert listed("") == {mine, free}
    assert listed("who=mine") == {mine}
    assert listed("who=free") == {free}
    assert listed("who=all") == {mine, free, theirs}
    assert listed("who=done") == {done}
    assert listed("who=any") == {mine, free, theirs, done}
    assert listed(f"q={done.number}") == {done}
    assert listed("q=" + mine.title[:2]) == {mine, free, theirs, done}
    assert listed("q=没有这个人") == set()
    assert listed("item=registration") == {mine, free}
    assert listed("item=other") == set()


def test_filters_by_light_say_the_same_as_the_lights_on_the_rows(world, market):
    """SQL and `showing.task_light` answer alike for every promise, state and day."""
    case = accepted_case(world)
    sample = task_of(case, "food-licence")
    calendar, today = current_calendar(), date(2026, 3, 2)
    for own_days in (0, 1, 5, 6, 10, 15, 16, 20, 31, 60):
        for shift in (-3, -1, 0, 1, 2, 3, 5, 8, 13, 14, 17, 30):
            due = today + timedelta(days=shift)
            Task.objects.filter(pk=sample.pk).update(own_days=own_days, due=due, after=[])
            actor = world.reviewer("market")
            expected = light(due, own_days, today, calendar).colour
            for colour in ("red", "yellow", "green"):
                wish = desk.Wish(light=colour)
                found = desk.with_light(desk.desk(actor, wish, today, calendar), wish, today).exists()
                assert found == (colour == expected), (own_days, shift, colour, expected)


def test_a_late_task_that_waits_for_others_is_not_red(world, market):
    case = accepted_case(world)
    with time_machine.travel("2026-03-20 09:30 +0800", tick=False):
        page = text_of(market.get("/queue/?light=red"))
        assert case.number not in page
        assert case.number in text_of(market.get("/queue/?who=locked"))
        task = task_of(case, "food-licence")
        shown = showing.task_light(task, date(2026, 3, 20), current_calendar(), locked=True)
        assert shown is not None and shown.colour == "still"


def test_pages_follow_each_other_forth_and_back(world, approval, monkeypatch):
    monkeypatch.setattr(desk.page, "__defaults__", (2,))
    cases = [accepted_case(world) for _ in range(5)]
    numbers = [case.number for case in cases]

    def shown(page):
        return [number for number in numbers if number in page]

    def link(page, rel):
        from html import unescape

        before, _, _ = page.partition(f'" rel="{rel}"')
        return unescape(before.rpartition('href="')[2])

    first = text_of(approval.get("/queue/"))
    second = text_of(approval.get(link(first, "next")))
    third = text_of(approval.get(link(second, "next")))
    assert [shown(first), shown(second), shown(third)] == [numbers[:2], numbers[2:4], numbers[4:]]
    assert 'rel="next"' not in third and 'rel="prev"' not in first
    assert shown(text_of(approval.get(link(third, "prev")))) == numbers[2:4]
    back = text_of(approval.get(link(second, "prev")))
    assert shown(back) == numbers[:2] and 'rel="prev"' not in back


def test_an_empty_desk_says_so(world, market):
    assert "手上没有任务了" in text_of(market.get("/queue/"))
    assert "这样筛选下没有任务" in text_of(market.get("/queue/?who=mine"))


def queries(client, url):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_queue_costs_the_same_with_one_case_and_with_thirty(world, market):
    task = task_of(accepted_case(world), "food-licence")
    market.get("/queue/")  # the plan is in the process cache from here on
    market.get(address("task", task))  # the first look is written down
    one = queries(market, "/queue/")
    one_task = queries(market, address("task", task))
    for _ in range(29):
        accepted_case(world)
    assert queries(market, "/queue/") == one <= 16
    assert queries(market, address("task", task)) == one_task <= 24


def test_the_queue_reads_the_partial_index_and_sorts_nothing(world):
    accepted_case(world)
    actor, today, calendar = world.reviewer("market"), date(2026, 3, 2), current_calendar()
    wish = desk.Wish()
    rows = desk.desk(actor, wish, today, calendar).select_related("application__matter", "assignee")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    plan = rows.order_by("due", "id")[:31].explain()
    assert "task_on_the_desk" in plan and "Sort" not in plan


@pytest.mark.parametrize(
    "query",
    [
        "light=purple", "who=everyone", "item=%00", "q=%00", "after=x", "after=2026-13-99~1", "before=2026-03-02~x",
        "after=~5", "before=2026-03-02~" + "9" * 40, "q=" + "长" * 3000, "who=done&after=2026-03-02~1",
        "who=any&after=~1", "who=intake&before=2026-03-02~1", "who=done&light=red", "after=2026-03-02~1&before=~",
    ],
)  # fmt: skip
def test_odd_questions_to_the_queue_are_answered(world, market, query):
    accepted_case(world)
    assert market.get(f"/queue/?{query}").status_code == 200
