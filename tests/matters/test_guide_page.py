"""The guide page: figures in one unit, why each paper, versions of prints, old revisions, search engines, budget."""

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from departments.access import Actor
from departments.models import Hall
from matters.compiling import compile_plan
from matters.guide import guide, saved
from matters.models import Matter
from matters.operations.publishing import withdraw
from matters.operations.releasing import approve, ask_release
from matters.plan import Plan, every_answer
from matters.source.checking import Catalogue
from matters.versions import current_edition, read_code

RESTAURANT = "/matters/open-restaurant/"
FULL = f"{RESTAURANT}?scale=large&sewer=town&signboard=street"


@pytest.fixture
def read(client: Client) -> Any:
    def page(address: str, status: int = 200) -> str:
        response = client.get(address)
        assert response.status_code == status, address
        return response.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ")

    return page


@pytest.fixture
def editors(few: None) -> tuple[Actor, Actor]:
    users = [User.objects.create_user(name, name=name) for name in ("editor", "second")]
    one, two = (Actor(user_id=user.pk, name=user.name, editor=True) for user in users)
    return one, two


def publish(editors: tuple[Actor, Actor], reason: str = "改了") -> None:
    release = ask_release(matters=["open-restaurant"], reason=reason, actor=editors[0])
    approve(release=release.pk, actor=editors[1])


# -- what it says --------------------------------------------------------------


@pytest.mark.parametrize(("before", "now", "percent"), [(60, 21, 65), (47, 26, 45), (7, 1, 86), (3, 3, 0), (0, 1, 0)])
def test_what_is_saved(before: int, now: int, percent: int) -> None:
    assert saved(before, now) == percent


def test_the_figures_stand_in_one_unit_and_say_how_they_are_computed(few: None, read: Any) -> None:
    page = read(FULL)
    assert "<s>60 天</s>" in page and "约<b>21</b>天" in page and "承诺 15 个工作日，少 65%" in page
    assert "（47 − 26）÷ 47 = 45%" in page
    assert "15 × 7 ÷ 5 ≈ 21 天" in page and "（60 − 21）÷ 60 = 65%" in page
    assert "（7 − 1）÷ 7 = 86%" in page
    apart = re.search(r"各部门清单分别计数：(.*?)，加起来 47 份", page)
    assert apart and sum(map(int, re.findall(r" (\d+)", apart[1]))) == 47


def test_each_paper_says_who_asks_for_it_and_why(few: None, read: Any) -> None:
    page = read(FULL)
    paper = page[page.index("<b>经营场所使用证明</b>") : page.index("<b>公司（企业）章程</b>")]
    assert "4 个部门共用" in paper and "复印件，1 份" in paper and "自己准备" in paper
    assert "食品经营许可（新办）：《中华人民共和国食品安全法》" in paper
    exempt = page[page.index('id="p3"') : page.index('id="results"')]
    assert "由公安局核发，部门自己能查到，不收复印件；带原件给窗口看一眼" in exempt
    assert "/forms/" in page and "/samples/" in page


def test_fees_conditions_remedies_phones_and_results(few: None, read: Any) -> None:
    page = read(FULL)
    assert "9 个事项都不收费" in page
    assert "《中华人民共和国行政复议法》第二十条" in page and "《中华人民共和国行政诉讼法》第四十六条" in page
    assert "各部门的电话县里还没有填" in page and "县里还没有登记大厅" in page
    assert "食品经营许可证</b>，证照，市场监管局发，有效期 5 年" in page


def test_every_county_matter_can_be_drawn_under_every_answer(county: Catalogue) -> None:
    """Single-department, city-county, six stages, many answers: nothing falls over, and nothing is lost."""
    parts = county.dictionaries
    for row in county.rows["matter"].values():
        plan = Plan.from_json(compile_plan(row, parts))
        for answers in every_answer(plan):
            shown = guide(plan, answers)
            listed = [p.material.spec.code for p in (*shown.core, *shown.later, *shown.exempt)]
            assert sorted(listed) == sorted(m.spec.code for m in shown.scheme.materials)
            assert sum(number for _, number in shown.apart) == shown.scheme.asked
            assert all(paper.items and paper.source for paper in (*shown.core, *shown.later))
            assert all(paper.why_not for paper in shown.exempt)
            assert sum(len(stage.lines) for stage in shown.stages) == len(shown.scheme.steps)


# -- versions --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [("3-a1b2c3d4", (3, "a1b2c3d4")), (" 12-A1B2C3D4 ", (12, "a1b2c3d4")), ("3－a1b2c3d4", (3, "a1b2c3d4")),
     ("第3版-a1b2c3d4", (3, "a1b2c3d4")), ("3-a1b2", None), ("", None), ("0-a1b2c3d4", None), ("x" * 40, None)],
)  # fmt: skip
def test_a_version_code_is_read_as_people_type_it(typed: str, read_as: tuple[int, str] | None) -> None:
    assert read_code(typed) == read_as


def test_a_stale_print_is_told_what_changed(editors: tuple[Actor, Actor], read: Any) -> None:
    printed = current_edition("open-restaurant").code
    assert "您手上的告知单是现行的" in read(f"{FULL}&v={printed}")
    Matter.objects.filter(pk="open-restaurant").update(promised_days=14, keywords=["开饭店"])
    publish(editors)
    page = read(f"{FULL}&v={printed}")
    assert "这张告知单是第 1 版，现行第 2 版" in page
    said = page[page.index('id="printed"') : page.index("下面是现行的")]
    assert "15 个工作日" in said and "14 个工作日" in said and "搜索词" not in said
    assert "/matters/open-restaurant/v/1/?scale=large" in page
    assert "这个版本号对不上" in read(f"{FULL}&v=1-00000000")
    assert "这个版本号对不上" in read(f"{FULL}&v=nonsense")


def test_a_change_that_no_reader_sees_is_told_as_such(editors: tuple[Actor, Actor], read: Any) -> None:
    printed = current_edition("open-restaurant").code
    Matter.objects.filter(pk="open-restaurant").update(keywords=["开饭店"])
    publish(editors)
    assert "要交的、要等的都没有变" in read(f"{RESTAURANT}?v={printed}")


def test_a_print_is_found_by_its_code_alone(few: None, client: Client, read: Any) -> None:
    code = current_edition("open-hotel").code
    assert client.get("/prints/", {"code": code})["Location"] == f"/matters/open-hotel/?v={code}"
    assert "没有这个版本号的告知单" in read("/prints/?code=1-00000000")
    assert "版本号" in read("/prints/")


def test_every_revision_stays_readable(editors: tuple[Actor, Actor], read: Any) -> None:
    Matter.objects.filter(pk="open-restaurant").update(summary="新的说明")
    publish(editors)
    old = read(f"{RESTAURANT}v/1/?scale=large")
    assert "历史版本，只供查看" in old and "新的说明" not in old
    assert '<link rel="canonical" href="http://testserver/matters/open-restaurant/">' in old and "noindex" in old
    assert "/start/" not in old and "application/ld" not in old
    assert 'action="/matters/open-restaurant/v/1/"' in old
    assert "这一版就是现行的" in read(f"{RESTAURANT}v/2/")
    read(f"{RESTAURANT}v/3/", 404)
    withdraw(matter="open-restaurant", actor=editors[0])
    assert "这件事已停止接收新的申请" in read(f"{RESTAURANT}v/1/")
    current = read(RESTAURANT)
    assert "这件事已停止接收新的申请" in current and "/start/" not in current and "noindex" in current


def test_the_link_to_share_keeps_the_answers(few: None, read: Any) -> None:
    link = re.search(r'id="share-link"[^>]* value="([^"]*)"', read(f"{FULL}&nonsense=1"))
    assert link and link[1] == "http://testserver" + FULL.replace("&", "&amp;")


def test_an_answer_of_long_ago_is_told_and_left_out_of_the_link(few: None, read: Any) -> None:
    page = read(f"{RESTAURANT}?scale=giant&sewer=town")
    assert "有的答案现在没有了，请重新选" in page
    assert 'value="http://testserver/matters/open-restaurant/?sewer=town"' in page


# -- search engines -------------------------------------------------------------


def test_the_guide_describes_itself_to_machines(few: None, read: Any) -> None:
    page = read(FULL)
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert found
    said = json.loads(found[1])
    assert (said["@type"], said["name"]) == ("GovernmentService", "我要开餐馆")
    assert said["availableChannel"]["serviceUrl"] == "http://testserver/matters/open-restaurant/start/"
    assert len(said["provider"]) == 7 and said["availableChannel"]["processingTime"] == "P21D"
    assert '<meta name="description" content="我要开餐馆：' in page
    assert '<link rel="canonical" href="http://testserver/matters/open-restaurant/">' in page


def test_no_text_ends_the_data_block(editors: tuple[Actor, Actor], read: Any) -> None:
    Matter.objects.filter(pk="open-restaurant").update(summary="</script><script>alert(1)</script>&<!--")
    publish(editors)
    page = read(RESTAURANT)
    assert "<script>alert" not in page
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert found and json.loads(found[1])["description"] == "</script><script>alert(1)</script>&<!--"


def test_the_sitemap_lists_every_matter_that_takes_cases(editors: tuple[Actor, Actor], client: Client) -> None:
    withdraw(matter="open-hotel", actor=editors[0])
    places = re.findall(r"<loc>(.*?)</loc>", client.get("/sitemap.xml").content.decode())
    assert "http://testserver/matters/open-restaurant/" in places
    assert not any("open-hotel" in place for place in places)
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode()


# -- budget ---------------------------------------------------------------------


@pytest.mark.parametrize("address", [FULL, RESTAURANT, "/matters/get-married/"])
def test_at_most_five_queries(few: None, client: Client, address: str) -> None:
    Hall.objects.create(code="county", name="县政务服务中心")
    client.get(address)
    for headers in ({}, {"HX-Request": "true"}):
        with CaptureQueriesContext(connection) as asked:
            client.get(address, headers=headers)
        assert len(asked) <= 5, [query["sql"] for query in asked]
