"""The queue with a million tasks: database time of the first page, a deep one, every tab and the counts.

Not collected by the suite (it takes minutes to fill): `make bench`, or `pytest tests/benchmarks/queue_million.py -s`.
"""

import re
import statistics
import sys
import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from psycopg2.sql import SQL, Composed, Identifier

from applications.models import Application, Task
from tests.applications.browsing import sign_in
from tests.applications.world import World, accepted_case, build_world

pytestmark = pytest.mark.django_db
CASES, TASKS = 250_000, 1_000_000
OPEN_SHARE = 4  # one task of so many is on the desk
LIMIT_MS, ROUNDS = 5.0, 15
PAGES = {
    "first page": "/queue/?who=all",
    "own and unclaimed": "/queue/",
    "mine": "/queue/?who=mine",
    "unclaimed": "/queue/?who=free",
    "waiting for others": "/queue/?who=locked",
    "suspended": "/queue/?who=paused",
    "leavers'": "/queue/?who=left",
    "done": "/queue/?who=done",
    "red": "/queue/?who=all&light=red",
}


OPEN, HELD = f"mod(a.id, {OPEN_SHARE}) = 0", "mod(a.id / 4, 20) < 2"
OF_A_CASE = {"number": "'B' || g"}
OF_A_TASK = {
    "application_id": "a.id",
    "state": f"CASE WHEN {OPEN} THEN CASE mod(a.id / 4, 20) WHEN 0 THEN 'suspended' WHEN 1 THEN 'claimed' ELSE 'open' END "
    "ELSE 'granted' END",
    "due": "t.due + mod(abs(hashint8(a.id)::bigint), 80)::int - 40",
    "decided_at": f"CASE WHEN {OPEN} THEN NULL ELSE now() - a.id * interval '1 minute' END",
    "assignee_id": f"CASE WHEN {OPEN} AND NOT {HELD} THEN NULL ELSE %s END",
}
CASE_COPIES = (
    "INSERT INTO applications_application ({}) SELECT {} FROM applications_application t, generate_series(1, %s) g"
)
TASK_COPIES = "INSERT INTO applications_task ({}) SELECT {} FROM applications_task t, applications_application a"


def copies(statement: str, model: type[Application] | type[Task], changed: dict[str, str]) -> Composed:
    """`statement` with the table's columns, and for each the template's value or the changed one."""
    names = [field.column for field in model._meta.concrete_fields if field.column != "id"]
    chosen = [SQL(changed[name]) if name in changed else SQL("t.{}").format(Identifier(name)) for name in names]
    return SQL(statement).format(SQL(", ").join(map(Identifier, names)), SQL(", ").join(chosen))


def fill(case: Application) -> None:
    """Copies of one case and its tasks: three of four tasks decided, the rest on the desk over some weeks of due days."""
    reviewer = Task.objects.filter(application=case, department="market").values_list("assignee_id", flat=True).get()
    cases = copies(CASE_COPIES, Application, OF_A_CASE) + SQL(" WHERE t.id = %s")
    tasks = copies(TASK_COPIES, Task, OF_A_TASK)
    tasks += SQL(" WHERE t.application_id = %s AND left(a.number, 1) = 'B' ORDER BY a.id LIMIT %s")
    with connection.cursor() as cursor:
        cursor.execute(cases, [CASES, case.pk])
        cursor.execute(tasks, [reviewer, case.pk, TASKS])
        cursor.execute("ANALYZE")


def database_ms(client: Client, address: str) -> tuple[float, float, int, str]:
    """Of a page: time in the database (sum and of the list alone), statements, and the page itself."""
    sums, lists = [], []
    for _ in range(ROUNDS):
        with CaptureQueriesContext(connection) as asked:
            page = client.get(address)
        assert page.status_code == 200
        sums.append(sum(float(query["time"]) for query in asked) * 1000)
        lists.append(
            max((float(q["time"]) for q in asked if "ORDER BY" in q["sql"] and "LIMIT 31" in q["sql"]), default=0)
            * 1000
        )
    return statistics.median(sums), statistics.median(lists), len(asked), page.content.decode()


@pytest.fixture
def world() -> World:
    return build_world()


def test_the_queue_with_a_million_tasks(world: World) -> None:
    case = accepted_case(world)
    Task.objects.filter(application=case, department="market").update(assignee=world.users["market1"])
    began = time.monotonic()
    fill(case)
    desk = Task.objects.filter(department="market").on_the_desk().count()
    sys.stdout.write(
        f"\n{Task.objects.count():,} tasks, {desk:,} of them on the desk of one department, "
        f"filled in {time.monotonic() - began:.0f} s\n"
    )
    client, slow = sign_in(world, "market2"), []
    client.get("/queue/")
    for name, address in PAGES.items():
        whole, listed, count, page = database_ms(client, address)
        sys.stdout.write(f"{name}: list {listed:.1f} ms, whole page {whole:.1f} ms in {count} statements\n")
        if name == "first page":
            deep = deep_page(client, page)
            whole, alone, count, _ = database_ms(client, deep)
            sys.stdout.write(f"deep page: list {alone:.1f} ms, whole page {whole:.1f} ms in {count} statements\n")
            slow += [name] if max(listed, alone) > LIMIT_MS else []
    assert slow == []


def deep_page(client: Client, page: str) -> str:
    """The address of a page far down: the cursor of the task at two thirds of the desk."""
    tasks = Task.objects.filter(department="market").on_the_desk()
    far = tasks[tasks.count() * 2 // 3]
    assert re.search(r'rel="next"', page)
    return f"/queue/?who=all&after={far.due:%Y-%m-%d}~{far.pk}"
