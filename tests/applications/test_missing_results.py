"""D3: no decision while the result of another step that the item asks for is missing; once it is there it can be read."""

import pytest
from django.urls import reverse

from applications.joining import TaskView, by_code, missing_results
from applications.models import Application, CasePaper
from applications.operations import review
from applications.operations.papers import issue_entry
from applications.states import TaskState
from foundation.documents.operations import render_entry
from foundation.errors import Conflict
from foundation.outbox.models import Outbox
from matters.models import Material
from tests.applications.browsing import address, sign_in, text_of
from tests.applications.test_relief import publish
from tests.applications.world import World, accepted_case, decide, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


def view(code: str, state: str = TaskState.OPEN, after: tuple[str, ...] = ()) -> TaskView:
    return TaskView(code, state, False, after, ())


@pytest.mark.parametrize(
    ("task", "others", "asked", "coming", "lost"),
    [
        (view("a"), [view("b")], ["b"], ("b",), ()),
        (view("a"), [view("b", TaskState.GRANTED)], ["b"], (), ()),
        (view("a"), [view("b", TaskState.PASSED_UP)], ["b"], (), ()),
        (view("a"), [view("b", TaskState.REFUSED)], ["b"], (), ("b",)),
        (view("a"), [view("b", TaskState.WITHDRAWN)], ["b", "b"], (), ("b",)),
        (view("a"), [view("b"), view("c", TaskState.RETURNED)], ["b", "c"], ("b", "c"), ()),
        (view("a", after=("b",)), [view("b")], ["b"], (), ()),  # the order of the steps says it already
        (view("a"), [view("b", after=("a",))], ["b"], (), ()),  # it waits for this one: nobody would ever begin
        (view("a"), [], ["b"], (), ()),  # does not apply under the answers
        (view("a"), [view("b")], ["a"], (), ()),
        (view("a"), [view("b")], [], (), ()),
    ],
)
def test_which_results_are_missing(task, others, asked, coming, lost):
    assert missing_results(task, by_code([task, *others]), asked) == (coming, lost)


@pytest.fixture
def case(world: World):
    """The fire check asks for the receipt of the shop sign's filing, although no step of the matter says it waits."""
    Material.objects.filter(pk="fit-out-proof").update(result_of="sign-filing")
    publish()
    case = accepted_case(world)
    decide(world, case, "registration")
    return case


def test_a_decision_waits_for_the_paper_that_another_step_brings(world, case):
    fire, task = sign_in(world, "fire1"), task_of(case, "fire-check")
    review.claim(actor=world.reviewer("fire"), task_id=task.pk)
    for verdict in ("grant", "refuse"):
        with pytest.raises(Conflict, match="要等门头店招备案"):
            decide(world, case, "fire-check", verdict)
    assert "现在还不能作决定" in text_of(fire.get(address("task", task)))
    decide(world, case, "sign-filing")
    assert "现在还不能作决定" not in text_of(fire.get(address("task", task)))
    assert decide(world, case, "fire-check").state == TaskState.GRANTED


def test_where_it_ended_without_the_paper_only_a_refusal_is_left(world, case):
    decide(world, case, "sign-filing", "refuse")
    task = task_of(case, "fire-check")
    assert "本事项要用的结果文书没有发" in text_of(sign_in(world, "fire1").get(address("task", task)))
    with pytest.raises(Conflict, match="本事项要用的结果文书没有发"):
        decide(world, case, "fire-check")
    assert decide(world, case, "fire-check", "refuse").state == TaskState.REFUSED


def test_the_paper_that_came_is_read_beside_the_points_and_by_nobody_else(world, case):
    decide(world, case, "sign-filing")
    for row in Outbox.objects.filter(kind="paper"):
        issue_entry(row)
    for row in Outbox.objects.filter(kind="render"):
        render_entry(row)
    granted = CasePaper.objects.get(task=task_of(case, "sign-filing"))
    fire, paper = sign_in(world, "fire1"), reverse("paper", args=[granted.pk])
    page = text_of(fire.get(address("task", task_of(case, "fire-check")) + "?paper=fit-out-proof"))
    assert f'src="{paper}"' in page
    assert fire.get(paper).status_code == 200
    assert sign_in(world, "market1").get(paper).status_code == 404  # the food licence waits for no such receipt


@pytest.mark.parametrize(("verdict", "state"), [("grant", TaskState.GRANTED), ("refuse", TaskState.OPEN)])
def test_a_promise_grants_nothing_while_such_a_paper_is_missing(world, case, verdict, state):
    """What the promise frees is asked like any other decision: the paper comes first, or a hand is left to refuse."""
    Application.objects.filter(pk=case.pk).update(commitments=["fire-check"])
    case.tasks.filter(item_code="fire-check").update(committed=True, own_days=0)
    decide(world, case, "food-licence")
    assert task_of(case, "fire-check").state == TaskState.OPEN
    decide(world, case, "sign-filing", verdict)
    assert task_of(case, "fire-check").state == state
