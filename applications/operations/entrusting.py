"""授权委托 from the page: whether the matters and the case exist and are the principal's; the mandate itself is accounts'."""

from datetime import date

from django.db import transaction

from accounts.models import Mandate, Organisation, Person
from accounts.operations.entrusting import entrust, find_agent, tell_revoked
from accounts.operations.people import revoke_mandate
from applications.models import Application
from departments.access import Actor
from foundation.errors import Refused
from matters.models import Matter

SELF = "self"
MOST_MATTERS = 30


def principal_of(actor: Actor) -> Person:
    """The person behind the account. Raises Refused where nobody has registered name and paper yet."""
    person = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    if person is None:
        raise Refused("请先登记您自己的姓名和证件")
    return person


@transaction.atomic
def give(
    *,
    actor: Actor,
    for_whom: str,
    agent_name: str,
    agent_number: str,
    reach: str,
    matters: list[str],
    case_number: str,
    valid_until: date | None,
) -> Mandate:
    """A mandate of the person (`for_whom` self) or of an organisation they stand for (its id as text).

    Raises Refused with the field. A case that is not the principal's reads
    like one that does not exist.
    """
    by = principal_of(actor)
    organisation = None
    if for_whom != SELF:
        pk = int(for_whom) if for_whom.isascii() and for_whom.isdigit() and len(for_whom) < 10 else 0
        organisation = Organisation.objects.filter(pk=pk, legal_representative=by).first()
        if organisation is None:
            raise Refused("请选以谁的名义委托", "for_whom")
    if valid_until is None:
        raise Refused("请填截止日期", "valid_until")
    names: dict[str, str] = {}
    if reach == "matters":
        names = dict(Matter.objects.filter(code__in=matters[:MOST_MATTERS]).values_list("code", "name"))
        if not names:
            raise Refused("请至少选一件事", "matters")
    elif reach == "case":
        cases = Application.objects.filter(number=case_number.strip().upper())
        whose = (
            cases.filter(organisation=organisation) if organisation else cases.filter(applicant=by, organisation=None)
        )
        if not whose.exists():
            raise Refused("没有找到这件办件，请照“我的办件”里的编号填", "case_number")
    elif reach != "all":
        raise Refused("请选委托办什么", "reach")
    agent = find_agent(by=by, name=agent_name, number=agent_number)
    return entrust(
        by=by,
        agent=agent,
        valid_until=valid_until,
        matters=names,
        case_number=case_number.strip().upper() if reach == "case" else "",
        organisation=organisation,
    )


@transaction.atomic
def revoke(*, actor: Actor, mandate_id: int) -> Mandate:
    """Ends it for the agent's very next request, and tells the agent. Raises NotAllowed for
    somebody else's, Refused as `principal_of`."""
    mandate = revoke_mandate(mandate_id=mandate_id, by=principal_of(actor))
    tell_revoked(mandate)
    return mandate
