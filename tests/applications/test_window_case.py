"""One case at the window: each mark, the one notice, every act with its second step, refusals where they belong."""

import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import CaseMaterial, Correction
from applications.operations import intake
from applications.operations.deferring import sign_promise
from applications.states import CaseState, MaterialState
from departments.models import Department, IntakeMode
from tests.applications.browsing import text_of
from tests.applications.world import accepted_case, check_all, decide, file_case, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def case(world):
    """张婷's noodle shop, received."""
    filed = file_case(world)
    return intake.receive(actor=world.clerk, number=filed.number)


def page_of(client, case, query="", **more):
    return text_of(client.get(reverse("window-case", args=[case.number]) + query, **more))


def act(client, case, name, headers=None, **data):
    return client.post(reverse(f"window-{name}", args=[case.number]), data, headers=headers or {})


def mark(client, case, code, state, headers=None, **data):
    return act(client, case, "check-material", headers, material=code, state=state, **data)


def material(case, code):
    return CaseMaterial.objects.get(application=case, material_code=code)


def row_of(page, code):
    """The paper's row in the list."""
    start = page.index(f'id="m-{code}"')
    end = page.find('<li class="check', start)
    return page[start : end if end > 0 else None]


def state_of(case):
    case.refresh_from_db()
    return case.state


# -- marks -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "state", "note", "word"),
    [
        ("application-form", "received", "", "合格"),
        ("application-form", "wrong", "没有签字", "要补"),
        ("fit-out-proof", "deferred", "", "容缺"),
        ("floor-plan", "not_applicable", "面积不到，不用交", "不涉及"),
    ],
)
def test_each_mark_is_kept_and_shown(world, clerk, case, code, state, note, word):
    answer = mark(clerk, case, code, state, note=note)
    assert answer.status_code == 302 and reverse("window-case", args=[case.number]) in answer.url
    row = row_of(page_of(clerk, case), code)
    assert word in row and note in row
    marked = material(case, code)
    assert (marked.state, marked.note, marked.checked_by_name) == (state, note, "李敏")
    mark(clerk, case, code, "awaiting")
    assert material(case, code).state == MaterialState.AWAITING


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_wrong_without_a_note_is_refused_beside_the_paper(world, clerk, case, headers):
    answer = mark(clerk, case, "premises-proof", "wrong", headers)
    page = text_of(answer)
    assert answer.status_code == 422
    assert "请写明哪里要改" in row_of(page, "premises-proof")
    assert page.count("请写明哪里要改") == 1
    assert 'aria-invalid="true"' in row_of(page, "premises-proof")
    assert material(case, "premises-proof").state == MaterialState.AWAITING


def test_a_refused_mark_keeps_the_note(world, clerk, case):
    answer = mark(clerk, case, "application-form", "deferred", note="印章看不清")
    row = row_of(text_of(answer), "application-form")
    assert answer.status_code == 422
    assert "不能容缺" in row and 'value="印章看不清"' in row


def test_only_what_may_be_deferred_or_left_out_offers_it(world, clerk, case):
    offered = {code: row_of(page_of(clerk, case, f"?open={code}"), code) for code in ("fit-out-proof", "floor-plan")}
    assert 'value="deferred"' in offered["fit-out-proof"] and 'value="not_applicable"' not in offered["fit-out-proof"]
    assert 'value="deferred"' not in offered["floor-plan"] and 'value="not_applicable"' in offered["floor-plan"]
    assert mark(clerk, case, "fit-out-proof", "not_applicable", note="不用").status_code == 422


def test_enter_in_the_note_never_means_in_order(world, clerk, case):
    """A browser presses a form's first button: a fault typed in and sent by Enter must not pass the paper."""
    row = row_of(page_of(clerk, case, "?open=floor-plan"), "floor-plan")
    assert re.search(r'<button [^>]*type="submit" name="state" value="([^"]+)"', row).group(1) == "wrong"


def test_htmx_is_answered_with_the_part_that_the_page_includes(world, clerk, case):
    part = text_of(mark(clerk, case, "application-form", "received", HTMX))
    page = page_of(clerk, case, "?open=" + re.search(r'check-open" id="m-([^"]+)"', part).group(1))
    assert "<html" not in part
    strip = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    bench = part[: part.index('<div class="line" id="head"')]
    assert strip.sub("", bench).strip() in strip.sub("", page)


def test_the_next_paper_nobody_looked_at_opens(world, clerk, case):
    codes = list(case.materials.filter(state="awaiting").values_list("material_code", flat=True))
    for code, following in zip(codes, [*codes[1:], ""], strict=True):
        part = text_of(mark(clerk, case, code, "received", HTMX))
        opened = re.findall(r'check-open" id="m-([^"]+)"', part)
        assert opened == ([following] if following else [])
    part = text_of(mark(clerk, case, codes[2], "awaiting", HTMX))
    assert f'check-open" id="m-{codes[2]}"' in part


def test_only_what_is_left(world, clerk, case):
    mark(clerk, case, "application-form", "received")
    page = page_of(clerk, case, "?left=1")
    assert 'id="m-application-form"' not in page and 'id="m-premises-proof"' in page
    part = text_of(mark(clerk, case, "premises-proof", "received", HTMX, left="1"))
    assert 'id="m-premises-proof"' not in part and 'id="m-floor-plan"' in part
    assert "left=1" in mark(clerk, case, "floor-plan", "received", left="1").url


def test_another_clerks_mark_is_not_covered(world, clerk, case):
    intake.check_material(
        actor=world.actor("chenjing"), number=case.number, material_code="floor-plan", state="wrong", note="没标面积"
    )
    for left in ({}, {"left": "1"}):
        answer = mark(clerk, case, "floor-plan", "received", HTMX, seen="awaiting", **left)
        page = text_of(answer)
        assert answer.status_code == 409
        assert "陈静刚把这一份改成“要补”" in page and "没标面积" in page
    assert material(case, "floor-plan").state == MaterialState.WRONG


@pytest.mark.parametrize("data", [{}, {"state": "x"}, {"state": "\x00"}, {"state": "received" * 900}])
def test_odd_marks_are_refused(world, clerk, case, data):
    assert act(clerk, case, "check-material", material="floor-plan", **data).status_code == 422
    for code in ("no-such", "", "\x00", "x" * 9000):
        assert act(clerk, case, "check-material", material=code, state="received").status_code == 404


def test_a_huge_note_is_cut_and_nul_is_dropped(world, clerk, case):
    mark(clerk, case, "floor-plan", "wrong", note="改\x00" * 5000)
    assert material(case, "floor-plan").note == "改" * 300 or set(material(case, "floor-plan").note) == {"改"}


def test_marks_are_for_received_cases(world, clerk):
    case = file_case(world)
    answer = mark(clerk, case, "floor-plan", "received")
    assert answer.status_code == 409
    assert "不能再核验材料" in text_of(answer) and "收件" in text_of(answer)


# -- tabs --------------------------------------------------------------------


def test_tabs_show_form_plan_and_timeline_with_numbers_masked(world, clerk, case):
    form = page_of(clerk, case, "?tab=form")
    assert "灌河面馆" in form and "320 平方米" in form and "320724********002X" in form
    plan = page_of(clerk, case, "?tab=plan")
    for word in ("经营主体设立登记", "食品经营许可", "消防救援大队", "受理后起算"):
        assert word in plan
    assert "窗口已收件" in page_of(clerk, case, "?tab=timeline")
    for tab in ("papers", "form", "plan", "timeline"):
        page = page_of(clerk, case, f"?tab={tab}")
        assert page.count("<h1") == 1
        assert "32072419880315002" not in page.replace(case.number, "")


@pytest.mark.parametrize(
    "query", ["tab=x", "tab=%00", "open=%00", "open=" + "x" * 3000, "left=%00", "tab=timeline&open=x"]
)
def test_odd_queries_show_the_case(world, clerk, case, query):
    assert "张婷" in page_of(clerk, case, f"?{query}")


def test_the_page_costs_the_same_with_few_papers_and_with_many(world, clerk, case, django_assert_num_queries):
    page_of(clerk, case)
    with CaptureQueriesContext(connection) as few:
        page_of(clerk, case)
    more = [
        CaseMaterial(application=case, position=100 + n, material_code=f"more-{n}", name="附件", submit="copy")
        for n in range(60)
    ]
    CaseMaterial.objects.bulk_create(more)
    with django_assert_num_queries(len(few)):
        assert "more-59" in page_of(clerk, case)
    assert len(few) <= 28


def test_the_clerk_is_not_addressed_as_a_citizen(world, clerk, case):
    for tab in ("papers", "form", "plan", "timeline"):
        assert "您" not in page_of(clerk, case, f"?tab={tab}")


# -- acts --------------------------------------------------------------------


def test_an_online_case_is_received_and_then_accepted_in_two_steps(world, clerk):
    case = file_case(world)
    assert f'action="{reverse("window-receive", args=[case.number])}"' in page_of(clerk, case)
    assert act(clerk, case, "receive").url == reverse("window-case", args=[case.number])
    page = page_of(clerk, case)
    assert "没看。看完才能受理" in page
    assert reverse("window-accept", args=[case.number]) not in page
    check_all(world, case)
    page = page_of(clerk, case)
    form = page.index(reverse("window-accept", args=[case.number]))
    assert '<details class="fold fold-primary"' in page[:form] and "确认受理" in page[form:]
    assert act(clerk, case, "accept").status_code == 302
    page = page_of(clerk, case)
    assert state_of(case) == CaseState.ACCEPTED
    assert "已受理" in page and "3 月 16 日" in page


def test_acceptance_before_every_paper_is_seen_is_a_conflict(world, clerk, case):
    answer = act(clerk, case, "accept")
    assert answer.status_code == 409
    assert "份材料没看或者要补" in text_of(answer) and state_of(case) == CaseState.RECEIVED


@pytest.mark.parametrize("name", ["receive", "accept", "answer", "choose"])
def test_who_was_slower_reads_why_and_sees_how_it_stands_now(world, clerk, name):
    case = accepted_case(world)
    answer = act(clerk, case, name, choice="go_on")
    page = text_of(answer)
    assert answer.status_code == 409
    assert 'role="alert"' in page and "已受理" in page
    assert state_of(case) == CaseState.ACCEPTED


def test_a_correction_asks_for_everything_at_once(world, clerk, case):
    assert act(clerk, case, "correct").status_code == 422
    mark(clerk, case, "application-form", "wrong", note="没有签字")
    mark(clerk, case, "floor-plan", "wrong", note="没标面积")
    page = page_of(clerk, case)
    assert "草稿，2 处" in page and "2 处一次告知" in page
    assert act(clerk, case, "correct").status_code == 302
    assert [ask["text"] for ask in Correction.objects.get().asks] == ["没有签字", "没标面积"]
    page = page_of(clerk, case)
    assert "待补正" in page or "等申请人补正" in page
    assert "收到补正" in page and "没标面积" in page


def test_papers_brought_in_start_a_new_check_of_those_papers_alone(world, clerk, case):
    check_all(world, case)
    mark(clerk, case, "floor-plan", "wrong", note="没标面积")
    act(clerk, case, "correct")
    with time_machine.travel("2026-03-05 10:00 +0800", tick=False):
        assert act(clerk, case, "answer").status_code == 302
    assert state_of(case) == CaseState.RECEIVED
    assert f"{case.accept_by}" == "2026-03-12"
    assert list(case.materials.filter(state="awaiting").values_list("material_code", flat=True)) == ["floor-plan"]


def test_declining_needs_a_reason_and_keeps_where_to_go(world, clerk, case):
    answer = act(clerk, case, "decline", reason=" ", authority="市文广旅局")
    page = text_of(answer)
    assert answer.status_code == 422
    assert "请写明不予受理的理由" in page and 'value="市文广旅局"' in page
    assert re.search(r'<details class="fold"[^>]* open>', page)
    assert act(clerk, case, "decline", reason="不在本县范围", authority="市文广旅局").status_code == 302
    assert state_of(case) == CaseState.DECLINED
    assert "不在本县范围" in page_of(clerk, case)


def test_a_long_reason_stands_whole_with_the_case(world, clerk, case):
    """Declined by the department's word and by the window: the line of the timeline holds the beginning alone."""
    Department.objects.filter(pk="fire").update(intake_mode=IntakeMode.OWN)
    task = task_of(case, "fire-check")
    intake.say_word(actor=world.reviewer("fire"), task_id=task.pk, accept=False, reason="由" * 900)
    assert act(clerk, case, "decline", reason="因" * 2000).status_code == 302
    assert state_of(case) == CaseState.DECLINED and case.reason == "因" * 1000
    assert task_of(case, "fire-check").reason == "由" * 900
    assert {len(text) for text in case.events.order_by("-id").values_list("text", flat=True)[:2]} == {500}


def test_the_applicant_withdraws_at_the_window(world, clerk, case):
    assert act(clerk, case, "withdraw", reason="不开了").status_code == 302
    assert state_of(case) == CaseState.WITHDRAWN
    answer = act(clerk, case, "withdraw")
    assert answer.status_code == 409 and "不能撤回" in text_of(answer)


def test_after_acceptance_single_items_are_withdrawn(world, clerk):
    case = accepted_case(world)
    assert act(clerk, case, "withdraw", some="1").status_code == 422
    assert act(clerk, case, "withdraw", some="1", item="no-such").status_code == 422
    assert act(clerk, case, "withdraw", some="1", item="sign-filing", reason="不做店招").status_code == 302
    assert task_of(case, "sign-filing").state == "withdrawn"
    assert state_of(case) == CaseState.ACCEPTED


def test_the_choice_after_a_lost_core_item_is_written_down(world, clerk):
    case = accepted_case(world)
    decide(world, case, "registration")
    decide(world, case, "food-licence", verdict="refuse")
    case.refresh_from_db()
    assert case.choice_open
    assert "其余继续办" in page_of(clerk, case)
    for choice in ({}, {"choice": "x"}, {"choice": "\x00"}):
        answer = act(clerk, case, "choose", **choice)
        assert answer.status_code == 422 and "请选其余事项" in text_of(answer)
    assert act(clerk, case, "choose", choice="go_on").status_code == 302
    case.refresh_from_db()
    assert case.choice_made == "go_on"


def test_a_department_that_accepts_for_itself_is_waited_for(world, clerk, case):
    Department.objects.filter(pk="fire").update(intake_mode=IntakeMode.OWN)
    check_all(world, case)
    page = page_of(clerk, case)
    assert "消防救援大队没有委托窗口受理" in page
    assert reverse("window-accept", args=[case.number]) not in page
    answer = act(clerk, case, "accept")
    assert answer.status_code == 422 and "消防救援大队没有委托窗口受理" in text_of(answer)
    intake.say_word(actor=world.reviewer("fire"), task_id=task_of(case, "fire-check").pk, accept=True)
    assert "同意受理" in page_of(clerk, case)
    assert act(clerk, case, "accept").status_code == 302


@pytest.mark.parametrize("name", ["receive", "accept", "correct", "answer", "decline", "withdraw", "choose"])
@pytest.mark.parametrize("value", ["\x00", "长" * 50_000, "<script>alert(1)</script>"])
def test_odd_text_in_an_act_is_never_an_error(world, clerk, case, name, value):
    answer = act(clerk, case, name, reason=value, authority=value, choice=value, item=value, some=value)
    assert answer.status_code in (302, 409, 422)
    assert "<script>alert" not in page_of(clerk, case)


def test_a_deferred_paper_brought_after_acceptance_is_ticked_off_at_the_window(world, clerk, case):
    intake.check_material(
        actor=world.clerk, number=case.number, material_code="fit-out-proof", state=MaterialState.DEFERRED
    )
    check_all(world, case)
    sign_promise(actor=world.clerk, number=case.number, how="paper")
    intake.accept(actor=world.clerk, number=case.number)
    assert "补来了，合格" in page_of(clerk, case)
    address = reverse("window-check-material", args=[case.number])
    response = clerk.post(address, {"material": "fit-out-proof", "state": "received", "seen": "deferred"})
    assert response.status_code == 302
    assert case.materials.get(material_code="fit-out-proof").state == MaterialState.RECEIVED
    assert "补来了，合格" not in page_of(clerk, case)
