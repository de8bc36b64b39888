"""Every act of the window costs at most twelve statements. `pytest tests/applications/test_window_budgets.py -rP` prints each."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.models import Application, MaterialFile
from applications.operations import (
    answer_days,
    approving,
    cochecking,
    correcting,
    couriers,
    custody,
    deferring,
    intake,
    printing,
    ready_first,
    revoking,
    supplementing,
    window_files,
)
from foundation.outbox.operations import deliver_due
from tests.applications.applying import photo
from tests.applications.custody import bagged, originals_of, town_clerk
from tests.applications.test_budgets import within
from tests.applications.world import World, accepted_case, check_all, file_case, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
MOST = 12
PLAN = "floor-plan"


def cost(name: str, act: Callable[[], Any]) -> Any:
    """What the act returns, after its statements were counted."""
    with CaptureQueriesContext(connection) as found:
        result = act()
    print(name, end=": ")
    within(MOST, found)
    return result


@pytest.fixture
def case(world: World) -> Application:
    return file_case(world)


def test_taking_in_looking_scanning_and_asking(world: World, case: Application) -> None:
    of = {"actor": world.clerk, "number": case.number}
    cost("receive", lambda: intake.receive(**of))
    scan = {**of, "material_code": PLAN}
    for name in ("一.jpg", "二.jpg"):
        cost("scan", lambda name=name: window_files.attach(**scan, upload=photo(), name=name))
    file = MaterialFile.objects.first()
    cost("turn", lambda: window_files.turn(**of, file_id=file.pk))
    cost("join", lambda: window_files.join(**scan))
    cost("detach", lambda: window_files.detach(**of, file_id=MaterialFile.objects.latest("pk").pk))
    cost("ask a department", lambda: cochecking.ask_department(**of, department="market", question="看图"))
    check = case.cochecks.get()
    cost("its answer", lambda: cochecking.answer(actor=world.reviewer("market"), check_id=check.pk, asks=[]))
    check_all(world, case)
    cost("mark a paper", lambda: intake.check_material(**scan, state="wrong", note="没有标尺寸"))
    cost("mark a field", lambda: correcting.mark_field(**of, field="shop-name", note="少一个字"))
    cost("correction", lambda: correcting.ask_correction(**of))
    cost("longer", lambda: answer_days.extend_answer(**of, days=5, reason="在外地"))
    cost(
        "answer",
        lambda: correcting.answer_correction(actor=world.zhang, number=case.number, values={"shop-name": "新"}),
    )


def test_the_ready_items_first(world: World, case: Application) -> None:
    of = {"actor": world.clerk, "number": case.number}
    intake.receive(**of)
    check_all(world, case)
    intake.check_material(**of, material_code=PLAN, state="wrong", note="没有标尺寸")
    correcting.ask_correction(**of)
    cost("the wish", lambda: ready_first.wish_ready_first(actor=world.zhang, number=case.number))
    cost("accept what is ready", lambda: ready_first.accept_ready(**of))


def test_declining(world: World, case: Application) -> None:
    of = {"actor": world.clerk, "number": case.number}
    intake.receive(**of)
    cost("decline one item", lambda: intake.decline(**of, reason="不归本县", item_codes=("food-licence",)))
    cost("decline all", lambda: intake.decline(**of, reason="不归本县"))


def test_papers_and_promises(world: World, case: Application) -> None:
    of = {"actor": world.clerk, "number": case.number}
    intake.receive(**of)
    cost("order a paper", lambda: printing.order_paper(**of, kind="mandate"))
    for _ in range(2):
        deliver_due()
    paper = case.papers.get(kind="mandate")
    cost("print", lambda: printing.note_print(**of, paper_id=paper.pk))
    cost("signed", lambda: printing.attach_signed(**of, paper_id=paper.pk, upload=photo(), name="签字.jpg", how="pad"))
    later = case.materials.filter(deferrable=True, state="awaiting").first()
    cost("defer", lambda: intake.check_material(**of, material_code=later.material_code, state="deferred"))
    cost("print the promise", lambda: deferring.print_promise(**of))
    cost("sign the promise", lambda: deferring.sign_promise(**of, how="paper"))


def test_originals_travel(world: World, case: Application) -> None:
    town, county = town_clerk(world), world.clerk
    intake.receive(actor=town, number=case.number)
    one = originals_of(case)[0]
    bag = cost("bag", lambda: custody.keep_originals(actor=town, number=case.number, pieces={one: 1}))
    courier = cost("open a list", lambda: couriers.open_list(actor=town, to="hall:county", carrier="孙师傅"))
    of = {"courier_id": courier.pk}
    cost("scan out", lambda: couriers.scan_out(actor=town, code=bag.code, **of))
    cost("send", lambda: couriers.send(actor=town, **of))
    cost("scan in", lambda: couriers.scan_in(actor=county, code=bag.code, **of))
    cost("receive", lambda: couriers.receive(actor=county, **of))
    cost("give back", lambda: custody.give_back(actor=county, number=case.number, code=bag.code))


def test_a_list_of_many_bags_costs_as_much_as_of_one(world: World) -> None:
    town = town_clerk(world)
    courier = couriers.open_list(actor=town, to="hall:county", carrier="孙师傅")
    for _ in range(3):
        couriers.scan_out(actor=town, courier_id=courier.pk, code=bagged(world).code)
    cost("send three", lambda: couriers.send(actor=town, courier_id=courier.pk))


def test_what_a_supervisor_agrees_to(world: World) -> None:
    case = accepted_case(world)
    task = task_of(case, "food-licence")
    asks = [{"field": "premises-area", "text": "到底多大"}]
    asked = cost(
        "ask late",
        lambda: supplementing.ask_supplement(
            actor=world.reviewer("market"), task_id=task.pk, asks=asks, reason="现场才看到"
        ),
    )
    agree = {"actor": world.supervisor, "approve": True}
    cost("agree", lambda: approving.answer_approval(approval_id=asked.pk, **agree))
    cost(
        "explain",
        lambda: supplementing.answer_supplement(
            actor=world.zhang, number=case.number, approval_id=asked.pk, text="以图为准"
        ),
    )
    items = list(case.tasks.values_list("item_code", flat=True))
    back = cost(
        "ask to take back",
        lambda: revoking.ask_revoke(actor=world.clerk, number=case.number, item_codes=items, reason="不归本县"),
    )
    cost("take back", lambda: approving.answer_approval(approval_id=back.pk, **agree))
