"""上级标准: what the county asks beyond a list above it needs an article of law; less and faster is always free."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from departments.access import Actor, actor_for
from departments.models import Post, Role
from foundation.errors import NotAllowed, Refused
from matters.models import Item, Matter, UpperStandard
from matters.operations.publishing import drafts
from matters.operations.standards import drop_standard, record_standard
from matters.source.warnings import warnings
from matters.standards import Standard, held, over_asks, unfounded
from tests.matters import builders

MATERIALS = {
    "m-one": builders.material("m-one"),
    "m-two": builders.material("m-two"),
    "m-free": builders.material("m-free", exempt=True),
}


def standard(**other: Any) -> Standard:
    values: dict[str, Any] = {
        "level": "省",
        "source": "食品经营许可实施清单",
        "dated": date(2026, 1, 5),
        "promised_days": 5,
        "statutory_days": 20,
        "materials": frozenset(["m-one"]),
        "bases": {},
    }
    return Standard(**values | other)


@pytest.mark.parametrize(
    ("item", "above", "beyond"),
    [
        ({}, {}, []),
        ({"promised_days": 6}, {}, ["promised_days"]),
        ({"promised_days": 4, "statutory_days": 10}, {}, []),
        ({"promised_days": 6}, {"promised_days": None}, []),  # the list names no days
        ({"statutory_days": 21}, {}, ["statutory_days"]),
        ({"materials": [builders.ask("m-one"), builders.ask("m-two")]}, {}, ["m-two"]),
        ({"materials": [builders.ask("m-one"), builders.ask("m-free")]}, {}, []),  # exempt: asked of nobody
        ({"materials": []}, {}, []),
    ],
)
def test_only_what_is_more_than_the_list_above_is_beyond_it(
    item: dict[str, Any], above: dict[str, Any], beyond: list[str]
) -> None:
    found = over_asks(builders.item("food", **item), [standard(**above)], MATERIALS)
    assert [over.key for over in found] == beyond


@pytest.mark.parametrize(
    ("basis", "repealed", "faults"),
    [
        ("", {}, 1),
        ("上级要求", {}, 1),
        ("《食品安全法》", {}, 1),  # a law without its article
        ("《食品安全法》第三十五条", {}, 0),
        ("《食品安全法》第三十五条", {"食品安全法": date(2026, 1, 1)}, 1),
    ],
)
def test_what_is_beyond_needs_an_article_in_force(basis: str, repealed: dict[str, date], faults: int) -> None:
    slow = builders.item("food", promised_days=9)
    found = list(unfounded(slow, [standard(bases={"promised_days": basis})], MATERIALS, repealed))
    assert len(found) == faults
    assert all("9 个工作日" in text or "废止" in text for text in found)


def test_each_list_above_counts_and_an_item_without_one_is_said_to_have_none() -> None:
    items = {code: builders.item(code, promised_days=9) for code in ("food", "shop")}
    matter = builders.matter(builders.step("food"), builders.step("shop"))
    lists = {"food": [standard(), standard(level="市", promised_days=8)]}
    found = held(matter, items, lists, MATERIALS)
    assert (found.items, found.recorded, len(found.over)) == (2, 1, 2)
    assert held(matter, items, {}, MATERIALS).recorded == 0


@pytest.mark.parametrize(
    ("clock", "told"),
    [
        (None, False),
        ({"unit": "working", "waits": [{"kind": "公示", "days": 5, "basis": "《某法》"}]}, False),
        ({"unit": "working", "waits": [{"kind": "公示", "days": 6, "basis": "《某法》"}]}, True),
        ({"unit": "calendar", "waits": [{"kind": "公告", "days": 7, "basis": "《某法》"}]}, False),
        ({"unit": "calendar", "waits": [{"kind": "公告", "days": 30, "basis": "《某法》"}]}, True),
    ],
)
def test_waits_by_law_longer_than_the_promise_are_told(clock: dict[str, Any] | None, told: bool) -> None:
    matter = builders.matter(builders.step("food"))
    found = list(warnings(matter, {"food": builders.item("food", promised_days=5, clock=clock)}))
    assert bool(found) == told
    assert all("比它承诺的 5 个工作日长" in text for text in found)


@pytest.fixture
def editor_user(few: None) -> User:
    user = User.objects.create(username="editor1", name="何静", is_staff=True)
    Post.objects.create(user=user, role=Role.EDITOR)
    return user


@pytest.fixture
def food(few: None) -> Item:
    """An item with papers of its own and a promise of some days."""
    return Item.objects.filter(promised_days__gt=1, asks__material__exempt=False).order_by("code").first()


def given(food: Item, **other: Any) -> dict[str, Any]:
    return {
        "item": food.pk,
        "level": "province",
        "source": "省实施清单",
        "dated": date(2026, 1, 5),
        "promised_days": food.promised_days,
        "statutory_days": food.statutory_days,
        "materials": list(food.asks.values_list("material_id", flat=True)),
        "others": ["营业执照"],
        "bases": {},
        **other,
    }


def test_an_over_ask_without_an_article_blocks_every_matter_of_the_item(editor_user: User, food: Item) -> None:
    actor = actor_for(editor_user)
    using = list(Matter.objects.filter(steps__item=food).values_list("code", flat=True))
    assert using
    record_standard(**given(food), actor=actor)
    assert not any(draft.faults for draft in drafts(using).values())
    record_standard(**given(food, promised_days=food.promised_days - 1), actor=actor)
    blocked = drafts(using)
    assert all("要写明法律依据" in str(draft.faults[0]) for draft in blocked.values())
    basis = {"promised_days": "《行政许可法》第四十二条"}
    record_standard(**given(food, promised_days=food.promised_days - 1, bases=basis), actor=actor)
    held_now = [draft.held for draft in drafts(using).values() if not draft.faults]
    assert len(held_now) == len(using) and all(found and len(found.over) == 1 for found in held_now)
    drop_standard(item=food.pk, level="province", actor=actor)
    assert not UpperStandard.objects.exists()


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"item": "nowhere"}, "没有这个事项"),
        ({"level": "village"}, "哪一级"),
        ({"source": " "}, "名称"),
        ({"dated": date(2120, 1, 1)}, "不能在今天之后"),
        ({"promised_days": -1}, "0 到 3650"),
        ({"materials": ["nothing"]}, "没有要材料"),
        ({"bases": {"promised_days": "领导要求"}}, "第几条"),
    ],
)
def test_what_cannot_be_recorded_is_refused_with_a_sentence(
    editor_user: User, food: Item, other: dict[str, Any], told: str
) -> None:
    with pytest.raises(Refused, match=told):
        record_standard(**given(food, **other), actor=actor_for(editor_user))


def test_only_an_editor_records(food: Item) -> None:
    with pytest.raises(NotAllowed):
        record_standard(**given(food), actor=Actor(user_id=None, name="周涛", supervisor=True))


def test_the_pages_say_what_is_recorded_and_highlight_what_is_beyond(
    editor_user: User, food: Item, client: Client
) -> None:
    client.force_login(editor_user)
    page = f"/admin/matters/item/{food.pk}/change/"
    matter = f"/admin/matters/matter/{Matter.objects.filter(steps__item=food).first().pk}/publish/"
    assert "未登记上级标准" in client.get(page).content.decode()
    assert "未登记上级标准" in client.get(matter).content.decode()
    entry = f"/admin/matters/upperstandard/entry/?item={food.pk}&level=state"
    assert client.get(entry).status_code == 200
    typed = {"source": "国家清单", "dated": "2026-01-05", "promised_days": "0", "statutory_days": "", "others": ""}
    first = client.post(entry, typed, follow=True).content.decode()
    assert "写了才能发布" in first and "国家清单" in first
    assert "没有依据，不能发布" in client.get(page).content.decode()
    wrong = client.post(entry, typed | {"basis-promised_days": "领导要求"})
    assert wrong.status_code == 422 and "领导要求" in wrong.content.decode()
    codes = food.asks.values_list("material_id", flat=True)
    bases = {f"basis-{key}": "《行政许可法》第四十二条" for key in ["promised_days", *codes]}
    assert "没有比上级多要而没有依据的" in client.post(entry, typed | bases, follow=True).content.decode()
    assert "《行政许可法》第四十二条" in client.get(matter).content.decode()
    assert client.get(entry.replace("state", "village")).status_code == 404
    assert client.post(entry, {"act": "drop"}, follow=True).status_code == 200
    assert "未登记上级标准" in client.get(page).content.decode()
