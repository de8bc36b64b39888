"""Rule A3 on real cases: a newer revision that asks for less reaches them in every stage, and nothing is taken away."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from applications.jobs import relieve_running_cases
from applications.models import Application, Correction, Event
from applications.operations import correcting, intake
from applications.operations.deferring import sign_promise
from applications.operations.relieving import relieve, relieve_running
from departments.access import SYSTEM
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.notices.models import Notice
from foundation.outbox.models import Outbox
from foundation.outbox.operations import deliver
from matters.models import ItemMaterial, Material, Matter, Question, Revision, Step
from matters.operations.publishing import drafts, publish_many
from tests.applications.applying import photo
from tests.applications.browsing import sign_in, text_of
from tests.applications.race.threads import at_once
from tests.applications.world import World, accepted_case, check_all, decide, file_case, task_of

pytestmark = pytest.mark.django_db
DROPPED = "新版（第 2 版）不再要求：装修竣工证明，不用再交"


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel("2026-03-02 09:00 +0800") as clock:
        yield clock


def publish(live_from: Any = None) -> Revision:
    """What stands in the rows becomes the next revision of the noodle shop."""
    with transaction.atomic():
        return publish_many([drafts()["noodle-shop"]], reason="减材料", live_from=live_from)[0]


def drop(*materials: str, live_from: Any = None) -> Revision:
    """The next revision asks for these papers no longer."""
    Material.objects.filter(pk__in=materials).update(exempt=True)
    return publish(live_from)


def state_of(case: Application, material: str) -> str:
    return str(case.materials.get(material_code=material).state)


def told(case: Application) -> list[str]:
    return list(Event.objects.filter(application=case, kind="relief").values_list("text", flat=True))


def received(world: World) -> Application:
    case = file_case(world)
    intake.receive(actor=world.clerk, number=case.number)
    return case


def mark(world: World, case: Application, material: str, state: str, note: str = "") -> None:
    intake.check_material(actor=world.clerk, number=case.number, material_code=material, state=state, note=note)


def in_correction(world: World, *materials: str) -> Application:
    case = received(world)
    for code in materials:
        mark(world, case, code, "wrong", "没有签字")
    correcting.ask_correction(actor=world.clerk, number=case.number)
    return case


def test_a_submitted_case_need_not_bring_it_and_is_told_once(world):
    case = file_case(world)
    revision = drop("fit-out-proof")
    assert relieve_running_cases() == 1
    assert relieve_running() == 0
    assert not relieve(actor=SYSTEM, number=case.number, revision=revision)

    case.refresh_from_db()
    paper = case.materials.get(material_code="fit-out-proof")
    assert (paper.state, paper.dropped_by, paper.note) == ("exempt", revision, "新版（第 2 版）不再要求，不用交")
    assert (case.revision.number, case.relieved_by, case.considered) == (1, revision, 2)
    assert told(case) == [DROPPED]
    row = Outbox.objects.get(kind="inform", key=f"relief:{case.pk}:2")
    deliver(row.pk)
    notice = Notice.objects.get(channel="inbox", title="要求少了")
    assert "不再要求：装修竣工证明" in notice.body
    assert Notice.objects.filter(channel="inbox", title="要求少了").count() == 1


def test_the_window_can_neither_check_nor_demand_it_again(world):
    case = received(world)
    drop("fit-out-proof")
    relieve_running()
    with pytest.raises(Conflict, match="不再要求"):
        mark(world, case, "fit-out-proof", "wrong", "没有章")
    check_all(world, case)
    intake.accept(actor=world.clerk, number=case.number)


def test_what_was_checked_stays_and_nobody_is_told(world):
    case = received(world)
    mark(world, case, "fit-out-proof", "received")
    drop("fit-out-proof")
    assert relieve_running() == 0
    case.refresh_from_db()
    assert (state_of(case, "fit-out-proof"), told(case)) == ("received", [])
    assert (case.relieved_by, case.considered) == (None, 2)


def test_a_correction_asks_for_what_is_left(world):
    case = in_correction(world, "fit-out-proof", "floor-plan")
    drop("fit-out-proof")
    relieve_running()
    case.refresh_from_db()
    notice = Correction.objects.get(application=case)
    assert (case.state, notice.answered_at) == ("correcting", None)
    assert [ask["material"] for ask in notice.open_asks] == ["floor-plan"]
    assert len(notice.asks) == 2
    with pytest.raises(Refused, match="不在这次要补"):
        correcting.attach_to_case(
            actor=world.zhang, number=case.number, material_code="fit-out-proof", upload=photo(), name="照片.jpg"
        )
    correcting.answer_correction(actor=world.zhang, number=case.number)
    assert (state_of(case, "floor-plan"), state_of(case, "fit-out-proof")) == ("awaiting", "exempt")


def test_a_correction_of_which_nothing_is_left_is_answered(world, monday):
    case = in_correction(world, "fit-out-proof")
    monday.shift(timedelta(days=2))
    drop("fit-out-proof")
    relieve_running()
    case.refresh_from_db()
    assert (case.state, f"{case.accept_by}") == ("received", "2026-03-11")
    assert Correction.objects.get(application=case).answered_at is not None
    assert told(case) == [f"{DROPPED}。要补的都不用补了，3 月 11 日前答复是否受理"]


def test_files_that_were_handed_in_stay(world):
    case = in_correction(world, "fit-out-proof", "floor-plan")
    correcting.attach_to_case(
        actor=world.zhang, number=case.number, material_code="fit-out-proof", upload=photo(), name="照片.jpg"
    )
    drop("fit-out-proof")
    relieve_running()
    assert case.files.filter(material_code="fit-out-proof").count() == 1


def test_the_promise_to_bring_it_later_ends(world):
    case = received(world)
    mark(world, case, "fit-out-proof", "deferred")
    sign_promise(actor=world.clerk, number=case.number, how="paper")
    check_all(world, case)
    intake.accept(actor=world.clerk, number=case.number)
    due = list(case.tasks.values_list("due", flat=True))
    drop("fit-out-proof")
    relieve_running()
    paper = case.materials.get(material_code="fit-out-proof")
    assert (paper.state, paper.deferred_until) == ("exempt", None)
    assert list(case.tasks.values_list("due", flat=True)) == due
    with pytest.raises(Conflict, match="不再要求"):
        mark(world, case, "fit-out-proof", "received")


@pytest.mark.parametrize("ended", ["concluded", "declined"])
def test_a_case_that_is_over_is_left_alone(world, ended):
    if ended == "declined":
        case = received(world)
        intake.decline(actor=world.clerk, number=case.number, reason="不归本县")
    else:
        case = accepted_case(world)
        for item in ("registration", "food-licence", "fire-check", "sign-filing"):
            decide(world, case, item)
    drop("floor-plan")
    assert relieve_running() == 0
    case.refresh_from_db()
    assert (case.state, case.considered, told(case)) == (ended, 0, [])


def test_a_step_left_out_is_decided_all_the_same_and_keeps_its_papers(world):
    case = file_case(world)
    Step.objects.filter(matter="noodle-shop", item="fire-check").delete()
    Question.objects.filter(matter="noodle-shop").delete()  # it decides nothing any more
    publish()
    relieve_running()
    assert state_of(case, "fit-out-proof") == "awaiting"
    assert task_of(case, "fire-check").is_open
    assert told(case) == ["新版（第 2 版）不再列入“消防安全检查”，您这一项照常办，不想办的受理以后可以单独撤回"]


def test_an_easier_way_is_written_into_the_paper(world):
    case = file_case(world)
    for ask in ItemMaterial.objects.filter(material="floor-plan"):
        ItemMaterial.objects.filter(pk=ask.pk).update(submit="electronic", need="deferrable")
    publish()
    relieve_running()
    paper = case.materials.get(material_code="floor-plan")
    assert (paper.state, paper.submit, paper.deferrable) == ("awaiting", "electronic", True)
    assert told(case) == ["新版（第 2 版）“平面布局图”交电子件就行，可以容缺后补"]


def test_a_revision_that_also_asks_for_more_gives_nothing(world):
    case = file_case(world)
    Matter.objects.filter(pk="noodle-shop").update(promised_days=11)
    drop("fit-out-proof")
    assert relieve_running() == 0
    case.refresh_from_db()
    assert (state_of(case, "fit-out-proof"), case.considered) == ("awaiting", 2)


def test_after_an_outage_each_revision_is_considered_in_its_turn(world):
    case = file_case(world)
    drop("fit-out-proof")
    Material.objects.filter(pk="fit-out-proof").update(exempt=False)
    drop("floor-plan")
    assert relieve_running() == 1
    case.refresh_from_db()
    # The third asks again for what the second dropped: more than the case asks for by now.
    assert (state_of(case, "fit-out-proof"), state_of(case, "floor-plan")) == ("exempt", "awaiting")
    assert (case.relieved_by.number, case.considered) == (2, 3)
    drop("fit-out-proof")
    assert relieve_running() == 1
    assert told(case)[1:] == ["新版（第 4 版）不再要求：平面布局图，不用再交"]


def test_a_revision_reaches_nobody_before_its_hour(world, monday):
    case = file_case(world)
    revision = drop("fit-out-proof", live_from=timezone.now() + timedelta(hours=1))
    assert relieve_running() == 0
    with pytest.raises(Refused, match="还没有生效"):
        relieve(actor=SYSTEM, number=case.number, revision=revision)
    monday.shift(timedelta(hours=1, minutes=1))
    assert relieve_running() == 1


def test_the_system_alone_relieves(world):
    case = file_case(world)
    revision = drop("fit-out-proof")
    for actor in (world.clerk, world.zhang, world.supervisor):
        with pytest.raises(NotAllowed):
            relieve(actor=actor, number=case.number, revision=revision)


def test_one_case_that_fails_holds_up_no_other(world, caplog):
    broken, sound = file_case(world), file_case(world)
    drop("fit-out-proof")
    Application.objects.filter(pk=broken.pk).update(answers=7)
    assert relieve_running() == 1
    assert (told(broken), told(sound)) == ([], [DROPPED])
    assert broken.number in caplog.text


def test_a_relief_a_case_without_one_and_a_run_with_nothing_new_stay_within_their_statements(world):
    cases = [file_case(world) for _ in range(3)]
    revision = drop("fit-out-proof")
    with CaptureQueriesContext(connection) as context:
        relieve(actor=SYSTEM, number=cases[0].number, revision=revision)
    assert len([q for q in context.captured_queries if "SAVEPOINT" not in q["sql"]]) <= 8
    Matter.objects.filter(pk="noodle-shop").update(summary="换了说法")
    relieve_running()
    nothing = publish()
    with CaptureQueriesContext(connection) as context:
        relieve(actor=SYSTEM, number=cases[0].number, revision=nothing)
    assert len([q for q in context.captured_queries if "SAVEPOINT" not in q["sql"]]) <= 3
    relieve_running()
    with CaptureQueriesContext(connection) as context:
        relieve_running()
    assert len(context.captured_queries) == 1


def test_citizen_window_and_reviewer_read_it(world):
    case = accepted_case(world)
    case.materials.filter(material_code="fit-out-proof").update(state="deferred", deferred_until="2026-03-10")
    drop("fit-out-proof")
    relieve_running()
    task = task_of(case, "fire-check")
    for account, page in [
        ("zhangting", reverse("track", args=[case.number])),
        ("limin", reverse("window-case", args=[case.number])),
        ("fire1", reverse("task", args=[task.pk])),
    ]:
        text = text_of(sign_in(world, account).get(page))
        assert "不再要求：装修竣工证明，不用再交" in text, page
        assert "容缺，3 月 10 日" not in text


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_handing_in_and_relief_at_the_same_instant(committed_world):
    world = committed_world
    for _ in range(10):
        Material.objects.filter(pk="fit-out-proof").update(exempt=False)
        publish()
        case = received(world)
        mark(world, case, "fit-out-proof", "deferred")
        sign_promise(actor=world.clerk, number=case.number, how="paper")
        check_all(world, case)
        intake.accept(actor=world.clerk, number=case.number)
        revision = drop("fit-out-proof")
        clerk = world.clerk
        handed, relieved = at_once(
            [
                lambda: intake.check_material(
                    actor=clerk, number=case.number, material_code="fit-out-proof", state="received"
                ),
                lambda: relieve(actor=SYSTEM, number=case.number, revision=revision),
            ]
        )
        # Whoever came first holds the case; the other finds what the first has made of it.
        if relieved is True:
            assert (type(handed).__name__, state_of(case, "fit-out-proof")) == ("Conflict", "exempt")
        else:
            assert (relieved, state_of(case, "fit-out-proof")) == (False, "received")
        assert len(told(case)) == (relieved is True)
