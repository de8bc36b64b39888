"""不予受理 item by item: the window for departments that entrusted it, the others by their own word; the rest goes on."""

import pytest
from django.test import Client
from django.urls import reverse

from applications.models import Application
from applications.operations import correcting, intake
from applications.states import CaseState, TaskState
from departments.models import Department, IntakeMode
from foundation.errors import Conflict, Refused
from foundation.outbox.models import Outbox
from tests.applications.browsing import text_of
from tests.applications.world import World, check_all, file_case, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
SIGN, FIRE = "sign-filing", "fire-check"


def received(world: World, *own: str, looked: bool = True) -> Application:
    Department.objects.filter(pk__in=own).update(intake_mode=IntakeMode.OWN)
    case = intake.receive(actor=world.clerk, number=file_case(world).number)
    if looked:
        check_all(world, case)
    return case


def states(case: Application) -> dict[str, str]:
    return dict(case.tasks.values_list("item_code", "state"))


def decline(world: World, case: Application, *items: str) -> Application:
    return intake.decline(
        actor=world.clerk, number=case.number, reason="不归本县管", authority="市局", item_codes=items
    )


def test_one_item_is_declined_with_a_notice_of_its_own_and_the_rest_is_accepted(world: World) -> None:
    case = received(world)
    assert decline(world, case, SIGN).state == CaseState.RECEIVED
    sign = task_of(case, SIGN)
    assert (sign.state, sign.reason) == (TaskState.DECLINED, "不归本县管")
    notice = Outbox.objects.get(kind="paper", payload__kind="decline")
    assert notice.payload["task"] == sign.pk and notice.payload["authority"] == "市局"
    assert Outbox.objects.filter(kind="inform", payload__what="item_declined").count() == 1
    accepted = intake.accept(actor=world.clerk, number=case.number)
    assert accepted.state == CaseState.ACCEPTED
    assert states(case)[SIGN] == TaskState.DECLINED and states(case)["registration"] == TaskState.OPEN


def test_what_waits_for_a_declined_item_ends_with_the_acceptance_and_the_applicant_is_asked(world: World) -> None:
    case = received(world)
    decline(world, case, "registration")
    intake.accept(actor=world.clerk, number=case.number)
    found = states(case)
    assert found["food-licence"] == found[FIRE] == TaskState.TERMINATED and found[SIGN] == TaskState.OPEN
    case.refresh_from_db()
    assert case.choice_open


def test_all_items_declined_is_the_case_declined(world: World) -> None:
    case = received(world)
    decline(world, case, SIGN)
    ended = decline(world, case, *[code for code in states(case) if code != SIGN])
    assert ended.state == CaseState.DECLINED and set(states(case).values()) == {TaskState.DECLINED}


@pytest.mark.parametrize("items", [(), (FIRE,), (FIRE, SIGN)])
def test_an_item_of_a_department_that_did_not_entrust_the_window_is_its_own_to_decline(
    world: World, items: tuple[str, ...]
) -> None:
    case = received(world, "fire")
    with pytest.raises(Refused, match="消防救援大队没有委托窗口受理，不予受理要由它自己说"):
        decline(world, case, *items)
    assert set(states(case).values()) == {TaskState.PENDING}


def test_a_department_names_where_to_go_instead(world: World) -> None:
    case = received(world, "fire")
    task = task_of(case, FIRE)
    intake.say_word(actor=world.reviewer("fire"), task_id=task.pk, accept=False, reason="不在范围", authority="市支队")
    assert Outbox.objects.get(kind="paper", payload__kind="decline").payload["authority"] == "市支队"
    assert Outbox.objects.filter(kind="inform", payload__what="item_declined").count() == 1


def test_a_department_that_declines_all_of_its_items_is_not_waited_for_any_more(world: World) -> None:
    case = received(world, "fire")
    intake.say_word(actor=world.reviewer("fire"), task_id=task_of(case, FIRE).pk, accept=False, reason="不在范围")
    assert intake.accept(actor=world.clerk, number=case.number).state == CaseState.ACCEPTED


def test_an_item_is_declined_once(world: World) -> None:
    case = received(world)
    decline(world, case, SIGN)
    with pytest.raises(Conflict, match="已经有了结果"):
        decline(world, case, SIGN)


def test_papers_that_only_declined_items_use_hold_nothing_up_and_are_not_asked_for(world: World) -> None:
    case = received(world)
    only = next(one for one in case.materials.all() if len(one.used_by) == 1)
    case.materials.filter(pk=only.pk).update(state="wrong", note="看不清")
    decline(world, case, only.used_by[0])
    with pytest.raises(Refused, match="没有标为“要补”的材料"):
        correcting.ask_correction(actor=world.clerk, number=case.number)
    assert intake.accept(actor=world.clerk, number=case.number).state == CaseState.ACCEPTED


def test_the_page_lets_the_clerk_tick_items_and_says_who_speaks_for_themselves(world: World) -> None:
    case = received(world, "fire")
    client = Client()
    client.force_login(world.users["limin"])
    page = text_of(client.get(reverse("window-case", args=[case.number])))
    assert "哪几项不予受理" in page and "没有委托窗口，不予受理由它自己说" in page
    address = reverse("window-decline", args=[case.number])
    answer = client.post(address, {"some": "1", "reason": "不归本县管"})
    assert answer.status_code == 422 and "请勾选哪几项不予受理" in text_of(answer) and "不归本县管" in text_of(answer)
    assert client.post(address, {"some": "1", "item": SIGN, "reason": "不归本县管"}).status_code == 302
    assert states(case)[SIGN] == TaskState.DECLINED and states(case)[FIRE] == TaskState.PENDING
