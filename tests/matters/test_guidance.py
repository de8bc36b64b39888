"""口径: said by the owner, confirmed by another, doubted by whoever uses it, gone when its last day is over."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import InternalError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from departments.access import VISITOR, Actor, actor_for
from departments.models import Hall, Post, Role
from foundation.errors import Conflict, NotAllowed, Refused
from matters import guidance as reads
from matters.models import GuidanceVersion
from matters.operations import guidance as acts
from matters.published import current_plan
from matters.words import DoubtOutcome, GuidanceState

MONDAY = "2026-03-02 09:30 +0800"
TODAY = date(2026, 3, 2)
WORDS = acts.Wording(
    question="没有隔油池能先受理吗？",
    answer="能受理，现场核查前装好。",
    basis="《城镇污水排入排水管网许可管理办法》第七条",
    valid_from=TODAY,
    valid_until=date(2026, 12, 31),
    matters=("open-restaurant",),
    items=("drainage-licence",),
)


@pytest.fixture(autouse=True)
def _monday() -> Any:
    with time_machine.travel(MONDAY, tick=False):
        yield


def person(username: str, role: str, department: str | None = None) -> User:
    user = User.objects.create(username=username, name=username, is_staff=role == Role.EDITOR)
    hall = Hall.objects.get_or_create(code="county", defaults={"name": "大厅"})[0] if role == Role.CLERK else None
    Post.objects.create(user=user, role=role, department_id=department, hall=hall)
    return user


@pytest.fixture
def cast(few: None) -> dict[str, Actor]:
    users = [
        person("housing1", Role.REVIEWER, "housing"),
        person("housing2", Role.REVIEWER, "housing"),
        person("market1", Role.REVIEWER, "market"),
        person("limin", Role.CLERK),
        person("editor1", Role.EDITOR),
        person("zhoutao", Role.SUPERVISOR),
    ]
    return {user.username: actor_for(user) for user in users}


def write(cast: dict[str, Actor], wording: acts.Wording = WORDS, **more: Any) -> GuidanceVersion:
    return acts.write_guidance(actor=cast["housing1"], wording=wording, **({"department": "housing"} | more))


def said(cast: dict[str, Actor], wording: acts.Wording = WORDS, **more: Any) -> GuidanceVersion:
    return acts.confirm_guidance(actor=cast["housing2"], version=write(cast, wording, **more).pk)


def shown(cast: dict[str, Actor], day: date = TODAY, text: str = "") -> list[str]:
    found = reads.library(cast["limin"], day, text=text, matter="", department="")
    return [entry.version.answer for entry in found]


def page(cast: dict[str, Actor], account: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=cast[account].user_id))
    return client


def test_nobody_is_told_before_another_person_confirmed(cast: dict[str, Actor]) -> None:
    version = write(cast)
    assert shown(cast) == []
    with pytest.raises(NotAllowed, match="另一个人"):
        acts.confirm_guidance(actor=cast["housing1"], version=version.pk)
    with pytest.raises(NotAllowed, match="归口部门"):
        acts.confirm_guidance(actor=cast["market1"], version=version.pk)
    acts.confirm_guidance(actor=cast["editor1"], version=version.pk)
    assert shown(cast) == [WORDS.answer]
    with pytest.raises(Conflict, match="已确认"):
        acts.return_guidance(actor=cast["housing2"], version=version.pk, note="再想想")


@pytest.mark.parametrize("account", ["market1", "limin", "zhoutao"])
def test_only_the_owner_and_editors_write(cast: dict[str, Actor], account: str) -> None:
    with pytest.raises(NotAllowed):
        acts.write_guidance(actor=cast[account], wording=WORDS, department="housing")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"question": " "}, "question"),
        ({"answer": ""}, "answer"),
        ({"basis": ""}, "basis"),
        ({"basis": "法" * 301}, "basis"),
        ({"answer": "找 13800000018"}, "answer"),
        ({"answer": "像 32072419880315002X 那样"}, "answer"),
        ({"valid_until": date(2026, 3, 1), "valid_from": date(2026, 2, 1)}, "valid_until"),
        ({"valid_from": date(2027, 1, 1)}, "valid_until"),
        ({"valid_until": date(2028, 3, 2)}, "valid_until"),
        ({"matters": (), "items": ()}, "matters"),
        ({"items": ("no-such",)}, "items"),
    ],
)
def test_what_cannot_be_written_says_which_box(cast: dict[str, Actor], change: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        write(cast, replace(WORDS, **change))
    assert refused.value.field == field


def test_another_wording_is_another_version_and_the_old_one_stays_as_it_was(cast: dict[str, Actor]) -> None:
    first = said(cast)
    again = replace(WORDS, answer="不能，先装。", valid_from=date(2026, 3, 10))
    second = said(cast, again, guidance=first.guidance_id, seen=1)
    assert (second.number, shown(cast), shown(cast, date(2026, 3, 10))) == (2, [WORDS.answer], ["不能，先装。"])
    with pytest.raises(InternalError, match="words_stay"), transaction.atomic():
        GuidanceVersion.objects.filter(pk=first.pk).update(answer="改了")
    with pytest.raises(InternalError, match="kept"), transaction.atomic():
        GuidanceVersion.objects.filter(pk=first.pk).delete()


def test_two_who_write_at_once_do_not_overwrite_each_other(cast: dict[str, Actor]) -> None:
    first = said(cast)
    write(cast, guidance=first.guidance_id, seen=1)
    with pytest.raises(Conflict, match="等确认"):
        write(cast, guidance=first.guidance_id, seen=1)
    acts.cancel_guidance(actor=cast["housing1"], version=first.guidance.versions.get(number=2).pk)
    with pytest.raises(Conflict, match="别人刚写了"):
        write(cast, guidance=first.guidance_id, seen=1)


def test_an_expired_answer_is_shown_to_nobody_but_its_owner(cast: dict[str, Actor]) -> None:
    version = said(cast)
    assert shown(cast, WORDS.valid_until) == [WORDS.answer]
    assert shown(cast, date(2027, 1, 1)) == []
    assert reads.desk(cast["housing2"], date(2026, 11, 30)).said == [reads.entry_of(version)]
    assert [e.version.pk for e in reads.desk(cast["housing2"], date(2026, 12, 1)).ending] == [version.pk]
    assert [e.version.pk for e in reads.desk(cast["housing2"], date(2027, 1, 1)).ending] == [version.pk]
    assert reads.desk(cast["market1"], date(2027, 1, 1)).ending == []


def test_an_expired_version_does_not_bring_the_one_before_back(cast: dict[str, Actor]) -> None:
    first = said(cast)
    said(cast, replace(WORDS, answer="短的", valid_until=date(2026, 4, 1)), guidance=first.guidance_id)
    assert (shown(cast), shown(cast, date(2026, 4, 2))) == (["短的"], [])


def test_what_was_withdrawn_comes_back_only_by_a_new_version(cast: dict[str, Actor]) -> None:
    first = said(cast)
    said(cast, replace(WORDS, answer="以后的", valid_from=date(2026, 5, 1)), guidance=first.guidance_id)
    with pytest.raises(Refused, match="为什么停用"):
        acts.withdraw_guidance(actor=cast["housing1"], guidance=first.guidance_id, reason=" ")
    acts.withdraw_guidance(actor=cast["housing1"], guidance=first.guidance_id, reason="条文改了")
    assert shown(cast) == shown(cast, date(2026, 5, 1)) == []
    assert [e.version.guidance_id for e in reads.desk(cast["housing1"], TODAY).withdrawn] == [first.guidance_id]
    with pytest.raises(Conflict, match="已经停用"):
        acts.withdraw_guidance(actor=cast["housing1"], guidance=first.guidance_id, reason="再来")
    said(cast, replace(WORDS, answer="新的"), guidance=first.guidance_id)
    assert shown(cast) == ["新的"]


def test_a_doubt_is_answered_within_three_working_days_or_the_supervisor_sees_it(cast: dict[str, Actor]) -> None:
    version = said(cast)
    doubt = acts.doubt_guidance(actor=cast["limin"], version=version.pk)
    assert doubt.due == date(2026, 3, 5)
    with pytest.raises(Conflict, match="已经提过"):
        acts.doubt_guidance(actor=cast["limin"], version=version.pk, text="第七条改了")
    assert list(reads.late_doubts(date(2026, 3, 5))) == []
    assert list(reads.late_doubts(date(2026, 3, 6))) == [doubt]
    assert list(reads.own_doubts(cast["market1"])) == []
    assert list(reads.own_doubts(cast["housing2"])) == list(reads.own_doubts(cast["editor1"])) == [doubt]
    acts.answer_doubt(actor=cast["housing2"], doubt=doubt.pk, outcome=DoubtOutcome.RIGHT, answer="条文没有变。")
    assert list(reads.open_doubts()) == []
    with pytest.raises(Conflict, match="同事"):
        acts.answer_doubt(actor=cast["housing1"], doubt=doubt.pk, outcome=DoubtOutcome.RIGHT, answer="对的")
    acts.doubt_guidance(actor=cast["limin"], version=version.pk, text="还是不对")


def test_what_is_wrong_is_mended_before_it_is_answered(cast: dict[str, Actor]) -> None:
    version = said(cast)
    doubt = acts.doubt_guidance(actor=cast["zhoutao"], version=version.pk)
    wrong: dict[str, Any] = {"doubt": doubt.pk, "outcome": DoubtOutcome.WRONG, "answer": "是的，改了。"}
    with pytest.raises(Refused, match="先写新的一版"):
        acts.answer_doubt(actor=cast["housing1"], **wrong)
    write(cast, replace(WORDS, answer="改过的"), guidance=version.guidance_id)
    acts.answer_doubt(actor=cast["housing1"], **wrong)
    doubt.refresh_from_db()
    assert (doubt.outcome, doubt.answered_by_id) == (DoubtOutcome.WRONG, cast["housing1"].user_id)


def test_nobody_from_outside_doubts_or_reads_the_library(cast: dict[str, Actor]) -> None:
    version = said(cast)
    with pytest.raises(NotAllowed):
        acts.doubt_guidance(actor=VISITOR, version=version.pk)
    assert reads.library(VISITOR, TODAY, text="", matter="", department="") == []


@pytest.mark.parametrize("text", ["隔油池", "没有隔油池可以受理吗", "geyouchi", "排水许可"])
def test_it_is_found_as_people_ask(cast: dict[str, Actor], text: str) -> None:
    said(cast)
    said(
        cast, replace(WORDS, question="停车场要几个车位？", answer="不要求。", basis="本县规定", items=("seal-filing",))
    )
    assert shown(cast, text=text)[:1] == [WORDS.answer]


def test_beside_a_case_its_matter_comes_first_then_items_then_papers(cast: dict[str, Actor]) -> None:
    for name, subject in (
        ("材料", {"materials": ("premises-use-proof",)}),
        ("事项", {"items": ("drainage-licence",)}),
        ("一件事", {"matters": ("open-restaurant",)}),
        ("别的", {"matters": ("get-married",)}),
    ):
        said(cast, replace(WORDS, **({"question": name, "matters": (), "items": ()} | subject)))
    found = reads.beside(cast["limin"], TODAY, "open-restaurant", ["drainage-licence"], ["premises-use-proof"])
    assert [one.question for one in found] == ["一件事", "事项", "材料"]


def test_only_what_is_public_stands_on_the_guide_and_the_plan_knows_nothing_of_it(cast: dict[str, Actor]) -> None:
    before = current_plan("open-restaurant").plan
    said(cast)
    said(cast, replace(WORDS, question="大家都问的", public=True))
    text = Client().get(reverse("guide", args=["open-restaurant"])).content.decode()
    assert "常见问题" in text and "大家都问的" in text and WORDS.question not in text
    assert current_plan("open-restaurant").plan == before
    with time_machine.travel("2027-01-02 09:00 +0800", tick=False):
        assert "大家都问的" not in Client().get(reverse("guide", args=["open-restaurant"])).content.decode()


def test_samples_of_the_demonstration_say_so_until_a_department_confirms_them(cast: dict[str, Actor]) -> None:
    assert acts.load_samples() >= 12
    assert acts.load_samples() == 0
    sample = GuidanceVersion.objects.filter(guidance__department="housing").get()
    assert "演示，待部门确认" in page(cast, "limin").get(reverse("guidance")).content.decode()
    acts.confirm_guidance(actor=cast["housing1"], version=sample.pk)
    sample.refresh_from_db()
    assert (sample.state, sample.sample) == (GuidanceState.CONFIRMED, False)


def test_samples_stay_out_of_a_real_portal(few: None, settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(Refused):
        acts.load_samples()


def test_the_department_writes_on_its_own_page_and_keeps_what_was_typed(cast: dict[str, Actor]) -> None:
    client = page(cast, "housing1")
    form = {
        "question": "要几个检测井？",
        "answer": "一个。",
        "basis": "本县规定",
        "items": ["没有这个事项", ""],
        "valid_from": "2026-03-02",
        "valid_until": "2026-13-40",
    }
    refused = client.post(reverse("guidance-new"), form)
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "目录里没有“没有这个事项”" in text and "要几个检测井？" in text and "2026-13-40" in text
    name = "城镇污水排入排水管网许可"
    wrong_day = client.post(reverse("guidance-new"), form | {"items": [name]})
    assert (wrong_day.status_code, "请填日期" in wrong_day.content.decode()) == (422, True)
    done = client.post(reverse("guidance-new"), form | {"items": [name], "valid_until": "2026-12-31"}, follow=True)
    version = GuidanceVersion.objects.get()
    assert version.items == ["drainage-licence"] and "等另一个人确认" in done.content.decode()
    assert page(cast, "market1").get(reverse("guidance-write", args=[version.guidance_id])).status_code == 404
    confirmed = page(cast, "housing2").post(reverse("guidance-settle", args=[version.pk]), {"act": "confirm"})
    assert confirmed.status_code == 302
    assert "要几个检测井？" in page(cast, "limin").get(reverse("guidance")).content.decode()


def test_one_press_doubts_and_the_answer_comes_back_to_the_page(cast: dict[str, Actor]) -> None:
    version = said(cast)
    clerk = page(cast, "limin")
    beside = clerk.get(reverse("guidance-beside"), {"matter": "open-restaurant"}).content.decode()
    assert "这条不对" in beside and WORDS.answer in beside
    address = reverse("guidance-doubt", args=[version.guidance_id])
    pressed = clerk.post(address, {"version": version.pk}, headers={"HX-Request": "true"})
    assert "3\u00a0月\u00a05\u00a0日前答复" in pressed.content.decode()
    again = clerk.post(address, {"version": version.pk, "text": "第七条改了"}, headers={"HX-Request": "true"})
    assert (again.status_code, "第七条改了" in again.content.decode()) == (409, True)
    assert (
        "没有写哪里不对"
        in page(cast, "housing1").get(reverse("guidance-entry", args=[version.guidance_id])).content.decode()
    )
    with time_machine.travel("2026-03-06 09:00 +0800", tick=False):
        assert "超期" in page(cast, "zhoutao").get(reverse("supervise-guidance")).content.decode()
    doubt = version.doubts.get()
    answered = page(cast, "housing1").post(
        reverse("guidance-answer", args=[doubt.pk]), {"outcome": "right", "answer": "条文没有变"}
    )
    assert answered.status_code == 302
    assert "条文没有变" in clerk.get(reverse("guidance-entry", args=[version.guidance_id])).content.decode()
