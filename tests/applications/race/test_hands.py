"""One task, many hands in the same instant: one has it, the others are told."""

import pytest

from accounts.models import User
from applications.models import Task
from applications.operations import colleagues, review
from departments.models import Post
from tests.applications.race.threads import at_once, losses, wins
from tests.applications.world import World, accepted_case, task_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def office(world: World) -> list[str]:
    """Ten reviewers of the market bureau beside 钱丽."""
    names = [f"hand{n}" for n in range(10)]
    for name in names:
        world.users[name] = User.objects.create(username=name, name=name)
        Post.objects.create(user=world.users[name], role="reviewer", department_id="market")
    return names


def test_ten_claim_one_task_and_one_has_it(committed_world: World) -> None:
    world = committed_world
    task, names = task_of(accepted_case(world), "food-licence"), office(world)
    actors = [world.actor(name) for name in names]
    results = at_once([lambda one=one: review.claim(actor=one, task_id=task.pk) for one in actors])
    assert len(wins(results)) == 1
    assert losses(results) == {"Conflict"}
    assert task.application.events.filter(kind="claimed").count() == 1


def test_ten_take_over_from_a_leaver_and_one_has_it(committed_world: World) -> None:
    world = committed_world
    task, names = task_of(accepted_case(world), "food-licence"), office(world)
    review.claim(actor=world.reviewer("market", 2), task_id=task.pk)
    Post.objects.filter(user=world.users["market2"]).update(active=False)
    holder, actors = world.users["market2"].pk, [world.actor(name) for name in names]
    results = at_once(
        [lambda one=one: colleagues.take_over(actor=one, task_id=task.pk, holder=holder) for one in actors]
    )
    assert len(wins(results)) == 1
    assert losses(results) == {"Conflict"}
    now = Task.objects.get(pk=task.pk)
    assert now.assignee_id in {actor.user_id for actor in actors}
    assert task.application.events.filter(kind="taken-over").count() == 1
