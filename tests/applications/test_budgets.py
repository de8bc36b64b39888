"""Statements of the three acts that every case goes through, with the restaurant's nine tasks. Budgets, not wishes."""

from collections import Counter

import pytest
from django.db import connection
from django.db.utils import ProgrammingError
from django.test.utils import CaptureQueriesContext

from applications.models import CaseMaterial, Event
from applications.operations import drafting, intake, review, submission
from departments.models import Post, Role
from matters.published import current_plan
from tests.applications.world import World, build_world, file_case
from tests.catalogue import put_county_catalogue

pytestmark = pytest.mark.django_db
MATTER = "open-restaurant"
VALUES = {
    "id-number": "32072419880315002X",
    "phone": "13800000018",
    "number": "320",
    "integer": "4",
    "money": "1000",
    "date": "2027-03-01",
    "boolean": "yes",
    "uscc": "91330100799655058B",
}


@pytest.fixture
def county() -> World:
    put_county_catalogue()
    return build_world(catalogue=False)


def statements(context: CaptureQueriesContext) -> list[str]:
    """Without savepoints, which exist only because the test has a transaction of its own."""
    return [q["sql"] for q in context.captured_queries if "SAVEPOINT" not in q["sql"]]


def within(budget: int, context: CaptureQueriesContext) -> None:
    found = statements(context)
    print(f"{len(found)} statements of {budget}")
    kinds = Counter(sql.split()[0] for sql in found)
    assert len(found) <= budget, f"{len(found)} statements, {dict(kinds)}:\n" + "\n".join(sql[:160] for sql in found)


def filled(plan) -> dict[str, object]:
    form = {}
    for spec in plan.fields.values():
        if spec.type in ("choice", "multichoice"):
            first = spec.choices[0].code
            form[spec.code] = [first] if spec.type == "multichoice" else first
        else:
            form[spec.code] = VALUES.get(spec.type, "灌河渔家菜馆")
    return form


def test_submit_accept_and_decide_stay_within_their_statements(county):
    zhang, clerk = county.zhang, county.clerk
    plan = current_plan(MATTER).plan
    answers = {"scale": "large", "sewer": "town", "signboard": "street"}
    draft = drafting.start_draft(actor=zhang, matter_code=MATTER, answers=answers)
    draft = drafting.fill_in(actor=zhang, draft_id=draft.pk, version=draft.version, values=filled(plan))
    with CaptureQueriesContext(connection) as context:
        case = submission.submit(actor=zhang, draft_id=draft.pk)
    within(12, context)
    assert case.tasks.count() == 9

    intake.receive(actor=clerk, number=case.number)
    CaseMaterial.objects.filter(application=case, state="awaiting").update(state="received")
    with CaptureQueriesContext(connection) as context:
        intake.accept(actor=clerk, number=case.number)
    within(11, context)

    tasks = list(case.tasks.order_by("position"))
    first = next(task for task in tasks if not task.after)
    Post.objects.create(user=county.users["market2"], role=Role.REVIEWER, department_id=first.department_id)
    reviewer = county.actor("market2")
    with CaptureQueriesContext(connection) as context:
        review.decide(actor=reviewer, task_id=first.pk, verdict="grant", result_number="92")
    within(8, context)


def test_the_role_that_runs_the_portal_cannot_change_the_timeline(world):
    case = file_case(world)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE app")
        assert Event.objects.filter(application=case).exists()
        with pytest.raises(ProgrammingError, match="permission denied"):
            cursor.execute("UPDATE applications_event SET text = 'x'")
