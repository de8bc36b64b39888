"""A case from filing to hand-over, and every other way it can end."""

import pytest
import time_machine

from applications.models import Application, CasePaper, Event
from applications.operations import correcting, handover, intake, review, withdrawal
from applications.operations.deferring import sign_promise
from applications.states import CaseState, MaterialState, Outcome, TaskState
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.models import Outbox
from foundation.outbox.operations import deliver_due
from tests.applications.world import accepted_case, check_all, decide, file_case, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


def states(case):
    return dict(case.tasks.values_list("item_code", "state"))


def test_the_whole_way(world):
    case = file_case(world)
    assert case.state == CaseState.SUBMITTED
    assert f"{case.accept_by}" == "2026-03-09"
    assert set(states(case).values()) == {TaskState.PENDING}

    intake.receive(actor=world.clerk, number=case.number)
    check_all(world, case)
    case = intake.accept(actor=world.clerk, number=case.number)
    assert case.state == CaseState.ACCEPTED
    assert set(states(case).values()) == {TaskState.OPEN}
    assert f"{case.promised_due} {case.expected_due}" == "2026-03-16 2026-03-11"

    decide(world, case, "registration")
    for item in ("food-licence", "fire-check", "sign-filing"):
        decide(world, case, item)
    case.refresh_from_db()
    assert (case.state, case.outcome) == (CaseState.CONCLUDED, Outcome.GRANTED)

    deliver_due()
    papers = list(CasePaper.objects.filter(application=case, to_hand_over=True))
    assert len(papers) == 4
    handover.hand_over(
        actor=world.clerk,
        number=case.number,
        code=case.pickup_code,
        collector="张婷",
        relation="本人",
        paper_ids=tuple(p.pk for p in papers),
    )
    case.refresh_from_db()
    assert case.state == CaseState.DELIVERED
    deliver_due()
    assert not Outbox.objects.exclude(state="done").exists()
    kinds = list(Event.objects.filter(application=case).values_list("kind", flat=True))
    for kind in ("submitted", "received", "accepted", "decided", "concluded", "handed_over"):
        assert kind in kinds


def test_a_decision_is_locked_until_its_predecessor_is_granted_and_says_what_it_waits_for(world):
    case = accepted_case(world)
    with pytest.raises(Conflict, match="经营主体设立登记（行政审批局）"):
        decide(world, case, "food-licence")
    food = task_of(case, "food-licence")
    reviewer = world.reviewer("market")
    review.claim(actor=reviewer, task_id=food.pk)
    review.advise(actor=reviewer, task_id=food.pk, points={"0": "yes"}, opinion="布局可以")
    decide(world, case, "registration")
    assert decide(world, case, "food-licence").opinion == "布局可以"


def test_refusal_of_one_item_leaves_the_others_and_the_case_is_partly_granted(world):
    case = accepted_case(world)
    decide(world, case, "registration")
    decide(world, case, "fire-check", "refuse")
    decide(world, case, "food-licence")
    decide(world, case, "sign-filing")
    case.refresh_from_db()
    assert case.outcome == Outcome.PARTLY
    deliver_due()
    assert not Outbox.objects.exclude(state="done").exists(), "every paper was made"
    assert "复议" in str(case.papers.get(kind="refusal").document.data)


def test_grant_and_refusal_of_one_department_never_share_a_number(world):
    for verdict in ("grant", "refuse"):
        case = accepted_case(world)
        decide(world, case, "registration")
        decide(world, case, "fire-check", verdict)
    deliver_due()
    assert not Outbox.objects.exclude(state="done").exists()


def test_a_number_that_the_department_has_given_before_is_not_given_again(world):
    for expected in ("granted", "refused by the rule"):
        case = accepted_case(world)
        decide(world, case, "registration")
        if expected == "granted":
            decide(world, case, "fire-check", result_number="灌消安检〔2026〕第0021号")
        else:
            with pytest.raises(Refused, match="已经发过这个编号"):
                decide(world, case, "fire-check", result_number="灌消安检〔2026〕第0021号")
    deliver_due()
    assert not Outbox.objects.exclude(state="done").exists()


def test_refusal_of_the_core_item_ends_its_dependents_and_asks_the_applicant_about_the_rest(world):
    case = accepted_case(world)
    decide(world, case, "registration", "refuse")
    assert states(case) == {
        "registration": "refused",
        "food-licence": "terminated",
        "fire-check": "terminated",
        "sign-filing": "open",
    }
    assert task_of(case, "food-licence").ended_by == "registration"
    case.refresh_from_db()
    assert case.choice_open
    with pytest.raises(Conflict, match="正等申请人选择"):
        decide(world, case, "sign-filing")
    withdrawal.choose(actor=world.zhang, number=case.number, go_on=True)
    decide(world, case, "sign-filing")
    case.refresh_from_db()
    assert case.outcome == Outcome.PARTLY


def test_the_applicant_may_withdraw_the_rest_after_the_core_item_was_refused(world):
    case = accepted_case(world)
    decide(world, case, "registration", "refuse")
    withdrawal.choose(actor=world.zhang, number=case.number, go_on=False)
    case.refresh_from_db()
    assert (case.state, case.outcome) == (CaseState.CONCLUDED, Outcome.REFUSED)
    assert states(case)["sign-filing"] == TaskState.WITHDRAWN


def test_a_refusal_needs_facts_and_articles(world):
    case = accepted_case(world)
    with pytest.raises(Refused, match="事实和依据"):
        decide(world, case, "registration", "refuse", reason="  ")
    assert task_of(case, "registration").state == TaskState.OPEN


def test_a_result_in_the_states_own_form_wants_the_issuers_number(world):
    case = accepted_case(world)
    with pytest.raises(Refused, match="营业执照的编号"):
        decide(world, case, "registration", result_number="")


def test_who_took_the_case_in_does_not_decide_it(world):
    from departments.models import Post, Role

    case = accepted_case(world)
    Post.objects.create(user=world.users["limin"], role=Role.REVIEWER, department_id="approval")
    with pytest.raises(NotAllowed):
        review.decide(actor=world.clerk, task_id=task_of(case, "registration").pk, verdict="grant", result_number="1")


def test_another_departments_task_does_not_exist_for_a_reviewer(world):
    case = accepted_case(world)
    from applications.models import Task

    with pytest.raises(Task.DoesNotExist):
        review.decide(actor=world.reviewer("fire"), task_id=task_of(case, "registration").pk, verdict="grant")


def test_claimed_by_a_colleague(world):
    case = accepted_case(world)
    task = task_of(case, "food-licence")
    review.claim(actor=world.reviewer("market"), task_id=task.pk)
    with pytest.raises(Conflict, match="同事"):
        review.claim(actor=world.reviewer("market", 2), task_id=task.pk)
    review.release(actor=world.reviewer("market"), task_id=task.pk)
    review.claim(actor=world.reviewer("market", 2), task_id=task.pk)


def test_a_review_that_starts_after_another_waits_and_starts_by_itself(world):
    case = accepted_case(world, "buy-flat")
    assert states(case) == {"deed-tax": "open", "transfer": "waiting"}
    transfer = task_of(case, "transfer")
    assert transfer.own_acceptance and transfer.accepted_on is None
    with pytest.raises(Conflict):
        decide(world, case, "transfer")
    decide(world, case, "deed-tax")
    transfer = task_of(case, "transfer")
    assert transfer.state == TaskState.OPEN
    assert f"{transfer.accepted_on} {transfer.statutory_due}" == "2026-03-02 2026-04-14"
    decide(world, case, "transfer")
    case.refresh_from_db()
    assert case.outcome == Outcome.GRANTED


def test_a_county_pre_review_is_passed_up_and_opens_the_citys_task_in_the_same_moment(world):
    case = accepted_case(world, "travel-agency")
    decide(world, case, "travel-precheck")
    assert states(case) == {"travel-precheck": "passed_up", "travel-licence": "open"}
    assert task_of(case, "travel-precheck").decision_number == ""
    decide(world, case, "travel-licence")
    case.refresh_from_db()
    assert case.outcome == Outcome.GRANTED


def test_everything_missing_is_asked_once_and_the_answer_is_a_new_receipt(world):
    case = file_case(world)
    intake.receive(actor=world.clerk, number=case.number)
    with pytest.raises(Refused, match="没有标为"):
        correcting.ask_correction(actor=world.clerk, number=case.number)
    with pytest.raises(Refused, match="哪里要改"):
        intake.check_material(actor=world.clerk, number=case.number, material_code="floor-plan", state="wrong")
    intake.check_material(
        actor=world.clerk, number=case.number, material_code="floor-plan", state="wrong", note="没有标面积"
    )
    correction = correcting.ask_correction(actor=world.clerk, number=case.number)
    assert correction.asks == [
        {
            "material": "floor-plan",
            "name": "平面布局图",
            "text": "没有标面积",
            "departments": ["市场监管局", "消防救援大队"],
        }
    ]
    with time_machine.travel("2026-03-12 10:00 +0800", tick=False):
        case = correcting.answer_correction(actor=world.zhang, number=case.number)
        assert case.state == CaseState.RECEIVED
        assert f"{case.accept_by}" == "2026-03-19"
        assert case.materials.get(material_code="floor-plan").state == MaterialState.AWAITING
        check_all(world, case)
        intake.accept(actor=world.clerk, number=case.number)


def test_a_case_with_an_unchecked_paper_is_not_accepted(world):
    case = file_case(world)
    intake.receive(actor=world.clerk, number=case.number)
    with pytest.raises(Conflict, match="还有 4 份"):
        intake.accept(actor=world.clerk, number=case.number)


def test_only_a_deferrable_paper_may_follow_later(world):
    case = file_case(world)
    intake.receive(actor=world.clerk, number=case.number)
    with pytest.raises(Refused, match="不能容缺"):
        intake.check_material(actor=world.clerk, number=case.number, material_code="floor-plan", state="deferred")
    paper = intake.check_material(
        actor=world.clerk, number=case.number, material_code="fit-out-proof", state="deferred"
    )
    assert f"{paper.deferred_until}" == "2026-03-11"  # the fire department's permit is decided on that day


def test_a_deferred_paper_is_handed_in_at_the_window_after_acceptance(world):
    case = file_case(world)
    intake.receive(actor=world.clerk, number=case.number)
    mark = {"actor": world.clerk, "number": case.number}
    intake.check_material(material_code="fit-out-proof", state="deferred", **mark)
    check_all(world, case)
    sign_promise(actor=world.clerk, number=case.number, how="paper")
    intake.accept(actor=world.clerk, number=case.number)
    with pytest.raises(Conflict):
        intake.check_material(material_code="floor-plan", state="received", **mark)
    with pytest.raises(Conflict):
        intake.check_material(material_code="fit-out-proof", state="wrong", note="x", **mark)
    paper = intake.check_material(material_code="fit-out-proof", state="received", **mark)
    assert (paper.state, paper.deferred_until) == (MaterialState.RECEIVED, None)


def test_withdrawal_before_acceptance_and_of_single_items_after(world):
    case = file_case(world)
    withdrawal.withdraw(actor=world.zhang, number=case.number)
    case.refresh_from_db()
    assert (case.state, case.outcome) == (CaseState.WITHDRAWN, Outcome.WITHDRAWN)

    case = accepted_case(world)
    decide(world, case, "registration")
    withdrawal.withdraw(actor=world.zhang, number=case.number, item_codes=("fire-check",))
    assert states(case)["fire-check"] == TaskState.WITHDRAWN
    with pytest.raises(Refused, match="不能撤回"):
        withdrawal.withdraw(actor=world.zhang, number=case.number, item_codes=("registration",))


def test_declined_with_reason(world):
    case = file_case(world)
    intake.receive(actor=world.clerk, number=case.number)
    with pytest.raises(Refused, match="理由"):
        intake.decline(actor=world.clerk, number=case.number, reason=" ")
    intake.decline(actor=world.clerk, number=case.number, reason="不属于本县管辖", authority="连云港市")
    case.refresh_from_db()
    assert case.state == CaseState.DECLINED
    assert set(states(case).values()) == {TaskState.DECLINED}


def test_a_department_that_accepts_for_itself_is_asked(world):
    from departments.models import Department, IntakeMode

    Department.objects.filter(code="fire").update(intake_mode=IntakeMode.OWN)
    case = file_case(world)
    intake.receive(actor=world.clerk, number=case.number)
    check_all(world, case)
    with pytest.raises(Refused, match="消防救援大队没有委托窗口"):
        intake.accept(actor=world.clerk, number=case.number)
    intake.say_word(actor=world.reviewer("fire"), task_id=task_of(case, "fire-check").pk, accept=True)
    intake.accept(actor=world.clerk, number=case.number)


@pytest.mark.parametrize(
    ("today", "state"),
    [
        ("2026-03-09 23:59 +0800", "submitted"),
        ("2026-03-10 00:00 +0800", "accepted"),
        ("2026-06-01 08:00 +0800", "accepted"),
    ],
)
def test_five_working_days_of_silence_count_as_acceptance_as_of_the_receipt_day(world, today, state):
    from applications.operations.timing import lapse_overdue

    case = file_case(world)
    with time_machine.travel(today, tick=False):
        assert lapse_overdue() == (state == "accepted")
        assert lapse_overdue() == 0
    case.refresh_from_db()
    assert case.state == state
    if state == "accepted":
        assert case.deemed and f"{case.accepted_on}" == "2026-03-02"
        assert set(states(case).values()) == {TaskState.OPEN}


def test_a_pause_by_law_moves_the_promise_only_on_the_critical_path(world):
    from applications.operations import timing

    case = accepted_case(world)
    fire, food = task_of(case, "fire-check"), task_of(case, "food-licence")
    with pytest.raises(Refused, match="现场核查不停表"):
        review.claim(actor=world.reviewer("fire"), task_id=fire.pk)
        timing.suspend(actor=world.reviewer("fire"), task_id=fire.pk, cause="site_visit", basis="", expected_days=3)
    review.claim(actor=world.reviewer("market"), task_id=food.pk)
    timing.suspend(actor=world.reviewer("market"), task_id=food.pk, cause="testing", basis="", expected_days=2)
    with time_machine.travel("2026-03-04 10:00 +0800", tick=False):
        timing.resume(actor=world.reviewer("market"), task_id=food.pk, result="报告合格")
    case.refresh_from_db()
    assert f"{task_of(case, 'food-licence').due} {case.promised_due}" == "2026-03-11 2026-03-16"
    timing.suspend(actor=world.reviewer("fire"), task_id=fire.pk, cause="testing", basis="", expected_days=5)
    with time_machine.travel("2026-03-09 10:00 +0800", tick=False):
        timing.resume(actor=world.reviewer("fire"), task_id=fire.pk, result="报告合格")
    case.refresh_from_db()
    assert f"{task_of(case, 'fire-check').due} {case.promised_due}" == "2026-03-18 2026-03-23"


def test_pick_up_needs_the_code_and_may_be_in_parts(world):
    case = accepted_case(world, "buy-flat")
    decide(world, case, "deed-tax")
    decide(world, case, "transfer")
    deliver_due()
    case.refresh_from_db()
    papers = list(CasePaper.objects.filter(application=case, to_hand_over=True).values_list("pk", flat=True))
    give = {"actor": world.clerk, "number": case.number, "collector": "张婷", "relation": "本人"}
    with pytest.raises(Refused, match="取件码"):
        handover.hand_over(code="x", paper_ids=tuple(papers), **give)
    handover.hand_over(code=case.pickup_code, paper_ids=(papers[0],), **give)
    assert Application.objects.get(pk=case.pk).state == CaseState.CONCLUDED
    handover.hand_over(code=case.pickup_code, paper_ids=(papers[1],), **give)
    assert Application.objects.get(pk=case.pk).state == CaseState.DELIVERED


def test_the_timeline_cannot_be_changed_or_cut(world):
    from django.db import transaction
    from django.db.utils import InternalError, ProgrammingError

    case = file_case(world)
    for change in (lambda e: e.update(text="x"), lambda e: e.delete()):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            change(Event.objects.filter(application=case))
