"""What happens at the same instant: one decision, one case, one conclusion, no number twice."""

import threading

import pytest
from django.db import connection, transaction

from applications.models import Application, Event, Task
from applications.numbers import is_case_number
from applications.operations import drafting, intake, review, submission, withdrawal
from applications.states import CaseState, TaskState
from foundation.documents.operations import take_number
from foundation.outbox.models import Outbox
from tests.applications.race.threads import at_once, losses, wins
from tests.applications.world import FORM, accepted_case, check_all, decide, file_case, task_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_fifty_threads_decide_the_same_task_and_one_decision_stands(committed_world):
    world = committed_world
    case = accepted_case(world)
    task, reviewer = task_of(case, "registration"), world.reviewer("approval")
    verdicts = ["grant", "refuse"]
    results = at_once(
        [
            lambda n=n: review.decide(
                actor=reviewer, task_id=task.pk, verdict=verdicts[n % 2], reason="不符合条件", result_number=f"9{n}"
            )
            for n in range(50)
        ]
    )
    assert len(wins(results)) == 1
    assert losses(results) == {"Conflict"}
    assert Event.objects.filter(task=task, kind="decided").count() == 1
    assert Outbox.objects.filter(kind="paper", payload__task=task.pk, key__startswith="decision").count() == 1


@pytest.mark.parametrize("rounds", [200])
def test_departments_that_finish_at_the_same_instant_conclude_the_case_once(committed_world, rounds):
    world = committed_world
    last = ("food-licence", "fire-check", "sign-filing")
    reviewers = {item: world.reviewer(d) for item, d in zip(last, ("market", "fire", "urban-management"), strict=True)}
    clerk = world.clerk
    for n in range(rounds):
        case = file_case(world)
        intake.receive(actor=clerk, number=case.number)
        case.materials.filter(state="awaiting").update(state="received")
        intake.accept(actor=clerk, number=case.number)
        decide(world, case, "registration")
        racing = last[: 2 + n % 2]
        for item in last[len(racing) :]:
            decide(world, case, item)
        ids = {item: task_of(case, item).pk for item in racing}
        results = at_once(
            [
                lambda item=item: review.decide(actor=reviewers[item], task_id=ids[item], verdict="grant")
                for item in racing
            ]
        )
        assert len(wins(results)) == len(racing), results
        case.refresh_from_db()
        assert (case.state, case.outcome) == (CaseState.CONCLUDED, "granted")
        assert Event.objects.filter(application=case, kind="concluded").count() == 1


def test_fifty_filings_at_once_get_fifty_rising_numbers(committed_world):
    world = committed_world
    zhang = world.zhang
    drafts = []
    for _ in range(50):
        draft = drafting.start_draft(actor=zhang, matter_code="noodle-shop", answers={"scale": "small"})
        drafts.append(drafting.fill_in(actor=zhang, draft_id=draft.pk, version=draft.version, values=FORM))
    results = at_once(
        [lambda d=d: submission.submit(actor=zhang, draft_id=d.pk, duplicate_reason="再办一件") for d in drafts]
    )
    assert len(wins(results)) == 50, losses(results)
    numbers = {case.number for case in wins(results)}
    assert len(numbers) == 50
    assert all(is_case_number(number) for number in numbers)
    assert {int(number[15:20]) for number in numbers} == set(range(1, 51))


def test_one_draft_submitted_twenty_times_is_one_case(committed_world):
    world = committed_world
    zhang = world.zhang
    draft = drafting.start_draft(actor=zhang, matter_code="noodle-shop", answers={"scale": "small"})
    drafting.fill_in(actor=zhang, draft_id=draft.pk, version=draft.version, values=FORM)
    results = at_once([lambda: submission.submit(actor=zhang, draft_id=draft.pk)] * 20)
    assert {case.number for case in wins(results)} == {Application.objects.get().number}
    assert len(wins(results)) == 20


def test_document_numbers_have_no_gap_under_fifty_threads_of_which_some_roll_back(transactional_db):
    class Changed(Exception):
        pass

    def take(n):
        with transaction.atomic():
            number = take_number(authority="market", authority_mark="灌市监", kind="decision", year=2026)
            if n % 5 == 0:
                raise Changed
            return number

    results = at_once([lambda n=n: take(n) for n in range(50)])
    assert losses(results) == {"Changed"}
    assert sorted(wins(results)) == [f"灌市监〔2026〕{n:05d}号" for n in range(1, 41)]


def test_fifty_claims_of_one_task_leave_one_holder(committed_world):
    world = committed_world
    task = task_of(accepted_case(world), "food-licence")
    actors = [world.reviewer("market", 1 + n % 2) for n in range(50)]
    results = at_once([lambda a=a: review.claim(actor=a, task_id=task.pk) for a in actors])
    assert len(wins(results)) == 1
    assert losses(results) == {"Conflict"}


def test_grant_against_withdrawal_leaves_one_of_them(committed_world):
    world = committed_world
    for _ in range(20):
        case = accepted_case(world, "noodle-shop", {"scale": "small"})
        task, zhang, reviewer = task_of(case, "registration"), world.zhang, world.reviewer("approval")
        results = at_once(
            [
                lambda: review.decide(actor=reviewer, task_id=task.pk, verdict="grant", result_number="92"),
                lambda: withdrawal.withdraw(actor=zhang, number=case.number, item_codes=("registration",)),
            ]
        )
        assert len(wins(results)) == 1, results
        assert Task.objects.get(pk=task.pk).state in (TaskState.GRANTED, TaskState.WITHDRAWN)


def test_two_clerks_accept_at_once(committed_world):
    world = committed_world
    case = file_case(world)
    intake.receive(actor=world.clerk, number=case.number)
    check_all(world, case)
    clerks = [world.clerk, world.actor("chenjing")]
    results = at_once([lambda c=c: intake.accept(actor=c, number=case.number) for c in clerks])
    assert len(wins(results)) == 1
    assert losses(results) == {"Conflict"}
    assert Outbox.objects.filter(kind="dispatch").count() == 4


def test_a_lock_held_too_long_is_answered_with_a_sentence_and_not_with_a_hanging_page(committed_world, client):
    world = committed_world
    case = file_case(world)
    client.force_login(world.users["limin"])
    held, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Application.objects.select_for_update().get(pk=case.pk)
            held.set()
            done.wait(30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        held.wait(30)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        response = client.post(f"/window/{case.number}/receive/")
    finally:
        done.set()
        holder.join()
        connection.close()
    assert response.status_code == 409
    assert "别人正在办" in response.content.decode()
