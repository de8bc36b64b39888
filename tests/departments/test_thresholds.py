"""期限和阈值: what the county sets holds from its day, inside the law, with who, when and why, for ever."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from applications.clocks import TaskClock, acceptance_due, due_days, light
from departments.access import Actor, actor_for
from departments.calendar import current_calendar, threshold
from departments.models import Post, Role, ThresholdSetting
from departments.operations.thresholds import set_threshold
from departments.thresholds import THRESHOLDS, Setting, check, in_order
from departments.workdays import Calendar
from foundation.errors import Conflict, NotAllowed, Refused


def calendar(**values: int) -> Calendar:
    """A calendar of plain weeks in which these values hold from a Wednesday in March on."""
    settings = in_order(Setting(code, value, date(2026, 3, 4)) for code, value in values.items())
    return Calendar(off=frozenset(), on=frozenset(), known_through=2026, thresholds=settings)


@pytest.mark.parametrize("code", THRESHOLDS)
def test_every_default_lies_within_its_bounds_and_says_what_it_reaches(code: str) -> None:
    found = check(code, THRESHOLDS[code].default)
    assert found.least <= found.default <= found.most
    assert found.name and found.meaning and found.reach


def test_a_draft_is_told_of_before_it_goes() -> None:
    assert THRESHOLDS["draft_notice_days"].most < THRESHOLDS["draft_days"].least


@pytest.mark.parametrize(
    ("code", "value", "told"),
    [
        ("accept_days", 6, "《行政许可法》第三十二条第一款第（四）项规定最多 5 个工作日"),
        ("accept_days", 0, "只能写 1 到 5"),
        ("yellow_percent", 51, "只能写 1 到 50"),
        ("draft_days", 91, "只能写 8 到 90"),
        ("lunch", 1, "没有这个期限"),
    ],
)
def test_the_law_and_the_bounds_are_not_exceeded(code: str, value: int, told: str) -> None:
    with pytest.raises(Refused, match=told):
        check(code, value)


@pytest.mark.parametrize(
    ("made", "on", "value"),
    [
        ([], "03-04", 30),
        ([("draft_days", 20, "03-05")], "03-04", 30),
        ([("draft_days", 20, "03-05")], "03-05", 20),
        ([("draft_days", 20, "03-05"), ("draft_days", 25, "03-05")], "03-06", 25),  # the later word of one day
        ([("draft_days", 20, "03-10"), ("draft_days", 25, "03-05")], "03-12", 20),  # a planned change comes in its turn
        ([("draft_notice_days", 2, "03-01")], "03-12", 30),
    ],
)
def test_the_newest_setting_that_has_begun_holds(made: list[tuple[str, int, str]], on: str, value: int) -> None:
    settings = [Setting(code, number, date.fromisoformat(f"2026-{day}")) for code, number, day in made]
    assert in_order(settings).value("draft_days", date.fromisoformat(f"2026-{on}")) == value


def test_a_shorter_time_to_accept_counts_for_what_comes_in_afterwards() -> None:
    shorter = calendar(accept_days=2)
    assert acceptance_due(date(2026, 3, 3), shorter) == date(2026, 3, 10)
    assert acceptance_due(date(2026, 3, 4), shorter) == date(2026, 3, 6)


def test_a_running_case_keeps_what_held_on_the_day_of_its_acceptance() -> None:
    clocks = [TaskClock("licence", 1, decided_on=date(2026, 3, 10)), TaskClock("fire", 3, after=("licence",))]
    longer = calendar(late_grant_days=4)
    assert due_days(clocks, date(2026, 3, 3), longer)["fire"] == date(2026, 3, 11)
    assert due_days(clocks, date(2026, 3, 4), longer)["fire"] == date(2026, 3, 16)


@pytest.mark.parametrize(
    ("values", "left", "colour"),
    [
        ({}, 3, "yellow"),
        ({}, 4, "green"),
        ({"yellow_percent": 40}, 6, "yellow"),
        ({"yellow_percent": 10}, 3, "green"),
        ({"yellow_percent": 1, "yellow_days": 5}, 5, "yellow"),
    ],
)
def test_the_lights_turn_where_the_county_says(values: dict[str, int], left: int, colour: str) -> None:
    weeks = calendar(**values)
    today = date(2026, 3, 4)
    assert light(weeks.add(today, left), 15, today, weeks).colour == colour


@pytest.fixture
def editor(db: None) -> User:
    user = User.objects.create(username="editor1", name="何静", is_staff=True)
    Post.objects.create(user=user, role=Role.EDITOR)
    return user


def given(**other: Any) -> dict[str, Any]:
    return {
        "code": "draft_days",
        "value": 20,
        "reason": "县政府常务会议定的",
        "basis": "",
        "since": timezone.localdate(),
        **other,
    }


def test_who_set_it_when_and_why_is_kept(editor: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    set_threshold(**given(since=tomorrow, basis="灌政办〔2026〕8 号"), actor=actor_for(editor))
    made = ThresholdSetting.objects.get()
    assert (made.set_by, made.set_by_name, made.basis, made.number) == (editor, "何静", "灌政办〔2026〕8 号", 1)
    with django_assert_num_queries(1):
        assert threshold("draft_days") == 30
    assert threshold("draft_days", tomorrow) == 20
    assert current_calendar().thresholds.value("draft_days", tomorrow) == 20


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"reason": "  "}, "请写为什么"),
        ({"reason": "因" * 301}, "最多 300 字"),
        ({"value": 30}, "没有改动"),
        ({"value": 7}, "只能写 8 到 90"),
        ({"since": date(2020, 1, 1)}, "从哪天起只能是今天"),
        ({"since": date(2120, 1, 1)}, "从哪天起只能是今天"),
    ],
)
def test_what_cannot_be_set_is_refused_with_a_sentence(editor: User, other: dict[str, Any], told: str) -> None:
    with pytest.raises(Refused, match=told):
        set_threshold(**given(**other), actor=actor_for(editor))
    assert not ThresholdSetting.objects.exists()


def test_only_a_catalogue_administrator_sets_it(db: None) -> None:
    with pytest.raises(NotAllowed):
        set_threshold(**given(), actor=Actor(user_id=None, name="周涛", supervisor=True))


def test_the_second_of_two_who_looked_at_the_same_is_told(editor: User) -> None:
    set_threshold(**given(), seen=0, actor=actor_for(editor))
    with pytest.raises(Conflict, match="别人刚改过"):
        set_threshold(**given(value=25), seen=0, actor=actor_for(editor))
    set_threshold(**given(value=25), seen=1, actor=actor_for(editor))
    assert threshold("draft_days") == 25


@pytest.mark.parametrize("change", [lambda rows: rows.update(value=1), lambda rows: rows.delete()])
def test_the_history_cannot_be_rewritten(editor: User, change: Callable[[Any], object]) -> None:
    set_threshold(**given(), actor=actor_for(editor))
    with pytest.raises(DatabaseError), transaction.atomic():
        change(ThresholdSetting.objects.all())


def test_the_page_lists_all_with_their_source_and_sets_one(editor: User, client: Client) -> None:
    client.force_login(editor)
    listed = client.get("/admin/departments/thresholdsetting/").content.decode()
    assert all(threshold.name in listed for threshold in THRESHOLDS.values())
    assert "第三十二条" in listed and "本县规定" in listed
    page = "/admin/departments/thresholdsetting/entry/?code=accept_days"
    today = timezone.localdate().isoformat()
    typed = {"value": "6", "since": today, "reason": "试试", "basis": "", "seen": "0"}
    refused = client.post(page, typed)
    assert refused.status_code == 422
    assert "规定最多 5 个工作日" in refused.content.decode() and "试试" in refused.content.decode()
    assert client.post(page, typed | {"value": "3"}).status_code == 302
    assert threshold("accept_days") == 3
    again = client.post(page, typed | {"value": "2"})
    assert again.status_code == 409 and "别人刚改过" in again.content.decode()
    assert "何静" in client.get(page).content.decode()
    assert client.get("/admin/departments/thresholdsetting/entry/?code=lunch").status_code == 404
