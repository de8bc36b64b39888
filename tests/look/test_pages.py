"""The public pages on the county's catalogue: figures, answers, search, frames, and when something fails."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from departments.access import Actor
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.management.commands.build_icons import names
from portal import views

RESTAURANT = "/matters/open-restaurant/"
FULL = f"{RESTAURANT}?scale=large&sewer=town&signboard=street"
PAGES = ["/", "/matters/", RESTAURANT, "/halls/", "/search/", "/search/?q=开饭店", "/sign-in/"]
SPRITE = (Path(settings.BASE_DIR) / "static" / "icons.svg").read_text("utf-8")


def figures(page: str) -> list[str]:
    """The large numbers of the guide: materials, days, visits, departments."""
    return re.findall(r"<b>(\d+|当天)</b>", page[page.index('id="figures"') : page.index('id="cases"')])


# -- the guide ---------------------------------------------------------------


@pytest.mark.usefixtures("county")
def test_the_restaurant_before_and_now(read):
    page = read(FULL)
    assert figures(page) == ["26", "21", "1", "1"]
    for text in (
        "<s>47 份</s>",
        "<s>60 天</s>",
        "<s>7 趟</s>",
        "<s>7 个部门</s>",
        "承诺 15 个工作日，少 65%",
        "9 个事项由各部门同时审",
    ):
        assert text in page
    assert "必交 20 份" in page and "容缺 6 份" in page and "免交 3 份" in page
    assert "受理当天，9 项同时开始审；只有发证要等营业执照" in page
    assert "营业执照一出来，后面 8 项就不用等了" in page
    assert "4 个部门共用" in page
    assert "/matters/open-restaurant/start/?scale=large&amp;sewer=town&amp;signboard=street" in page


@pytest.mark.usefixtures("county")
def test_answers_change_every_figure(read):
    page = read(f"{RESTAURANT}?scale=small&sewer=own&signboard=none")
    assert int(figures(page)[0]) < 26 and "<s>7 个部门</s>" not in page
    assert "公众聚集场所投入使用" not in page[page.index('id="how"') : page.index('id="papers"')]
    assert "按您的情形" in page


@pytest.mark.usefixtures("county")
def test_until_all_is_answered_the_most_is_shown(read):
    page = read(RESTAURANT)
    assert figures(page) == ["26", "21", "1", "1"]
    assert "最多要办的" in page and " checked" not in page


@pytest.mark.usefixtures("county")
def test_an_answer_that_does_not_exist_is_left_out_with_a_word(read):
    page = read(f"{RESTAURANT}?scale=giant&nonsense=%00&sewer=town")
    assert "有的答案现在没有了，请重新选" in page
    assert page.count(" checked") == 1


@pytest.mark.usefixtures("county")
def test_htmx_swaps_the_part_that_the_page_itself_holds(read):
    part = read(FULL, **{"HX-Request": "true"})
    assert "<html" not in part and '<h1 id="title">' in part
    assert 'id="guide-said" hx-swap-oob="innerHTML">现在要办 9 项，交 26 份材料，15 个工作日办结' in part
    assert part.split("</span>", 1)[1].strip() in read(FULL)


@pytest.mark.usefixtures("county")
def test_going_back_in_the_browser_gets_the_whole_page(read):
    assert "<html" in read(FULL, **{"HX-Request": "true", "HX-History-Restore-Request": "true"})


@pytest.mark.usefixtures("county")
def test_every_matter_has_its_guide(read):
    codes = set(re.findall(r'href="/matters/([a-z0-9-]+)/"', read("/matters/")))
    assert len(codes) == 100
    for code in codes:
        page = read(f"/matters/{code}/")
        assert len(figures(page)) == 4 and "开始办理" in page, code


@pytest.mark.usefixtures("county")
def test_a_matter_that_does_not_exist(read):
    assert "没有这一页" in read("/matters/open-moon/", 404)


# -- home, browse, search, halls ---------------------------------------------


@pytest.mark.usefixtures("county")
def test_home_shows_both_doors_and_what_joins_most(read):
    page = read("/")
    for text in ("31 件，从出生到身后", "69 件，从起步到退出", "看全部 100 件", "生育收养", "餐饮住宿 10 件"):
        assert text in page
    assert '<dd>26 份<span class="visually-hidden">，原来 47 份</span></dd>' in page


@pytest.mark.django_db
def test_pages_before_anything_is_published(read):
    assert "还没有发布可以办的事" in read("/")
    assert "这样筛没有" in read("/matters/")
    assert "没有找到“开饭店”" in read("/search/?q=开饭店")
    assert "县里还没有登记大厅" in read("/halls/")


@pytest.mark.usefixtures("county")
@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("", 100),
        ("?audience=individual", 31),
        ("?audience=enterprise", 69),
        ("?shape=single", 17),
        ("?shape=joint", 83),
        ("?shape=city", 3),
        ("?theme=餐饮住宿", 10),
        ("?audience=nobody", 0),
    ],
)
def test_filters(read, query, total):
    page = read(f"/matters/{query}")
    assert f"共 {total} 件" in page
    assert page.count('<li class="matter">') == total


@pytest.mark.usefixtures("county")
@pytest.mark.parametrize("query", ["开饭店", "kaifandian", "开饭馆"])
def test_search_as_people_speak(read, query):
    assert "我要开餐馆" in read(f"/search/?q={query}")
    part = read(f"/search/?q={query}", **{"HX-Request": "true"})
    assert part.strip().startswith("<p") and "我要开餐馆" in part


@pytest.mark.usefixtures("county")
@pytest.mark.parametrize("query", ["<script>alert(1)</script>", "%00", "x" * 5000, "' OR 1=1 --", "😀"])
def test_odd_searches_are_answered_and_escaped(read, query):
    assert "<script>alert" not in read(f"/search/?q={query}")


@pytest.mark.usefixtures("county")
def test_halls_with_the_largest_first(read):
    page = read("/halls/")
    assert "灌南县政务服务中心" in page and "2 个" in page and 'href="tel:12345"' in page


@pytest.mark.usefixtures("county")
@pytest.mark.parametrize("address", ["/", "/matters/", FULL, "/halls/", "/search/?q=开饭店"])
def test_few_queries(read, address):
    read(address)  # a process reads each published plan once
    with CaptureQueriesContext(
        connection,
    ) as asked:
        read(address)
    # The guide also reads halls, calendar, telephones and 口径, which belong to no revision.
    assert len(asked) <= (5 if address == FULL else 2), [query["sql"] for query in asked]


# -- the frame ---------------------------------------------------------------


@pytest.mark.usefixtures("county")
@pytest.mark.parametrize("address", PAGES)
def test_every_page_holds_under_the_strict_policy(client, address):
    response = client.get(address)
    page = response.content.decode()
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy
    assert not re.search(
        r'<style|\sstyle="|\son[a-z]+="|javascript:|<script(?![^>]*(?:\bsrc=|type="application/ld))', page
    )
    assert "演示" in page and '<html lang="zh-CN"' in page
    assert page.count("<h1") == 1 and '<main id="main" tabindex="-1">' in page
    assert set(re.findall(r"icons\.svg#([a-z0-9-]+)", page)) <= set(re.findall(r'symbol id="([^"]+)"', SPRITE))


def test_the_sprite_holds_exactly_what_is_used():
    assert re.findall(r'symbol id="([^"]+)"', SPRITE) == names(), "run: manage.py build_icons"


def test_no_page_goes_around_the_style_sheet():
    """No inline style or script in any template: the policy would drop it without a word."""
    odd = re.compile(r'<style|\sstyle="|\son(?:click|change|submit|load|input)="|<script(?![^>]*\bsrc=)')
    templates = Path(settings.BASE_DIR) / "templates"
    pages = [page for page in templates.rglob("*.html") if "admin" not in page.relative_to(templates).parts]
    assert [page.name for page in pages if odd.search(page.read_text("utf-8"))] == []


@pytest.mark.django_db
def test_large_text_on_and_off(client):
    assert '<html lang="zh-CN">' in client.get("/halls/").content.decode()
    answer = client.post("/large-text/", {"next": "/halls/"})
    assert answer.url == "/halls/"
    assert '<html lang="zh-CN" class="large">' in client.get("/halls/").content.decode()
    client.post("/large-text/", {"next": "/halls/"})
    assert '<html lang="zh-CN">' in client.get("/halls/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("away", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_large_text_leads_nowhere_else(client, away):
    assert client.post("/large-text/", {"next": away}).url == "/"


# -- when something is wrong -------------------------------------------------


@pytest.fixture
def request_of_staff(db):
    request = RequestFactory(headers={"Referer": "http://testserver/queue/7/"}).post("/queue/7/decide/")
    setattr(request, "actor", Actor(user_id=1, name="赵强", departments=frozenset({"market"})))
    return request


@pytest.mark.parametrize(
    ("refusal", "status", "title"),
    [
        (Conflict("钱丽刚刚办了这一件。"), 409, "刚刚有人改过"),
        (NotAllowed("这件不归您办。"), 403, "您不能这样做"),
        (Refused("意见还没有写。"), 422, "没有办成"),
    ],
)
def test_a_refusal_that_no_view_was_ready_for(request_of_staff, refusal, status, title):
    response = views.refused(request_of_staff, refusal)
    page = response.content.decode()
    assert response.status_code == status
    assert title in page and refusal.message in page
    assert 'href="http://testserver/queue/7/"' in page


def test_a_refusal_in_answer_to_htmx_is_the_sentence_alone(request_of_staff):
    request_of_staff.META["HTTP_HX_REQUEST"] = "true"
    page = views.refused(request_of_staff, Refused("意见还没有写。")).content.decode()
    assert "<html" not in page and "意见还没有写。" in page and 'role="alert"' in page


def test_what_is_wrong_is_told_in_chinese_with_a_way_on(request_of_staff):
    for view, status, text in (
        (views.bad_request, 400, "这个请求看不懂"),
        (views.forbidden, 403, "您不能看这一页"),
        (views.not_found, 404, "没有这一页"),
    ):
        response = view(request_of_staff, PermissionDenied())
        page = response.content.decode()
        assert response.status_code == status and text in page and "回工作台" in page


def test_an_error_of_ours_has_a_reference_that_is_in_the_log(rf, caplog):
    page = views.server_error(rf.get("/queue/")).content.decode()
    reference = re.search(r'class="code">([0-9A-F]{4}-[0-9A-F]{4})<', page)
    assert reference and reference[1] in caplog.text
    assert "演示" in page
