"""Publishing: the next revision of what is edited, frozen for ever; faults and second thoughts refused."""

import pytest
from django.db import InternalError, connection, transaction

from accounts.models import User
from departments.access import SYSTEM, Actor
from foundation.errors import NotAllowed, Refused
from matters.models import Field, Item, Matter, Question, Revision, Step
from matters.operations.publishing import NotPublishable, drafts, restore, withdraw
from matters.operations.releasing import approve, ask_release
from matters.plan import plan_hash
from matters.published import NotPublished, catalogue, current_plan, plan_of
from tests.catalogue import FEW

CODE = "open-restaurant"


@pytest.fixture
def editor(few: None) -> Actor:
    user = User.objects.create_user("editor", name="王编辑")
    return Actor(user_id=user.pk, name="王编辑", editor=True)


@pytest.fixture
def second(few: None) -> Actor:
    user = User.objects.create_user("second", name="吴审批")
    return Actor(user_id=user.pk, name="吴审批", editor=True)


def publish(matter: str, reason: str, editor: Actor, second: Actor) -> Revision:
    """One asks, the other approves."""
    return approve(release=ask_release(matters=[matter], reason=reason, actor=editor).pk, actor=second)[0]


def test_publishing_freezes_the_edited_state(editor: Actor, second: Actor) -> None:
    Matter.objects.filter(pk=CODE).update(summary="新的说明")
    assert drafts([CODE])[CODE].differs
    assert current_plan(CODE).plan.summary != "新的说明"

    revision = publish(CODE, "  说明写清楚  ", editor, second)

    assert (revision.number, revision.reason) == (2, "说明写清楚")
    assert (revision.author_id, revision.approver_id) == (editor.user_id, second.user_id)
    assert revision.plan_hash == plan_hash(Revision.objects.get(pk=revision.pk).plan)
    found = current_plan(CODE)
    assert (found.revision_id, found.number, found.plan.summary) == (revision.pk, 2, "新的说明")
    first = Revision.objects.get(matter=CODE, number=1)
    assert plan_of(first.pk).summary != "新的说明"
    assert next(brief for brief in catalogue() if brief.code == CODE).summary == "新的说明"
    assert not drafts([CODE])[CODE].differs


def test_a_shared_row_makes_every_matter_differ_that_uses_it(editor: Actor) -> None:
    Item.objects.filter(pk="fire-safety-check").update(conditions=["换了条件"])
    using = set(Step.objects.filter(item="fire-safety-check").values_list("matter_id", flat=True))
    assert {code for code, draft in drafts().items() if draft.differs} == using


@pytest.mark.parametrize("reason", ["", "   ", "长" * 301])
def test_a_reason_is_asked(editor: Actor, reason: str) -> None:
    Matter.objects.filter(pk=CODE).update(summary="新的说明")
    with pytest.raises(Refused) as refused:
        ask_release(matters=[CODE], reason=reason, actor=editor)
    assert refused.value.field == "reason"


def test_nothing_new_nothing_published(editor: Actor) -> None:
    with pytest.raises(Refused, match="完全一样"):
        ask_release(matters=[CODE], reason="再发一次", actor=editor)
    with pytest.raises(Refused, match="没有这件事"):
        ask_release(matters=["nothing"], reason="再发一次", actor=editor)


def test_only_editors_publish(editor: Actor) -> None:
    stranger = Actor(user_id=editor.user_id, name="陌生人", clerk=True, departments=frozenset({"market"}))
    for act in (
        lambda: ask_release(matters=[CODE], reason="试试", actor=stranger),
        lambda: withdraw(matter=CODE, actor=stranger),
        lambda: restore(matter=CODE, actor=stranger),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_faults_are_all_told(editor: Actor) -> None:
    Question.objects.filter(matter=CODE, code="scale").delete()
    Step.objects.filter(matter=CODE, item="seal-filing").update(after=["seal-filing", "nothing"])
    with pytest.raises(NotPublishable) as refused:
        ask_release(matters=[CODE], reason="改环节", actor=editor)
    assert "要等“nothing”，但这件事里没有它" in refused.value.message
    Step.objects.filter(matter=CODE, item="seal-filing").update(after=[])
    texts = [fault.text for fault in drafts([CODE])[CODE].faults]
    assert texts == [
        "环节“公众聚集场所投入使用、营业前消防安全检查”（fire-safety-check）的适用情形用到问题 scale，但这件事不问它"
    ]


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda: Item.objects.filter(pk="fire-safety-check").update(legal_basis=[]), "法律依据：至少要有 1 条"),
        (
            lambda: Item.objects.filter(pk="fire-safety-check").update(promised_days=400),
            "承诺 400 个工作日，超过法定的",
        ),
        (lambda: Matter.objects.filter(pk=CODE).update(promised_days=6), "承诺 6 个工作日，而各环节并行也要 7 个"),
        (lambda: Matter.objects.filter(pk=CODE).update(level="city-county"), "层级写的是 city-county"),
        (lambda: Step.objects.filter(matter=CODE).delete(), "环节：至少要有 1 条"),
        (lambda: Matter.objects.filter(pk=CODE).update(keywords="饭店"), "搜索词：应当是列表"),
        (lambda: Field.objects.filter(pk="business-name").update(type="choice"), "单选、多选至少要有 2 个选项"),
        (lambda: Field.objects.filter(pk="business-name").update(pattern="(["), "不是正确的正则表达式"),
    ],
)
def test_lint(editor: Actor, spoil, expected: str) -> None:
    spoil()
    with pytest.raises(NotPublishable) as refused:
        ask_release(matters=[CODE], reason="改一改", actor=editor)
    assert expected in refused.value.message
    assert all(expected in " ".join(map(str, draft.faults)) for draft in [drafts()[CODE]])
    other = "get-married"  # composed of other rows: the fault is not its own
    assert drafts()[other].faults == []


def test_a_matter_of_ones_own_gets_revision_one(editor: Actor, second: Actor) -> None:
    row = Matter.objects.get(pk="open-bookshop")
    steps = list(row.steps.all())
    questions = {q.pk: list(q.choices.all()) for q in row.questions.all()}
    asked = list(row.questions.all())
    row.pk, row.number, row.name = "open-comic-shop", 101, "我要开漫画店"
    row.save(force_insert=True)
    for step in steps:
        step.pk, step.matter = None, row
        step.save()
    for question in asked:
        choices = questions[question.pk]
        question.pk, question.matter = None, row
        question.save()
        for choice in choices:
            choice.pk, choice.question = None, question
            choice.save()
    with pytest.raises(NotPublished):
        current_plan("open-comic-shop")
    assert publish("open-comic-shop", "新增", editor, second).number == 1
    assert current_plan("open-comic-shop").plan.name == "我要开漫画店"
    assert len(catalogue()) == len(FEW) + 1


def test_withdrawing_stops_new_cases_only(editor: Actor) -> None:
    revision = current_plan(CODE).revision_id
    withdraw(matter=CODE, actor=editor)
    with pytest.raises(NotPublished, match="停止接收新的申请"):
        current_plan(CODE)
    assert plan_of(revision).code == CODE
    assert CODE not in {brief.code for brief in catalogue()}
    with pytest.raises(Refused):
        withdraw(matter=CODE, actor=editor)
    restore(matter=CODE, actor=editor)
    assert current_plan(CODE).revision_id == revision
    assert CODE in {brief.code for brief in catalogue()}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE matters_revision SET reason = '改写历史'",
        "UPDATE matters_revision SET plan = '{}'",
        "DELETE FROM matters_revision",
    ],
)
def test_the_database_keeps_revisions_as_they_are(few: None, statement: str) -> None:
    with pytest.raises(InternalError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Revision.objects.count() == len(FEW)


def test_reading_plans_takes_no_query_twice(few: None, django_assert_num_queries) -> None:
    assert SYSTEM.system
    plan_of.cache_clear()
    with django_assert_num_queries(2):
        found = current_plan(CODE)
    with django_assert_num_queries(1):
        assert current_plan(CODE).plan is found.plan
    with django_assert_num_queries(0):
        assert plan_of(found.revision_id) is found.plan
    catalogue()
    with django_assert_num_queries(1):
        assert len(catalogue()) == len(FEW)
