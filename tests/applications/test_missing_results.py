"""D3: no decision while the result of another step that the item asks for is missing; once it is there it can be read."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from applications import desk, dossier
from applications.joining import TaskView, blockers, by_code, lost_results, results_awaited
from applications.models import Application, CasePaper
from applications.operations import review
from applications.operations.papers import issue_entry
from applications.states import TaskState
from departments.calendar import current_calendar
from foundation.documents.operations import render_entry
from foundation.errors import Conflict
from foundation.outbox.models import Outbox
from matters.models import Material
from tests.applications.browsing import address, sign_in, text_of
from tests.applications.test_relief import publish
from tests.applications.world import World, accepted_case, decide, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


def view(code: str, state: str = TaskState.OPEN, after: tuple[str, ...] = (), papers: tuple[str, ...] = ()) -> TaskView:
    return TaskView(code, state, False, after, (), papers)


@pytest.mark.parametrize(
    ("task", "others", "coming", "lost"),
    [
        (view("a", papers=("b",)), [view("b")], ("b",), ()),
        (view("a", papers=("b",)), [view("b", TaskState.GRANTED)], (), ()),
        (view("a", papers=("b",)), [view("b", TaskState.PASSED_UP)], (), ()),
        (view("a", papers=("b",)), [view("b", TaskState.REFUSED)], (), ("b",)),
        (view("a", papers=("b",)), [view("b", TaskState.WITHDRAWN)], (), ("b",)),
        (view("a", papers=("b", "c")), [view("b"), view("c", TaskState.RETURNED)], ("b", "c"), ()),
        (view("a", after=("c",), papers=("b",)), [view("b"), view("c")], ("c", "b"), ()),
        (view("a", papers=("b",)), [], (), ()),
        (view("a"), [view("b")], (), ()),
    ],
)
def test_which_results_are_missing(task, others, coming, lost):
    tasks = by_code([task, *others])
    assert (blockers(task, tasks), lost_results(task, tasks)) == (coming, lost)


@pytest.mark.parametrize(
    ("before", "asked", "awaited"),
    [
        ({"a": [], "b": []}, {"a": ["b", "b"]}, {"a": ("b",), "b": ()}),
        ({"a": ["b"], "b": []}, {"a": ["b"]}, {"a": (), "b": ()}),  # the order of the steps says it already
        ({"a": [], "b": ["a"]}, {"a": ["b"]}, {"a": (), "b": ()}),  # it waits for this one: nobody would ever begin
        ({"a": [], "b": ["c"], "c": ["a"]}, {"a": ["b"]}, {"a": (), "b": (), "c": ()}),  # also over a third
        ({"a": [], "b": []}, {"a": ["b"], "b": ["a"]}, {"a": ("b",), "b": ()}),  # both ask: the first step waits
        ({"a": []}, {"a": ["b"]}, {"a": ()}),  # does not apply under the answers
        ({"a": []}, {"a": ["a"]}, {"a": ()}),
        ({"a": [], "b": [], "c": []}, {"b": ["c", "a"]}, {"a": (), "b": ("c", "a"), "c": ()}),
    ],
)
def test_whose_papers_each_step_waits_for(before, asked, awaited):
    assert results_awaited(before, asked) == awaited


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


def test_who_waits_for_such_a_paper_stands_under_waiting_for_others_and_is_never_late(world, case):
    actor, day, task = world.reviewer("fire"), date(2026, 12, 31), task_of(case, "fire-check")
    review.claim(actor=actor, task_id=task.pk)
    case.tasks.update(due=date(2026, 10, 1))

    def listed(scope: str, light: str = "") -> set[str]:
        wish = desk.Wish(scope=scope, light=light)
        rows = desk.with_light(desk.desk(actor, wish, day, current_calendar()), wish, day)
        return set(rows.values_list("item_code", flat=True))

    assert listed("locked") == {"fire-check"} and not listed("all", "red")
    assert dossier.lights(list(case.tasks.all()), day, current_calendar())[task.pk].colour == "still"
    decide(world, case, "sign-filing")
    assert not listed("locked") and listed("all", "red") == {"fire-check"}
    assert dossier.lights(list(case.tasks.all()), day, current_calendar())[task.pk].colour == "red"


def test_cases_from_before_the_column_learn_it_in_the_migration(case):
    case.tasks.update(results_from=[])
    migration = import_module("applications.migrations.0036_promise_cards_and_retention")
    migration.fill_results_from(apps, None)
    assert {task.item_code: task.results_from for task in case.tasks.all() if task.results_from} == {
        "fire-check": ["sign-filing"]
    }


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
