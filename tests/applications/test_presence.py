"""E24: the second clerk on a case sees who is there and what they did since; a colleague on a task too."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.operations import intake
from applications.presence import look
from tests.applications.browsing import sign_in
from tests.applications.world import World, accepted_case, file_case, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


def at(moment: datetime) -> str:
    return f"?since={int(moment.timestamp())}"


def test_the_second_clerk_sees_the_first_and_is_seen(world: World, clerk: Client) -> None:
    case = file_case(world)
    address = reverse("window-presence", args=[case.number])
    chen = sign_in(world, "chenjing")
    assert "正在看" not in clerk.get(address).content.decode()
    assert "李敏正在看（刚打开）" in chen.get(address).content.decode()
    assert "陈静正在看" in clerk.get(address).content.decode()


def test_minutes_are_counted_from_the_opening_and_the_word_fades(world: World) -> None:
    li, chen = world.clerk, world.actor("chenjing")
    start = timezone.now()
    for seconds in (0, 40, 80, 120):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            look("case:1", li)
    with time_machine.travel(start + timedelta(seconds=130), tick=False):
        assert [(one.name, one.since) for one in look("case:1", chen)] == [("李敏", start)]
    with time_machine.travel(start + timedelta(seconds=200), tick=False):
        assert look("case:1", chen) == []


def test_what_others_did_since_the_page_came_is_told_and_ones_own_is_not(world: World, clerk: Client) -> None:
    case = file_case(world)
    chen = sign_in(world, "chenjing")
    opened = timezone.now()
    with time_machine.travel(opened + timedelta(minutes=2), tick=False):
        intake.receive(actor=world.clerk, number=case.number)
        page = chen.get(reverse("window-presence", args=[case.number]) + at(opened)).content.decode()
        own = clerk.get(reverse("window-presence", args=[case.number]) + at(opened)).content.decode()
    assert "李敏：窗口已收件" in page and "打开新的再办" in page
    assert "窗口已收件" not in own


@pytest.mark.parametrize("since", ["", "x", "-1", "9" * 40, "²"])
def test_an_odd_moment_tells_nothing_and_breaks_nothing(world: World, clerk: Client, since: str) -> None:
    address = reverse("window-presence", args=[file_case(world).number])
    assert clerk.get(address, {"since": since}).status_code == 200


def test_a_colleague_on_a_task_is_seen_and_no_other_department(world: World, market: Client) -> None:
    task = task_of(accepted_case(world), "food-licence")
    address = reverse("task-presence", args=[task.pk])
    sign_in(world, "market2").get(address)
    assert "钱丽正在看" in market.get(address).content.decode()
    assert sign_in(world, "tax1").get(address).status_code == 404
