"""A department's own system at the API: a token with each call, a signature with each act, each act once."""

import hashlib
import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.urls import reverse
from rest_framework.test import APIClient
from standardwebhooks import Webhook

from applications.models import Certificate, MaterialFile, SystemAct, Task
from applications.operations import approving
from departments.access import Actor
from departments.models import Connection, SystemKey
from departments.operations.exchange import Keys, connect, issue_key, revoke_key
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.operations import deliver_due
from tests.applications.browsing import sign_in, text_of
from tests.applications.test_looking import bring
from tests.applications.world import World, accepted_case, decide, task_of
from tests.foundation.zoo import pdf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
LIST = "/api/v1/tasks/"
KEEPER = Actor(user_id=1, name="丁宁", superuser=True)


class Caller:
    """The department's system as a client of the API."""

    def __init__(self, keys: Keys) -> None:
        self.keys, self.client = keys, APIClient()

    def get(self, path: str) -> Any:
        return self.client.get(path, headers={"authorization": f"Bearer {self.keys.token}"})

    def act(self, task: Task, name: str, body: Any = None, **other: Any) -> Any:
        content = json.dumps(body or {}, ensure_ascii=False)
        at = other.get("at") or datetime.now(UTC)
        message = other.get("message", f"{name}-{task.pk}")
        secret = other.get("secret") or self.keys.call_secret
        headers = {
            "authorization": f"Bearer {other.get('token', self.keys.token)}",
            "webhook-id": message,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(secret).sign(message, at, other.get("signed", content)),
        } | other.get("headers", {})
        kept = {name: value for name, value in headers.items() if value is not None}
        return self.client.post(f"{LIST}{task.pk}/{name}/", content, content_type="application/json", headers=kept)


@pytest.fixture
def fire(world: World) -> Caller:
    connect(actor=KEEPER, department="fire")
    return Caller(issue_key(actor=KEEPER, department="fire"))


@pytest.fixture
def task(world: World) -> Task:
    case = accepted_case(world)
    decide(world, case, "registration")
    return task_of(case, "fire-check")


def test_the_system_reads_and_decides_its_departments_tasks_under_its_own_name(fire: Caller, task: Task) -> None:
    lines = fire.get(LIST).json()["results"]
    assert [line["id"] for line in lines] == [task.pk]
    detail = fire.get(f"{LIST}{task.pk}/").json()
    assert detail["item_code"] == "fire-check" and {paper["code"] for paper in detail["papers"]} == {
        "floor-plan",
        "fit-out-proof",
    }
    assert fire.act(task, "claim").json()["assignee"] == "系统（消防救援大队）"
    granted = fire.act(task, "grant", {"opinion": "合格", "points": {"0": "yes"}})
    assert (granted.status_code, granted.json()["state"]) == (200, "granted")
    line = task.application.events.get(kind="decided", task=task)
    assert line.actor_name == "系统（消防救援大队）" and line.actor_id == Connection.objects.get().user_id


def test_no_other_department_and_no_other_page_is_open_to_it(fire: Caller, world: World, task: Task) -> None:
    other = task_of(task.application, "food-licence")
    missing = fire.get(f"{LIST}999999/")
    assert (fire.get(f"{LIST}{other.pk}/").status_code, missing.status_code) == (404, 404)
    assert fire.act(other, "claim").status_code == 404
    assert fire.get("/api/v1/applications/").status_code == 401
    assert fire.get("/queue/").status_code == 302
    assert not fire.client.login(username="system-fire", password="")


def test_a_connection_for_some_items_hides_the_rest(fire: Caller, task: Task) -> None:
    connect(actor=KEEPER, department="fire", items=("another-item",))
    assert fire.get(LIST).json()["results"] == []
    assert (fire.get(f"{LIST}{task.pk}/").status_code, fire.act(task, "claim").status_code) == (404, 404)
    connect(actor=KEEPER, department="fire", items=("fire-check",))
    assert fire.act(task, "claim").status_code == 200


@pytest.mark.parametrize(
    "other",
    [
        {"secret": "whsec_bm90IHRoZSBzZWNyZXQgb2YgYW55Ym9keSBhdCBhbGw="},
        {"signed": '{"opinion": "another"}'},
        {"at": datetime(2026, 3, 2, 1, 24, tzinfo=UTC)},  # six minutes ago
        {"at": datetime(2026, 3, 2, 1, 36, tzinfo=UTC)},
        {"headers": {"webhook-signature": None}},
        {"headers": {"webhook-signature": "v1"}},
        {"headers": {"webhook-signature": "v1,%%%"}},
        {"headers": {"webhook-signature": ""}},
        {"headers": {"webhook-timestamp": "soon"}},
        {"headers": {"webhook-timestamp": "inf"}},
        {"headers": {"webhook-id": None}},
        {"headers": {"webhook-id": "x" * 101}},
        {"token": "gn_nobody"},
        {"token": ""},
    ],
)
def test_an_act_without_a_good_signature_changes_nothing(fire: Caller, task: Task, other: dict[str, Any]) -> None:
    answer = fire.act(task, "claim", **other)
    assert (answer.status_code, task_of(task.application, "fire-check").state) == (401, "open")
    assert not SystemAct.objects.exists()


def test_the_same_act_again_has_no_second_effect_and_other_bytes_under_its_name_are_refused(
    fire: Caller, task: Task
) -> None:
    fire.act(task, "claim", message="one")
    again = fire.act(task, "claim", message="one")
    assert (again.status_code, again.json()["state"]) == (200, "claimed")
    assert task.application.events.filter(kind="claimed", task=task).count() == 1
    other = fire.act(task, "advise", {"opinion": "齐"}, message="one")
    assert (other.status_code, other.json()["errors"][0]["code"]) == (409, "conflict")
    row = SystemAct.objects.get()
    assert (row.act, row.sha256) == ("api-task-claim", hashlib.sha256(b"{}").hexdigest())


def test_what_was_refused_may_be_sent_again_under_the_same_name(fire: Caller, task: Task) -> None:
    body = {"reason": "没有第二个疏散出口，《消防法》第十五条"}
    assert fire.act(task, "resume", {"result": "合格"}, message="x").status_code == 409
    assert not SystemAct.objects.exists()
    assert fire.act(task, "refuse", body, message="x").json()["state"] == "refused"


def test_keys_change_without_a_pause_and_a_stopped_one_opens_nothing(fire: Caller, task: Task) -> None:
    new = Caller(issue_key(actor=KEEPER, department="fire"))
    with pytest.raises(Conflict, match="两套"):
        issue_key(actor=KEEPER, department="fire")
    assert (fire.get(LIST).status_code, new.get(LIST).status_code) == (200, 200)
    revoke_key(actor=KEEPER, key_id=SystemKey.objects.earliest("id").pk)
    assert (fire.get(LIST).status_code, new.get(LIST).status_code) == (401, 200)
    crossed = Caller(Keys(new.keys.token, fire.keys.call_secret, ""))
    assert crossed.act(task, "claim").status_code == 401, "an old secret signs for no new token"
    assert new.act(task, "claim").status_code == 200
    connect(actor=KEEPER, department="fire", active=False)
    assert new.get(LIST).status_code == 401


def test_no_token_and_no_secret_stands_in_the_database_in_the_clear(fire: Caller, world: World) -> None:
    with database.cursor() as cursor:
        cursor.execute("SELECT * FROM departments_systemkey")
        stored = repr(cursor.fetchall())
    assert not any(secret in stored for secret in (fire.keys.token, fire.keys.call_secret, fire.keys.push_secret))


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"department": "nowhere"}, Refused),
        ({"department": "fire", "address": "ftp://fire.example.cn/"}, Refused),
        ({"department": "fire", "address": "https://user:word@fire.example.cn/"}, Refused),
        ({"department": "fire", "address": "fire.example.cn"}, Refused),
    ],
)
def test_what_cannot_be_connected(world: World, given: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        connect(actor=KEEPER, **given)
    assert not Connection.objects.exists()


def test_only_the_keeper_of_the_system_connects(world: World) -> None:
    for actor in (world.clerk, world.supervisor, world.reviewer("fire")):
        with pytest.raises(NotAllowed):
            connect(actor=actor, department="fire")


def test_in_production_tasks_go_out_over_https_alone(world: World, settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(Refused):
        connect(actor=KEEPER, department="fire", address="http://fire.example.cn/inbox")
    assert connect(actor=KEEPER, department="fire", address="https://fire.example.cn/inbox").pushes


def test_where_the_system_asks_for_its_tasks_its_own_word_is_the_receipt(fire: Caller, world: World) -> None:
    case = accepted_case(world)
    deliver_due()
    task = task_of(case, "fire-check")
    assert task.delivered_at is None and task_of(case, "sign-filing").delivered_at is not None
    for _ in range(2):
        assert fire.act(task, "received").status_code == 200
    task.refresh_from_db()
    assert task.delivered_at is not None
    assert case.events.filter(kind="dispatched", task=task).count() == 1


def test_the_other_acts_call_the_operations_of_the_pages(fire: Caller, world: World, task: Task) -> None:
    fire.act(task, "claim")
    fire.act(task, "advise", {"opinion": "消防设施齐全", "points": {"0": "yes"}})
    kept = task_of(task.application, "fire-check")
    assert (kept.opinion, kept.points) == ("消防设施齐全", {"0": "yes"})
    asked = fire.act(
        task, "supplement", {"asks": [{"material": "floor-plan", "text": "请标明疏散出口"}], "reason": "图上看不清"}
    )
    assert asked.status_code == 200 and approving.waiting().count() == 1
    assert fire.act(task, "extend", {"days": 5, "reason": "等检测"}).status_code == 200
    assert fire.act(task, "suspend", {"cause": "testing", "expected_days": 5}).json()["state"] == "suspended"
    assert fire.act(task, "resume", {"result": "检测合格"}).json()["state"] == "claimed"
    assert (
        fire.act(task, "suspend", {"cause": "inspection-of-nothing", "expected_days": 5}, message="b").status_code
        == 400
    )
    assert fire.act(task, "wait", {"kind": "公示", "began_on": "2026-03-02"}).status_code == 422
    assert fire.act(task, "propose", {"verdict": "grant", "opinion": "好"}).status_code in (409, 422)
    assert fire.act(task, "return", {"owner": "market", "reason": "不归消防"}).json()["state"] == "returned"


@pytest.mark.parametrize("source", ["", "材料库，只上传过"])
def test_a_file_comes_with_the_hash_of_the_bytes_that_were_sent(fire: Caller, world: World, task: Task, source) -> None:
    row = bring(world, task.application, "floor-plan")
    MaterialFile.objects.filter(pk=row.pk).update(source=source)
    bring(world, task.application, "premises-proof")
    listed = [file for paper in fire.get(f"{LIST}{task.pk}/").json()["papers"] for file in paper["files"]]
    assert [file["sha256"] for file in listed] == [row.file.sha256]
    answer = fire.get(listed[0]["address"])
    content = b"".join(answer.streaming_content)
    digest = b64encode(hashlib.sha256(content).digest()).decode()
    assert answer["Content-Digest"] == f"sha-256=:{digest}:"
    assert (hashlib.sha256(content).hexdigest() == row.file.sha256) is (source == ""), "a copy used again is marked"


def test_no_file_of_another_item_and_none_without_a_token(fire: Caller, world: World, task: Task) -> None:
    other = bring(world, task.application, "premises-proof")
    mine = bring(world, task.application, "floor-plan")
    assert fire.get(f"{LIST}files/{other.pk}/").status_code == fire.get(f"{LIST}files/999999/").status_code == 404
    assert APIClient().get(f"{LIST}files/{mine.pk}/").status_code == 401
    connect(actor=KEEPER, department="fire", items=("another-item",))
    assert fire.get(f"{LIST}files/{mine.pk}/").status_code == 404


def test_after_five_minutes_a_recorded_act_is_worth_nothing(fire: Caller, task: Task) -> None:
    old = datetime.now(UTC) - timedelta(minutes=6)
    assert fire.act(task, "grant", at=old).status_code == 401


def test_the_issuers_own_pdf_of_a_certificate_comes_once_and_the_applicant_opens_it(
    fire: Caller, world: World, task: Task
) -> None:
    made = {"number": "", "pdf": b64encode(pdf()).decode()}
    assert fire.act(task, "certificate", made).status_code == 400, "a number is needed"
    assert fire.act(task, "certificate", made | {"number": "1"}).status_code == 409, "nothing is granted yet"
    fire.act(task, "claim")
    fire.act(task, "grant", {"opinion": "合格", "points": {"0": "yes"}})
    deliver_due()
    kept = Certificate.objects.get(task=task)
    made["number"] = kept.number
    assert fire.act(task, "certificate", made | {"number": "灌消〔2025〕9号"}).status_code == 409
    for wrong in ("%%%", b64encode(b"MZ nothing").decode()):
        assert fire.act(task, "certificate", made | {"pdf": wrong}).status_code in (400, 422)
    for _ in range(2):
        assert fire.act(task, "certificate", made).status_code == 200
    assert fire.act(task, "certificate", made | {"pdf": b64encode(pdf(pages=2)).decode()}).status_code == 409
    kept.refresh_from_db()
    assert kept.file is not None and task.application.events.filter(kind="certificate_brought").count() == 1
    zhang = sign_in(world, "zhangting")
    assert "原件" in text_of(zhang.get(reverse("track", args=[task.application.number])))
    answer = zhang.get(reverse("paper-original", args=[kept.paper_id]))
    assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == kept.file.sha256
    assert sign_in(world, "tax1").get(reverse("paper-original", args=[kept.paper_id])).status_code == 404
