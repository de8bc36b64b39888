"""Drafts end: told three days before, gone after thirty, never without a notice, whatever the portal slept through."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from accounts.operations.signing import account_of_phone
from applications.ending import Keeping
from applications.models import Draft, MaterialFile
from applications.operations import drafting
from applications.operations.ending_drafts import end_old_drafts
from departments.access import actor_for
from departments.models import ThresholdSetting
from foundation.notices.models import Notice
from tests.applications.world import FORM, World, file_case

START = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)  # half past nine in Shanghai
DAY = timedelta(days=1)

# days since the last save, days since the notice (None: none since then) -> told now, over now
CASES = [
    (0, None, False, False),
    (26, None, False, False),
    (27, None, True, False),
    (28, 1, False, False),
    (30, 3, False, False),
    (31, 4, False, True),
    (90, None, True, False),  # the portal slept: told first
    (91, 1, False, False),
    (93, 3, False, False),
    (94, 4, False, True),
    (10, 20, False, False),  # saved again after the notice
    (27, 30, True, False),
]


@pytest.mark.parametrize(("quiet", "since_notice", "due", "over"), CASES)
def test_when_a_draft_is_told_of_and_when_it_is_over(quiet, since_notice, due, over):
    saved = START - quiet * DAY
    notice = None if since_notice is None else START - since_notice * DAY
    assert Keeping().notice_due(saved, notice, date(2026, 3, 2)) is due
    assert Keeping().is_over(saved, notice, date(2026, 3, 2)) is over


@pytest.fixture
def clock(world: World) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def draft_of(world: World) -> Draft:
    return drafting.start_draft(actor=world.zhang, matter_code="noodle-shop", answers={"scale": "large"})


@pytest.mark.django_db
def test_told_once_then_gone_with_its_files(world, clock):
    draft, case = draft_of(world), file_case(world)
    for day in range(40):
        clock.move_to(START + day * DAY)
        for _ in range(2):
            end_old_drafts()
        told = Notice.objects.filter(title="没填完的表快到期了")
        assert told.filter(channel="inbox").count() == (1 if day >= 27 else 0), day
        assert Draft.objects.filter(pk=draft.pk).exists() == (day <= 30), day
    assert "保留到 4 月 1 日" in told.get(channel="inbox").body
    assert not MaterialFile.objects.filter(draft_id=draft.pk).exists()
    assert Draft.objects.get().application == case, "a draft that was sent stays with its case"


@pytest.mark.django_db
def test_a_save_after_the_notice_begins_the_days_anew(world, clock):
    draft = draft_of(world)
    clock.move_to(START + 28 * DAY)
    assert end_old_drafts() == (1, 0)
    drafting.fill_in(actor=world.zhang, draft_id=draft.pk, version=1, values=FORM)
    clock.move_to(START + 50 * DAY)
    assert end_old_drafts() == (0, 0)
    clock.move_to(START + 55 * DAY)
    assert end_old_drafts() == (1, 0)
    clock.move_to(START + 59 * DAY)
    assert end_old_drafts() == (0, 1)


@pytest.mark.django_db
def test_after_a_year_without_the_job_the_notice_still_comes_first(world, clock):
    draft_of(world)
    clock.move_to(START + 365 * DAY)
    assert [end_old_drafts(), end_old_drafts()] == [(1, 0), (0, 0)]
    clock.move_to(START + 368 * DAY)
    assert end_old_drafts() == (0, 0)
    clock.move_to(START + 369 * DAY)
    assert end_old_drafts() == (0, 1)


@pytest.mark.django_db
def test_the_county_may_keep_drafts_for_another_time(world, clock):
    draft_of(world)
    ThresholdSetting.objects.create(
        code="draft_days",
        number=1,
        value=10,
        since=date(2026, 3, 2),
        reason="少存",
        basis="本县规定",
        set_at=START,
        set_by_name="何静",
    )
    clock.move_to(START + 7 * DAY)
    assert end_old_drafts() == (1, 0)
    clock.move_to(START + 11 * DAY)
    assert end_old_drafts() == (0, 1)


@pytest.mark.django_db
def test_who_has_not_said_their_name_yet_is_told_on_their_phone(world, clock):
    user, _ = account_of_phone(phone="13800000999")
    draft = drafting.start_draft(actor=actor_for(user), matter_code="noodle-shop", answers={"scale": "large"})
    assert draft.applicant_id is None
    clock.shift(27 * DAY)
    assert end_old_drafts() == (1, 0)
    told = Notice.objects.filter(recipient=user, title="没填完的表快到期了")
    assert sorted(told.values_list("channel", flat=True)) == ["inbox", "sms"]
