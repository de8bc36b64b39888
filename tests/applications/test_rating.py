"""S4, K13: one word of a case and of a visit, by the person alone; a bad one is verified, fixed, called back, in time."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from applications.models import Application, Rating, Repair
from applications.operations import rating, repairing
from applications.ratings import figures, may_write, reasons_for
from departments.access import VISITOR, Actor
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.models import Outbox
from tests.applications.browsing import sign_in, text_of
from tests.applications.world import World, accepted_case, decide, file_case
from visits.models import Ticket
from visits.operations.demo import open_demo_halls
from visits.operations.tickets import take_ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def case(world: World) -> Application:
    case = accepted_case(world)
    for item in ("registration", "fire-check", "food-licence", "sign-filing"):
        decide(world, case, item)
    case.refresh_from_db()
    return case


def rate(world: World, case: Application, grade: int = 1, **more) -> Rating:
    return rating.rate_case(actor=world.zhang, number=case.number, grade=grade, **more)


def test_the_applicant_says_it_once_and_nobody_changes_it(world: World, case) -> None:
    given = rate(world, case, 5, reasons=["once", "rude", "nothing"], words="很好")
    assert (given.grade, given.reasons, given.person) == (5, ["once"], case.applicant)
    with pytest.raises(Conflict, match="已经评过"):
        rate(world, case, 1)
    for act in (lambda: Rating.objects.update(grade=1), lambda: Rating.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert Rating.objects.get().grade == 5 and not Repair.objects.exists()


@pytest.mark.parametrize("account", ["limin", "approval1", "market1", "zhoutao"])
def test_no_post_rates_whatever_door_it_takes(world: World, case, account: str) -> None:
    staff = sign_in(world, account)
    staff.post(reverse("rate", args=[case.number]), {"grade": 5})
    said = staff.post(reverse("rate-by-code"), {"number": case.number, "code": case.query_code, "grade": 5})
    assert said.status_code == 403 and "工作人员不能评价" in text_of(said)
    for actor in (world.clerk, world.supervisor, Actor(user_id=1, name="何静", editor=True)):
        with pytest.raises(NotAllowed):
            rating.rate_by_code(actor=actor, case=case, grade=5)
    assert not Rating.objects.exists()


def test_neither_a_stranger_nor_a_wrong_code_nor_a_running_case(world: World, case, client) -> None:
    with pytest.raises(Application.DoesNotExist):
        rating.rate_case(actor=world.stranger, number=case.number, grade=1)
    wrong = client.post(reverse("rate-by-code"), {"number": case.number, "code": "AAAAAAAA", "grade": 1})
    assert wrong.status_code == 422 and "不对应" in text_of(wrong)
    with pytest.raises(Conflict, match="办完以后"):
        rate(world, file_case(world), 5)
    assert not Rating.objects.exists()


def test_nothing_is_preset_and_silence_is_no_rating(world: World, case) -> None:
    zhang, address = sign_in(world, "zhangting"), reverse("rate", args=[case.number])
    assert "checked" not in zhang.get(address).content.decode()
    refused = zhang.post(address, {"grade": "", "words": "还没想好"})
    assert refused.status_code == 422 and "请选一档" in text_of(refused) and "还没想好" in text_of(refused)
    assert figures().total == 0 and figures().content is None


def test_by_the_code_of_the_receipt_without_an_account(case, client) -> None:
    sent = {"number": case.number, "code": case.query_code, "grade": 4, "reason": ["kind"], "anonymous": "on"}
    assert client.post(reverse("rate-by-code"), sent).status_code == 302
    assert Rating.objects.get().person is None
    again = client.post(reverse("rate-by-code"), sent)
    assert again.status_code == 409 and "已经评过" in text_of(again)


def test_a_visit_is_rated_once_by_whoever_holds_the_ticket(world: World, client) -> None:
    open_demo_halls()
    ticket = take_ticket(hall="county", actor=world.clerk)
    address = reverse("rate-visit", args=[ticket.token])
    assert client.get(address).status_code == 302
    with pytest.raises(Conflict):
        rating.rate_visit(actor=VISITOR, ticket=ticket, grade=1)
    Ticket.objects.filter(pk=ticket.pk).update(state="served")
    assert client.post(address, {"grade": 2, "reason": ["slow"]}).status_code == 302
    assert "超过了说的时间" in text_of(client.get(address)) and "核实" in text_of(client.get(address))
    assert client.post(address, {"grade": 5}).status_code == 409
    assert client.get(reverse("rate-visit", args=["no-such"])).status_code == 404
    assert Rating.objects.get().ticket == ticket


@pytest.mark.parametrize(
    ("rated", "verify_by", "fix_by", "complicated_by"),
    [  # rated and verified on the same day; the day itself does not count
        (date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 9), date(2026, 3, 23)),  # an ordinary Monday
        (date(2026, 3, 6), date(2026, 3, 9), date(2026, 3, 13), date(2026, 3, 27)),  # Friday: over the weekend
        (date(2026, 3, 7), date(2026, 3, 9), date(2026, 3, 13), date(2026, 3, 27)),  # Saturday
        (date(2026, 3, 8), date(2026, 3, 9), date(2026, 3, 13), date(2026, 3, 27)),  # Sunday
    ],
)
def test_the_days_of_a_repair(world: World, case, rated, verify_by, fix_by, complicated_by) -> None:
    for complicated, expected in ((False, fix_by), (True, complicated_by)):
        with (
            time_machine.travel(datetime(rated.year, rated.month, rated.day, 2, tzinfo=UTC), tick=False),
            transaction.atomic(),
        ):
            repair = rate(world, case).repair
            assert repair.verify_by == verify_by
            found = repairing.verify(
                actor=world.supervisor, pk=repair.pk, founded=True, finding="属实", complicated=complicated
            )
            assert found.fix_by == expected
            transaction.set_rollback(True)


def test_a_bad_word_goes_the_whole_way_to_the_call(world: World, case) -> None:
    repair = rate(world, case, 2, reasons=["slow"], words="等了两个月").repair
    boss = world.supervisor
    with pytest.raises(Conflict, match="要核实"):
        repairing.fix(actor=boss, pk=repair.pk, reply="改了")
    with pytest.raises(Refused):
        repairing.verify(actor=boss, pk=repair.pk, founded=True, finding=" ")
    with pytest.raises(NotAllowed):
        repairing.verify(actor=world.clerk, pk=repair.pk, founded=False, finding="没有的事")
    repairing.verify(actor=boss, pk=repair.pk, founded=True, finding="消防检查晚了三天")
    repairing.fix(actor=boss, pk=repair.pk, reply="消防检查改为两天内上门")
    assert Outbox.objects.filter(kind="inform", key__startswith="rating_answered").count() == 1
    repairing.call_back(actor=boss, pk=repair.pk, reached=False, words="")
    with pytest.raises(Conflict, match="三次"):
        repairing.answer_in_writing(actor=boss, pk=repair.pk)
    done = repairing.call_back(actor=boss, pk=repair.pk, reached=True, words="满意")
    assert (done.stage, len(done.calls)) == ("done", 2)
    page = text_of(sign_in(world, "zhangting").get(reverse("rate", args=[case.number])))
    assert "消防检查改为两天内上门" in page


@pytest.mark.parametrize(
    ("days", "enough"),
    [
        (["2026-03-02"] * 3, False),
        (["2026-03-02", "2026-03-02", "2026-03-03"], True),
        (["2026-03-02", "2026-03-03"], False),
    ],
)
def test_three_tries_on_two_days_before_it_goes_in_writing(days: list[str], enough: bool) -> None:
    assert may_write([{"at": f"{day}T10:00:00+08:00"} for day in days]) is enough


def test_an_anonymous_word_is_fixed_in_public_and_named_to_nobody(world: World, case, client) -> None:
    given = rate(world, case, 1, reasons=["rude"], words="三号窗口的态度", anonymous=True)
    page = text_of(sign_in(world, "zhoutao").get(reverse("supervise-ratings")))
    assert "匿名" in page and "张婷" not in page and case.number not in page
    repairing.verify(actor=world.supervisor, pk=given.repair.pk, founded=True, finding="属实")
    assert repairing.fix(actor=world.supervisor, pk=given.repair.pk, reply="当面道歉，全员培训").stage == "done"
    public = text_of(client.get(reverse("ratings")))
    assert "当面道歉，全员培训" in public and "态度不好" in public
    assert "三号窗口的态度" not in public and "张婷" not in public


def test_what_does_not_hold_is_closed_and_the_figure_counts_it_all_the_same(world: World, case, client) -> None:
    given = rate(world, case, 1)
    repairing.verify(actor=world.supervisor, pk=given.repair.pk, founded=False, finding="评的是别的县")
    assert Repair.objects.get().stage == "unfounded" and not repairing.open_repairs().exists()
    assert (figures().total, figures().content) == (1, 0.0)
    assert "评的是别的县" not in text_of(client.get(reverse("ratings")))


def test_late_ones_stand_red_and_acts_come_by_the_page(world: World, case) -> None:
    repair = rate(world, case, 1).repair
    boss, address = sign_in(world, "zhoutao"), reverse("supervise-ratings")
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=False):
        assert "light-red" in boss.get(address).content.decode()
    sent = {"repair": repair.pk, "act": "founded", "finding": ""}
    assert boss.post(address, sent).status_code == 422
    for step in (
        {"act": "complicated", "finding": "属实"},
        {"act": "fix", "reply": "改了"},
        {"act": "missed"},
        {"act": "reached", "words": "满意"},
    ):
        assert boss.post(address, {"repair": repair.pk, **step}).status_code == 302
    assert Repair.objects.get().stage == "done"
    assert boss.post(address, {"repair": repair.pk, "act": "fix", "reply": "又改"}).status_code == 409


def test_only_reasons_of_the_chosen_side_count() -> None:
    assert reasons_for(5, ["once", "rude"]) == ["once"] and reasons_for(2, ["once", "rude"]) == ["rude"]
