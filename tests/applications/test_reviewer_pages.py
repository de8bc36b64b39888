"""The reviewer's pages: the queue, the task, every act through the page, and what must never be shown."""

from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from applications import desk, showing
from applications.clocks import light
from applications.models import MaterialFile, Task
from applications.operations import intake, review, withdrawal
from applications.states import CaseState, TaskState
from departments.calendar import current_calendar
from departments.models import Department
from foundation.files.operations import store
from tests.applications.world import accepted_case, check_all, decide, file_case, task_of

pytestmark = pytest.mark.django_db
MONDAY = "2026-03-02 09:30 +0800"


@pytest.fixture(autouse=True)
def on_monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


def sign_in(world, account):
    client = Client()
    client.force_login(world.users[account])
    return client


@pytest.fixture
def market(world):
    """赵强 at the market bureau."""
    return sign_in(world, "market1")


@pytest.fixture
def approval(world):
    """刘洋 at the approval bureau, who decides the registration."""
    return sign_in(world, "approval1")


def text_of(response):
    return response.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ")


def address(name, task):
    return reverse(name, args=[task.pk])


# -- who comes in ------------------------------------------------------------


@pytest.mark.parametrize("account", ["limin", "zhangting", "stranger", "zhoutao"])
def test_only_reviewers_come_in(world, account):
    task = task_of(accepted_case(world), "food-licence")
    client = sign_in(world, account)
    for url in ("/queue/", address("task", task), address("task-verdict", task), address("queue-row", task)):
        assert client.get(url).status_code == 403
    for name in ("task-claim", "task-decide", "task-advise", "task-release", "task-suspend", "task-return"):
        assert client.post(address(name, task)).status_code == 403
    assert task_of(task.application, "food-licence").state == TaskState.OPEN


def test_who_is_not_signed_in_signs_in_and_comes_back(client, world):
    task = task_of(accepted_case(world), "food-licence")
    assert client.get(address("task", task)).url == f"/sign-in/?next=/queue/{task.pk}/"
    assert client.post(address("task-claim", task)).url == "/sign-in/?next=/queue/"
    htmx = client.get(address("task-verdict", task), headers={"HX-Request": "true"})
    assert htmx.headers["HX-Redirect"].startswith("/sign-in/")


def test_another_departments_task_does_not_exist(world, market):
    task = task_of(accepted_case(world), "fire-check")
    for name in ("task", "task-verdict", "queue-row"):
        assert market.get(address(name, task)).status_code == 404
    for name in ("task-claim", "task-advise", "task-decide", "task-suspend", "task-resume", "task-return", "task-word"):
        assert market.post(address(name, task), {"verdict": "grant"}).status_code == 404
    assert market.get("/queue/99999999999999999999/").status_code == 404


def test_nothing_is_kept_in_the_browser(world, market):
    task = task_of(accepted_case(world), "food-licence")
    assert "no-store" in market.get("/queue/").headers["Cache-Control"]
    assert "no-store" in market.get(address("task", task)).headers["Cache-Control"]


# -- the queue ---------------------------------------------------------------


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
                found = desk.with_light(desk.desk(actor, wish, today, calendar), wish).exists()
                assert found == (colour == expected), (own_days, shift, colour, expected)


def test_a_late_task_that_waits_for_others_is_not_red(world, market):
    case = accepted_case(world)
    with time_machine.travel("2026-03-20 09:30 +0800", tick=False):
        page = text_of(market.get("/queue/?light=red"))
        assert case.number not in page
        assert case.number in text_of(market.get("/queue/?light=locked"))
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


# -- what a task shows -------------------------------------------------------


def test_only_own_fields_and_papers_are_shown(world):
    """孙丽 at fire uses neither the ID number, the phone nor the application form; the market uses no fit-out proof."""
    case = accepted_case(world)
    fire = text_of(sign_in(world, "fire1").get(address("task", task_of(case, "fire-check"))))
    for own in ("灌河面馆", "新安镇人民东路 128 号", "320 平方米", "平面布局图", "装修竣工证明"):
        assert own in fire
    for foreign in ("13800000018", "身份证号码", "3207", "联系电话", "申请书", "居民身份证", "经营场所使用证明"):
        assert foreign not in fire.replace(case.number, "")
    market = text_of(sign_in(world, "market1").get(address("task", task_of(case, "food-licence"))))
    assert "装修竣工证明" not in market and "经营场所使用证明" in market


def test_an_identity_number_is_masked_even_for_who_needs_it(world, approval):
    page = text_of(approval.get(address("task", task_of(accepted_case(world), "registration"))))
    assert "320724********002X" in page and "32072419880315002X" not in page


def picture():
    stream = BytesIO()
    Image.new("RGB", (30, 20), "white").save(stream, "PNG")
    return SimpleUploadedFile("布局图.png", stream.getvalue(), content_type="image/png")


def test_an_own_file_stands_in_the_viewer_and_a_foreign_one_cannot_be_asked_for(world, market):
    case = accepted_case(world)
    stored = [store(picture(), name=f"{name}.png", by=world.users["zhangting"].pk) for name in ("own", "foreign")]
    own, foreign = (
        MaterialFile.objects.create(application=case, material_code=code, file=file)
        for code, file in zip(("floor-plan", "fit-out-proof"), stored, strict=True)
    )
    task = task_of(case, "food-licence")
    page = text_of(market.get(f"{address('task', task)}?paper=floor-plan"))
    assert f'src="/files/{own.pk}/"' in page
    for query in (f"file={foreign.pk}", "paper=fit-out-proof", "file=x", "paper=%00"):
        page = text_of(market.get(f"{address('task', task)}?{query}"))
        assert f"/files/{foreign.pk}/" not in page and "填写的内容" in page


def test_conditions_stand_in_for_points_until_the_department_names_its_own(world, market):
    page = text_of(market.get(address("task", task_of(accepted_case(world), "food-licence"))))
    assert "待部门确认" in page and "设备布局合理" in page and "2 条，已答 0 条" in page


def test_the_chain_of_reasons_behind_the_due_day(world, market):
    case = accepted_case(world)
    page = text_of(market.get(address("task", task_of(case, "food-licence"))))
    assert "为什么是 3 月 9 日到期" in page
    assert "受理，这一天不算" in page and "本事项承诺 5 个工作日" in page and "决定要等“营业执照”" in page
    with time_machine.travel("2026-03-12 10:00 +0800", tick=False):
        decide(world, case, "registration")
        late = text_of(market.get(address("task", task_of(case, "food-licence"))))
    assert "为什么是 3 月 13 日到期" in late and "“营业执照”晚准予" in late


def test_the_others_progress_is_shown_but_not_what_they_wrote(world, market):
    case = accepted_case(world)
    other = task_of(case, "fire-check")
    review.claim(actor=world.reviewer("fire"), task_id=other.pk)
    review.advise(actor=world.reviewer("fire"), task_id=other.pk, points={}, opinion="消防内部意见")
    page = text_of(market.get(address("task", task_of(case, "food-licence"))))
    assert "消防救援大队" in page and "待决定" in page and "消防内部意见" not in page


# -- deciding ----------------------------------------------------------------


def claimed(world, item="food-licence", **case):
    task = task_of(accepted_case(world, **case), item)
    return review.claim(actor=world.reviewer(task.department_id), task_id=task.pk)


def test_a_locked_decision_names_what_it_waits_for_who_has_it_and_until_when(world, market):
    task = claimed(world)
    page = text_of(market.get(address("task", task)))
    assert "现在还不能作决定" in page and "营业执照" in page and "行政审批局" in page
    assert "最迟 3 月 3 日" in page and "还没人领" in page
    assert "确认准予" not in page and 'hx-trigger="every 3s"' in page


def seen_in(page):
    return page.partition("?seen=")[2][:16]


def test_the_lock_opens_by_itself_and_the_number_flows_in(world, market):
    task = claimed(world)
    panel = address("task-verdict", task)
    seen = seen_in(text_of(market.get(address("task", task))))
    assert market.get(panel, {"seen": seen}).status_code == 204
    review.claim(actor=world.reviewer("approval"), task_id=task_of(task.application, "registration").pk)
    decide(world, task.application, "registration")
    freed = market.get(panel, {"seen": seen})
    page = text_of(freed)
    assert freed.status_code == 200 and "<html" not in page
    assert "确认准予行政许可" in page and "92320724MAE1K7T30J" in page
    assert "hx-trigger" not in page  # a free panel asks no more, so nothing typed in it is lost


def test_a_decision_posted_while_locked_is_a_conflict_and_keeps_what_was_typed(world, market):
    task = claimed(world)
    form = {"verdict": "grant", "opinion": "布局可以，现场看过", "point-0": "yes", "point-1": "no"}
    answer = market.post(address("task-decide", task), form)
    page = text_of(answer)
    assert answer.status_code == 409 and "现在还不能作决定" in page
    assert "布局可以，现场看过" in page and "2 条，已答 2 条" in page
    assert task_of(task.application, "food-licence").state == TaskState.CLAIMED


def test_claim_advise_and_grant_through_the_page(world, approval, market):
    case = accepted_case(world)
    registration, food = task_of(case, "registration"), task_of(case, "food-licence")
    market.post(address("task-claim", food))
    saved = market.post(address("task-advise", food), {"opinion": "布局可以", "point-0": "yes", "point-9": "yes"})
    assert saved.status_code == 302
    food = task_of(case, "food-licence")
    assert (food.state, food.opinion, food.points) == (TaskState.ADVISED, "布局可以", {"0": "yes"})

    approval.post(address("task-claim", registration))
    missing = approval.post(address("task-decide", registration), {"verdict": "grant", "opinion": "齐全"})
    assert missing.status_code == 422 and "请填营业执照的编号" in text_of(missing) and "齐全" in text_of(missing)
    done = approval.post(
        address("task-decide", registration), {"verdict": "grant", "result_number": "92320724MAE1K7T30J"}, follow=True
    )
    assert "准予登记" in text_of(done) and "92320724MAE1K7T30J" in text_of(done)

    market.post(address("task-decide", food), {"verdict": "grant", "opinion": "布局可以", "point-1": "na"})
    food = task_of(case, "food-licence")
    assert food.state == TaskState.GRANTED and food.decision_number
    assert food.points == {"0": "yes", "1": "na"}
    assert "准予行政许可" in text_of(market.get(address("task", food)))


def test_saving_by_htmx_answers_with_the_line_alone(world, market):
    task = claimed(world)
    answer = market.post(address("task-advise", task), {"opinion": "好"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and "9:30 已保存" in text_of(answer)
    colleague = sign_in(world, "market2")
    refused = colleague.post(address("task-advise", task), {"opinion": "坏"}, headers={"HX-Request": "true"})
    assert refused.status_code == 403 and "没有存上" in text_of(refused)
    assert task_of(task.application, "food-licence").opinion == "好"


def test_a_refusal_needs_facts_and_basis_and_keeps_the_opinion(world, approval):
    task = claimed(world, "registration")
    answer = approval.post(address("task-decide", task), {"verdict": "refuse", "opinion": "住所不实", "reason": " "})
    page = text_of(answer)
    assert answer.status_code == 422 and "事实和依据" in page and "住所不实" in page
    assert 'aria-invalid="true"' in page
    reason = "现场没有这个门牌，《市场主体登记管理条例》第三条"
    approval.post(address("task-decide", task), {"verdict": "refuse", "opinion": "住所不实", "reason": reason})
    task = task_of(task.application, "registration")
    assert (task.state, task.reason) == (TaskState.REFUSED, reason)


def test_a_decided_task_cannot_be_decided_again(world, approval):
    task = claimed(world, "registration")
    decide(world, task.application, "registration")
    again = approval.post(address("task-decide", task), {"verdict": "refuse", "reason": "改主意"})
    assert again.status_code == 409 and "不能再作决定" in text_of(again)


def test_a_colleagues_task_is_read_only(world):
    task = claimed(world)
    decide(world, task.application, "registration")
    colleague = sign_in(world, "market2")
    page = text_of(colleague.get(address("task", task)))
    assert "赵强在办" in page and "确认准予" not in page and "认领这一件" not in page
    assert colleague.post(address("task-decide", task), {"verdict": "grant"}).status_code == 403


def test_while_the_applicant_chooses_the_panel_says_so_and_is_freed(world):
    case = accepted_case(world)
    sign = task_of(case, "sign-filing")
    review.claim(actor=world.reviewer("urban-management"), task_id=sign.pk)
    decide(world, case, "registration", "refuse")
    client = sign_in(world, "urban-management1")
    page = text_of(client.get(address("task", sign)))
    assert "正等申请人选择" in page and 'hx-trigger="every' in page
    withdrawal.choose(actor=world.zhang, number=case.number, go_on=True)
    freed = client.get(address("task-verdict", sign), {"seen": seen_in(page)})
    assert "确认备案" in text_of(freed)


def test_a_waiting_review_says_what_it_waits_for_and_opens_by_itself(world, approval):
    case = accepted_case(world, "buy-flat")
    transfer = task_of(case, "transfer")
    page = text_of(approval.get(address("task", transfer)))
    assert "还不能开始审" in page and "完税证明" in page and "税务局" in page
    decide(world, case, "deed-tax")
    assert "认领这一件" in text_of(approval.get(address("task-verdict", transfer), {"seen": seen_in(page)}))


# -- the rest of the acts ----------------------------------------------------


def test_the_clock_stops_only_for_a_lawful_cause_and_runs_again(world, market):
    task = claimed(world)
    form = {"cause": "site-visit", "expected_days": "3", "opinion": "没存的意见"}
    wrong = market.post(address("task-suspend", task), form)
    assert wrong.status_code == 422 and "现场核查不停表" in text_of(wrong) and "没存的意见" in text_of(wrong)
    for days in ("", "x", "0", "9999", "-1", "٣"):
        answer = market.post(address("task-suspend", task), {"cause": "testing", "expected_days": days})
        assert answer.status_code == 422
    stopped = market.post(address("task-suspend", task), {"cause": "testing", "expected_days": "3"}, follow=True)
    page = text_of(stopped)
    assert "特别程序中，已停表" in page and "检测" in page and "第四十五条" in page
    assert "检测中，第 45 条" in text_of(market.get("/queue/?light=paused"))
    market.post(address("task-resume", task))
    assert task_of(task.application, "food-licence").state == TaskState.CLAIMED


def test_a_claimed_task_is_put_back(world, market):
    task = claimed(world)
    assert market.post(address("task-release", task)).url == "/queue/"
    assert task_of(task.application, "food-licence").assignee is None


def test_what_is_not_the_departments_own_is_given_back_with_a_reason(world, market):
    task = claimed(world)
    empty = market.post(address("task-return", task), {"return_reason": " "})
    assert empty.status_code == 422 and "为什么不归本部门" in text_of(empty)
    market.post(address("task-return", task), {"return_reason": "属于卫健委"})
    task = task_of(task.application, "food-licence")
    assert (task.state, task.reason) == (TaskState.RETURNED, "属于卫健委")


def own_intake(world):
    """The market bureau has not entrusted the window with acceptance."""
    Department.objects.filter(pk="market").update(intake_mode="own")
    case = file_case(world)
    intake.receive(actor=world.clerk, number=case.number)
    check_all(world, case)
    return case


def test_a_department_that_accepts_for_itself_says_its_word(world, market):
    case = own_intake(world)
    task = task_of(case, "food-licence")
    queue = text_of(market.get("/queue/?who=intake"))
    assert case.number in queue and "等受理 <b>1</b>" in queue
    page = text_of(market.get(address("task", task)))
    assert "等本部门说受理不受理" in page and "3 月 9 日前要答复" in page
    assert market.post(address("task-word", task), {"word": "perhaps"}).status_code == 422
    assert market.post(address("task-word", task), {"word": "decline", "reason": ""}).status_code == 422
    market.post(address("task-word", task), {"word": "accept"})
    assert task_of(case, "food-licence").intake_word == "accepted"
    assert case.number not in text_of(market.get("/queue/?who=intake"))
    intake.accept(actor=world.clerk, number=case.number)
    case.refresh_from_db()
    assert case.state == CaseState.ACCEPTED


def test_a_department_may_decline_its_own_item_only(world, market):
    case = own_intake(world)
    task = task_of(case, "food-licence")
    market.post(address("task-word", task), {"word": "decline", "reason": "不属于许可范围"})
    assert task_of(case, "food-licence").state == TaskState.DECLINED
    assert task_of(case, "registration").state == TaskState.PENDING


ACTS = ("claim", "release", "advise", "decide", "suspend", "resume", "return", "word")


@pytest.mark.parametrize("act", ACTS)
def test_odd_forms_are_answered_with_a_sentence(world, market, act):
    task = claimed(world)
    odd = {
        "verdict": "\x00", "opinion": "长" * 5000 + "\x00", "reason": "\x00", "result_number": "9" * 500,
        "point-0": "maybe", "point-1": "\x00", "cause": "\x00", "basis": "长" * 900, "expected_days": "9" * 300,
        "return_reason": "\x00", "word": "\x00",
    }  # fmt: skip
    for form in (odd, {}):
        assert market.post(address(f"task-{act}", task), form).status_code in (200, 302, 403, 409, 422)
    assert market.get(address(f"task-{act}", task)).status_code == 405
