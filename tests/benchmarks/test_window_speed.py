"""How long the window waits for its acts, and what each costs: `pytest tests/benchmarks/test_window_speed.py -rP` prints it.

The county's restaurant with everything in order, from the filed form to the receipt and through every paper to acceptance,
as the clerk's browser sends it. Statements are those of the operation alone; the page after it has its own budget.
"""

import statistics
import sys
import time
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Application, CaseMaterial
from applications.operations import drafting, intake
from applications.states import CaseState, MaterialState
from matters.published import current_plan
from tests.applications.test_budgets import MATTER, filled
from tests.applications.world import World, build_world
from tests.catalogue import put_county_catalogue

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ANSWERS = {"scale": "large", "sewer": "town", "signboard": "street"}
MOST = 12  # statements of one act


def statements(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as found:
        act()
    control = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
    return sum(not query["sql"].startswith(control) for query in found.captured_queries)


def walk_in(world: World) -> Application:
    """张婷 stands at the window; her form is typed and filed, the receipt is made."""
    applicant = world.users["zhangting"].person
    draft = drafting.start_draft(actor=world.clerk, matter_code=MATTER, answers=ANSWERS, applicant=applicant)
    draft = drafting.fill_in(
        actor=world.clerk, draft_id=draft.pk, version=draft.version, values=filled(current_plan(MATTER).plan)
    )
    return intake.file_at_window(actor=world.clerk, draft_id=draft.pk, duplicate_reason="再办一件")


def waiting(case: Application) -> list[str]:
    rows = CaseMaterial.objects.filter(application=case, state=MaterialState.AWAITING)
    return list(rows.values_list("material_code", flat=True))


def timed(client: Client, path: str, data: dict[str, str]) -> float:
    started = time.perf_counter()
    answer = client.post(path, data, headers={"HX-Request": "true"})
    assert answer.status_code in (200, 302), answer.content.decode()[:500]
    return (time.perf_counter() - started) * 1000


def test_from_the_filed_form_to_acceptance(live_server):
    put_county_catalogue()
    world = build_world(catalogue=False)
    clerk, actor = Client(), world.clerk
    clerk.force_login(world.users["limin"])

    first = walk_in(world)
    mark = reverse("window-check-material", args=[first.number])
    marks = [timed(clerk, mark, {"material": code, "state": "received", "seen": "awaiting"}) for code in waiting(first)]
    page = [timed_get(clerk, first) for _ in range(10)]
    accept = timed(clerk, reverse("window-accept", args=[first.number]), {})
    first.refresh_from_db()
    assert first.state == CaseState.ACCEPTED

    second = walk_in(world)
    code = waiting(second)[0]
    costs = {
        "mark a paper": statements(
            lambda: intake.check_material(
                actor=actor, number=second.number, material_code=code, state="received", seen="awaiting"
            )
        )
    }
    for rest in waiting(second):
        intake.check_material(actor=actor, number=second.number, material_code=rest, state="received")
    costs["accept"] = statements(lambda: intake.accept(actor=actor, number=second.number))
    sys.stdout.write(
        f"{len(marks)} papers marked: median {statistics.median(marks):.0f} ms each with the page behind it, "
        f"slowest {max(marks):.0f} ms; the case's page {statistics.median(page):.0f} ms; accept {accept:.0f} ms\n"
    )
    sys.stdout.write("".join(f"{name}: {cost} statements of {MOST}\n" for name, cost in costs.items()))
    assert all(cost <= MOST for cost in costs.values()), costs


def timed_get(client: Client, case: Application) -> float:
    started = time.perf_counter()
    assert client.get(reverse("window-case", args=[case.number])).status_code == 200
    return (time.perf_counter() - started) * 1000
