"""告知承诺: granted by itself on the applicant's word, looked at afterwards, put right or revoked."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from applications.models import Application, CasePaper, Certificate, PromiseCheck
from applications.operations import committing, drafting, intake
from applications.operations.papers import issue_entry
from applications.operations.submission import submit
from applications.states import CaseState, TaskState
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.models import Outbox
from tests.applications.browsing import sign_in, text_of
from tests.applications.world import FORM, World, check_all, decide, file_case, task_of

pytestmark = pytest.mark.django_db
ITEM = "food-licence"


def promised(world: World, *items: str) -> Application:
    """张婷's accepted case in which she promised these items."""
    case = file_case(world)
    Application.objects.filter(pk=case.pk).update(commitments=sorted(items))
    case.tasks.filter(item_code__in=items).update(committed=True, own_days=0)
    intake.receive(actor=world.clerk, number=case.number)
    check_all(world, case)
    intake.accept(actor=world.clerk, number=case.number)
    case.refresh_from_db()
    return case


def granted(world: World) -> Application:
    """The same, with the licence granted on her promise."""
    case = promised(world, ITEM)
    decide(world, case, "registration")
    return case


def issue(kind: str) -> None:
    for row in Outbox.objects.filter(kind="paper", payload__kind=kind):
        issue_entry(row)


def test_what_waits_for_nothing_is_granted_with_the_acceptance(world: World) -> None:
    case = promised(world, "sign-filing")
    task = task_of(case, "sign-filing")
    assert task.state == TaskState.GRANTED
    assert task.decision_number
    assert task.decided_by is None
    told = case.events.get(kind="decided")
    assert "告知承诺" in told.text
    assert (told.actor_id, told.actor_name) == (None, "系统")  # whoever accepted has not decided it


def test_what_waits_is_granted_in_the_moment_its_predecessor_is(world: World) -> None:
    case = promised(world, ITEM)
    assert task_of(case, ITEM).state == TaskState.OPEN
    decide(world, case, "registration")
    assert task_of(case, ITEM).state == TaskState.GRANTED
    check = PromiseCheck.objects.get(task=task_of(case, ITEM))
    assert check.due == timezone.localdate() + timedelta(days=60)


def test_a_refused_predecessor_ends_what_was_promised(world: World) -> None:
    case = promised(world, ITEM)
    decide(world, case, "registration", "refuse")
    assert task_of(case, ITEM).state == TaskState.TERMINATED
    assert not PromiseCheck.objects.exists()


def test_a_result_that_the_states_system_makes_keeps_its_hand(world: World) -> None:
    case = promised(world, "registration")
    assert task_of(case, "registration").state == TaskState.OPEN


def test_the_last_promised_item_concludes_the_case(world: World) -> None:
    case = promised(world, ITEM, "fire-check")
    decide(world, case, "sign-filing")
    decide(world, case, "registration")
    case.refresh_from_db()
    assert case.state == CaseState.CONCLUDED


def test_the_result_says_how_it_was_granted(world: World) -> None:
    promised(world, "sign-filing")
    issue("decision-grant")
    paper = CasePaper.objects.get(kind="result")
    assert ["办理方式", "告知承诺，决定以后核查"] in [list(fact) for fact in paper.document.data["facts"]]


def test_the_promise_is_a_paper_with_its_conditions(world: World) -> None:
    draft = drafting.start_draft(actor=world.zhang, matter_code="travel-agency", answers={})
    draft = drafting.promise(actor=world.zhang, draft_id=draft.pk, version=draft.version, items=["travel-licence"])
    draft = drafting.fill_in(actor=world.zhang, draft_id=draft.pk, version=draft.version, values=FORM)
    submit(actor=world.zhang, draft_id=draft.pk)
    issue("promise")
    paper = CasePaper.objects.get(kind="promise")
    assert paper.document.title == "告知承诺书"
    assert len(paper.document.data["table"]["rows"]) == 1


def look(world: World, case: Application, kept: bool, facts: str = "现场看过", **more: object) -> PromiseCheck:
    actor = world.reviewer("market")
    return committing.check_promise(actor=actor, task_id=task_of(case, ITEM).pk, kept=kept, facts=facts, **more)


def order(world: World, case: Application, days: int = 10) -> PromiseCheck:
    until = timezone.localdate() + timedelta(days=days)
    return look(world, case, False, "没有更衣间", fix="隔出更衣间", fix_by=until)


def test_a_kept_promise_is_recorded_and_done(world: World) -> None:
    case = granted(world)
    check = look(world, case, True)
    assert (check.result, check.checked_by_name) == (PromiseCheck.TRUE, "赵强")
    assert not committing.open_checks(world.reviewer("market")).exists()
    with pytest.raises(Conflict, match="已经核查过"):
        look(world, case, True)


def test_a_false_one_brings_an_order_with_what_and_when(world: World) -> None:
    case = granted(world)
    order(world, case)
    issue("fix-order")
    words = "".join(CasePaper.objects.get(kind="fix-order").document.data["paragraphs"])
    assert "没有更衣间" in words
    assert "隔出更衣间" in words
    assert Outbox.objects.filter(kind="inform", payload__what="promise_order").exists()


@pytest.mark.parametrize(
    ("facts", "fix", "days", "sentence"),
    [
        (" ", "改", 5, "写查到的情况"),
        ("不符", " ", 5, "写明要怎么改"),
        ("不符", "改", 0, "最后一天"),
        ("不符", "改", -1, "最后一天"),
        ("不符", "改", 200, "最后一天"),
        ("不符", "改", None, "最后一天"),
    ],
)
def test_what_an_order_needs(world: World, facts: str, fix: str, days: int | None, sentence: str) -> None:
    case = granted(world)
    fix_by: date | None = timezone.localdate() + timedelta(days=days) if days is not None else None
    with pytest.raises(Refused, match=sentence):
        look(world, case, False, facts, fix=fix, fix_by=fix_by)


def test_what_is_put_right_stands(world: World) -> None:
    case = granted(world)
    order(world, case)
    actor, task = world.reviewer("market"), task_of(case, ITEM)
    check = committing.end_order(actor=actor, task_id=task.pk, fixed=True, note="更衣间已经隔好")
    assert check.result == PromiseCheck.FIXED
    with pytest.raises(Conflict, match="没有等整改"):
        committing.end_order(actor=actor, task_id=task.pk, fixed=False, note="又看了一次")


@pytest.mark.parametrize(("days", "may"), [(9, False), (10, False), (11, True)])
def test_it_is_revoked_only_when_the_day_of_the_order_is_over(world: World, days: int, may: bool) -> None:
    case = granted(world)
    issue("decision-grant")
    order(world, case, 10)
    actor, task = world.reviewer("market"), task_of(case, ITEM)
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
        if not may:
            with pytest.raises(Refused, match="没有过不能撤销"):
                committing.end_order(actor=actor, task_id=task.pk, fixed=False, note="没有改")
            return
        committing.end_order(actor=actor, task_id=task.pk, fixed=False, note="没有改")
    certificate = Certificate.objects.select_related("paper__document").get(task=task)
    assert certificate.state == "revoked"
    assert certificate.paper.document.voided_at is not None
    issue("promise-revocation")
    words = CasePaper.objects.get(kind="promise-revocation").document.data
    assert "第六十九条" in "".join(words["paragraphs"])
    assert "复议" in "".join(words["after"])


def test_whose_promise_was_false_promises_nothing_for_a_term(world: World) -> None:
    case = granted(world)
    draft = drafting.start_draft(actor=world.zhang, matter_code="travel-agency", answers={})

    def promise() -> None:
        drafting.promise(actor=world.zhang, draft_id=draft.pk, version=draft.version, items=["travel-licence"])

    order(world, case, 10)
    with pytest.raises(Refused, match="正在整改"):
        promise()
    with time_machine.travel(timezone.now() + timedelta(days=11), tick=False):
        committing.end_order(actor=world.reviewer("market"), task_id=task_of(case, ITEM).pk, fixed=False, note="没有改")
        with pytest.raises(Refused, match="决定被撤销"):
            promise()
    with time_machine.travel(timezone.now() + timedelta(days=11 + 366), tick=False):
        promise()


def test_another_department_checks_nothing_here(world: World) -> None:
    case = granted(world)
    with pytest.raises(NotAllowed):
        committing.check_promise(actor=world.clerk, task_id=task_of(case, ITEM).pk, kept=True, facts="看过")
    assert not committing.open_checks(world.reviewer("fire")).exists()


def test_the_pages_from_list_to_revocation(world: World, market: Client) -> None:
    case = granted(world)
    address = f"/queue/{task_of(case, ITEM).pk}/promise/"
    assert "承诺核查" in text_of(market.get("/queue/"))
    assert case.title in text_of(market.get("/queue/promises/"))
    bad = market.post(address, {"say": "broken", "facts": "没有更衣间", "fix": "", "fix_by": "x"})
    assert bad.status_code == 422
    assert "没有更衣间" in bad.content.decode()
    until = (timezone.localdate() + timedelta(days=5)).isoformat()
    form = {"say": "broken", "facts": "没有更衣间", "fix": "隔出更衣间", "fix_by": until}
    assert market.post(address, form).status_code == 302
    zhang = sign_in(world, "zhangting")
    track = text_of(zhang.get(f"/my/{case.number}/"))
    assert "责令整改" in track
    assert "轮到您：食品经营许可按要求整改" in track
    assert "隔出更衣间" in track
    with time_machine.travel(timezone.now() + timedelta(days=6), tick=False):
        market, zhang = sign_in(world, "market1"), sign_in(world, "zhangting")
        assert "撤销决定" in text_of(market.get(address))
        assert market.post(address, {"say": "revoke", "note": "没有改"}).status_code == 302
        assert "决定已经撤销" in text_of(zhang.get(f"/my/{case.number}/"))
