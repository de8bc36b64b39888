"""I2: each night a department whose system only reads a database finds the day's steps, and writes back what is wrong."""

from contextlib import closing, contextmanager, suppress
from datetime import timedelta

import psycopg2
import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from applications.models import ExchangeRow
from applications.operations import exchange_tables
from applications.operations.exchange_tables import fill_exchange_tables, open_tables, put_again
from foundation.errors import NotAllowed, Refused
from portal.engines import SUPERUSER
from tests.api.test_systems import KEEPER
from tests.applications.browsing import sign_in, text_of
from tests.applications.world import World, accepted_case, decide, file_case, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


def night() -> int:
    """The next night comes, and everything of the day is settled."""
    with time_machine.travel(timezone.now() + timedelta(hours=12), tick=False):
        return fill_exchange_tables()


@contextmanager
def as_department(code: str):
    """Inside the database, as the role that the operator gives a department's system (docs/connect-a-department.md)."""
    role, given = connection.ops.quote_name(f"exchange_{code}"), connection.settings_dict
    with closing(psycopg2.connect(host=given["HOST"], dbname="postgres", user=SUPERUSER)) as server:
        server.autocommit = True
        with server.cursor() as cursor, suppress(psycopg2.errors.DuplicateObject):
            cursor.execute(f"CREATE ROLE {role} NOLOGIN ROLE {connection.ops.quote_name(given['USER'])}")
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"GRANT SELECT, UPDATE (status, error) ON exchange_rows TO {role}")
        cursor.execute(f"SET ROLE {role}")
        try:
            yield cursor
        finally:
            cursor.execute("RESET ROLE")


def steps(task) -> list[str]:
    return list(ExchangeRow.objects.filter(task=task).order_by("id").values_list("step", flat=True))


def test_every_step_of_the_day_stands_there_once_in_order_and_nothing_of_before(world: World) -> None:
    before = file_case(world)
    open_tables(actor=KEEPER, department="fire", active=True)
    case = accepted_case(world)
    assert night() == 2
    task = task_of(case, "fire-check")
    assert steps(task) == ["filed", "accepted"] and not steps(task_of(before, "fire-check"))
    assert not ExchangeRow.objects.exclude(department="fire").exists()
    decide(world, case, "registration")
    decide(world, case, "fire-check")
    assert night() == 1 and night() == 0
    row = ExchangeRow.objects.get(task=task, step="decided")
    assert row.content["决定"] == "准予" and row.case_number == case.number and len(row.sha256) == 64
    filed = ExchangeRow.objects.get(task=task, step="filed")
    assert filed.content and case.applicant.id_number not in str(filed.content)


def test_a_night_that_fell_out_is_made_up_for(world: World, monkeypatch) -> None:
    open_tables(actor=KEEPER, department="fire", active=True)
    monkeypatch.setattr(exchange_tables, "AT_ONCE", 3)
    cases = [accepted_case(world) for _ in range(3)]
    assert night() == 6
    assert all(steps(task_of(case, "fire-check")) == ["filed", "accepted"] for case in cases)


def test_a_departments_role_sees_its_own_rows_and_changes_nothing_but_the_answer(world: World) -> None:
    open_tables(actor=KEEPER, department="fire", active=True)
    open_tables(actor=KEEPER, department="market", active=True)
    accepted_case(world)
    night()
    with as_department("fire") as cursor:
        cursor.execute("SELECT DISTINCT department_id FROM exchange_rows")
        assert cursor.fetchall() == [("fire",)]
        cursor.execute("UPDATE exchange_rows SET status = 2, error = '面积不能为空'")
        assert cursor.rowcount == ExchangeRow.objects.count()
        for forbidden in (
            "UPDATE exchange_rows SET applicant = 'x'",
            "DELETE FROM exchange_rows",
            "SELECT 1 FROM applications_application",
        ):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                cursor.execute(forbidden)
        with pytest.raises(DatabaseError, match="exchange_row_status"), transaction.atomic():
            cursor.execute("UPDATE exchange_rows SET status = 7")
    assert set(ExchangeRow.objects.filter(department="fire").values_list("status", "error")) == {(2, "面积不能为空")}
    assert not ExchangeRow.objects.filter(department="fire", answered_at=None).exists()
    assert not ExchangeRow.objects.filter(department="market").exclude(status=0).exists()


def test_what_was_given_back_is_shown_with_its_words_and_put_there_again(world: World) -> None:
    open_tables(actor=KEEPER, department="fire", active=True)
    accepted_case(world)
    night()
    ExchangeRow.objects.filter(step="filed").update(status=ExchangeRow.WRONG, error="面积不能为空")
    looking, address = sign_in(world, "zhoutao"), reverse("exchange-system", args=["fire"])
    assert "面积不能为空" in text_of(looking.get(address)) and "退回 1 行" in text_of(looking.get(address))
    assert "退回 1 行" in text_of(looking.get(reverse("exchange")))
    with pytest.raises(NotAllowed):
        put_again(actor=world.supervisor, department="fire")
    assert put_again(actor=KEEPER, department="fire") == 1
    row = ExchangeRow.objects.get(step="filed")
    assert (row.status, row.error, row.answered_at) == (ExchangeRow.NEW, "", None)


def test_only_the_keeper_opens_tables_and_a_town_has_none(world: World) -> None:
    with pytest.raises(NotAllowed):
        open_tables(actor=world.supervisor, department="fire", active=True)
    with pytest.raises(Refused):
        open_tables(actor=KEEPER, department="nobody", active=True)
    open_tables(actor=KEEPER, department="fire", active=True)
    open_tables(actor=KEEPER, department="fire", active=False)
    accepted_case(world)
    assert night() == 0
    open_tables(actor=KEEPER, department="fire", active=True)
    assert night() == 2, "what happened meanwhile is made up for"
