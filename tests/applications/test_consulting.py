"""征求意见 (D10): who asks whom with what, what silence means, and that no clock moves."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from applications.models import Application, Consultation
from applications.operations import consulting, review
from departments.calendar import current_calendar
from foundation.errors import Conflict, NotAllowed, Refused
from tests.applications.browsing import sign_in, text_of
from tests.applications.world import World, accepted_case, decide, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
ITEM = "food-licence"


@pytest.fixture
def case(world: World) -> Application:
    """An accepted case whose licence 赵强 has claimed."""
    case = accepted_case(world)
    review.claim(actor=world.reviewer("market"), task_id=task_of(case, ITEM).pk)
    return case


def ask(world: World, case: Application, who: int = 1, **more: Any) -> Consultation:
    given: dict[str, Any] = {
        "department": "fire",
        "question": "后厨排烟改了没有",
        "papers": ["floor-plan"],
        "days": 3,
    } | more
    return consulting.consult(actor=world.reviewer("market", who), task_id=task_of(case, ITEM).pk, **given)


def answer(world: World, one: Consultation, say: str = "agree", words: str = "", who: str = "fire") -> Consultation:
    return consulting.answer_consultation(actor=world.reviewer(who), consultation_id=one.pk, say=say, words=words)


def test_it_is_asked_answered_and_read_and_no_day_moves(world: World, case: Application) -> None:
    before = [(t.item_code, t.due, t.statutory_due, t.state) for t in case.tasks.order_by("pk")]
    one = ask(world, case)
    assert one.due == current_calendar().add(timezone.localdate(), 3)
    assert list(consulting.open_consultations(world.reviewer("fire"))) == [one]
    answer(world, one, "remark", "排烟口要离居民窗户 20 米")
    assert not consulting.open_consultations(world.reviewer("fire")).exists()
    assert [(t.item_code, t.due, t.statutory_due, t.state) for t in case.tasks.order_by("pk")] == before
    assert "20 米" in case.events.get(kind="consultation_answered").note


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"department": ""}, "请选向哪个部门"),
        ({"department": "market"}, "请选向哪个部门"),
        ({"question": " "}, "要它看什么"),
        ({"days": 0}, "工作日内答复"),
        ({"days": 6}, "工作日内答复"),
        ({"papers": ["fit-out-proof"]}, "本事项用到的材料"),
    ],
)
def test_what_the_asking_needs(world: World, case: Application, given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        ask(world, case, **given)


def test_only_who_holds_the_task_asks_and_each_department_once_at_a_time(world: World, case: Application) -> None:
    with pytest.raises(NotAllowed, match="先认领"):
        ask(world, case, 2)
    one = ask(world, case)
    with pytest.raises(Conflict, match="还没有答复"):
        ask(world, case)
    answer(world, one)
    assert ask(world, case).pk != one.pk


@pytest.mark.parametrize(
    ("say", "words", "sentence"), [("", "", "请选"), ("object", " ", "意见和依据"), ("remark", "", "意见和依据")]
)
def test_what_an_answer_needs(world: World, case: Application, say: str, words: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        answer(world, ask(world, case), say, words)


def test_nobody_else_answers_and_nobody_twice(world: World, case: Application) -> None:
    one = ask(world, case)
    with pytest.raises(Consultation.DoesNotExist):
        answer(world, one, who="tax")
    answer(world, one)
    with pytest.raises(Conflict, match="已经答复"):
        answer(world, one, "object", "不同意")


@pytest.mark.parametrize(
    ("days", "basis", "stands"),
    [
        (0, "", "waiting"),
        (3, "", "waiting"),
        (4, "", "silent"),
        (4, "《某办法》第八条", "agreed"),
        (3, "《某办法》", "waiting"),
    ],
)
def test_what_silence_means(days: int, basis: str, stands: str) -> None:
    asked = date(2026, 3, 2)
    one = Consultation(due=asked + timedelta(days=3), silence_basis=basis)
    assert consulting.standing(one, asked + timedelta(days=days)) == stands


def test_a_late_answer_counts_until_the_decision(world: World, case: Application) -> None:
    one = ask(world, case)
    with time_machine.travel(timezone.now() + timedelta(days=20), tick=False):
        assert answer(world, one, "object", "不同意").say == "object"
    other = ask(world, case)
    decide(world, case, "registration")
    decide(world, case, ITEM)
    with pytest.raises(Conflict, match="已经办完"):
        answer(world, other)


def test_only_given_papers_are_seen_and_only_while_the_question_is_open(world: World, case: Application) -> None:
    fire, tax = world.reviewer("urban-management"), world.reviewer("tax")
    one = ask(world, case, department="urban-management")
    assert consulting.given_file(fire, case.pk, "floor-plan")
    assert not consulting.given_file(fire, case.pk, "premises-proof")
    assert not consulting.given_file(tax, case.pk, "floor-plan")
    answer(world, one, who="urban-management")
    assert not consulting.given_file(fire, case.pk, "floor-plan")


def test_the_applicant_reads_who_was_given_which_papers_and_what_for(world: World, case: Application) -> None:
    ask(world, case)
    page = text_of(sign_in(world, "zhangting").get(f"/my/{case.number}/"))
    looked = page.partition('id="looked"')[2]
    assert "消防" in looked
    assert "平面" in looked
    assert "答复市场监管局征求的意见" in looked


def test_the_pages_from_question_to_answer(world: World, case: Application) -> None:
    market, fire = sign_in(world, "market1"), sign_in(world, "fire1")
    address = f"/queue/{task_of(case, ITEM).pk}/consult/"
    form = {"consult_department": "fire", "question": "排烟改了没有", "consult_days": "9", "paper": ["floor-plan"]}
    bad = market.post(address, form)
    assert bad.status_code == 422
    assert "排烟改了没有" in text_of(bad)
    assert market.post(address, form | {"consult_days": "2"}).status_code == 302
    one = Consultation.objects.get()
    assert "等答复" in text_of(market.get(address))
    assert "征求意见" in text_of(fire.get("/queue/"))
    assert "排烟改了没有" in text_of(fire.get("/queue/consults/"))
    assert fire.post(f"/queue/consults/{one.pk}/", {"say": "object", "words": ""}).status_code == 422
    assert fire.post(f"/queue/consults/{one.pk}/", {"say": "object", "words": "没有改"}).status_code == 302
    assert "没有改" in text_of(market.get(address))
    assert sign_in(world, "tax1").get(f"/queue/consults/{one.pk}/").status_code == 404
