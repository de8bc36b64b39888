"""评价: once a case and once a visit, by the person's own account or code, never by staff, never by default (国办发〔2019〕51号).

A bad word starts a repair in the same transaction (GB/T 39735).
"""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Person
from applications.access import is_applicant
from applications.models import Application, Rating, Repair
from applications.models.rating import GRADES
from applications.operations.recording import lock_case
from applications.ratings import reasons_for
from applications.states import CASE_RUNNING
from departments.access import Actor
from departments.calendar import current_calendar, threshold
from foundation.errors import Conflict, NotAllowed, Refused
from visits.models import Ticket
from visits.states import TicketState

LONGEST = 300
TWICE = "已经评过了，一件事只评一次。"


def may_rate(case: Application) -> bool:
    """Whether the case is over, so that there is something to say of it."""
    return case.state not in CASE_RUNNING


@transaction.atomic
def rate_case(
    *, actor: Actor, number: str, grade: int, reasons: Iterable[str] = (), words: str = "", anonymous: bool = False
) -> Rating:
    """By the applicant's own account. Raises Application.DoesNotExist, NotAllowed (anybody else), and as `_rate`."""
    case = lock_case(actor, number)
    if not is_applicant(case, actor):
        raise NotAllowed("由办事的人自己评。")
    return _rate(actor, grade, reasons, words, anonymous, case=case)


@transaction.atomic
def rate_by_code(
    *,
    actor: Actor,
    case: Application,
    grade: int,
    reasons: Iterable[str] = (),
    words: str = "",
    anonymous: bool = False,
) -> Rating:
    """By whoever holds the receipt: `case` as `case_by_code` found it. Raises as `_rate`."""
    return _rate(actor, grade, reasons, words, anonymous, case=case)


@transaction.atomic
def rate_visit(*, actor: Actor, ticket: Ticket, grade: int, reasons: Iterable[str] = (), words: str = "") -> Rating:
    """By whoever holds the ticket; it names nobody. Raises as `_rate`."""
    return _rate(actor, grade, reasons, words, True, ticket=ticket)


def _rate(
    actor: Actor,
    grade: int,
    reasons: Iterable[str],
    words: str,
    anonymous: bool,
    *,
    case: Application | None = None,
    ticket: Ticket | None = None,
) -> Rating:
    """Raises NotAllowed (staff), Conflict (not over yet, rated already), Refused (no grade chosen)."""
    if (case is not None and not may_rate(case)) or (ticket is not None and ticket.state != TicketState.SERVED):
        raise Conflict("办完以后再评。")
    if actor.staff:
        raise NotAllowed("工作人员不能评价。请办事的人用自己的账号或者回执上的码评。")
    if grade not in GRADES:
        raise Refused("请选一档评价。", "grade")
    person: Person | None = case.applicant if case is not None and not anonymous else None
    try:
        with transaction.atomic():
            rating = Rating.objects.create(
                application=case,
                ticket=ticket,
                person=person,
                anonymous=anonymous,
                grade=grade,
                reasons=reasons_for(grade, list(reasons)),
                words=words.strip()[:LONGEST],
                at=timezone.now(),
            )
    except IntegrityError as twice:
        raise Conflict(TWICE) from twice
    if rating.bad:
        today = timezone.localdate()
        last = current_calendar().add(today, threshold("rating_verify_days", today))
        Repair.objects.create(rating=rating, verify_by=last)
    return rating
