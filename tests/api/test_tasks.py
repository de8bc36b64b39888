"""The department's tasks through the API: the same rules, refusals and conflicts as the pages."""

import pytest
from django.test import Client

from applications.models import Event, Task
from applications.operations import intake, review
from tests.api.conftest import As
from tests.applications.world import ID_ZHANG, accepted_case, decide, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
LIST = "/api/v1/tasks/"


def at(task: Task, act: str = "") -> str:
    return f"{LIST}{task.pk}/{act}{'/' if act else ''}"


def fault(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["code"]


def test_the_own_departments_desk_page_by_page(world, signed_in: As):
    mine = [task_of(accepted_case(world), "food-licence").pk for _ in range(3)]
    market = signed_in("market1")
    found, cursor = [], None
    for _ in range(3):
        body = market.get(LIST, {"limit": 1} | ({"cursor": cursor} if cursor else {})).json()
        found += body["results"]
        cursor = body["next"]
    assert cursor is None
    assert [line["id"] for line in found] == mine
    assert {line["department"] for line in found} == {"market"}
    assert found[0]["locked"] is True
    assert found[0]["light"]["colour"] == "green"


def test_another_departments_tasks_do_not_exist(world, signed_in: As):
    task = task_of(accepted_case(world), "food-licence")
    fire = signed_in("fire1")
    assert [line["item_code"] for line in fire.get(LIST).json()["results"]] == ["fire-check"]
    missing = fire.get(f"{LIST}999999/")
    assert (missing.status_code, fire.get(at(task)).content) == (404, missing.content)
    for act in ("claim", "grant", "refuse"):
        assert fire.post(at(task, act), {"reason": "x"} if act == "refuse" else {}, format="json").status_code == 404
    assert task_of(task.application, "food-licence").state == "open"


@pytest.mark.parametrize("account", ["limin", "zhangting", "zhoutao"])
def test_only_reviewers_come_in(world, signed_in: As, account):
    task = task_of(accepted_case(world), "food-licence")
    client = signed_in(account)
    assert client.get(LIST).status_code == client.get(at(task)).status_code == 403
    assert client.get(LIST).json()["errors"][0]["detail"] == "您不在任何审批岗位上。"
    assert client.post(at(task, "claim"), {}, format="json").status_code == 403


def test_claim_grant_and_what_follows(world, signed_in: As):
    case = accepted_case(world)
    task = task_of(case, "registration")
    approval = signed_in("approval1")
    claimed = approval.post(at(task, "claim"))
    assert (claimed.status_code, claimed.json()["state"], claimed.json()["mine"]) == (200, "claimed", True)
    assert claimed.json()["assignee"] == "刘洋"
    granted = approval.post(
        at(task, "grant"),
        {"opinion": "合格", "points": {"0": "yes"}, "result_number": "92320724MAE1K7T30J"},
        format="json",
    )
    assert (granted.status_code, granted.json()["state"]) == (200, "granted")
    assert granted.json()["decision_number"].endswith("号")
    assert granted.json()["points"][0]["value"] == "yes"
    task.refresh_from_db()
    assert (task.opinion, task.decided_by_id) == ("合格", world.users["approval1"].pk)
    assert Event.objects.filter(task=task, kind="decided").count() == 1
    assert signed_in("market1").get(at(task_of(case, "food-licence"))).json()["locked"] is False


def test_refuse_needs_its_reason(world, signed_in: As):
    task = task_of(accepted_case(world), "sign-filing")
    client = signed_in("urban-management1")
    answer = client.post(at(task, "refuse"), {}, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "reason")
    answer = client.post(at(task, "refuse"), {"reason": "店招不牢固"}, format="json")
    assert (answer.status_code, answer.json()["state"], answer.json()["reason"]) == (200, "refused", "店招不牢固")


def test_refusals_of_the_rules_in_the_one_shape(world, signed_in: As):
    case = accepted_case(world)
    locked = signed_in("market1").post(at(task_of(case, "food-licence"), "grant"), {}, format="json")
    assert fault(locked) == (409, "conflict")
    assert "经营主体设立登记" in locked.json()["errors"][0]["detail"]
    registration = task_of(case, "registration")
    approval = signed_in("approval1")
    no_number = approval.post(at(registration, "grant"), {}, format="json")
    assert fault(no_number) == (422, "refused")
    assert no_number.json()["errors"][0]["attr"] == "result_number"
    review.claim(actor=world.actor("approval2"), task_id=registration.pk)
    assert fault(approval.post(at(registration, "claim"), {}, format="json")) == (409, "conflict")
    theirs = approval.post(at(registration, "grant"), {"result_number": "1"}, format="json")
    assert fault(theirs) == (403, "not_allowed")
    decide_again = decide(world, case, "sign-filing")
    again = signed_in("urban-management1").post(at(decide_again, "grant"), {}, format="json")
    assert fault(again) == (409, "conflict")


def test_who_took_the_case_in_does_not_decide_it(world, signed_in: As):
    from departments.models import Post

    Post.objects.create(user=world.users["limin"], role="reviewer", department_id="urban-management")
    task = task_of(accepted_case(world), "sign-filing")
    assert fault(signed_in("limin").post(at(task, "grant"), {}, format="json")) == (403, "not_allowed")


def test_a_task_shows_only_what_its_own_item_uses(world, signed_in: As):
    case = accepted_case(world)
    registration = signed_in("approval1").get(at(task_of(case, "registration")))
    labels = [entry["label"] for section in registration.json()["sections"] for entry in section["entries"]]
    assert labels == ["申请人姓名", "身份证号码", "联系电话", "店名", "地址"]
    assert ID_ZHANG not in registration.content.decode()
    fire = signed_in("fire1").get(at(task_of(case, "fire-check"))).json()
    assert [entry["label"] for section in fire["sections"] for entry in section["entries"]] == ["店名", "地址", "面积"]
    assert {paper["code"] for paper in fire["papers"]} == {"floor-plan", "fit-out-proof"}
    assert set(fire["others"][0]) == {"item_name", "department_name", "state", "state_label"}


UNKNOWN_KEYS_AND_WRONG_VALUES_ARE_REFUSE = [
    ({"verdict": "refuse"}, "verdict"),
    ({"task_id": 1, "actor": 2}, "task_id"),
    ({"points": {"7": "yes"}}, "points"),
    ({"points": {"0": "maybe"}}, "points.0"),
    ({"opinion": "长" * 2001}, "opinion"),
    ({"opinion": "a\x00b"}, "opinion"),
    ({"opinion": ["a"]}, "opinion"),
]


def test_unknown_keys_and_wrong_values_are_refused(world, signed_in: As):
    for body, attr in UNKNOWN_KEYS_AND_WRONG_VALUES_ARE_REFUSE:
        task = task_of(accepted_case(world), "sign-filing")
        answer = signed_in("urban-management1").post(at(task, "grant"), body, format="json")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["attr"] == attr
        task.refresh_from_db()
        assert task.state == "open"


A_BODY_THAT_CANNOT_BE_READ_IS_REFUSED = [
    (b"[" * 60_000, "application/json", 400),
    (b'{"opinion": "\\ud800"}', "application/json", 400),
    (b'{"\\ud800": 1}', "application/json", 400),
    (b'{"opinion": NaN}', "application/json", 400),
    (b"\xff\xfe", "application/json", 400),
    (b"[]", "application/json", 400),
    (b"null", "application/json", 400),
    (b'{"opinion": "' + b"a" * 70_000 + b'"}', "application/json", 413),
    (b"opinion=a", "application/x-www-form-urlencoded", 415),
    (b"--x\r\n", "multipart/form-data; boundary=x", 415),
    (b"--x\r\n", "multipart/form-data", 415),
    (b"&".join([b"a=1"] * 3001), "application/x-www-form-urlencoded", 415),
]


def test_a_body_that_cannot_be_read_is_refused(world):
    """Through the CSRF check as a browser's request goes, which looks into forms for the token."""
    for body, media, status in A_BODY_THAT_CANNOT_BE_READ_IS_REFUSED:
        task = task_of(accepted_case(world), "sign-filing")
        client = Client(enforce_csrf_checks=True)
        client.force_login(world.users["urban-management1"])
        client.get("/sign-in/")
        token = client.cookies["csrftoken"].value
        answer = client.post(at(task, "grant"), body, content_type=media, headers={"X-CSRFToken": token})
        assert answer.status_code == status, answer.content
        assert answer.json()["type"] in ("client_error", "validation_error")


def test_acts_need_the_csrf_token(world):
    task = task_of(accepted_case(world), "sign-filing")
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.users["urban-management1"])
    for act in ("claim", "grant", "refuse"):
        answer = client.post(at(task, act), "{}", content_type="application/json")
        assert fault(answer) == (403, "permission_denied")
    task.refresh_from_db()
    assert task.state == "open"


A_QUERY_THAT_CANNOT_BE_MEANT_IS_REFUSED = [
    {"scope": "x"},
    {"light": "x"},
    {"limit": "101"},
    {"who": "all"},
    {"search": "\x00"},
]


def test_a_query_that_cannot_be_meant_is_refused(world, signed_in: As):
    for query in A_QUERY_THAT_CANNOT_BE_MEANT_IS_REFUSED:
        answer = signed_in("market1").get(LIST, query)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["attr"] == next(iter(query))


def test_scopes_lights_and_search(world, signed_in: As):
    case = accepted_case(world)
    market = signed_in("market1")

    def count(**query) -> int:
        answer = market.get(LIST, query)
        assert answer.status_code == 200, answer.content
        return len(answer.json()["results"])

    for scope in ("open", "free", "all", "any"):
        assert count(scope=scope) == 1
    assert count(scope="mine") == count(scope="done") == count(scope="intake") == 0
    assert count(light="locked") == 1
    assert count(light="red") == 0
    assert count(search=case.number, scope="any") == 1
    assert count(search="没有这个人") == 0
    assert count(item="food-licence") == 1
    assert count(item="fire-check") == 0
    assert count(cursor="nonsense") == 1


def test_a_department_that_accepts_for_itself_sees_what_waits_for_its_word(world, signed_in: As):
    from departments.models import Department
    from tests.applications.world import file_case

    Department.objects.filter(pk="market").update(intake_mode="own")
    case = file_case(world)
    intake.receive(actor=world.clerk, number=case.number)
    lines = signed_in("market1").get(LIST, {"scope": "intake"}).json()["results"]
    assert [line["state"] for line in lines] == ["pending"]
