"""黄牌红牌 K2 to K7: which term is broken on which day, written once, after an outage as well, and the applicant told."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from applications.cards import Broken, Term, broken
from applications.models import Application, Card
from applications.operations import review, timing
from applications.operations.carding import give_cards
from applications.operations.informing import inform_entry
from applications.operations.papers import issue_entry
from foundation.notices.models import Notice
from foundation.outbox.models import Outbox
from tests.applications.world import World, accepted_case, decide, task_of

DUE, LAW, LATE = date(2026, 3, 9), date(2026, 3, 30), date(2026, 3, 31)


@pytest.mark.parametrize(
    ("term", "today", "cards"),
    [
        (Term("a", due=DUE), date(2026, 3, 8), []),
        (Term("a", due=DUE), DUE, []),  # the last day is still in time
        (Term("a", due=DUE), date(2026, 3, 10), [("promise", "yellow", DUE)]),
        (Term("a", due=DUE, statutory=LAW), LAW, [("promise", "yellow", DUE)]),
        (Term("a", due=DUE, statutory=LAW), LATE, [("promise", "yellow", DUE), ("statutory", "red", LAW)]),
        (Term("a", due=DUE, statutory=LAW, stands=True), LATE, []),  # paused, locked, or the applicant's turn
        (Term("a", due=DUE, statutory=LAW, decided=True), LATE, []),
        # who waited for a grant that came after the statutory day is held to the day that grant gave
        (Term("a", due=LATE, statutory=LAW), LATE, []),
        (
            Term("a", due=LATE, statutory=LAW),
            date(2026, 4, 1),
            [("promise", "yellow", LATE), ("statutory", "red", LATE)],
        ),
        (Term("a", due=LATE, review_up=LAW), LATE, []),
        (Term("a", due=DUE, review_up=LAW), LATE, [("promise", "yellow", DUE), ("review_up", "red", LAW)]),
        (Term("a", decided=True, issue=LAW), LAW, []),
        (Term("a", decided=True, issue=LAW), LATE, [("issue", "yellow", LAW)]),
        (Term("a"), LATE, []),  # not accepted yet: no term runs
    ],
)
def test_the_cards_of_one_task(term: Term, today: date, cards: list[tuple[str, str, date]]) -> None:
    assert broken([term], None, None, today) == [Broken(rule, colour, "a", day) for rule, colour, day in cards]


FREE, STANDS, DONE = Term("free"), Term("stands", stands=True), Term("done", decided=True)


@pytest.mark.parametrize(
    ("terms", "today", "promised", "joint", "cards"),
    [
        ([FREE], DUE, DUE, None, []),
        ([FREE], LATE, DUE, None, [("matter", "free")]),
        ([FREE, STANDS, DONE], LATE, DUE, None, [("matter", "free")]),  # to who could act, not to who waits
        ([STANDS, DONE], LATE, DUE, None, [("matter", "")]),  # nobody could: it is the case's
        ([DONE], LATE, DUE, LAW, []),
        ([FREE], LATE, DUE, LAW, [("matter", "free"), ("joint", "free")]),
        ([FREE], LAW, DUE, LAW, [("matter", "free")]),
    ],
)
def test_the_cards_of_the_whole_matter(
    terms: list[Term], today: date, promised: date, joint: date | None, cards: list[tuple[str, str]]
) -> None:
    assert [(card.rule, card.code) for card in broken(terms, promised, joint, today)] == cards


pytestmark = pytest.mark.usefixtures("on_monday")


@pytest.fixture
def case(world: World) -> Application:
    """Accepted on Monday, 2 March 2026."""
    return accepted_case(world)


def on(day: date, hour: int = 2) -> time_machine.travel:
    return time_machine.travel(datetime(day.year, day.month, day.day, hour, tzinfo=UTC), tick=False)


def rules(case: Application) -> set[tuple[str, str | None]]:
    return set(Card.objects.filter(application=case).values_list("rule", "task__item_code"))


@pytest.mark.django_db
def test_nothing_is_broken_on_the_day_of_acceptance(case: Application) -> None:
    assert give_cards() == 0


@pytest.mark.django_db
def test_only_the_first_step_is_late_while_the_others_wait_for_it(case: Application) -> None:
    with on(date(2026, 3, 12)):
        give_cards()
    both = ("promise", "statutory")
    assert rules(case) == {(rule, item) for rule in both for item in ("registration", "sign-filing")}
    card = Card.objects.get(rule="statutory", task__item_code="registration")
    assert (card.colour, card.department_id) == ("red", task_of(case, "registration").department_id)
    assert card.day == date(2026, 3, 5)


@pytest.mark.django_db
def test_after_an_outage_of_months_every_broken_term_has_one_card_and_the_applicant_hears_once(
    case: Application,
) -> None:
    with on(date(2026, 9, 1)):
        given = give_cards()
        assert given == Card.objects.count() > 2
        assert give_cards() == 0
        told = list(Outbox.objects.filter(kind="inform", key__startswith="late").order_by("pk"))
        for row in told:
            inform_entry(row)
    assert ("matter", "registration") in rules(case)
    assert ("statutory", "registration") in rules(case)
    assert ("joint", "registration") in rules(case)
    assert [row.payload["what"] for row in told] == ["late", "late_by_law"]
    assert Notice.objects.filter(title="没有按承诺办完，对不起", channel="inbox").count() == 1


@pytest.mark.django_db
def test_a_pause_by_law_breaks_nothing_while_it_lasts_and_moves_the_statutory_day(
    world: World, case: Application
) -> None:
    task = task_of(case, "registration")
    reviewer = world.reviewer(task.department_id)
    before = task.statutory_due
    review.claim(actor=reviewer, task_id=task.pk)
    timing.suspend(actor=reviewer, task_id=task.pk, cause="expert_review", basis="第四十五条", expected_days=5)
    with on(date(2026, 3, 9)):
        give_cards()
        assert ("promise", "registration") not in rules(case)
        timing.resume(actor=reviewer, task_id=task.pk, result="报告合格")
    task.refresh_from_db()
    assert before is not None and task.statutory_due is not None
    assert (task.statutory_due - before).days >= 5


@pytest.mark.django_db
def test_a_certificate_that_is_not_made_ten_working_days_after_the_grant_gets_a_card(
    world: World, case: Application
) -> None:
    decide(world, case, "registration")
    with on(date(2026, 3, 16)):
        give_cards()
        assert not any(rule == "issue" for rule, _ in rules(case))
    with on(date(2026, 3, 17)):
        give_cards()
    assert ("issue", "registration") in rules(case)


@pytest.mark.django_db
def test_a_certificate_that_was_made_breaks_no_term(world: World, case: Application) -> None:
    decide(world, case, "registration")
    for row in Outbox.objects.filter(kind="paper", key__startswith="decision-grant"):
        issue_entry(row)
    with on(date(2026, 5, 20)):
        give_cards()
    assert not any(rule == "issue" for rule, _ in rules(case))
