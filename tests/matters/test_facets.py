"""Browse and search narrowed by facets: counts say what a click will show; few queries; ways to browse."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from matters.facets import chosen, fits, groups, wish_of
from matters.published import catalogue

pytestmark = pytest.mark.usefixtures("loaded")
OPTION = re.compile(r'<li><a href="(\?[^"]*)"( aria-current="true")?><span>([^<]+)</span><b>(\d+)<')
TOTAL = re.compile(r"共 (\d+)\s件")


def options(page: str) -> list[tuple[str, bool, str, int]]:
    return [(unescape(where), bool(on), label, int(count)) for where, on, label, count in OPTION.findall(page)]


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("start", ["", "?by=life", "?by=firm", "?level=township", "?theme=餐饮住宿&shape=joint"])
def test_a_count_is_what_the_click_shows(client: Client, start: str) -> None:
    page = read(client, f"/matters/{start}")
    found = options(page)
    assert len(found) > 5
    for where, on, label, count in found[::3]:
        total = TOTAL.search(read(client, f"/matters/{where}"))
        assert total and (on or int(total[1]) == count), (where, label)


def test_facets_work_together_and_are_taken_back_one_by_one() -> None:
    briefs = catalogue()
    wish = wish_of({"audience": "enterprise", "department": "fire", "shape": "joint", "theme": ""})
    shown = [brief for brief in briefs if fits(brief, wish)]
    assert shown and all("fire" in brief.departments and brief.audience == "enterprise" for brief in shown)
    on = chosen(groups(briefs, wish, {"q": "店"}))
    assert [(option.label, option.count) for option in on if option.label == "企业"] == [("企业", len(shown))]
    assert {option.address for option in on} == {
        "?q=%E5%BA%97&shape=joint&department=fire",
        "?q=%E5%BA%97&audience=enterprise&department=fire",
        "?q=%E5%BA%97&audience=enterprise&shape=joint",
    }


def test_an_address_of_old_still_means_the_city() -> None:
    assert wish_of({"shape": "city"}) == {"level": "city-county"}


def test_browse_by_life_and_by_stage(client: Client) -> None:
    life, firm = read(client, "/matters/?by=life"), read(client, "/matters/?by=firm")
    assert life.index("生育收养</h2>") < life.index("教育就学</h2>") < life.index("身后事务</h2>")
    assert "我要开餐馆" not in life and "共 31" in life
    assert firm.index("起步和全周期") < firm.index("企业全周期</h3>") < firm.index("开店</h2>") and "共 69" in firm


def test_search_narrows_by_facets(client: Client) -> None:
    page = read(client, "/search/?q=食品经营许可")
    where = next(where for where, _, label, _ in options(page) if label == "餐饮住宿")
    narrowed = read(client, f"/search/{where}")
    assert "我要开餐馆" in narrowed and "我要开药店" not in narrowed


def test_a_search_in_vain_says_so_and_offers_help(client: Client) -> None:
    page = read(client, "/search/?q=今天天气")
    for text in ("没有找到“今天天气”", "tel:12345", "/halls/", "看全部能办的事", "记下来了"):
        assert text in page


@pytest.mark.parametrize(
    "address", ["/matters/", "/matters/?by=firm&level=city-county", "/search/?q=开饭店", "/api/v1/matters/?search=kcg"]
)
def test_finding_asks_few_queries(client: Client, address: str) -> None:
    client.get(address)  # the first builds the index
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    assert len(asked) <= 4, [query["sql"] for query in asked]
