"""Cases through the API: whose they are, what the applicant reads, what officers read."""

import json

import pytest

from applications.models import Event
from applications.operations import review
from tests.api.conftest import As
from tests.applications.world import ID_ZHANG, accepted_case, file_case, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
LIST = "/api/v1/applications/"


def test_own_cases_newest_first_page_by_page(world, signed_in: As):
    numbers = [file_case(world).number for _ in range(3)][::-1]
    zhang = signed_in("zhangting")
    first = zhang.get(LIST, {"limit": 2}).json()
    second = zhang.get(LIST, {"limit": 2, "cursor": first["next"]}).json()
    assert [line["number"] for line in first["results"] + second["results"]] == numbers
    assert second["next"] is None
    assert zhang.get(LIST, {"state": "accepted"}).json()["results"] == []


@pytest.mark.parametrize("account", ["stranger", "wanglei", "market1"])
def test_other_peoples_cases_do_not_exist(world, signed_in: As, account):
    case = file_case(world)
    client = signed_in(account)
    assert client.get(LIST).json()["results"] == []
    existing, missing = client.get(f"{LIST}{case.number}/"), client.get(f"{LIST}no-such/")
    assert (existing.status_code, existing.content) == (missing.status_code, missing.content)
    assert existing.status_code == 404


def test_the_applicant_reads_no_note_and_no_full_number(world, signed_in: As):
    case = accepted_case(world)
    task = task_of(case, "food-licence")
    review.claim(actor=world.reviewer("market"), task_id=task.pk)
    review.advise(actor=world.reviewer("market"), task_id=task.pk, points={}, opinion="内部说法：再看一次")
    assert Event.objects.filter(note__contains="内部说法").exists()
    answer = signed_in("zhangting").get(f"{LIST}{case.number}/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "内部说法" not in text
    assert ID_ZHANG not in text and "13800000018" not in text
    assert "320724********002X" in text
    assert case.query_code not in text
    body = answer.json()
    assert set(body["timeline"][0]) == {"at", "kind", "text"}
    assert [one["item_code"] for one in body["tasks"]] == ["registration", "food-licence", "fire-check", "sign-filing"]


@pytest.mark.parametrize("account", ["limin", "zhoutao"])
def test_officers_read_notes_but_no_form(world, signed_in: As, account):
    case = accepted_case(world)
    body = signed_in(account).get(f"{LIST}{case.number}/").json()
    assert "note" in body["timeline"][0]
    assert {"form", "papers", "answers"}.isdisjoint(body)
    assert ID_ZHANG not in json.dumps(body) and "002X" not in json.dumps(body)


def test_who_is_not_signed_in_is_told_so(world, client):
    case = file_case(world)
    for address in (LIST, f"{LIST}{case.number}/", f"{LIST}no-such/"):
        answer = client.get(address)
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == 'Session realm="portal"'
        assert answer.json()["errors"][0]["code"] == "not_authenticated"


A_QUERY_THAT_CANNOT_BE_MEANT_IS_REFUSED = [
    {"cursor": "x"},
    {"cursor": "1" * 19},
    {"limit": "1000"},
    {"state": "x"},
    {"a": "b"},
]


def test_a_query_that_cannot_be_meant_is_refused(world, signed_in: As):
    for query in A_QUERY_THAT_CANNOT_BE_MEANT_IS_REFUSED:
        answer = signed_in("zhangting").get(LIST, query)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["attr"] == next(iter(query))
