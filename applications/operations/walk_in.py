"""现场来办: who stands at the window and for whom, then the draft of the case. One transaction, so that nothing is half
registered."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounts.models import Organisation, Person, RealName
from accounts.operations.people import give_mandate, register_organisation, register_person
from accounts.operations.profile import say_real_name
from applications.models import Draft
from applications.operations.drafting import start_draft
from departments.access import Actor
from foundation.errors import NotAllowed, Refused
from matters.plan import missing_answers
from matters.published import current_plan

SELF, ORGANISATION, PERSON = "self", "organisation", "person"


@dataclass(frozen=True)
class Someone:
    """What the clerk reads off a person's identity card."""

    name: str
    id_number: str
    phone: str = ""


@dataclass(frozen=True)
class Principal:
    """For whom the visitor files: an organisation by name and code, or another person; until when the mandate runs."""

    name: str
    uscc: str = ""
    id_number: str = ""
    mandate_until: date | None = None


@transaction.atomic
def begin(
    *,
    actor: Actor,
    matter_code: str,
    answers: dict[str, str],
    visitor: Someone,
    acts_for: str = SELF,
    principal: Principal | None = None,
) -> Draft:
    """Find or register the people by their numbers and open the draft for the desk.

    Raises NotPublished, NotAllowed, Refused and Conflict; `field` names the box on the page, with `for_` before the
    boxes of the principal.
    """
    if not actor.clerk:
        raise NotAllowed("只有窗口可以替来人开件。")
    if missing_answers(current_plan(matter_code).plan, answers):
        raise Refused("还有情形没有选，选完才知道要办哪几项。", "answers")
    if not visitor.id_number:
        raise Refused("请填身份证号码，或者刷身份证。", "id_number")
    if acts_for not in (SELF, ORGANISATION, PERSON) or (acts_for != SELF and principal is None):
        raise Refused("请选这件事是替谁办。", "acts_for")
    person = register_person(name=visitor.name, id_number=visitor.id_number, phone=visitor.phone)
    say_real_name(person=person, level=RealName.WINDOW, by_id=actor.user_id)
    if acts_for == SELF or principal is None:
        return start_draft(actor=actor, matter_code=matter_code, answers=answers, applicant=person)
    if acts_for == ORGANISATION:
        organisation = _organisation(principal, person)
        return start_draft(
            actor=actor,
            matter_code=matter_code,
            answers=answers,
            applicant=person,
            organisation_id=organisation.pk,
            agent=person,
        )
    applicant = _principal(principal, person)
    return start_draft(actor=actor, matter_code=matter_code, answers=answers, applicant=applicant, agent=person)


def _organisation(principal: Principal, agent: Person) -> Organisation:
    """The legal representative in person needs no mandate; where one was brought, it is written down."""
    try:
        organisation = register_organisation(name=principal.name, uscc=principal.uscc, seen_with=agent)
        if principal.mandate_until is not None:
            scope = "代办“一件事”申请，代收文书和证照"
            give_mandate(agent=agent, scope=scope, valid_until=principal.mandate_until, organisation=organisation)
    except Refused as refusal:
        raise _elsewhere(refusal) from None
    return organisation


def _principal(principal: Principal, agent: Person) -> Person:
    try:
        if not principal.id_number:
            raise Refused("请填委托人的身份证号码。", "id_number")
        if principal.mandate_until is None:
            raise Refused("请填委托书的截止日期。", "valid_until")
        person = register_person(name=principal.name, id_number=principal.id_number)
        scope = "代办“一件事”申请，代收文书和证照"
        give_mandate(agent=agent, scope=scope, valid_until=principal.mandate_until, principal=person)
    except Refused as refusal:
        raise _elsewhere(refusal) from None
    return person


def _elsewhere(refusal: Refused) -> Refused:
    """The same refusal, beside the principal's box."""
    field = {"agent": "id_number"}.get(refusal.field or "", refusal.field or "name")
    return type(refusal)(refusal.message, f"for_{field}")
