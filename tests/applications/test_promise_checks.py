"""承诺核查 as a list: the day that comes next first, page by page, late ones with a card, counted for the supervisor."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from applications.models import Application, Card, PromiseCheck
from applications.operations import carding, committing
from tests.applications.browsing import sign_in, text_of
from tests.applications.test_commitments import ITEM, granted, look, order
from tests.applications.world import World, task_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world: World) -> Application:
    return granted(world)


def after(days: int) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(days=days), tick=False)


def words(answer: Any) -> str:
    return " ".join(strip_tags(text_of(answer)).split())


def cards() -> list[tuple[str, str]]:
    return list(Card.objects.filter(rule="promise_check").values_list("colour", "text"))


def test_a_promise_that_nobody_looked_at_in_time_has_one_yellow_card(world: World, case: Application) -> None:
    due = PromiseCheck.objects.get().due
    with time_machine.travel(f"{due} 02:00Z", tick=False):
        carding.give_cards()
        assert cards() == []  # the last day is still theirs
    with time_machine.travel(f"{due + timedelta(days=200)} 02:00Z", tick=False):
        carding.give_cards()
        carding.give_cards()
        assert len(cards()) == 1
        colour, text = cards()[0]
        assert colour == "yellow"
        assert "食品经营许可按告知承诺准予" in text
        assert "没有核查" in text


@pytest.mark.parametrize("kept", [True, False])
def test_what_was_looked_at_has_none(world: World, case: Application, kept: bool) -> None:
    look(world, case, True) if kept else order(world, case)
    with after(200):
        carding.give_cards()
        assert cards() == []


def test_the_list_stands_by_the_day_that_comes_next_and_is_paged(
    world: World, case: Application, market: Client
) -> None:
    """Thirty-two checks of the same department: the second page goes on where the first ends."""
    first, task = PromiseCheck.objects.get(), task_of(case, ITEM)
    for n in range(31):
        copy = task_of(case, ITEM)
        copy.pk, copy.item_code, copy.item_name = None, f"copy-{n}", f"第{n}项"
        copy._state.adding = True
        copy.save()
        PromiseCheck.objects.create(task=copy, department_id=task.department_id, due=first.due + timedelta(days=n + 1))
    order(world, case, days=3)  # its order ends before any of the others
    page = market.get("/queue/promises/").content.decode()
    assert page.index("等整改") < page.index("第0项") < page.index("第28项")
    assert "第29项" not in page
    link = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    later = market.get(f"/queue/promises/{link}").content.decode()
    assert "第29项" in later
    assert "第30项" in later
    assert "第28项" not in later
    back = later.split('rel="prev"')[0].rsplit('href="', 1)[1].split('"')[0]
    assert "第28项" in market.get(f"/queue/promises/{back}").content.decode()
    assert market.get("/queue/promises/?after=x~y").status_code == 200
    assert "32 件按告知承诺准予" in text_of(market.get("/queue/promises/"))


def test_late_ones_are_red_in_the_queue_in_the_list_and_for_the_supervisor(world: World, case: Application) -> None:
    with after(70):
        market, supervisor = sign_in(world, "market1"), sign_in(world, "zhoutao")
        assert "承诺核查 1 过期 1" in words(market.get("/queue/"))
        assert "1 件过了日子" in text_of(market.get("/queue/promises/"))
        assert "过了日子的承诺核查 1" in words(supervisor.get("/supervise/"))
        for name in ("promises", "promises-late"):
            assert case.title in text_of(supervisor.get(f"/supervise/list/?list={name}"))
        look(world, case, True)
        assert case.title not in text_of(supervisor.get("/supervise/list/?list=promises-late"))


def test_each_act_has_its_key_and_asks_for_a_second_press(world: World, case: Application, market: Client) -> None:
    address = f"/queue/{task_of(case, ITEM).pk}/promise/"
    page = market.get(address).content.decode()
    assert '<details class="fold" data-key="a"><summary>承诺属实' in page
    assert '<details class="fold" data-key="b"><summary>和承诺不符' in page
    order(world, case, days=3)
    assert 'data-key="b"' not in market.get(address).content.decode()  # nothing is revoked before that day is over
    with after(4):
        page = sign_in(world, "market1").get(address).content.decode()
        assert '<details class="fold" data-key="b"><summary>没有整改，撤销决定' in page


def test_other_departments_neither_see_nor_count_it(world: World, case: Application) -> None:
    assert committing.count_checks(world.reviewer("fire"), timezone.localdate()) == {"open": 0, "late": 0}
    assert committing.count_checks(world.reviewer("market"), timezone.localdate()) == {"open": 1, "late": 0}
    assert case.title not in text_of(sign_in(world, "fire1").get("/queue/promises/"))
