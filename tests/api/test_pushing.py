"""Tasks go out to departments' own systems over real HTTP: signed, once, and nothing is lost while a system is away."""

import hashlib
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from applications.api import pushing
from applications.api.pushing import forget_bodies, push_changes
from applications.models import Push
from applications.operations import review
from departments.fake_system import FakeSystem
from departments.models import Connection, SystemKey
from departments.operations.exchange import connect, issue_key, revoke_key
from departments.system_client import Portal
from foundation.outbox.models import Outbox
from foundation.outbox.operations import deliver_due
from tests.api.test_systems import KEEPER
from tests.applications.browsing import sign_in, text_of
from tests.applications.world import ID_ZHANG, World, accepted_case, decide, task_of

pytestmark = pytest.mark.django_db
NOON = "2026-03-02 12:00 +0800"


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def keeper(world: World) -> Client:
    """丁宁, who keeps the system, in a browser."""
    world.users["keeper"] = User.objects.create(username="keeper", name="丁宁", is_staff=True, is_superuser=True)
    return sign_in(world, "keeper")


@pytest.fixture
def fire(world: World, clock: Any) -> Iterator[FakeSystem]:
    """The fire brigade's system, connected."""
    connect(actor=KEEPER, department="fire")
    keys = issue_key(actor=KEEPER, department="fire")
    with serving(FakeSystem(0, keys.push_secret)) as system:
        connect(actor=KEEPER, department="fire", address=system.address)
        yield system


class serving:
    """A fake system that answers in a thread of its own until the end."""

    def __init__(self, system: FakeSystem) -> None:
        self.system = system

    def __enter__(self) -> FakeSystem:
        threading.Thread(target=self.system.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self.system

    def __exit__(self, *_: object) -> None:
        self.system.shutdown()
        self.system.server_close()


def push_row() -> Outbox:
    return Outbox.objects.get(kind="push")


def later(clock: Any, **span: int) -> None:
    clock.shift(timedelta(**span))


def test_an_accepted_task_arrives_with_its_own_fields_alone_and_2xx_is_the_receipt(
    world: World, fire: FakeSystem
) -> None:
    case = accepted_case(world)
    deliver_due()
    task = task_of(case, "fire-check")
    (message,) = fire.messages
    assert (message["type"], message["data"]["id"], fire.forged) == ("task.opened", task.pk, 0)
    assert {paper["code"] for paper in message["data"]["papers"]} == {"floor-plan", "fit-out-proof"}
    assert ID_ZHANG not in json.dumps(message), "identity numbers are masked"
    assert task.delivered_at == timezone.now()
    assert case.events.get(kind="dispatched", task=task).text == "消防安全检查已送到消防救援大队的系统"
    log = Push.objects.get()
    assert (log.status, log.received, log.message) == (204, True, f"push:{task.pk}:fire")
    assert len(log.sha256) == 64 and log.size > 500 and "13800000018" not in log.body
    deliver_due()
    assert list(fire.got.values()) == [1]


def test_what_was_sent_can_be_proved_by_its_hash(world: World, fire: FakeSystem) -> None:
    accepted_case(world)
    deliver_due()
    assert Push.objects.get().sha256 in {hashlib.sha256(body).hexdigest() for body in fire.bodies}


def test_items_that_the_system_does_not_work_on_and_other_departments_go_their_usual_way(
    world: World, fire: FakeSystem
) -> None:
    connect(actor=KEEPER, department="fire", address=fire.address, items=("another-item",))
    case = accepted_case(world)
    deliver_due()
    assert fire.got == {} and not Outbox.objects.filter(kind="push").exists()
    assert all(task.delivered_at for task in case.tasks.all())


def test_while_a_secret_changes_either_one_verifies(world: World, fire: FakeSystem) -> None:
    new = issue_key(actor=KEEPER, department="fire")
    accepted_case(world)
    deliver_due()
    fire.push_secret = new.push_secret
    accepted_case(world)
    deliver_due()
    assert (len(fire.got), fire.forged) == (2, 0)
    revoke_key(actor=KEEPER, key_id=SystemKey.objects.latest("id").pk)
    accepted_case(world)
    deliver_due()
    assert fire.forged == 1, "signed by the old secret alone, which this system has put away"


def test_a_system_that_is_away_for_two_hours_loses_no_task_and_no_attempt(
    world: World, fire: FakeSystem, clock: Any
) -> None:
    address = fire.address
    connect(actor=KEEPER, department="fire", address="http://127.0.0.1:9/inbox")
    cases = [accepted_case(world) for _ in range(3)]
    for _ in range(24):
        deliver_due()
        later(clock, minutes=5)
    assert {row.state for row in Outbox.objects.filter(kind="push")} == {"pending"}
    assert {row.attempts for row in Outbox.objects.filter(kind="push")} == {0}
    found = Connection.objects.get()
    assert found.failures > 3 and found.open_until > timezone.now() - timedelta(minutes=5)
    assert all(task_of(case, "fire-check").delivered_at is None for case in cases)
    Connection.objects.update(address=address)
    later(clock, minutes=10)
    deliver_due()
    assert sorted(message["data"]["id"] for message in fire.messages) == [task_of(c, "fire-check").pk for c in cases]
    assert set(fire.got.values()) == {1}
    assert all(task_of(case, "fire-check").delivered_at == timezone.now() for case in cases), "the time it was taken"
    found.refresh_from_db()
    assert (found.failures, found.open_until) == (0, None)


def test_the_breaker_spares_a_system_that_is_down_and_one_probe_frees_the_rest(
    world: World, fire: FakeSystem, clock: Any
) -> None:
    fire.mode = "down"
    for _ in range(5):
        accepted_case(world)
    deliver_due()
    assert Push.objects.count() == 3, "after three failures in a row nothing more is tried"
    deliver_due()
    assert Push.objects.count() == 3
    fire.mode = "ok"
    later(clock, seconds=31)
    deliver_due()
    assert len(fire.got) == 5 and set(fire.got.values()) == {1}


def test_what_is_refused_twelve_times_gives_up_and_goes_again_by_a_button(
    world: World, fire: FakeSystem, clock: Any, keeper: Client
) -> None:
    fire.mode = "refuse"
    accepted_case(world)
    for _ in range(14):
        deliver_due()
        later(clock, hours=3)
    assert push_row().state == "dead"
    assert Connection.objects.get().failures == 0, "it answers, so it is not away"
    fire.mode = "ok"
    page = reverse("exchange-system", args=["fire"])
    assert "停推了" in text_of(keeper.get(page))
    assert keeper.post(page, {"act": "resend"}).status_code == 302
    deliver_due()
    assert len(fire.got) == 1 and push_row().state == "done"


def test_what_happens_to_the_case_meanwhile_is_told_once(world: World, fire: FakeSystem, clock: Any) -> None:
    case = accepted_case(world)
    deliver_due()
    later(clock, minutes=1)
    push_changes()
    deliver_due()
    before = len(fire.messages)
    decide(world, case, "registration")
    later(clock, minutes=1)
    assert push_changes() == 1
    assert push_changes() == 0
    deliver_due()
    (message,) = fire.messages[before:]
    assert (message["type"], message["data"]["locked"]) == ("task.changed", False)


def test_the_page_shows_keys_once_and_the_supervisor_only_looks(world: World, fire: FakeSystem, keeper: Client) -> None:
    supervisor, clerk = sign_in(world, "zhoutao"), sign_in(world, "limin")
    page = reverse("exchange-system", args=["fire"])
    shown = text_of(keeper.post(page, {"act": "key"}))
    assert "只显示这一次" in shown and "gn_" in shown and "whsec_" in shown
    again = text_of(keeper.get(page))
    assert "gn_" not in again and "whsec_" not in again
    assert (supervisor.get(page).status_code, supervisor.post(page, {"act": "key"}).status_code) == (200, 403)
    assert supervisor.post(page, {"act": "resend"}).status_code == 403
    assert clerk.get(page).status_code == 403
    assert keeper.post(page, {"act": "save", "address": "ftp://x"}).status_code == 422
    assert keeper.post(page, {"act": "nothing"}).status_code == 422
    assert keeper.get(reverse("exchange-system", args=["township"])).status_code == 404
    assert "消防救援大队" in text_of(supervisor.get(reverse("exchange")))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("mode", "answers", "state"),
    [
        ("double", [("received", 200), ("received", 200)], "open"),
        ("disorder", [("resume", 409), ("claim", 200)], "claimed"),
        ("lie", [("claim", 401)], "open"),
    ],
)
def test_a_system_that_doubles_disorders_or_lies_does_no_harm(
    committed_world: World, live_server: Any, mode: str, answers: list[tuple[str, int]], state: str
) -> None:
    connect(actor=KEEPER, department="fire")
    keys = issue_key(actor=KEEPER, department="fire")
    portal = Portal(f"{live_server.url}/api/v1/", keys.token, keys.call_secret)
    with serving(FakeSystem(0, keys.push_secret, portal, mode)) as system:
        connect(actor=KEEPER, department="fire", address=system.address)
        case = accepted_case(committed_world)
        decide(committed_world, case, "registration")
        deliver_due()
        for _ in range(200):
            if len(system.answers) == len(answers):
                break
            threading.Event().wait(0.05)
        assert system.answers == answers
    task = task_of(case, "fire-check")
    assert task.state == state
    assert case.events.filter(kind="dispatched", task=task).count() == 1


def test_what_was_under_way_when_the_system_was_put_away_arrives_in_the_portals_queue(
    world: World, fire: FakeSystem, clock: Any
) -> None:
    fire.mode = "down"
    case = accepted_case(world)
    deliver_due()
    assert task_of(case, "fire-check").delivered_at is None
    connect(actor=KEEPER, department="fire", active=False)
    later(clock, hours=1)
    deliver_due()
    assert task_of(case, "fire-check").delivered_at == timezone.now()
    assert case.events.get(kind="dispatched", task__item_code="fire-check").text.endswith("已送到消防救援大队")


def test_a_system_connected_today_is_not_told_the_past(world: World, fire: FakeSystem, clock: Any) -> None:
    accepted_case(world)
    deliver_due()
    later(clock, minutes=5)
    assert push_changes() == 0
    assert Connection.objects.get().cursor > 0


def test_a_pushed_task_may_be_reviewed_here_as_well(world: World, fire: FakeSystem) -> None:
    case = accepted_case(world)
    fire.mode = "down"
    deliver_due()
    decide(world, case, "registration")
    task = task_of(case, "fire-check")
    review.claim(actor=world.reviewer("fire"), task_id=task.pk)
    assert decide(world, case, "fire-check").state == "granted", "a system that is away delays no decision"


def test_an_answer_that_trickles_for_ever_is_cut_off_and_loses_no_attempt(
    world: World, fire: FakeSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushing, "WHOLE", 0.5)
    fire.mode = "trickle"
    accepted_case(world)
    deliver_due()
    log = Push.objects.get()
    assert (log.status, log.received) == (0, False) and log.error
    assert (push_row().attempts, Connection.objects.get().failures) == (0, 1)


def test_bodies_go_after_half_a_year_and_the_hash_stays(world: World, fire: FakeSystem, clock: Any) -> None:
    accepted_case(world)
    deliver_due()
    assert forget_bodies() == 0 and Push.objects.get().body
    later(clock, days=181)
    assert forget_bodies() == 1 and forget_bodies() == 0
    log = Push.objects.get()
    assert log.body is None and len(log.sha256) == 64 and log.size > 500
