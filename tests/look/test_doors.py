"""Pure: the front page's doors, from whatever is published."""

from dataclasses import replace

from matters.doors import confluence, firm_stages, life_doors, sayings
from matters.published import Brief

SHOP = Brief(
    number=1,
    code="open-shop",
    name="我要开店",
    audience="enterprise",
    theme="零售购物",
    batch=1,
    level="county",
    summary="",
    keywords=("开店", "小店"),
    items=("登记",),
    departments={"market": "市场监管局", "fire": "消防救援大队"},
    promised_days=3,
    revision_id=1,
    revision_number=1,
)
BABY = replace(
    SHOP, number=2, code="baby", name="孩子出生了", audience="individual", theme="生育收养", keywords=("出生",)
)


def test_nothing_published_yet():
    assert (life_doors([]), firm_stages([]), sayings([], []), confluence([])) == ((), (), (), ())


def test_a_theme_that_nobody_foresaw_still_has_a_door():
    stages = firm_stages([SHOP, replace(SHOP, code="moon", theme="登月")])
    assert [stage.title for stage in stages] == ["开店", "其他"]
    assert [door.theme for door in life_doors([replace(BABY, theme="新主题"), BABY])] == ["生育收养", "新主题"]


def test_a_stage_of_one_theme_shows_its_matters_and_one_of_more_shows_the_themes():
    one, *_ = firm_stages([SHOP])
    assert [brief.code for brief in one.matters] == ["open-shop"]
    both, *_ = firm_stages([SHOP, replace(SHOP, code="inn", theme="餐饮住宿")])
    assert both.matters == () and both.themes == (("餐饮住宿", 1), ("零售购物", 1))


def test_words_to_try_come_from_the_catalogue():
    assert sayings([SHOP, BABY, replace(BABY, code="nameless", keywords=())], [SHOP]) == ("开店", "出生")


def test_the_lines_that_join_are_the_departments_of_the_widest_matter():
    assert [(spring.name, spring.y) for spring in confluence([BABY, SHOP])] == [
        ("市场监管局", 30),
        ("消防救援大队", 310),
    ]
    many = replace(SHOP, departments={f"d{n}": f"局{n}" for n in range(9)})
    assert [spring.y for spring in confluence([many])] == [30, 77, 123, 170, 217, 263, 310]
