"""补充说明 and 撤销受理 (E23): asked for with reasons, allowed by a supervisor, counted, never deleted, stopping no clock."""

from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from applications.models import Application, Approval, CasePaper, Event
from applications.operations import approving, correcting, revoking, supplementing, withdrawal
from applications.operations.informing import inform_entry
from applications.operations.papers import issue_entry
from applications.states import CaseState, Outcome, TaskState
from departments.models import Department, Post, Role
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.notices.models import Notice
from foundation.outbox.models import Outbox
from tests.applications.applying import photo
from tests.applications.race.threads import at_once, losses, wins
from tests.applications.world import World, accepted_case, decide, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
AREA, PROOF = "premises-area", "premises-proof"
ASK = [{"field": AREA, "text": "面积和平面图对不上，请说明"}]
WHY = "现场核查时才看到"


@pytest.fixture
def case(world: World) -> Application:
    return accepted_case(world)


def ask(world: World, case: Application, item: str = "food-licence", **extra: object) -> Approval:
    task = task_of(case, item)
    given = {"asks": ASK, "reason": WHY} | extra
    return supplementing.ask_supplement(actor=world.reviewer(task.department_id), task_id=task.pk, **given)


def approved(world: World, approval: Approval) -> Approval:
    return approving.answer_approval(actor=world.supervisor, approval_id=approval.pk, approve=True)


def work_off(kind: str) -> None:
    """What a worker does with the rows of one kind."""
    handler = {"paper": issue_entry, "inform": inform_entry}[kind]
    for row in Outbox.objects.filter(kind=kind).order_by("pk"):
        handler(row)


def days(case: Application) -> tuple[object, ...]:
    case.refresh_from_db()
    return (case.promised_due, case.expected_due, *case.tasks.order_by("pk").values_list("due", "statutory_due"))


def test_a_late_question_reaches_the_applicant_only_when_a_supervisor_agrees(world: World, case: Application) -> None:
    asked = ask(world, case)
    assert supplementing.open_supplements(case) == []
    assert not Outbox.objects.filter(key__startswith="supplement").exists()
    approved(world, asked)
    assert [one.pk for one in supplementing.open_supplements(case)] == [asked.pk]
    kinds = Outbox.objects.filter(key=f"supplement:{case.pk}:{asked.task_id}:{asked.pk}").values_list("kind", flat=True)
    assert list(kinds) == ["paper"]
    assert Outbox.objects.filter(dedupe=f"inform:supplement:{case.pk}:{asked.pk}").exists()


def test_a_late_question_stops_no_clock(world: World, case: Application) -> None:
    before = days(case)
    asked = approved(world, ask(world, case))
    supplementing.answer_supplement(actor=world.zhang, number=case.number, approval_id=asked.pk, text="以平面图为准")
    assert days(case) == before


def test_a_refused_question_is_kept_with_the_word_and_may_be_asked_again(world: World, case: Application) -> None:
    asked = ask(world, case)
    with pytest.raises(Refused, match="写一句为什么"):
        approving.answer_approval(actor=world.supervisor, approval_id=asked.pk, approve=False)
    approving.answer_approval(actor=world.supervisor, approval_id=asked.pk, approve=False, note="材料里已经有了")
    assert ask(world, case).pk != asked.pk
    assert Event.objects.get(application=case, kind="not_approved").note == "材料里已经有了"


def test_one_question_of_an_item_waits_at_a_time(world: World, case: Application) -> None:
    ask(world, case)
    with pytest.raises(Conflict, match="已经报批过"):
        ask(world, case)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"asks": []}, "请选一份材料或者一栏"),
        ({"asks": [{"field": AREA, "text": " "}]}, "请写明要说明什么"),
        ({"asks": [{"field": "shop-sign", "text": "什么"}]}, "只能提本部门事项用到的"),
        ({"reason": " "}, "为什么补正告知的时候没有提"),
    ],
)
def test_a_question_says_what_about_what_and_why_so_late(
    world: World, case: Application, change: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        ask(world, case, **change)


def test_only_the_department_of_the_item_asks_and_only_a_supervisor_agrees(world: World, case: Application) -> None:
    task = task_of(case, "food-licence")
    with pytest.raises(NotAllowed):
        supplementing.ask_supplement(actor=world.clerk, task_id=task.pk, asks=ASK, reason=WHY)
    asked = ask(world, case)
    for actor in (world.clerk, world.reviewer("market"), world.zhang):
        with pytest.raises(NotAllowed, match="只有督查"):
            approving.answer_approval(actor=actor, approval_id=asked.pk, approve=True)


def test_nobody_agrees_to_what_they_asked_themselves(world: World, case: Application) -> None:
    Post.objects.create(user=world.users["market1"], role=Role.SUPERVISOR)
    asked = ask(world, case)
    with pytest.raises(NotAllowed, match="要由另一位来批"):
        approving.answer_approval(actor=world.reviewer("market"), approval_id=asked.pk, approve=True)


def test_an_answer_is_words_or_a_file_and_comes_once(world: World, case: Application) -> None:
    asked = approved(world, ask(world, case, asks=[{"material": PROOF, "text": "租期写到哪天"}]))
    answer = {"actor": world.zhang, "number": case.number, "approval_id": asked.pk}
    with pytest.raises(Refused, match="写几句说明，或者先传文件"):
        supplementing.answer_supplement(**answer, text=" ")
    correcting.attach_to_case(
        actor=world.zhang, number=case.number, material_code=PROOF, upload=photo(), name="租约.jpg"
    )
    said = supplementing.answer_supplement(**answer, text="")
    assert said.answered_by_name == "张婷"
    with pytest.raises(Conflict, match="已经说明过"):
        supplementing.answer_supplement(**answer, text="再说")


def test_what_the_applicant_says_is_kept_encrypted(world: World, case: Application) -> None:
    asked = approved(world, ask(world, case))
    supplementing.answer_supplement(actor=world.clerk, number=case.number, approval_id=asked.pk, text="身份证在家里")
    with connection.cursor() as cursor:
        cursor.execute("select answer from applications_approval")
        assert "身份证" not in cursor.fetchone()[0]
    assert Approval.objects.get(pk=asked.pk).answer == "身份证在家里"


def test_no_answer_keeps_nobody_from_deciding_and_afterwards_none_is_wanted(world: World, case: Application) -> None:
    asked = approved(world, ask(world, case, "registration", asks=[{"field": "shop-name", "text": "什么字号"}]))
    decide(world, case, "registration")
    assert supplementing.open_supplements(case) == []
    with pytest.raises(Conflict, match="已经办完"):
        supplementing.answer_supplement(actor=world.zhang, number=case.number, approval_id=asked.pk, text="灌河")


def test_a_stranger_answers_nothing(world: World, case: Application) -> None:
    asked = approved(world, ask(world, case))
    with pytest.raises(Application.DoesNotExist):
        supplementing.answer_supplement(actor=world.stranger, number=case.number, approval_id=asked.pk, text="嗯")


# 撤销受理


def revoke(world: World, case: Application, *items: str, **extra: object) -> Approval:
    given = {"actor": world.clerk, "reason": "不属于本县职权", "item_codes": items} | extra
    return revoking.ask_revoke(number=case.number, **given)


def all_items(case: Application) -> list[str]:
    return list(case.tasks.values_list("item_code", flat=True))


def test_an_acceptance_taken_back_as_a_whole_ends_the_case_with_a_notice(world: World, case: Application) -> None:
    work_off("paper")
    approved(world, revoke(world, case, *all_items(case)))
    case.refresh_from_db()
    assert (case.state, case.outcome) == (CaseState.CONCLUDED, Outcome.VOID)
    assert set(case.tasks.values_list("state", flat=True)) == {TaskState.VOID}
    work_off("paper")
    notice = CasePaper.objects.select_related("document").get(application=case, kind="revocation")
    assert notice.document.title == "撤销受理告知书"
    assert "不属于本县职权" in str(notice.document.data)
    assert "行政复议" in str(notice.document.data)
    acceptance = CasePaper.objects.select_related("document").get(application=case, kind="acceptance", task=None)
    assert acceptance.document.voided_at is not None


def test_of_single_items_the_rest_goes_on_and_what_depends_on_them_ends(world: World, case: Application) -> None:
    approved(world, revoke(world, case, "food-licence"))
    case.refresh_from_db()
    assert case.state == CaseState.ACCEPTED
    assert task_of(case, "food-licence").state == TaskState.VOID
    assert task_of(case, "registration").state == TaskState.OPEN


def test_nothing_changes_before_the_supervisor_has_agreed_nor_when_the_answer_is_no(
    world: World, case: Application
) -> None:
    asked = revoke(world, case, "food-licence")
    assert task_of(case, "food-licence").state == TaskState.OPEN
    approving.answer_approval(actor=world.supervisor, approval_id=asked.pk, approve=False, note="没有错")
    assert task_of(case, "food-licence").state == TaskState.OPEN
    assert revoke(world, case, "food-licence").approved is None


def test_a_decision_that_was_faster_stands(world: World, case: Application) -> None:
    asked = revoke(world, case, "registration")
    decide(world, case, "registration")
    with pytest.raises(Conflict, match="都已经有了结果"):
        approved(world, asked)
    assert task_of(case, "registration").state == TaskState.GRANTED


def test_a_department_takes_back_its_own_items_alone(world: World, case: Application) -> None:
    market = world.reviewer("market")
    with pytest.raises(NotAllowed, match="自己的事项"):
        revoke(world, case, "registration", actor=market)
    asked = revoke(world, case, "food-licence", actor=market)
    assert asked.department == Department.objects.get(pk="market")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [({"reason": " "}, "错在哪里"), ({"item_codes": ()}, "请选要撤销受理的事项")],
)
def test_taking_back_names_items_and_reason(
    world: World, case: Application, change: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        revoke(world, case, **({"item_codes": ("food-licence",)} | change))


def test_nothing_is_taken_back_of_a_case_that_is_over(world: World, case: Application) -> None:
    withdrawal.withdraw(actor=world.zhang, number=case.number)
    with pytest.raises(Conflict):
        revoke(world, case, "food-licence")


def test_the_applicant_is_told_in_plain_words(world: World, case: Application) -> None:
    approved(world, revoke(world, case, "food-licence"))
    work_off("inform")
    assert Notice.objects.filter(title="撤销受理", body__contains="受理有误").exists()


def test_of_two_supervisors_one_answers(committed_world: World) -> None:
    world = committed_world
    case = accepted_case(world)
    Post.objects.create(user=world.users["chenjing"], role=Role.SUPERVISOR)
    asked = ask(world, case)
    both = (world.supervisor, world.actor("chenjing"))
    answers = at_once(
        [partial(approving.answer_approval, actor=one, approval_id=asked.pk, approve=True) for one in both]
    )
    assert (len(wins(answers)), losses(answers)) == (1, {"Conflict"})


# the pages


@pytest.fixture
def supervisor(world: World) -> Client:
    client = Client()
    client.force_login(world.users["zhoutao"])
    return client


def test_from_the_question_on_the_page_to_the_answer_on_the_phone(
    world: World, case: Application, market: Client, supervisor: Client, zhang: Client
) -> None:
    task = task_of(case, "food-licence")
    asking = market.get(reverse("task-supplement", args=[task.pk]))
    assert "不停表" in asking.content.decode()
    market.post(reverse("task-supplement", args=[task.pk]), {f"f.{AREA}": "到底多大", "why": WHY})
    page = supervisor.get(reverse("supervise-approvals")).content.decode()
    assert "到底多大" in page and WHY in page
    supervisor.post(reverse("supervise-approvals"), {"approval": Approval.objects.get().pk, "say": "yes"})
    assert "请您补充说明" in zhang.get(reverse("track", args=[case.number])).content.decode()
    page = zhang.get(reverse("open-papers", args=[case.number])).content.decode()
    assert "到底多大" in page and WHY not in page
    answer = {"approval": Approval.objects.get().pk, "answer": "以平面图为准"}
    assert zhang.post(reverse("papers-supplement", args=[case.number]), answer).status_code == 302
    assert "以平面图为准" in market.get(reverse("task", args=[task.pk])).content.decode()
    assert "请您补充说明" not in zhang.get(reverse("track", args=[case.number])).content.decode()


def test_a_refused_question_keeps_what_was_typed(case: Application, market: Client) -> None:
    task = task_of(case, "food-licence")
    page = market.post(reverse("task-supplement", args=[task.pk]), {f"f.{AREA}": "到底多大"})
    assert page.status_code == 422
    assert 'value="到底多大"' in page.content.decode()


def test_files_for_an_explanation_come_and_go_until_it_is_sent(world: World, case: Application, zhang: Client) -> None:
    asked = approved(world, ask(world, case, asks=[{"material": PROOF, "text": "租期写到哪天"}]))
    sent = {"material": PROOF, "files": photo()}
    page = zhang.post(reverse("papers-attach", args=[case.number]), sent, headers={"HX-Request": "true"})
    assert page.status_code == 200 and "照片.jpg" in page.content.decode()
    added = case.files.latest("pk")
    assert asked.decided_at is not None and added.added_at >= asked.decided_at
    zhang.post(reverse("papers-detach", args=[case.number]), {"material": PROOF, "file": added.pk})
    assert not case.files.filter(pk=added.pk).exists()


def test_the_window_writes_down_what_somebody_explains_in_person(
    world: World, case: Application, clerk: Client
) -> None:
    asked = approved(world, ask(world, case))
    assert "请申请人补充说明" in clerk.get(reverse("window-case", args=[case.number])).content.decode()
    answer = {"approval": asked.pk, "answer": "以平面图为准"}
    assert clerk.post(reverse("window-supplement", args=[case.number]), answer).status_code == 302
    assert Approval.objects.get(pk=asked.pk).answered_by_name == "李敏"


def test_the_window_reports_a_wrong_acceptance_and_keeps_what_was_typed_when_refused(
    case: Application, clerk: Client
) -> None:
    address = reverse("window-revoke", args=[case.number])
    page = clerk.post(address, {"revoke_reason": "不归本县", "authority": "市局"})
    assert page.status_code == 422 and "不归本县" in page.content.decode()
    sent = {"revoke_reason": "不归本县", "revoke_item": ["food-licence"]}
    assert clerk.post(address, sent).status_code == 302
    assert "等督查答复" in clerk.get(reverse("window-case", args=[case.number])).content.decode()


def test_the_supervisors_page_counts_who_asks_how_often(world: World, case: Application, supervisor: Client) -> None:
    approved(world, ask(world, case))
    revoke(world, case, "registration")
    page = supervisor.get(reverse("supervise-approvals"))
    assert [(row["department__short_name"], row["supplements"], row["revokes"]) for row in page.context["counts"]] == [
        (Department.objects.get(pk="market").short_name, 1, 0),
        (None, 0, 1),
    ]
    assert "综合窗口" in page.content.decode()
