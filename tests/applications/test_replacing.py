"""更正换发 (E23): a certificate that is wrong by our own mistake is replaced free of charge, its number void, nothing deleted."""

from functools import partial

import pytest
from django.urls import reverse

from applications.models import Application, Approval, CasePaper, Certificate, Event
from applications.operations import approving, handover, replacing
from applications.states import CaseState
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.notices.models import Notice
from foundation.outbox.operations import deliver_due
from tests.applications.browsing import sign_in, text_of
from tests.applications.race.threads import at_once, losses, wins
from tests.applications.world import World, accepted_case, decide, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
ITEM, RIGHT = "food-licence", "张婷（灌河餐馆）"


@pytest.fixture
def case(world: World) -> Application:
    """Everything granted, nothing collected yet."""
    case = accepted_case(world)
    for item in ("registration", ITEM, "fire-check", "sign-filing"):
        decide(world, case, item)
    deliver_due()
    case.refresh_from_db()
    return case


def ask(world: World, case: Application, item: str = ITEM, **extra: str) -> Approval:
    task = task_of(case, item)
    given = {"holder": RIGHT, "reason": "持证人写成了申请人，应当写店名"} | extra
    return replacing.ask_replace(actor=world.reviewer(task.department_id), task_id=task.pk, **given)


def agree(world: World, approval: Approval) -> None:
    approving.answer_approval(actor=world.supervisor, approval_id=approval.pk, approve=True)
    deliver_due()


def both(case: Application, item: str = ITEM) -> tuple[Certificate, Certificate]:
    old, new = Certificate.objects.filter(task__item_code=item, task__application=case).order_by("id")
    return old, new


def collect(world: World, case: Application) -> None:
    case.refresh_from_db()
    ids = tuple(case.papers.filter(to_hand_over=True, served_at=None).values_list("pk", flat=True))
    give = partial(handover.hand_over, actor=world.clerk, number=case.number, collector="张婷", relation="本人")
    give(code=case.pickup_code, paper_ids=ids)
    case.refresh_from_db()


def test_the_old_number_is_void_the_new_one_stands_and_both_are_kept(world: World, case: Application) -> None:
    agree(world, ask(world, case))
    old, new = both(case)
    assert (old.state, new.state, new.replaces_id) == ("replaced", "valid", old.pk)
    assert (new.holder, new.valid_until) == (RIGHT, old.valid_until) and new.number != old.number
    assert old.paper.document.voided_at and not new.paper.document.voided_at
    assert new.paper.document.rendered_at and new.paper.document.number == new.number
    assert not old.paper.to_hand_over and new.paper.to_hand_over
    notice = CasePaper.objects.get(application=case, kind="replacement").document
    assert notice.rendered_at and "行政复议" in str(notice.data) and old.number in str(notice.data)
    assert Event.objects.filter(application=case, kind="replaced").count() == 1
    assert Notice.objects.filter(title="证照更正换发").exists()


def test_nothing_happens_without_the_supervisors_word_or_against_it(world: World, case: Application) -> None:
    asked = ask(world, case)
    assert Certificate.objects.get(task__item_code=ITEM).state == "valid"
    approving.answer_approval(actor=world.supervisor, approval_id=asked.pk, approve=False, note="没有写错")
    assert Certificate.objects.get(task__item_code=ITEM).state == "valid"


def test_the_page_of_each_paper_says_which_number_stands(world: World, case: Application, client) -> None:
    agree(world, ask(world, case))
    old, new = both(case)
    page = text_of(client.get(f"/verify/{old.paper.document.token}/"))
    assert "换发了新的" in page and new.number in page and "已换发" in page and "这份文书有效" not in page
    page = text_of(client.get(f"/verify/{new.paper.document.token}/"))
    assert "这份文书有效" in page and new.number in page


@pytest.mark.parametrize(
    ("extra", "sentence"),
    [({"holder": " "}, "请写持证人"), ({"reason": ""}, "请写明哪里写错了")],
)
def test_what_is_missing_is_asked_for(world: World, case: Application, extra: dict[str, str], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        ask(world, case, **extra)


def test_a_number_is_never_used_again(world: World, case: Application) -> None:
    with pytest.raises(Refused, match="不能和它一样"):
        ask(world, case, number=Certificate.objects.get(task__item_code=ITEM).number)


def test_the_states_own_form_needs_its_issuers_new_number(world: World, case: Application) -> None:
    Certificate.objects.filter(task__item_code=ITEM).update(own_form=True)
    with pytest.raises(Refused, match="国家统一的系统"):
        ask(world, case)
    agree(world, ask(world, case, number="JY23207240000018"))
    assert both(case)[1].number == "JY23207240000018"


def test_only_the_department_that_issued_it_asks_and_once(world: World, case: Application) -> None:
    task, given = task_of(case, ITEM), {"holder": RIGHT, "reason": "错"}
    for actor in (world.clerk, world.zhang, world.supervisor):
        with pytest.raises(NotAllowed):
            replacing.ask_replace(actor=actor, task_id=task.pk, **given)
    with pytest.raises(type(task).DoesNotExist):
        replacing.ask_replace(actor=world.reviewer("fire"), task_id=task.pk, **given)
    ask(world, case)
    with pytest.raises(Conflict, match="已经报批过"):
        ask(world, case)


def test_a_task_that_was_not_granted_has_nothing_to_replace(world: World) -> None:
    with pytest.raises(Conflict, match="没有有效的证照"):
        ask(world, accepted_case(world))


def test_what_was_revoked_meanwhile_is_not_replaced(world: World, case: Application) -> None:
    asked = ask(world, case)
    Certificate.objects.filter(task__item_code=ITEM).update(state=Certificate.REVOKED)
    with pytest.raises(Conflict, match="不能再换发"):
        agree(world, asked)


def test_after_everything_was_collected_the_new_one_is_collected_with_a_new_code(
    world: World, case: Application
) -> None:
    code = case.pickup_code
    collect(world, case)
    assert case.state == CaseState.DELIVERED
    window, mine = sign_in(world, "limin"), sign_in(world, "zhangting")
    assert case.number not in text_of(window.get(reverse("window-pickups")))
    agree(world, ask(world, case))
    assert case.number in text_of(window.get(reverse("window-pickups")))
    assert "更正的证照做好了" in text_of(mine.get(reverse("track", args=[case.number])))
    case.refresh_from_db()
    assert case.pickup_code != code and case.state == CaseState.DELIVERED
    assert "交付其余 2" in text_of(window.get(reverse("window-pickup", args=[case.number])))
    collect(world, case)
    assert case.state == CaseState.DELIVERED and both(case)[1].paper.served_at
    assert case.number not in text_of(window.get(reverse("window-pickups")))
    assert "更正的证照做好了" not in text_of(mine.get(reverse("track", args=[case.number])))


def test_the_replaced_one_is_replaced_again_in_its_turn(world: World, case: Application) -> None:
    agree(world, ask(world, case))
    agree(world, ask(world, case, holder="张婷"))
    states = list(Certificate.objects.filter(task__item_code=ITEM).order_by("id").values_list("state", flat=True))
    assert states == ["replaced", "replaced", "valid"]


def test_the_department_asks_on_its_page_and_the_supervisor_answers_and_sees_how_often(
    world: World, case: Application
) -> None:
    task = task_of(case, ITEM)
    browser, page = sign_in(world, "market1"), reverse("task-replace", args=[task.pk])
    assert page in text_of(browser.get(reverse("task", args=[task.pk])))
    assert browser.post(page, {"holder": RIGHT}).status_code == 422
    assert browser.post(page, {"holder": RIGHT, "replace_reason": "写错了店名"}).status_code == 302
    assert "等督查答复" in text_of(browser.get(page))
    above = sign_in(world, "zhoutao")
    listed = text_of(above.get(reverse("supervise-approvals")))
    assert "更正换发证照" in listed and RIGHT in listed and "写错了店名" in listed
    asked = Approval.objects.get(kind=Approval.REPLACE)
    above.post(reverse("supervise-approvals"), {"approval": asked.pk, "say": "yes"})
    assert "作废，换发为" in text_of(browser.get(page))


@pytest.mark.django_db(transaction=True)
def test_two_words_at_the_same_moment_make_one_certificate(world: World, case: Application) -> None:
    asked = ask(world, case)
    say = partial(approving.answer_approval, actor=world.supervisor, approval_id=asked.pk, approve=True)
    results = at_once([say, say])
    assert (len(wins(results)), len(losses(results))) == (1, 1)
    assert Certificate.objects.filter(task__item_code=ITEM, state="valid").count() == 1
