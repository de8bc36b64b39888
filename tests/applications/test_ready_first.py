"""先办齐了的: without the applicant's wish all wait for the joint acceptance; with it the ready items start at once."""

from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from applications.models import Application, CaseMaterial, CasePaper
from applications.operations import correcting, intake, ready_first
from applications.operations.papers import issue_entry
from applications.operations.timing import lapse_overdue
from applications.states import CaseState, TaskState
from departments.models import Department, IntakeMode
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.models import Outbox
from tests.applications.world import World, check_all, decide, file_case, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
PLAN = "floor-plan"  # used by the food licence and the fire check, not by the registration


def corrected(world: World, material: str = PLAN) -> Application:
    """The notice is out, asking for one paper."""
    case = intake.receive(actor=world.clerk, number=file_case(world).number)
    check_all(world, case)
    intake.check_material(
        actor=world.clerk, number=case.number, material_code=material, state="wrong", note="没有标尺寸"
    )
    correcting.ask_correction(actor=world.clerk, number=case.number)
    case.refresh_from_db()
    return case


def states(case: Application) -> dict[str, str]:
    return dict(case.tasks.values_list("item_code", "state"))


def users_of(case: Application, material: str = PLAN) -> set[str]:
    return set(CaseMaterial.objects.get(application=case, material_code=material).used_by)


def test_without_the_wish_everything_waits(world: World) -> None:
    assert set(states(corrected(world)).values()) == {TaskState.PENDING}


def test_with_the_wish_the_ready_items_start_and_the_others_stay_asked(world: World) -> None:
    case = ready_first.accept_ready(actor=world.clerk, number=corrected(world).number)
    case.refresh_from_db()
    held = users_of(case)
    found = states(case)
    assert case.state == CaseState.ACCEPTED
    assert {code for code, state in found.items() if state == TaskState.PENDING} == held
    assert found["registration"] == TaskState.OPEN
    assert case.accepted_on == date(2026, 3, 2)
    assert correcting.open_correction(case) is not None


def test_what_was_asked_is_answered_looked_at_and_accepted_beside_the_running_case(world: World) -> None:
    case = ready_first.accept_ready(actor=world.clerk, number=corrected(world).number)
    decide(world, case, "registration")
    with time_machine.travel("2026-03-05 10:00 +0800", tick=False):
        correcting.answer_correction(actor=world.zhang, number=case.number)
        intake.check_material(actor=world.clerk, number=case.number, material_code=PLAN, state="received")
        intake.accept(actor=world.clerk, number=case.number)
    late = task_of(case, "food-licence")
    assert late.added_on == date(2026, 3, 5)
    assert TaskState.PENDING not in states(case).values()


def test_five_silent_days_after_the_answer_accept_the_rest_as_of_the_answer(world: World) -> None:
    case = ready_first.accept_ready(actor=world.clerk, number=corrected(world).number)
    with time_machine.travel("2026-04-20 10:00 +0800", tick=False):
        assert lapse_overdue() == 0  # it waits for the applicant, not for the window
        correcting.answer_correction(actor=world.zhang, number=case.number)
    with time_machine.travel("2026-04-28 00:30 +0800", tick=False):
        assert lapse_overdue() == 1
    assert task_of(case, "food-licence").added_on == date(2026, 4, 20)


def test_a_department_that_has_not_said_its_word_is_not_ready(world: World) -> None:
    Department.objects.filter(pk="approval").update(intake_mode=IntakeMode.OWN)
    case = intake.receive(actor=world.clerk, number=file_case(world).number)
    check_all(world, case)
    intake.check_material(actor=world.clerk, number=case.number, material_code=PLAN, state="wrong", note="没有标尺寸")
    with time_machine.travel("2026-03-06 10:00 +0800", tick=False):
        correcting.ask_correction(actor=world.clerk, number=case.number)
        ready_first.accept_ready(actor=world.clerk, number=case.number)
    assert states(case)["registration"] == TaskState.PENDING


def test_with_nothing_ready_nothing_starts(world: World) -> None:
    case = corrected(world)
    CaseMaterial.objects.filter(application=case, material_code=PLAN).update(used_by=[])
    with pytest.raises(Conflict, match="没有一项是齐的"):
        ready_first.accept_ready(actor=world.clerk, number=case.number)


def test_only_while_a_correction_is_out_and_by_the_window(world: World) -> None:
    case = file_case(world)
    with pytest.raises(Conflict, match="等补正"):
        ready_first.accept_ready(actor=world.clerk, number=case.number)
    other = corrected(world)
    with pytest.raises(NotAllowed):
        ready_first.accept_ready(actor=world.zhang, number=other.number)
    with pytest.raises(NotAllowed):
        ready_first.wish_ready_first(actor=world.clerk, number=other.number)


def test_the_wish_from_home_reaches_the_window(world: World, zhang: Client, clerk: Client) -> None:
    case = corrected(world)
    assert "请先办齐了的" in zhang.get(reverse("answer-correction", args=[case.number])).content.decode()
    assert zhang.post(reverse("ready-first", args=[case.number])).status_code == 302
    assert "已经告诉窗口" in zhang.get(reverse("answer-correction", args=[case.number])).content.decode()
    assert "先办齐了的" in clerk.get(reverse("window-correcting")).content.decode()
    assert "申请人要求先办齐了的" in clerk.get(reverse("window-case", args=[case.number])).content.decode()
    assert clerk.post(reverse("window-ready", args=[case.number])).status_code == 302
    page = clerk.get(reverse("window-case", args=[case.number])).content.decode()
    assert "先办了齐的，还有" in page
    assert zhang.get(reverse("answer-correction", args=[case.number])).status_code == 200


def test_the_notice_of_acceptance_names_what_is_accepted_and_the_later_one_why_later(world: World) -> None:
    case = ready_first.accept_ready(actor=world.clerk, number=corrected(world).number)
    _issue()
    first = CasePaper.objects.select_related("document").get(application=case, kind="acceptance")
    names = set(case.tasks.filter(state=TaskState.PENDING).values_list("item_name", flat=True))
    assert names and not any(name in str(first.document.data) for name in names)
    correcting.answer_correction(actor=world.zhang, number=case.number)
    intake.check_material(actor=world.clerk, number=case.number, material_code=PLAN, state="received")
    intake.accept(actor=world.clerk, number=case.number)
    _issue()
    later = CasePaper.objects.filter(application=case, kind="acceptance", task__added_on__isnull=False)
    assert all("材料已经补齐" in str(one.document.data) for one in later.select_related("document"))


def _issue() -> None:
    for row in Outbox.objects.filter(kind="paper").order_by("pk"):
        issue_entry(row)


def test_what_a_town_does_is_not_taken_in_before_somebody_says_which_town(world: World) -> None:
    case = corrected(world)
    case.tasks.filter(item_code="sign-filing").update(department_id="township")
    with pytest.raises(Refused, match="归哪个镇"):
        ready_first.accept_ready(actor=world.clerk, number=case.number)
