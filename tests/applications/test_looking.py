"""用数留痕: more than the own item only with a purpose the person reads; who looked; what is new since the last visit."""

import json
import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from accounts.views.me import REVEALED
from applications.beyond import MATERIAL, SECTION, beyond
from applications.models import Application, Look, MaterialFile, TaskSeen
from applications.operations import looking, review
from foundation.errors import Conflict, Refused
from foundation.files.operations import store
from tests.applications.applying import photo
from tests.applications.browsing import address, sign_in, text_of
from tests.applications.conftest import MONDAY
from tests.applications.world import World, accepted_case, decide, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
PROOF = MATERIAL + "premises-proof"
WHY = "地址和平面图对不上"


@pytest.fixture
def case(world: World) -> Application:
    return accepted_case(world)


@pytest.fixture
def held(world: World, case: Application):
    """孙丽 has claimed the fire check, which uses neither the form's identity number nor the proof of the premises."""
    return review.claim(actor=world.reviewer("fire"), task_id=task_of(case, "fire-check").pk)


def bring(world: World, case: Application, material: str) -> MaterialFile:
    stored = store(photo(), name=f"{material}.jpg", by=world.users["zhangting"].pk)
    return MaterialFile.objects.create(application=case, material_code=material, file=stored)


def look(world: World, task, **extra):
    given = {"codes": [PROOF], "purpose": "mismatch", "words": WHY} | extra
    return looking.look(actor=world.reviewer("fire"), task_id=task.pk, **given)


def test_what_lies_beyond_is_named_but_not_shown_before_somebody_says_what_for(world, held):
    page = text_of(sign_in(world, "fire1").get(address("task-more", held)))
    assert "经营场所使用证明" in page
    assert "填的表" in page
    assert "320724" not in page.replace(held.application.number, "")
    assert "13800000018" not in page


def test_a_paper_opens_for_its_reviewer_and_for_that_day(world, case, held):
    stored = bring(world, case, "premises-proof")
    fire, file = sign_in(world, "fire1"), reverse("case-file", args=[stored.pk])
    assert fire.get(file).status_code == 404
    sent = fire.post(address("task-more", held), {"code": PROOF, "purpose": "mismatch", "words": WHY}, follow=True)
    assert "今天打开的" in text_of(sent)
    assert fire.get(file).status_code == 200
    assert sign_in(world, "tax1").get(file).status_code == 404
    with time_machine.travel("2026-03-03 00:01 +0800", tick=False):
        assert fire.get(file).status_code == 404
        assert "今天打开的" not in text_of(fire.get(address("task-more", held)))


def test_a_section_of_the_form_opens_with_the_identity_number_masked(world, held):
    sections = {one.code: one for one in beyond(held).sections}
    opened = frozenset(sections)
    shown = [pair for one in beyond(held, opened).sections for pair in one.entries]
    assert all(code.startswith(SECTION) for code in sections)
    assert not any("19880315" in value for _, value in shown)
    assert any(value == "张婷" for _, value in shown)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"codes": []}, "codes"),
        ({"codes": ["m.no-such"]}, "codes"),
        ({"codes": ["m.floor-plan"]}, "codes"),  # the item's own: nothing to ask for
        ({"purpose": ""}, "purpose"),
        ({"purpose": "counter"}, "purpose"),
        ({"words": "  "}, "words"),
    ],
)
def test_without_paper_purpose_or_words_nothing_opens(world, held, given, field):
    with pytest.raises(Refused) as refused:
        look(world, held, **given)
    assert refused.value.field == field
    assert not Look.objects.exists()


def test_what_was_typed_is_kept_when_something_is_missing(world, held):
    answer = sign_in(world, "fire1").post(address("task-more", held), {"code": PROOF, "words": WHY})
    page = text_of(answer)
    assert answer.status_code == 422
    assert "请选做什么用" in page
    assert WHY in page
    assert f'value="{PROOF}" checked' in page


def test_only_who_holds_the_task_looks_further(world, case):
    with pytest.raises(Conflict):
        look(world, task_of(case, "fire-check"))


def test_the_record_is_never_changed(world, held):
    look(world, held)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Look.objects.update(words="别的")


def test_the_applicant_reads_who_looked_at_what_and_why(world, zhang, case, held):
    sign_in(world, "fire1").get(address("task", held))
    look(world, held)
    page = text_of(zhang.get(reverse("track", args=[case.number])))
    assert "谁看过我的资料，2 条" in page
    for said in ("孙丽", "看了经营场所使用证明", "和本事项的材料对不上", WHY, "办理这一项"):
        assert said in page
    data = text_of(zhang.get(reverse("own-data")))
    assert WHY in data
    assert case.number in data


def test_a_clerk_who_opens_a_persons_page_is_seen_by_the_person_once_a_visit(world, zhang, clerk):
    person = world.users["zhangting"].person
    page = reverse("window-person", args=[person.pk])
    clerk.get(page)
    clerk.get(page)
    with time_machine.travel(MONDAY, tick=False) as clock:
        clock.shift(timedelta(minutes=11))
        clerk.get(page)
    assert Look.objects.filter(person=person).count() == 2
    assert "综合窗口 李敏" in text_of(zhang.get(reverse("own-data")))
    session = zhang.session
    session[REVEALED] = time.time() + 60
    session.save()
    copy = json.loads(zhang.post(reverse("own-data")).content)
    assert [row["用途"] for row in copy["谁看过我的资料"]] == ["窗口接待", "窗口接待"]


def test_what_is_new_since_the_last_visit_stands_on_the_task(world, case, held):
    fire = sign_in(world, "fire1")
    page = address("task", held)
    assert "自上次看过以来" not in text_of(fire.get(page))
    with time_machine.travel(MONDAY, tick=False) as clock:
        clock.shift(timedelta(hours=1))
        decide(world, case, "registration")
        bring(world, case, "floor-plan")
        bring(world, case, "premises-proof")
        clock.shift(timedelta(hours=1))
        seen = text_of(fire.get(page))
        assert "自上次看过以来（3 月 2 日 9:30），有 2 处变化" in seen
        assert "平面布局图：新来了 1 个文件" in seen
        assert "经营场所使用证明：新来了" not in seen  # another item's paper
        clock.shift(timedelta(minutes=5))
        assert "有 2 处变化" in text_of(fire.get(page))  # the same visit
        clock.shift(timedelta(minutes=11))
        assert "自上次看过以来" not in text_of(fire.get(page))
    assert TaskSeen.objects.filter(task=held).count() == 1


def test_ones_own_acts_are_no_news(world, held):
    fire, page = sign_in(world, "fire1"), address("task", held)
    fire.get(page)
    with time_machine.travel(MONDAY, tick=False) as clock:
        clock.shift(timedelta(hours=1))
        review.advise(actor=world.reviewer("fire"), task_id=held.pk, points={}, opinion="看过了")
        clock.shift(timedelta(hours=1))
        assert "自上次看过以来" not in text_of(fire.get(page))
    assert timezone.localtime(TaskSeen.objects.get().first_at).hour == 9


def test_a_clerk_who_opens_a_case_is_seen_by_the_person_once_a_day(world, case, zhang, clerk):
    page = reverse("window-case", args=[case.number])
    before = Look.objects.count()
    clerk.get(page)
    clerk.get(page + "?tab=form")
    assert Look.objects.count() == before + 1
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        sign_in(world, "limin").get(page)
    assert Look.objects.count() == before + 2
    told = text_of(zhang.get(reverse("track", args=[case.number])))
    assert "综合窗口 李敏" in told
    assert "窗口办理这件事" in told


def opened(world: World, case: Application, at: Any) -> Look:
    user = world.users["limin"]
    more = {"user": user, "user_name": user.name, "post": "综合窗口", "what": ["材料"], "purpose": "intake"}
    return Look.objects.create(application=case, at=at, **more)


@pytest.mark.parametrize(("days", "kept"), [(1, 1), (1095, 1), (1096, 1), (1097, 0), (5000, 0)])
def test_who_looked_is_kept_for_three_years_and_then_goes(world, case, held, days, kept):
    opened(world, case, timezone.now() - timedelta(days=days) + timedelta(hours=1))
    looking.note_seen(actor=world.reviewer("fire"), task=held)
    TaskSeen.objects.update(at=timezone.now() - timedelta(days=days) + timedelta(hours=1))
    looking.prune_looks()
    assert (Look.objects.count(), TaskSeen.objects.count()) == (kept, kept)


def test_the_database_lets_no_line_go_before_its_three_years(world, case):
    row = opened(world, case, Now())
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        row.delete()
    assert Look.objects.count() == 1
