"""改变情形 after filing (E16): the case follows the answers, what was done stays, the clocks of what is new are its own."""

from datetime import date, datetime

import pytest
import time_machine

from applications.models import Application, CaseMaterial
from applications.operations import correcting, intake, replanning, withdrawal
from applications.operations.submission import FormFaults
from applications.operations.timing import lapse_overdue
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.models import Outbox
from tests.applications.world import World, accepted_case, check_all, decide, file_case, task_of

pytestmark = pytest.mark.django_db
LARGE, SMALL = {"scale": "large"}, {"scale": "small"}
MONDAY = "2026-03-02 09:30 +0800"


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def change(world: World, case: Application, answers: dict[str, str], **values: object) -> Application:
    replanning.replan(actor=world.zhang, number=case.number, answers=answers, values=values)
    return Application.objects.get(pk=case.pk)


def go_to(clock, day: str) -> None:
    clock.move_to(datetime.fromisoformat(f"2026-{day} 09:30:00+08:00"))


def states(case: Application) -> dict[str, str]:
    return dict(case.tasks.values_list("item_code", "state"))


def paper(case: Application, code: str) -> CaseMaterial:
    return case.materials.get(material_code=code)


# before acceptance


def test_before_acceptance_an_item_comes_in_with_its_papers_and_five_new_days(world, clock):
    case = file_case(world, answers=SMALL)
    assert "fire-check" not in states(case)
    go_to(clock, "03-04")
    case = change(world, case, LARGE)
    assert states(case)["fire-check"] == "pending"
    assert paper(case, "fit-out-proof").state == "awaiting"
    assert case.answers == LARGE
    assert case.accept_by == date(2026, 3, 11)
    assert paper(case, "floor-plan").used_by == ["food-licence", "fire-check"]


def test_an_item_that_no_longer_applies_ends_without_a_paper_and_the_days_stay(world, clock):
    case = file_case(world, answers=LARGE)
    due = case.accept_by
    go_to(clock, "03-04")
    case = change(world, case, SMALL)
    fire = task_of(case, "fire-check")
    assert (fire.state, fire.dropped, fire.reason) == ("terminated", True, replanning.WHY)
    assert (paper(case, "fit-out-proof").state, paper(case, "fit-out-proof").note) == (
        "not_applicable",
        "情形改变，不再需要",
    )
    assert case.accept_by == due
    assert not Outbox.objects.filter(kind="paper", key__startswith="termination").exists()


def test_whoever_changes_back_has_everything_back(world, clock):
    case = file_case(world, answers=LARGE)
    change(world, case, SMALL)
    case = change(world, case, LARGE)
    fire = task_of(case, "fire-check")
    assert (fire.state, fire.dropped, fire.reason) == ("pending", False, "")
    assert paper(case, "fit-out-proof").state == "awaiting"
    intake.receive(actor=world.clerk, number=case.number)
    check_all(world, case)
    intake.accept(actor=world.clerk, number=case.number)
    assert task_of(case, "fire-check").state == "open"


def test_what_was_dropped_before_acceptance_is_neither_accepted_nor_in_the_way(world, clock):
    case = file_case(world, answers=LARGE)
    change(world, case, SMALL)
    intake.receive(actor=world.clerk, number=case.number)
    check_all(world, case)
    intake.accept(actor=world.clerk, number=case.number)
    for item in ("registration", "food-licence", "sign-filing"):
        decide(world, case, item)
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("concluded", "granted")


# after acceptance


def test_in_an_accepted_case_what_goes_on_goes_on_and_what_ends_gets_its_paper(world, clock):
    case = accepted_case(world, answers=LARGE)
    decide(world, case, "registration")
    promised = Application.objects.get(pk=case.pk).promised_due
    case = change(world, case, SMALL)
    assert states(case) == {
        "registration": "granted",
        "food-licence": "open",
        "fire-check": "terminated",
        "sign-filing": "open",
    }
    assert case.promised_due == promised
    assert Outbox.objects.filter(kind="paper", key__startswith="termination").count() == 1
    for item in ("food-licence", "sign-filing"):
        decide(world, case, item)
    case.refresh_from_db()
    assert case.outcome == "granted"


def test_an_item_added_to_an_accepted_case_waits_for_the_window_and_then_runs_on_its_own_clock(world, clock):
    case = accepted_case(world, answers=SMALL)
    before = {t.item_code: t.due for t in case.tasks.all()}
    go_to(clock, "03-09")
    case = change(world, case, LARGE)
    fire = task_of(case, "fire-check")
    assert (fire.state, fire.due, case.state) == ("pending", None, "accepted")
    assert case.added_accept_by == date(2026, 3, 16)

    go_to(clock, "03-11")
    with pytest.raises(Conflict, match="没看或者要补"):
        intake.accept(actor=world.clerk, number=case.number)
    intake.check_material(actor=world.clerk, number=case.number, material_code="fit-out-proof", state="received")
    intake.accept(actor=world.clerk, number=case.number)
    fire, case = task_of(case, "fire-check"), Application.objects.get(pk=case.pk)
    assert fire.state == "open"
    assert fire.added_on == date(2026, 3, 11)
    assert case.added_accept_by is None
    # seven working days of its own from the 11th, not from the 2nd
    assert fire.due == date(2026, 3, 20)
    assert {t.item_code: t.due for t in case.tasks.exclude(item_code="fire-check")} == before
    assert Outbox.objects.filter(kind="dispatch", key=str(fire.pk)).count() == 1


def test_the_promise_of_the_case_reaches_as_far_as_what_was_added(world, clock):
    case = accepted_case(world, answers=SMALL)
    promised = case.promised_due
    go_to(clock, "03-30")
    change(world, case, LARGE)
    intake.check_material(actor=world.clerk, number=case.number, material_code="fit-out-proof", state="received")
    intake.accept(actor=world.clerk, number=case.number)
    case.refresh_from_db()
    assert case.promised_due > promised
    assert case.promised_due == task_of(case, "fire-check").due


def test_the_case_does_not_end_while_an_added_item_waits(world, clock):
    case = accepted_case(world, answers=SMALL)
    change(world, case, LARGE)
    for item in ("registration", "food-licence", "sign-filing"):
        decide(world, case, item)
    case.refresh_from_db()
    assert case.state == "accepted"
    withdrawal.withdraw(actor=world.zhang, number=case.number, item_codes=("fire-check",))
    case.refresh_from_db()
    assert (case.state, case.added_accept_by) == ("concluded", None)


def test_silence_of_five_working_days_accepts_what_was_added_as_of_the_day_it_was_asked_for(world, clock):
    case = accepted_case(world, answers=SMALL)
    change(world, case, LARGE)
    go_to(clock, "03-09")
    assert lapse_overdue() == 0
    go_to(clock, "03-10")
    assert lapse_overdue() == 1
    assert lapse_overdue() == 0
    fire = task_of(case, "fire-check")
    assert (fire.state, fire.added_on) == ("open", date(2026, 3, 2))


def test_a_correction_of_what_was_added_stops_its_days_and_leaves_the_case_running(world, clock):
    case = accepted_case(world, answers=SMALL)
    change(world, case, LARGE)
    intake.check_material(
        actor=world.clerk, number=case.number, material_code="fit-out-proof", state="wrong", note="没有盖章"
    )
    correcting.ask_correction(actor=world.clerk, number=case.number)
    case.refresh_from_db()
    assert case.state == "accepted"
    go_to(clock, "03-20")
    assert lapse_overdue() == 0
    correcting.answer_correction(actor=world.zhang, number=case.number)
    case.refresh_from_db()
    assert case.added_accept_by == date(2026, 3, 27)
    assert paper(case, "fit-out-proof").state == "awaiting"


def test_what_ended_in_an_accepted_case_does_not_come_back(world, clock):
    case = accepted_case(world, answers=LARGE)
    change(world, case, SMALL)
    with pytest.raises(Refused, match="已经终止，要办请另外申请"):
        change(world, case, LARGE)
    assert Application.objects.get(pk=case.pk).answers == SMALL


# who, when, and with what


def test_the_same_answers_are_no_change(world, clock):
    case = file_case(world, answers=LARGE)
    with pytest.raises(Refused, match="没有要改的"):
        change(world, case, LARGE)


def test_an_unanswered_question_is_said(world, clock):
    case = file_case(world, answers=LARGE)
    with pytest.raises(Refused, match="还有情形没有选"):
        change(world, case, {})


def test_what_was_filled_in_badly_changes_nothing(world, clock):
    case = file_case(world, answers=SMALL)
    with pytest.raises(FormFaults):
        change(world, case, LARGE, **{"premises-area": "许多"})
    assert "fire-check" not in states(Application.objects.get(pk=case.pk))


def test_the_timeline_says_what_was_changed_and_the_applicant_is_told_each_time(world, clock):
    case = file_case(world, answers=SMALL)
    change(world, case, LARGE)
    change(world, case, SMALL)
    texts = list(case.events.filter(kind="replanned").values_list("text", flat=True))
    assert texts[0].endswith("300 平方米及以上。新增" + task_of(case, "fire-check").item_name)
    assert "不再办" in texts[1]
    assert Outbox.objects.filter(kind="inform", key__startswith="replanned").count() == 2


@pytest.mark.parametrize("who", ["stranger", "market"])
def test_only_the_applicant_or_the_window_for_them(world, clock, who):
    case = file_case(world, answers=SMALL)
    actor = world.stranger if who == "stranger" else world.reviewer("market")
    with pytest.raises((NotAllowed, Application.DoesNotExist)):
        replanning.replan(actor=actor, number=case.number, answers=LARGE, values={})


def test_a_case_that_is_over_keeps_its_answers(world, clock):
    case = accepted_case(world, answers=SMALL)
    for item in ("registration", "food-licence", "sign-filing"):
        decide(world, case, item)
    with pytest.raises(Conflict, match="另外申请"):
        change(world, case, LARGE)
