"""容缺 from the mark to its end: signed, counted from acceptance, reminded, extended once, broken, barred, repaired."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Organisation
from applications.models import DeferralBreach
from applications.operations import deferring, drafting, intake, submission
from applications.operations.informing import inform_entry
from applications.own_data import copy_of
from applications.states import MaterialState
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.notices.models import Notice
from foundation.outbox.models import Outbox
from tests.applications.browsing import sign_in, text_of
from tests.applications.world import FORM, check_all, decide, file_case, task_of

pytestmark = pytest.mark.django_db
PAPER = "fit-out-proof"  # used by the fire department's permit, planned for 11 March


@pytest.fixture
def clock():
    with time_machine.travel("2026-03-02 09:30 +0800", tick=False) as traveller:
        yield traveller


def defer(world, case):
    return intake.check_material(actor=world.clerk, number=case.number, material_code=PAPER, state="deferred")


def received(world):
    case = file_case(world)
    return intake.receive(actor=world.clerk, number=case.number)


def accepted(world, case=None):
    case = case or received(world)
    defer(world, case)
    check_all(world, case)
    deferring.sign_promise(actor=world.clerk, number=case.number, how="paper")
    intake.accept(actor=world.clerk, number=case.number)
    case.refresh_from_db()
    return case


def row(case):
    return case.materials.get(material_code=PAPER)


def told(case, what):
    return Outbox.objects.filter(kind="inform", key__startswith=f"{what}:{case.pk}:").count()


def test_the_days_count_from_acceptance_and_not_from_the_mark(world, clock):
    case = received(world)
    assert defer(world, case).deferred_until == date(2026, 3, 11)
    check_all(world, case)
    deferring.sign_promise(actor=world.clerk, number=case.number, how="paper")
    clock.move_to("2026-03-04 10:00 +0800")
    intake.accept(actor=world.clerk, number=case.number)
    assert row(case).deferred_until == date(2026, 3, 13) == task_of(case, "fire-check").due


def test_nothing_deferred_is_accepted_without_the_signed_promise(world, clock, clerk):
    case = received(world)
    defer(world, case)
    check_all(world, case)
    assert "等签字" in text_of(clerk.get(reverse("window-case", args=[case.number])))
    with pytest.raises(Conflict, match="还没有签承诺书"):
        intake.accept(actor=world.clerk, number=case.number)
    deferral_page = reverse("window-deferral", args=[case.number])
    clerk.post(deferral_page, {"print": "1"})
    clerk.post(deferral_page, {"print": "1"})
    assert Outbox.objects.filter(kind="paper", key__startswith=f"deferral-promise:{case.pk}:").count() == 1
    clerk.post(deferral_page, {"how": "paper"})
    assert row(case).promise_signed == "paper"
    intake.accept(actor=world.clerk, number=case.number)


@pytest.mark.parametrize(
    ("who", "how", "expected"),
    [
        ("zhangting", "online", None),
        ("zhangting", "paper", NotAllowed),
        ("limin", "online", NotAllowed),
        ("limin", "x", Refused),
    ],
)
def test_the_promise_is_the_applicants_own(world, clock, who, how, expected):
    case = received(world)
    defer(world, case)
    if expected is None:
        assert deferring.sign_promise(actor=world.actor(who), number=case.number, how=how)
    else:
        with pytest.raises(expected):
            deferring.sign_promise(actor=world.actor(who), number=case.number, how=how)


def test_reminded_three_and_one_days_ahead_once_each(world, clock):
    accepted(world)
    said = []
    for day in ("03-05", "03-06", "03-06", "03-09", "03-10", "03-10", "03-11"):
        clock.move_to(f"2026-{day} 09:00 +0800")
        said.append(deferring.watch_deferrals()[0])
    assert said == [0, 1, 0, 0, 1, 0, 0]
    inform_entry(Outbox.objects.filter(kind="inform", key__startswith="deferral_due").first())
    notice = Notice.objects.filter(title__contains="快到期").first()
    assert "装修竣工证明" in notice.body and "3 月 11 日" in notice.body


def test_after_an_outage_of_a_week_the_breach_is_written_once_and_nobody_is_reminded(world, clock):
    case = accepted(world)
    clock.move_to("2026-03-18 09:00 +0800")
    assert deferring.watch_deferrals() == (0, 1)
    assert deferring.watch_deferrals() == (0, 0)
    assert told(case, "deferral_due") == 0 and told(case, "deferral_broken") == 1
    breach = DeferralBreach.objects.get()
    assert (breach.person_id, breach.promised_for) == (case.applicant_id, date(2026, 3, 11))
    lines = case.events.filter(kind="deferral_broken", task=task_of(case, "fire-check"))
    assert "按现有材料决定" in lines.get().text


def test_the_department_decides_on_what_is_there(world, clock):
    case = accepted(world)
    clock.move_to("2026-03-12 09:00 +0800")
    deferring.watch_deferrals()
    decide(world, case, "registration")
    assert decide(world, case, "fire-check", "refuse").state == "refused"


def test_a_paper_of_a_decided_item_is_owed_to_nobody(world, clock):
    case = accepted(world)
    decide(world, case, "registration")
    decide(world, case, "fire-check")
    clock.move_to("2026-03-12 09:00 +0800")
    assert deferring.watch_deferrals() == (0, 0)
    assert not DeferralBreach.objects.exists()


def test_handed_in_in_time_breaks_nothing(world, clock):
    case = accepted(world)
    case.materials.filter(material_code=PAPER).update(handed_in_at="2026-03-10T09:00+08:00")
    clock.move_to("2026-03-18 09:00 +0800")
    assert deferring.watch_deferrals() == (0, 0)


def test_whoever_broke_one_gets_no_second_until_it_is_repaired(world, clock):
    first = accepted(world)
    clock.move_to("2026-03-12 09:00 +0800")
    deferring.watch_deferrals()
    second = intake.receive(actor=world.clerk, number=again(world).number)
    with pytest.raises(Refused, match=first.number):
        defer(world, second)
    intake.check_material(actor=world.clerk, number=first.number, material_code=PAPER, state="received")
    assert DeferralBreach.objects.get().repaired_at is not None
    assert defer(world, second).state == MaterialState.DEFERRED


def test_a_year_later_it_bars_no_more(world, clock):
    accepted(world)
    clock.move_to("2026-03-12 09:00 +0800")
    deferring.watch_deferrals()
    clock.move_to("2027-03-11 09:00 +0800")
    second = intake.receive(actor=world.clerk, number=again(world).number)
    with pytest.raises(Refused, match="2027 年 3 月 12 日"):
        defer(world, second)
    clock.move_to("2027-03-12 09:00 +0800")
    assert defer(world, second).state == MaterialState.DEFERRED


def test_an_organisation_is_barred_by_its_own_promise_and_by_nobody_elses(world, clock):
    first = accepted(world)
    clock.move_to("2026-03-12 09:00 +0800")
    deferring.watch_deferrals()
    firm = Organisation.objects.create(name="灌河餐饮", uscc="91330100799655058B")
    second = intake.receive(actor=world.clerk, number=again(world).number)
    second.organisation = firm
    second.save(update_fields=["organisation"])
    assert defer(world, second).state == MaterialState.DEFERRED
    DeferralBreach.objects.filter(application=first).update(person=None, organisation=firm)
    with pytest.raises(Refused, match="不能再容缺"):
        defer(world, second)


def again(world):
    """The same matter once more, with the reason that a second filing needs."""
    draft = drafting.start_draft(actor=world.zhang, matter_code="noodle-shop", answers={"scale": "large"})
    draft = drafting.fill_in(actor=world.zhang, draft_id=draft.pk, version=draft.version, values=FORM)
    return submission.submit(actor=world.zhang, draft_id=draft.pk, duplicate_reason="另开一家")


def extend(world, case, days=2, reason="台风停运"):
    return deferring.extend(actor=world.clerk, number=case.number, material_code=PAPER, days=days, reason=reason)


def test_force_majeure_moves_the_day_once_with_a_reason(world, clock):
    case = accepted(world)
    case.tasks.filter(item_code="fire-check").update(kind="filing")
    case.materials.filter(material_code=PAPER).update(deferred_until="2026-03-11")
    for days, reason, said in ((0, "台风", "1 到 10"), (11, "台风", "1 到 10"), (2, " ", "不可抗力")):
        with pytest.raises(Refused, match=said):
            extend(world, case, days, reason)
    assert extend(world, case).deferred_until == date(2026, 3, 13)
    assert told(case, "deferral_extended") == 1
    with pytest.raises(Conflict, match="已经延长过一次"):
        extend(world, case)


def test_no_day_is_given_beyond_the_decision_of_a_permit(world, clock, clerk):
    case = accepted(world)
    with pytest.raises(Refused, match="就要决定"):
        extend(world, case)
    answer = clerk.post(
        reverse("window-deferral", args=[case.number]), {"material": PAPER, "days": "2", "reason": "台风停运"}
    )
    assert answer.status_code == 422
    assert "就要决定" in text_of(answer) and 'value="台风停运"' in text_of(answer)


def test_once_the_day_is_over_it_is_not_moved(world, clock):
    case = accepted(world)
    clock.move_to("2026-03-12 09:00 +0800")
    with pytest.raises(Conflict, match="已经过了"):
        extend(world, case)


def test_the_applicant_signs_from_home_and_an_agent_does_not(world, clock, zhang):
    case = received(world)
    defer(world, case)
    assert "签容缺受理承诺书" in text_of(zhang.get(reverse("track", args=[case.number])))
    page = reverse("papers-promise", args=[case.number])
    refused = zhang.post(page)
    assert refused.status_code == 422 and "先看完承诺，再打勾" in text_of(refused)
    assert "3 月 11 日前补来" in text_of(zhang.get(reverse("open-papers", args=[case.number])))
    assert zhang.post(page, {"sure": "yes"}).status_code == 302
    assert row(case).promise_signed == "online"
    assert "签容缺受理承诺书" not in text_of(zhang.get(reverse("track", args=[case.number])))
    assert zhang.post(page, {"sure": "yes"}).status_code == 409


def test_the_window_and_the_department_read_that_the_day_is_over(world, clock, clerk):
    case = accepted(world)
    clock.move_to("2026-03-12 09:00 +0800")
    deferring.watch_deferrals()
    assert "3 月 11 日到期没有补来" in text_of(clerk.get(reverse("window-case", args=[case.number])))
    fire = sign_in(world, "fire1")
    page = text_of(fire.get(reverse("task", args=[task_of(case, "fire-check").pk])))
    assert "装修竣工证明：3 月 11 日到期没有补来，按现有材料决定" in page


def test_ones_own_data_tell_of_a_broken_promise(world, clock):
    case = accepted(world)
    clock.move_to("2026-03-12 09:00 +0800")
    deferring.watch_deferrals()
    mine = next(one for one in copy_of(world.zhang)["办件"] if one["编号"] == case.number)
    assert mine["容缺逾期"] == [{"材料": "装修竣工证明", "答应的日子": "2026-03-11", "补齐": ""}]
