"""法律依据: every law once with all that cites it; after its repeal nothing new is published on it."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from departments.access import Actor, actor_for
from departments.models import Post, Role
from foundation.errors import NotAllowed, Refused
from matters.laws import citation, library, repealed_in
from matters.models import Item, Law, Matter
from matters.operations.laws import record_law
from matters.operations.publishing import drafts

FOOD = "中华人民共和国食品安全法"


@pytest.fixture
def editor_user(few: None) -> User:
    user = User.objects.create(username="editor1", name="何静", is_staff=True)
    Post.objects.create(user=user, role=Role.EDITOR)
    return user


@pytest.fixture
def editor(editor_user: User) -> Actor:
    return actor_for(editor_user)


@pytest.mark.parametrize(
    ("basis", "title", "place"),
    [
        ("《中华人民共和国食品安全法》第三十五条", FOOD, "第三十五条"),
        ("《国务院关于整合的意见》（国发〔2016〕3号）", "国务院关于整合的意见", "（国发〔2016〕3号）"),
        (
            "《〈教师资格条例〉实施办法》（教育部令第10号）第八条",
            "〈教师资格条例〉实施办法",
            "（教育部令第10号）第八条",
        ),
        ("《某条例》", "某条例", ""),
        ("按《某条例》第一条办理", "某条例", "第一条办理"),
    ],
)
def test_what_a_line_of_legal_basis_cites(basis: str, title: str, place: str) -> None:
    assert citation(basis) == (title, place)


def test_a_line_without_a_title_cites_nothing() -> None:
    assert citation("按有关规定") is None


def test_the_library_lists_each_law_once_with_places_items_and_matters() -> None:
    one = {"code": "one", "legal_basis": ["《甲法》第一条", "《甲法》第二条", "《乙法》"]}
    two = {"code": "two", "legal_basis": ["《甲法》第一条"]}
    shop = {"number": 2, "code": "shop", "steps": [{"item": "one"}, {"item": "two"}]}
    stall = {"number": 1, "code": "stall", "steps": [{"item": "two"}]}
    first, second = library([one, two], [shop, stall])
    assert (first.title, [i["code"] for i in first.items]) == ("甲法", ["one", "two"])
    assert {place: [i["code"] for i in rows] for place, rows in first.places.items()} == {
        "第一条": ["one", "two"],
        "第二条": ["one"],
    }
    assert [m["code"] for m in first.matters] == ["stall", "shop"]
    assert (second.title, list(second.places), [m["code"] for m in second.matters]) == ("乙法", ["全文"], ["shop"])


def test_only_lines_that_cite_a_repealed_law_are_named() -> None:
    told = repealed_in(["《甲法》第一条", "《甲法》第二条", "《乙法》"], {"甲法": date(2026, 5, 1)})
    assert told == ["引用的《甲法》已于 2026-05-01 废止，要换成现行的依据"]


@pytest.mark.parametrize(("days", "blocked"), [(-1, True), (0, True), (1, False)])
def test_from_the_day_of_repeal_on_matters_that_cite_a_law_cannot_be_published(
    editor: Actor, days: int, blocked: bool
) -> None:
    record_law(
        title=FOOD,
        in_force_from=None,
        repealed_on=timezone.localdate() + timedelta(days=days),
        note="",
        actor=editor,
    )
    found = drafts()
    citing = {
        code
        for code in found
        if any(FOOD in basis for item in Item.objects.filter(steps__matter=code) for basis in item.legal_basis)
    }
    assert citing
    assert citing < set(found)
    stopped = {code for code, draft in found.items() if any("废止" in str(fault) for fault in draft.faults)}
    assert stopped == (citing if blocked else set())
    assert Matter.objects.filter(code__in=citing, withdrawn_at=None).count() == len(citing)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"title": "没有人引用的法"}, "没有哪个事项引用"),
        ({"in_force_from": date(2026, 2, 1), "repealed_on": date(2026, 1, 1)}, "不能早于施行日期"),
        ({"note": "长" * 301}, "最多 300 字"),
    ],
)
def test_odd_dates_are_refused_in_words(editor: Actor, values: dict, said: str) -> None:
    given = {"title": FOOD, "in_force_from": None, "repealed_on": None, "note": "", **values}
    with pytest.raises(Refused, match=said):
        record_law(actor=editor, **given)
    assert not Law.objects.exists()


def test_nobody_but_an_editor_records_a_repeal(few: None) -> None:
    with pytest.raises(NotAllowed):
        record_law(title=FOOD, in_force_from=None, repealed_on=None, note="", actor=Actor(None, "路人"))


def test_the_pages_tell_what_a_repeal_touches(editor_user: User, client: Client) -> None:
    client.force_login(editor_user)
    listed = client.get("/admin/matters/law/").content.decode()
    assert FOOD in listed
    assert "日期未登记" in listed
    assert FOOD not in client.get("/admin/matters/law/", {"q": "消防法"}).content.decode()
    address = f"/admin/matters/law/entry/?title={FOOD}"
    page = client.get(address).content.decode()
    item = Item.objects.filter(legal_basis__icontains=FOOD).first() or Item.objects.get(code="food-business-licence")
    assert item.name in page
    saved = client.post(address, {"in_force_from": "2015-10-01", "repealed_on": "2026-11-01", "note": "改了"})
    assert saved.status_code == 302
    assert "2026-11-01 已废止" in client.get("/admin/matters/law/").content.decode()
    wrong = client.post(address, {"in_force_from": "2015-10-01", "repealed_on": "2014-11-01", "note": "改了"})
    assert wrong.status_code == 200
    assert "废止日期不能早于施行日期" in wrong.content.decode()
    assert client.get("/admin/matters/law/entry/?title=没有").status_code == 404


def test_the_list_of_laws_takes_a_handful_of_queries(
    editor_user: User, client: Client, django_assert_max_num_queries
) -> None:
    client.force_login(editor_user)
    client.get("/admin/matters/law/")
    with django_assert_max_num_queries(22):
        client.get("/admin/matters/law/")
