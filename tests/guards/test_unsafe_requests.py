"""No unsafe request without its token, and reading changes nothing: for every address of the portal."""

import pytest
from django.apps import apps
from django.db import connection
from psycopg2 import sql

from tests.guards.scene import Scene, ask
from tests.guards.url_table import GATES, NO_SESSION, NOBODY, TABLE

pytestmark = pytest.mark.django_db


def test_no_unsafe_request_gets_through_without_its_token(scene: Scene) -> None:
    """Every address as somebody who could do it with the token. PUT and PATCH take the way of DELETE."""
    wrong = []
    for name, row in TABLE.items():
        role = sorted(GATES[row.gate] - NOBODY - {"sysadmin"})[0] if name != "draft" else "owner"
        client = scene.client(role, enforce_csrf_checks=True)
        if name in NO_SESSION:
            continue
        for method in ("POST", "DELETE"):
            status = ask(client, method, scene.address(name, row.objects[0])).status_code
            if status != 403:
                wrong.append(f"{method} {name} as {role}: {status}")
    assert not wrong, "\n".join(wrong)


def digest() -> dict[str, str]:
    """What stands in every table of ours, and in the accounts."""
    tables = sorted({model._meta.db_table for model in apps.get_models() if model._meta.app_label in OURS})
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(sql.SQL(EVERYTHING).format(sql.Identifier(table)))
            found[table] = str(cursor.fetchone())
    return found


EVERYTHING = "SELECT count(*), md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM {} t"
READERS = ("anonymous", "owner", "clerk", "reviewer", "supervisor")
OURS = (
    "accounts",
    "departments",
    "matters",
    "visits",
    "applications",
    "numbers",
    "outbox",
    "notices",
    "files",
    "documents",
)

# 用数留痕: that somebody looked is written down by the looking itself.
LOOKED = {"applications_look", "applications_taskseen"}


def test_reading_changes_nothing(scene: Scene) -> None:
    """Every address by GET, as everybody who comes in, nothing taken back: all tables stand as before, but for the
    record of who looked."""
    clients = {role: scene.client(role) for role in READERS}
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET last_login = NULL")
    before = digest()
    assert len(before) > 20
    for role, client in clients.items():
        for name, row in TABLE.items():
            if role in GATES[row.gate]:
                client.get(scene.address(name, row.objects[0]))
    after = digest()
    assert [table for table in before if before[table] != after[table] and table not in LOOKED] == []
