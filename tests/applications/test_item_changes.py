"""E12: an item that is abolished ends in every running case, with notice; one that moves takes days and history along."""

import pytest
from django.urls import reverse

from applications.models import Application, CasePaper, ItemChange
from applications.operations import hearing, item_changes, review
from foundation.errors import NotAllowed, Refused
from foundation.outbox.models import Outbox
from foundation.outbox.operations import deliver_due
from tests.applications.browsing import sign_in, text_of
from tests.applications.world import World, accepted_case, decide, file_case, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
ITEM, BASIS = "fire-check", "《国务院关于取消一批行政许可事项的决定》（国发〔2026〕5号）"


def order(world: World, kind: str = "abolished", **more: str) -> ItemChange:
    given = {"item_code": ITEM, "kind": kind, "basis": BASIS} | more
    return item_changes.change_item(actor=world.supervisor, **given)


@pytest.fixture
def cases(world: World) -> dict[str, Application]:
    """One running, one where the item is decided, one not accepted yet."""
    running, decided, filed = accepted_case(world), accepted_case(world), file_case(world)
    decide(world, decided, "registration")
    decide(world, decided, ITEM)
    return {"running": running, "decided": decided, "filed": filed}


def test_an_abolished_item_ends_where_it_is_undecided_with_notice_and_the_rest_goes_on(world, cases) -> None:
    change = order(world)
    assert change.cases == 1
    deliver_due()
    deliver_due()
    task = task_of(cases["running"], ITEM)
    assert task.state == "terminated" and BASIS in task.reason
    sheet = CasePaper.objects.get(task=task, kind="termination").document
    assert "不再办理" in str(sheet.data) and "行政复议" in str(sheet.data) and "重新申请，已经" not in str(sheet.data)
    assert Outbox.objects.filter(kind="inform", key__startswith=f"item_ended:{cases['running'].pk}").count() == 1
    assert {one: task_of(cases[one], ITEM).state for one in ("decided", "filed")} == {
        "decided": "granted",
        "filed": "pending",
    }
    for item in ("registration", "food-licence", "sign-filing"):
        decide(world, cases["running"], item)
    cases["running"].refresh_from_db()
    assert (cases["running"].state, cases["running"].outcome) == ("concluded", "partly")


def test_what_waits_for_the_abolished_item_ends_as_well(world, cases) -> None:
    order(world, item_code="registration")
    deliver_due()
    states = {task.item_code: task.state for task in cases["running"].tasks.all()}
    assert states["registration"] == states["food-licence"] == states[ITEM] == "terminated"
    assert states["sign-filing"] == "open"


@pytest.mark.parametrize("state", ["pending", "open", "claimed", "advised", "suspended"])
def test_a_moved_item_keeps_number_days_and_history_whatever_its_state(world, cases, state) -> None:
    case = cases["filed"] if state == "pending" else cases["running"]
    task, fire = task_of(case, ITEM), world.reviewer("fire")
    if state != "pending":
        decide(world, case, "registration")
    if state in ("claimed", "advised", "suspended"):
        review.claim(actor=fire, task_id=task.pk)
    if state == "advised":
        review.advise(actor=fire, task_id=task.pk, points={"0": "yes"}, opinion="消防设施齐全")
    if state == "suspended":
        one = hearing.offer_hearing(actor=fire, task_id=task.pk, ground="refusal", facts="拟不予")
        hearing.ask_hearing(actor=world.zhang, hearing_id=one.pk)
    before = task_of(case, ITEM)
    order(world, "moved", department="market")
    deliver_due()
    after = task_of(case, ITEM)
    assert (after.department_id, after.assignee_id, after.opinion, after.points) == ("market", None, "", {})
    assert after.state == ({"claimed": "open", "advised": "open"}.get(state, state))
    assert (after.pk, after.due, after.statutory_due) == (before.pk, before.due, before.statutory_due)
    assert case.events.filter(kind="rerouted", task=task).count() == 1
    if state == "open":
        assert review.claim(actor=world.reviewer("market"), task_id=task.pk).state == "claimed"


def test_carried_out_twice_it_changes_nothing_more(world, cases) -> None:
    order(world, "moved", department="market")
    rows = list(Outbox.objects.filter(kind="item_change"))
    assert len(rows) == 2, "the running case and the one not accepted yet"
    for row in rows * 2:
        item_changes.item_change_entry(row)
    assert cases["running"].events.filter(kind="rerouted").count() == 1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"item_code": "nothing"}, "没有在办"),
        ({"basis": "  "}, "依据"),
        ({"kind": "gone"}, "停办还是移交"),
        ({"kind": "moved", "department": "fire"}, "移交给哪个"),
        ({"kind": "moved", "department": ""}, "移交给哪个"),
    ],
)
def test_an_order_that_says_too_little_is_refused(world, cases, given, says) -> None:
    with pytest.raises(Refused, match=says):
        order(world, **given)
    assert not ItemChange.objects.exists()


def test_only_the_supervisor_orders(world, cases) -> None:
    for actor in (world.clerk, world.zhang, world.reviewer("fire")):
        with pytest.raises(NotAllowed):
            item_changes.change_item(actor=actor, item_code=ITEM, kind="abolished", basis=BASIS)


def test_the_page_counts_what_runs_keeps_what_was_typed_and_lists_what_was_ordered(world, cases) -> None:
    supervisor, address = sign_in(world, "zhoutao"), reverse("supervise-items")
    assert "消防安全检查（在办 1 件，还没受理 1 件）" in text_of(supervisor.get(address))
    refused = supervisor.post(address, {"item": ITEM, "kind": "moved", "basis": BASIS})
    assert refused.status_code == 422 and BASIS in text_of(refused)
    assert supervisor.post(address, {"item": ITEM, "kind": "abolished", "basis": BASIS}).status_code == 302
    page = text_of(supervisor.get(address))
    assert "定过的" in page and BASIS in page


def test_an_item_that_two_departments_hold_is_one_choice_with_true_counts(world, cases) -> None:
    """The running case went to the market's department by an earlier order, a new one is with the fire service."""
    order(world, "moved", department="market")
    deliver_due()
    accepted_case(world)
    found = [row for row in item_changes.running_items() if row["code"] == ITEM]
    assert [(row["accepted"], row["before"]) for row in found] == [(2, 1)]
    assert sorted(found[0]["departments"].split("、")) == ["市场监管局", "消防救援大队"]
