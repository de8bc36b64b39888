"""重复申请: subject + item + place once more is told and needs a reason; a second shop is none; two of one are merged."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from applications.duplicates import place_of
from applications.models import Application, Certificate, Draft, Event
from applications.operations import drafting, intake, merging, submission, uploading, withdrawal
from applications.operations.papers import issue_entry
from applications.states import CaseState
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.models import Outbox
from matters.published import current_plan
from tests.applications.applying import photo
from tests.applications.world import FORM, World, accepted_case, decide, file_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
HERE = FORM["premises-address"]


def draft_at(world: World, place: str = HERE, **values: str) -> Draft:
    draft = drafting.start_draft(actor=world.zhang, matter_code="noodle-shop", answers={"scale": "large"})
    form = {**FORM, "premises-address": place, **values}
    return drafting.fill_in(actor=world.zhang, draft_id=draft.pk, version=draft.version, values=form)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("新安镇人民东路 128 号", "新安镇人民东路128号", True),
        ("新安镇人民东路１２８号", "新安镇人民东路128号", True),
        ("新安镇，人民东路128号。", "新安镇人民东路128号", True),
        ("新安镇人民东路128号", "新安镇人民东路129号", False),
        ("新安镇人民东路128号A", "新安镇人民东路128号a", True),
    ],
)
def test_which_writings_are_one_place(world: World, one: str, other: str, same: bool) -> None:
    plan = current_plan("noodle-shop").plan
    places = {place_of(plan, {**FORM, "premises-address": text}) for text in (one, other)}
    assert (len(places) == 1) is same


def test_the_same_once_more_is_told_with_its_number_and_filed_with_a_reason(world: World) -> None:
    first = file_case(world)
    draft = draft_at(world)
    with pytest.raises(Refused, match=first.number) as refusal:
        submission.submit(actor=world.zhang, draft_id=draft.pk)
    assert refusal.value.field == "duplicate"
    case = submission.submit(actor=world.zhang, draft_id=draft.pk, duplicate_reason="同一处两个门面")
    assert case.duplicate_reason == "同一处两个门面"
    assert "同一处两个门面" in Event.objects.get(application=case, kind="submitted").note


def test_a_second_shop_is_no_duplicate_and_keeps_no_reason(world: World) -> None:
    file_case(world)
    case = submission.submit(
        actor=world.zhang, draft_id=draft_at(world, "新安镇人民西路 5 号").pk, duplicate_reason="第二家店"
    )
    assert case.duplicate_reason == ""


@pytest.mark.parametrize("ended", ["withdrawn", "declined"])
def test_what_ended_without_a_result_is_no_duplicate(world: World, ended: str) -> None:
    first = file_case(world)
    if ended == "withdrawn":
        withdrawal.withdraw(actor=world.zhang, number=first.number)
    else:
        intake.receive(actor=world.clerk, number=first.number)
        intake.decline(actor=world.clerk, number=first.number, reason="不归本县管")
    assert submission.submit(actor=world.zhang, draft_id=draft_at(world).pk).number


@pytest.mark.parametrize(
    ("state", "until", "duplicate"),
    [
        ("valid", None, True),
        ("valid", timedelta(0), True),
        ("valid", timedelta(-1), False),
        ("revoked", None, False),
    ],
)
def test_a_certificate_that_holds_counts_until_its_last_day(
    world: World, state: str, until: timedelta | None, duplicate: bool
) -> None:
    case = accepted_case(world)
    for task in case.tasks.order_by("position"):
        decide(world, case, task.item_code)
    case.refresh_from_db()
    assert case.state == CaseState.CONCLUDED
    for row in Outbox.objects.filter(kind="paper"):
        issue_entry(row)
    day = None if until is None else date(2026, 3, 2) + until
    assert Certificate.objects.update(state=state, valid_until=day)
    draft = draft_at(world)
    if duplicate:
        with pytest.raises(Refused, match="还在有效期里"):
            submission.submit(actor=world.zhang, draft_id=draft.pk)
    else:
        assert submission.submit(actor=world.zhang, draft_id=draft.pk)


def test_somebody_elses_case_at_the_same_place_says_nothing(world: World) -> None:
    file_case(world)
    draft = drafting.start_draft(actor=world.wang, matter_code="noodle-shop", answers={"scale": "large"})
    draft = drafting.fill_in(actor=world.wang, draft_id=draft.pk, version=draft.version, values=FORM)
    assert submission.submit(actor=world.wang, draft_id=draft.pk)


def test_the_page_shows_what_is_there_and_keeps_what_was_typed(world: World) -> None:
    first, draft = file_case(world), draft_at(world)
    zhang = Client()
    zhang.force_login(world.users["zhangting"])
    page = zhang.get(reverse("draft-check", args=[draft.pk])).content.decode()
    assert "为什么要另办一件？" in page
    assert reverse("track", args=[first.number]) in page
    data = {"version": draft.version, "handover": "window", "promise": "yes", "duplicate": " "}
    refused = zhang.post(reverse("draft-submit", args=[draft.pk]), data)
    assert (refused.status_code, "确实要另办一件" in refused.content.decode()) == (422, True)
    assert zhang.post(reverse("draft-submit", args=[draft.pk]), data | {"duplicate": "两个门面"}).status_code == 302


def two_of_one(world: World) -> tuple[Application, Application]:
    """The first without a paper and without the area's digits right; the second brings both a file and a field."""
    first = file_case(world)
    Application.objects.filter(pk=first.pk).update(form={**first.form, "applicant-phone": ""})
    draft = draft_at(world)
    uploading.attach(
        actor=world.zhang, draft_id=draft.pk, material_code="premises-proof", upload=photo(), name="证明.jpg"
    )
    second = submission.submit(actor=world.zhang, draft_id=draft.pk, duplicate_reason="忘了交过")
    return first, second


@pytest.mark.parametrize("turned", [False, True])
def test_merged_the_earlier_stays_with_its_day_and_gets_what_it_lacks(world: World, turned: bool) -> None:
    first, second = two_of_one(world)
    numbers = (second.number, first.number) if turned else (first.number, second.number)
    kept = merging.merge(actor=world.clerk, number=numbers[0], other=numbers[1])
    assert (kept.pk, kept.receipt_at) == (first.pk, first.receipt_at)
    kept.refresh_from_db()
    second.refresh_from_db()
    assert kept.form["applicant-phone"] == FORM["applicant-phone"]
    assert list(kept.files.values_list("material_code", flat=True)) == ["premises-proof"]
    assert (second.state, second.reason) == (CaseState.WITHDRAWN, f"同一件事重复提交，并入 {first.number}")
    assert second.files.count() == 1, "what was filed stays where it was filed"
    assert not any(task.is_open for task in second.tasks.all())


def test_only_the_window_merges_and_only_what_is_alike_and_open(world: World) -> None:
    first, second = two_of_one(world)
    with pytest.raises(NotAllowed):
        merging.merge(actor=world.zhang, number=first.number, other=second.number)
    other = submission.submit(actor=world.zhang, draft_id=draft_at(world, "新安镇人民西路 5 号").pk)
    with pytest.raises(Refused, match="不一样"):
        merging.merge(actor=world.clerk, number=first.number, other=other.number)
    withdrawal.withdraw(actor=world.zhang, number=second.number)
    with pytest.raises(Conflict):
        merging.merge(actor=world.clerk, number=first.number, other=second.number)


def test_the_window_sees_the_twin_and_merges_in_one_act(world: World) -> None:
    first, second = two_of_one(world)
    limin = Client()
    limin.force_login(world.users["limin"])
    page = limin.get(reverse("window-case", args=[second.number])).content.decode()
    assert "同一件事有两件" in page
    assert "忘了交过" in page
    done = limin.post(reverse("window-merge", args=[second.number]), {"other": first.number}, follow=True)
    assert "并成一件了" in done.content.decode()
    assert "同一件事有两件" not in limin.get(reverse("window-case", args=[first.number])).content.decode()
