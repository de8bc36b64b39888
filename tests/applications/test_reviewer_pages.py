"""The reviewer's pages: the door, the task, every act through the page, and what must never be shown."""

from dataclasses import replace
from io import BytesIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from applications.dossier import own_papers, points_of, siblings_of
from applications.models import MaterialFile
from applications.operations import intake, review, withdrawal
from applications.states import CaseState, TaskState
from departments.models import Department
from foundation.files.operations import store
from matters.plan import Ask, scheme
from matters.published import plan_of
from matters.specs import About
from tests.applications.browsing import address, sign_in, text_of
from tests.applications.world import accepted_case, check_all, decide, file_case, task_of
from tests.foundation.zoo import pdf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def approval(world):
    """刘洋 at the approval bureau, who decides the registration."""
    return sign_in(world, "approval1")


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
    assert "依据《中华人民共和国食品安全法》第三十五条" in page
    assert "待部门确认" in page and "设备布局合理" in page and "2 条，已答 <span data-answered>0</span> 条" in page


def test_a_point_says_which_paper_or_field_of_the_item_it_looks_at(world):
    case = accepted_case(world)
    plan = plan_of(case.revision_id)
    item = plan.items["food-licence"]
    paper, asked = plan.materials[item.asks[0].material], plan.fields[item.fields[0]]
    about = (About("布局相符", material=paper.code), About("人数相符", field=asked.code, article="第九条"))
    named = replace(item, points=("布局相符", "人数相符", "整洁"), about=about)
    shown = [(one.text, one.about, one.article) for one in points_of(named, {"1": "yes"}, plan)]
    assert shown == [
        ("布局相符", f"材料：{paper.name}", ""),
        ("人数相符", f"填的：{asked.label}", "第九条"),
        ("整洁", "", ""),
    ]


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
    assert 'id="state" hx-swap-oob="true"' in page and "等前置" not in page and "还有 5 天" in page
    assert '<div class="word word-green" role="status">' in page
    assert "hx-trigger" not in page  # a free panel asks no more, so nothing typed in it is lost


def test_a_decision_posted_while_locked_is_a_conflict_and_keeps_what_was_typed(world, market):
    task = claimed(world)
    form = {"verdict": "grant", "opinion": "布局可以，现场看过", "point-0": "yes", "point-1": "no"}
    answer = market.post(address("task-decide", task), form)
    page = text_of(answer)
    assert answer.status_code == 409 and "现在还不能作决定" in page
    assert "布局可以，现场看过" in page and "已答 <span data-answered>2</span> 条" in page
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
    market.post(address("task-resume", task), {"pause_result": "检测合格"})
    assert task_of(task.application, "food-licence").state == TaskState.CLAIMED


def test_a_claimed_task_is_put_back(world, market):
    task = claimed(world)
    assert market.post(address("task-release", task)).url == "/queue/"
    assert task_of(task.application, "food-licence").assignee is None


def test_what_is_not_the_departments_own_is_given_back_with_a_reason(world, market):
    task = claimed(world)
    empty = market.post(address("task-return", task), {"return_reason": " "})
    assert empty.status_code == 422 and "为什么不归本部门" in text_of(empty)
    unnamed = market.post(address("task-return", task), {"return_reason": "属于消防"})
    assert unnamed.status_code == 422 and "应当归哪个部门" in text_of(unnamed) and "属于消防" in text_of(unnamed)
    market.post(address("task-return", task), {"return_reason": "属于消防", "owner": "fire"})
    task = task_of(task.application, "food-licence")
    assert (task.state, task.reason, task.returned_to_id) == (TaskState.RETURNED, "属于消防", "fire")


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


def test_a_paper_that_is_the_result_of_a_step_one_waits_for_is_brought_by_that_step(world):
    """An exempt paper with the very name of the result stands for it, also where the catalogue does not say so."""
    case = accepted_case(world)
    plan = plan_of(case.revision_id)
    card = replace(plan.materials["id-card"], name="营业执照")
    asks = (*plan.items["food-licence"].asks, Ask("id-card", "electronic", 1, "core"))
    items = {**plan.items, "food-licence": replace(plan.items["food-licence"], asks=asks)}
    under = scheme(replace(plan, materials={**plan.materials, "id-card": card}, items=items), case.answers)
    task = task_of(case, "food-licence")
    paper = next(one for one in own_papers(task, siblings_of(task), under) if one.code == "id-card")
    assert paper.waits and paper.note == "等发证后自动带来" and paper.number == ""
    decide(world, case, "registration")
    paper = next(one for one in own_papers(task, siblings_of(task), under) if one.code == "id-card")
    assert not paper.waits and paper.number == "92320724MAE1K7T30J"
    foreign = task_of(case, "sign-filing")
    assert "id-card" not in {one.code for one in own_papers(foreign, siblings_of(foreign), under)}


# -- the pages of a paper ----------------------------------------------------


def test_the_pages_of_a_pdf_are_pictures_beside_the_points_with_a_link_to_each(world, market):
    case = accepted_case(world)
    by = world.users["zhangting"].pk
    stored = store(BytesIO(pdf(pages=3)), name="plan.pdf", by=by)
    row = MaterialFile.objects.create(application=case, material_code="floor-plan", file=stored)
    page = address("task", task_of(case, "food-licence"))
    shown = text_of(market.get(f"{page}?file={row.pk}&page=2"))
    assert f"/files/{row.pk}/pages/2/" in shown
    assert "共 3 页" in shown
    for wanted, status in ((1, 200), (3, 200), (4, 404), (0, 404)):
        answer = market.get(reverse("case-file-page", args=[row.pk, wanted]))
        assert answer.status_code == status
    assert market.get(reverse("case-file-page", args=[row.pk, 2]))["Content-Type"] == "image/jpeg"
    assert sign_in(world, "tax1").get(reverse("case-file-page", args=[row.pk, 1])).status_code == 404
    for odd in ("9999", "x", "-1", ""):
        assert market.get(f"{page}?file={row.pk}&page={odd}").status_code == 200


def test_a_copy_used_again_carries_its_mark_on_the_page_too(world, market):
    case = accepted_case(world)
    stored = store(BytesIO(pdf(pages=1)), name="plan.pdf", by=world.users["zhangting"].pk)
    plain, marked = (
        MaterialFile.objects.create(application=case, material_code="floor-plan", file=stored, source=source)
        for source in ("", "材料库")
    )
    first, second = (market.get(reverse("case-file-page", args=[row.pk, 1])).content for row in (plain, marked))
    assert first[:2] == second[:2] == b"\xff\xd8"
    assert first != second
