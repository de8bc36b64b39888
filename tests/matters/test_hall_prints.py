"""大厅导览: the map, the signs and the page of a hall say the same, and old ones are found by their code."""

import re
from typing import Any

import pytest
from django.test import Client

from departments.models import Counter, Hall
from matters.models import Matter
from matters.prints.halls import (
    EVERYTHING,
    CounterFacts,
    Desk,
    HallFacts,
    Listed,
    desks,
    in_columns,
    listed,
    map_code,
    themes,
)
from matters.published import catalogue
from tests.matters.pdf_text import pages_of, text_of

PAGE = "/halls/county/"


@pytest.fixture
def hall(few: None) -> Hall:
    made = Hall.objects.create(
        code="county", name="灌南县政务服务中心", address="新安镇 1 号", hours="周一至周五", phone="0518-1"
    )
    rows = [("1", "A 区", ""), ("2", "A 区", ""), ("3", "B 区", "出件取件")]
    Counter.objects.bulk_create(Counter(hall=made, number=n, zone=z, handles=h) for n, z, h in rows)
    return made


@pytest.mark.parametrize(
    ("counters", "told"),
    [
        ([], []),
        ([("1", "", "")], [Desk("", "1", EVERYTHING)]),
        ([("1", "A", ""), ("2", "A", ""), ("3", "A", "")], [Desk("A", "1—3", EVERYTHING)]),
        ([("1", "A", ""), ("3", "A", "")], [Desk("A", "1、3", EVERYTHING)]),
        ([("东1", "", ""), ("东2", "", "")], [Desk("", "东1、东2", EVERYTHING)]),
        ([("1", "A", ""), ("2", "B", ""), ("3", "B", "取件")],
         [Desk("A", "1", EVERYTHING), Desk("B", "2", EVERYTHING), Desk("B", "3", "取件")]),
    ],
)  # fmt: skip
def test_neighbouring_counters_that_do_the_same_are_told_as_one(
    counters: list[tuple[str, str, str]], told: list[Desk]
) -> None:
    assert desks([CounterFacts(*one) for one in counters]) == told


@pytest.mark.parametrize("sizes", [[], [1], [5, 1, 1], [3, 3, 3, 3, 3, 3, 3], [1, 20, 1, 1], list(range(1, 23))])
def test_themes_keep_their_order_over_the_columns_and_none_is_lost(sizes: list[int]) -> None:
    blocks = [{"head": str(place), "rows": [[n, "x"] for n in range(size)]} for place, size in enumerate(sizes)]
    columns = in_columns(blocks)
    assert [block for column in columns for block in column] == blocks
    assert len(columns) <= 3


HALL = HallFacts("county", "大厅", "路 1 号", "周一", "1", (CounterFacts("1", "A", ""),))
LIST = (Listed(1, "shop", "我要开店", "零售", "enterprise"), Listed(2, "wed", "我要结婚", "婚姻", "individual"))


@pytest.mark.parametrize(
    ("hall", "matters", "same"),
    [
        (HALL, LIST, True),
        (HallFacts("county", "大厅", "路 2 号", "周一", "1", HALL.counters), LIST, False),
        (HallFacts("county", "大厅", "路 1 号", "周一", "1", ()), LIST, False),
        (HALL, LIST[:1], False),
        (HALL, (LIST[0], Listed(2, "wed", "我要领证", "婚姻", "individual")), False),
    ],
)
def test_the_code_changes_with_what_is_printed(hall: HallFacts, matters: tuple[Listed, ...], same: bool) -> None:
    assert (map_code(hall, matters) == map_code(HALL, LIST)) is same


def test_the_map_is_one_sheet_with_every_matter_by_theme(hall: Hall, client: Client) -> None:
    pdf = client.get(f"{PAGE}map.pdf").content
    assert [page[:2] for page in pages_of(pdf)] == [(297, 420)]
    text = text_of(pdf)
    for told in ("灌南县政务服务中心", "新安镇1号", "周一至周五", "0518-1", "1—2号窗口", "A区", "出件取件"):
        assert told in text, told
    found = listed(catalogue())
    assert [one.name for one in found if re.sub(r"\s", "", f"{one.number}{one.name}") not in text] == []
    assert [theme.title for _, group in themes(found) for theme in group if theme.title not in text] == []
    assert map_code_of(client) in text


def map_code_of(client: Client) -> str:
    context: Any = client.get(PAGE).context
    return str(context["code"])


def test_a_map_of_a_hundred_matters_is_one_sheet(loaded: None, client: Client) -> None:
    Hall.objects.create(code="county", name="灌南县政务服务中心")
    pdf = client.get(f"{PAGE}map.pdf").content
    assert len(pages_of(pdf)) == 1
    assert "县里还没有填" in text_of(pdf)
    assert [m.name for m in Matter.objects.all() if re.sub(r"\s", "", m.name) not in text_of(pdf)] == []


def test_each_counter_has_its_sign(hall: Hall, client: Client) -> None:
    first, second, third = pages_of(client.get(f"{PAGE}signs.pdf").content)
    assert {page[:2] for page in (first, second, third)} == {(297, 210)}
    assert "1号窗口综合受理" in first[2]
    assert "带身份证来就行" in second[2]
    assert "3号窗口出件取件" in third[2]
    assert "带身份证来就行" not in third[2]


def test_the_page_shows_the_same_and_links_every_guide(hall: Hall, client: Client) -> None:
    shown = client.get(PAGE).content.decode()
    assert [code for code in Matter.objects.values_list("pk", flat=True) if f'"/matters/{code}/"' not in shown] == []
    assert "1—2 号" in shown
    assert f'href="{PAGE}"' in client.get("/halls/").content.decode()


def test_an_old_map_is_told_by_its_code(hall: Hall, client: Client) -> None:
    code = map_code_of(client)
    assert "是最新的" in client.get(PAGE, {"v": code}).content.decode()
    hall.address = "搬到新安路"
    hall.save()
    assert "您手里的导览图是旧的" in client.get(PAGE, {"v": code}).content.decode()
    answer = client.get("/prints/", {"code": code})
    assert answer.headers["Location"] == f"{PAGE}?v={code}"
    assert client.get("/prints/", {"code": "county"}).status_code == 200


def test_what_is_not_there(hall: Hall, client: Client) -> None:
    Hall.objects.create(code="town", name="镇便民服务中心")
    assert client.get("/halls/none/").status_code == 404
    assert client.get("/halls/town/").status_code == 200
    assert client.get("/halls/town/signs.pdf").status_code == 404
