"""The outbox: one effect however often it is asked for, failures that wait longer and longer, nothing starved."""

import logging
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import redis
import time_machine
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from foundation.numbers.models import Counter
from foundation.outbox import jobs
from foundation.outbox.models import Outbox, State
from foundation.outbox.operations import (
    ATTEMPTS,
    LEASE,
    Entry,
    deliver,
    deliver_due,
    due,
    due_at_once,
    put,
    resend,
    sweep,
)
from tests.applications.race.threads import at_once

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _handlers(settings):
    kinds = ("effect", "slow", "broken", "broken_sql", "follow")
    settings.OUTBOX_HANDLERS = {kind: f"tests.foundation.handlers.{kind}" for kind in kinds}
    settings.OUTBOX_SENDERS = {kind: f"tests.foundation.handlers.{kind}" for kind in ("away", "wrong")}


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def broker(settings):
    """The test's own broker, empty; nudges are really sent."""
    settings.OUTBOX_NUDGE = True
    client = redis.from_url(settings.CELERY_BROKER_URL)
    client.flushdb()
    yield client
    client.flushdb()


def entry(kind="effect", n=1, **extra):
    return Entry(kind=kind, key=f"k{n}", dedupe=f"{kind}:{n}", **extra)


def effects(n=1):
    return sum(Counter.objects.filter(scope=f"effect:k{n}").values_list("value", flat=True))


def only():
    return Outbox.objects.get()


def test_the_same_dedupe_is_written_once_and_done_once():
    put(entry(), entry())
    put(entry())
    assert Outbox.objects.count() == 1
    assert deliver_due() == 1
    put(entry())
    assert (deliver_due(), deliver(only().pk), effects()) == (0, "busy", 1)
    assert (only().state, only().attempts, only().leased_until) == (State.DONE, 1, None)
    assert only().done_at is not None


def test_nothing_to_put_is_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        put()


def test_many_entries_are_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        put(*[entry(n=n) for n in range(40)])


@pytest.mark.django_db(transaction=True)
def test_an_entry_of_a_decision_that_rolls_back_never_was(broker):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        put(entry())
        raise ZeroDivisionError
    assert not Outbox.objects.exists()
    assert broker.dbsize() == 0


@pytest.mark.django_db(transaction=True)
def test_after_commit_each_queue_gets_one_message(broker):
    with transaction.atomic():
        put(entry(n=1, queue="dept.market"), entry(n=2, queue="dept.market"), entry(n=3, queue="dept.fire"))
        assert broker.dbsize() == 0, "nobody is woken before the decision stands"
    assert (broker.llen("dept.market"), broker.llen("dept.fire")) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_what_is_due_later_wakes_nobody_now(broker):
    put(entry(due_at=timezone.now() + timedelta(hours=1)))
    assert broker.llen("default") == 0
    assert sweep() == 0


def test_not_due_is_left_alone(clock):
    put(entry(due_at=NOON + timedelta(minutes=5)))
    assert (deliver_due(), deliver(only().pk), only().attempts, effects()) == (0, "busy", 0, 0)
    clock.shift(timedelta(minutes=5))
    assert (deliver_due(), effects()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_deliverers_have_one_effect():
    put(entry("slow"))
    row = only().pk
    assert sorted(at_once([lambda: deliver(row)] * 8)) == ["busy"] * 7 + ["done"]
    assert (effects(), only().attempts) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_lease_that_ran_out_while_its_worker_still_works_gives_no_second_effect():
    """The row stays locked as long as the handler runs, whatever the lease says."""
    put(entry("slow"))
    row = only().pk
    past = timezone.now() - timedelta(seconds=1)

    def overtake():
        while not Outbox.objects.filter(pk=row, state=State.LEASED).exists():
            pass
        with connection.cursor() as cursor:
            # What the clock does in ten minutes; without waiting for the row's lock it stays as it is.
            cursor.execute(
                "UPDATE outbox_outbox SET leased_until = %s WHERE id = "
                "(SELECT id FROM outbox_outbox WHERE id = %s FOR UPDATE SKIP LOCKED)",
                [past, row],
            )
        return deliver(row)

    assert sorted(at_once([lambda: deliver(row), overtake])) == ["busy", "done"]
    assert effects() == 1


def test_an_expired_lease_is_taken_over_and_a_running_one_is_not(clock):
    put(entry())
    Outbox.objects.update(state=State.LEASED, leased_until=NOON + LEASE, attempts=1)
    assert deliver_due() == 0
    clock.shift(LEASE + timedelta(seconds=1))
    assert (deliver_due(), only().attempts, effects()) == (1, 2, 1)


def test_a_failure_leaves_no_effect_waits_longer_each_time_and_ends(clock, caplog):
    put(entry("broken"))
    waits = []
    for turn in range(1, ATTEMPTS + 1):
        assert deliver(only().pk) == ("dead" if turn == ATTEMPTS else "failed")
        waits.append((only().due_at - timezone.now()).total_seconds())
        assert only().attempts == turn
        clock.move_to(only().due_at)
    assert waits == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 7200, 7200]
    assert effects() == 0
    assert only().state == State.DEAD
    clock.shift(timedelta(days=30))
    assert (deliver_due(), sweep(), deliver(only().pk)) == (0, 0, "busy")


def test_a_transaction_broken_in_the_database_is_a_failure_like_any_other(clock):
    put(entry("broken_sql"))
    assert deliver(only().pk) == "failed"
    assert (only().state, only().attempts) == (State.PENDING, 1)
    assert "division by zero" in only().last_error


def test_what_went_wrong_is_kept_without_personal_data(clock):
    put(entry("broken"))
    deliver(only().pk)
    assert only().last_error.startswith("ValueError: no answer for 138****0018, 320724********002X")
    assert "\x00" not in only().last_error


def test_a_kind_without_handler_fails_like_any_other(clock):
    put(entry("forgotten"))
    assert deliver(only().pk) == "failed"
    assert "forgotten" in only().last_error


def test_a_row_that_kills_every_worker_dies_too(clock):
    """Killed workers raise nothing: without counting leases such a row would be tried for ever."""
    put(entry())
    Outbox.objects.update(state=State.LEASED, leased_until=NOON - timedelta(seconds=1), attempts=ATTEMPTS)
    assert deliver(only().pk) == "dead"
    assert (only().state, effects()) == (State.DEAD, 0)
    assert "never came back" in only().last_error


def test_the_dead_can_be_sent_again():
    put(entry("broken"), entry(n=2))
    Outbox.objects.filter(kind="broken").update(state=State.DEAD, attempts=ATTEMPTS, kind="effect")
    assert resend(list(Outbox.objects.values_list("pk", flat=True))) == 1
    assert deliver_due() == 2
    assert (effects(1), effects(2)) == (1, 1)
    assert resend(list(Outbox.objects.values_list("pk", flat=True))) == 0, "what is done stays done"


def test_in_process_delivery_follows_what_handlers_put_and_passes_failures_by():
    put(entry("broken", n=1), entry("follow", n=2))
    assert deliver_due() == 2
    assert Counter.objects.get(pk="effect:followed").value == 1


def test_a_batch_of_failures_does_not_hide_what_is_due_behind_it():
    earlier = timezone.now() - timedelta(hours=1)
    put(*[entry("broken", n=n, due_at=earlier) for n in range(500)])
    put(entry(n=1000))
    logging.disable(logging.ERROR)
    try:
        assert deliver_due() == 1
    finally:
        logging.disable(logging.NOTSET)


@pytest.mark.django_db(transaction=True)
def test_the_sweeper_finds_rows_by_state_however_old(broker, clock):
    put(entry(n=1), entry(n=2), entry(n=3), entry(n=4, due_at=NOON + timedelta(hours=1)))
    Outbox.objects.filter(dedupe="effect:2").update(state=State.LEASED, leased_until=NOON - timedelta(days=9))
    Outbox.objects.filter(dedupe="effect:3").update(state=State.DONE)
    Outbox.objects.update(created_at=NOON - timedelta(days=400))
    broker.flushdb()
    assert sweep() == 2
    assert broker.llen("default") == 1


@pytest.mark.django_db(transaction=True)
def test_a_department_that_hangs_does_not_starve_the_sweep_of_another(broker, clock):
    long_ago = NOON - timedelta(days=1)
    put(*[entry(n=n, queue="dept.hangs", due_at=long_ago) for n in range(30)])
    put(entry(n=99, queue="dept.fire"))
    broker.flushdb()
    assert sweep(limit=10) == 11
    assert (broker.llen("dept.hangs"), broker.llen("dept.fire")) == (1, 1)


def test_the_doors_of_celery():
    put(entry(n=1), entry("broken", n=2), entry(n=3))
    jobs.deliver_these(["effect:3", "broken:2", "effect:1", "effect:404"])
    assert (effects(1), effects(2), effects(3)) == (1, 0, 1)
    assert jobs.sweep() == 0


def test_a_long_message_ends_before_celery_kills_its_worker():
    put(entry(n=1), entry(n=2))
    jobs.deliver_these(["effect:1", "effect:2"], seconds=0)
    assert Outbox.objects.filter(state=State.DONE).count() == 1, "the sweeper brings the rest"


@pytest.mark.django_db(transaction=True)
def test_command_nudges_or_works_itself(broker):
    put(entry(n=1), entry(n=2))
    broker.flushdb()
    said = StringIO()
    call_command("sweep_outbox", stdout=said)
    assert "2" in said.getvalue()
    assert broker.llen("default") == 1
    call_command("sweep_outbox", "--inline", stdout=said)
    assert effects(1) == effects(2) == 1
    Outbox.objects.update(state=State.DEAD)
    call_command("sweep_outbox", stdout=said)
    assert "2 项已停发" in said.getvalue()


def test_due_rows_are_read_from_the_partial_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = due(timezone.now()).explain()
    assert "outbox_to_do" in plan


def test_what_waits_for_a_system_that_is_away_loses_no_attempt(clock):
    put(entry("away"))
    assert deliver(only().pk) == "later"
    assert (only().state, only().attempts, only().due_at) == (State.PENDING, 0, NOON + timedelta(hours=1))
    assert "138****0018" in only().last_error
    assert deliver(only().pk) == "busy", "not due before its hour"
    clock.shift(timedelta(hours=1))
    assert deliver(only().pk) == "later"
    clock.shift(timedelta(hours=1))
    assert (deliver(only().pk), only().state, effects()) == ("done", State.DONE, 1)


def test_when_what_held_it_up_is_over_it_is_due_at_once(clock):
    put(entry("away"), entry("away", 2, queue="other"))
    rows = list(Outbox.objects.values_list("pk", flat=True))
    assert [deliver(pk) for pk in rows] == ["later", "later"]
    assert due_at_once("away", "default") == 1
    assert list(due(NOON).values_list("queue", flat=True)) == ["default"]
    assert due_at_once("effect", "default") == 0


def test_a_sender_that_is_told_no_has_lost_an_attempt(clock):
    put(entry("wrong"))
    assert (deliver(only().pk), only().attempts) == ("failed", 1)
