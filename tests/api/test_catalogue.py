"""The catalogue through the API: list, search, filters, one matter under answers."""

import pytest

from matters.plan import scheme
from matters.published import current_plan
from tests.api.conftest import As

pytestmark = pytest.mark.django_db
LIST = "/api/v1/matters/"


def codes(response) -> list[str]:
    assert response.status_code == 200, response.content
    return [line["code"] for line in response.json()["results"]]


def test_everybody_reads_the_list_by_number(world, client):
    answer = client.get(LIST)
    assert codes(answer) == ["noodle-shop", "buy-flat", "travel-agency", "hardship"]
    first = answer.json()["results"][0]
    assert (first["number"], first["name"], first["why"], first["joint"]) == (1, "我要开面馆", "", True)
    assert answer["Cache-Control"] == "no-store, private"


def test_search_answers_in_rank_order_and_says_why(world, client):
    answer = client.get(LIST, {"search": "买房"})
    assert codes(answer)[0] == "buy-flat"
    assert answer.json()["results"][0]["why"] == "搜索词“买房”"
    assert codes(client.get(LIST, {"search": "kaimianguan"}))[0] == "noodle-shop"
    assert codes(client.get(LIST, {"search": "完全没有的东西甲乙"})) == []


FILTERS = [
    ({"audience": "individual"}, ["buy-flat", "hardship"]),
    ({"theme": "文化旅游"}, ["travel-agency"]),
    ({"joint": "true"}, ["noodle-shop", "buy-flat", "travel-agency"]),
    ({"joint": "false"}, ["hardship"]),
    ({"limit": "1", "offset": "1"}, ["buy-flat"]),
    ({"audience": "enterprise", "search": "旅行社"}, ["travel-agency"]),
    ({"department": "market", "search": "开面馆"}, ["noodle-shop"]),
    ({"level": "township"}, []),
]


def test_filters(world, client):
    for query, found in FILTERS:
        assert codes(client.get(LIST, query)) == found


A_QUERY_THAT_CANNOT_BE_MEANT_IS_REFUSED = [
    ({"audience": "dog"}, "audience"),
    ({"joint": "perhaps"}, "joint"),
    ({"limit": "201"}, "limit"),
    ({"limit": "0"}, "limit"),
    ({"offset": "-1"}, "offset"),
    ({"ordering": "id"}, "ordering"),
    ({"search": "a\x00b"}, "search"),
    ({"search": "长" * 101}, "search"),
    ({"level": "moon"}, "level"),
    ({"department": "a b"}, "department"),
]


def test_a_query_that_cannot_be_meant_is_refused(world, client):
    for query, attr in A_QUERY_THAT_CANNOT_BE_MEANT_IS_REFUSED:
        answer = client.get(LIST, query)
        assert answer.status_code == 400
        assert answer.json()["type"] == "validation_error"
        assert [fault["attr"] for fault in answer.json()["errors"]] == [attr]


def test_a_matter_under_answers_equals_its_scheme(world, client):
    plan = current_plan("noodle-shop").plan
    for choice in ("small", "large"):
        body = client.get(f"{LIST}noodle-shop/", {"scale": choice}).json()
        under = scheme(plan, {"scale": choice})
        assert body["answers"] == {"scale": choice}
        assert body["open_questions"] == []
        figures = body["figures"]
        assert (figures["asked"], figures["merged"]) == (under.asked, under.merged)
        assert (figures["series_days"], figures["parallel_days"]) == (under.series_days, under.parallel_days)
        assert [step["item"] for step in body["steps"]] == [step.item.code for step in under.steps]
        assert [one["code"] for one in body["materials"]] == [one.spec.code for one in under.materials]
    assert body["departments"]["market"]


def test_what_is_not_answered_is_shown_in_the_fullest_case(world, client):
    body = client.get(f"{LIST}noodle-shop/").json()
    assert body["open_questions"] == ["scale"]
    assert body["figures"]["steps"] == 4


UNKNOWN_QUESTIONS_AND_CHOICES_ARE_REFUSE = [{"scale": "huge"}, {"colour": "red"}]


def test_unknown_questions_and_choices_are_refused(world, client):
    for query in UNKNOWN_QUESTIONS_AND_CHOICES_ARE_REFUSE:
        answer = client.get(f"{LIST}noodle-shop/", query)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["attr"] == next(iter(query))


MISSING_IN_THE_ONE_SHAPE = ["/api/v1/matters/no-such/", "/api/v1/nothing/", "/api/", "/api/v2/matters/"]


def test_missing_in_the_one_shape(world, client):
    for address in MISSING_IN_THE_ONE_SHAPE:
        answer = client.get(address)
        assert answer.status_code == 404
        assert answer.json()["type"] == "client_error"
        assert answer.json()["errors"][0]["code"] == "not_found"
        assert answer["Cache-Control"] == "no-store, private"


def test_reading_does_not_write(world, signed_in: As):
    for method in ("post", "put", "patch", "delete", "options"):
        assert getattr(signed_in("zhangting"), method)(LIST).status_code == 405
