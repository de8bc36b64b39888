"""Registering people, organisations and mandates. Numbers are checked, stored encrypted and found by blind index."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.identity import check_identity, check_phone, check_uscc, normalise, normalise_phone
from accounts.models import IdType, Mandate, Organisation, Person, Reach, RealName, User
from foundation.crypto import blind_index
from foundation.errors import Conflict, NotAllowed, Refused


def id_index(id_type: str, id_number: str) -> str:
    """The blind index of a paper of identity; empty for an empty number. The type is part of it: a passport and a pass
    may carry the same characters."""
    number = normalise(id_number)
    return blind_index(f"{id_type}:{number}") if number else ""


def phone_index(phone: str) -> str:
    """The blind index of a telephone number; empty for an empty one."""
    number = normalise_phone(phone)
    return blind_index(f"phone:{number}") if number else ""


def find_person(*, id_number: str, id_type: str = IdType.ID_CARD) -> Person | None:
    """The person registered with this paper of identity. One query; None when unknown or empty."""
    index = id_index(id_type, id_number)
    return Person.objects.filter(id_type=id_type, id_index=index).first() if index else None


@transaction.atomic
def register_person(
    *,
    name: str,
    id_number: str = "",
    id_type: str = IdType.ID_CARD,
    phone: str = "",
    address: str = "",
    user: User | None = None,
) -> Person:
    """The person with this paper of identity, newly registered or found.

    Of a person found, the name must agree; a new phone or address is taken over only while nobody signs in as them,
    because then it is theirs to change. Raises Refused (field: name, id_number or phone) for a faulty number, Conflict
    when the paper or the account belongs to somebody else already.
    """
    name = name.strip()
    if not name:
        raise Refused("请填写姓名", field="name")
    if id_number and (fault := check_identity(id_type, id_number)):
        raise Refused(fault, field="id_number")
    if phone and (fault := check_phone(phone)):
        raise Refused(fault, field="phone")
    index = id_index(id_type, id_number)
    found = Person.objects.select_for_update().filter(id_type=id_type, id_index=index).first() if index else None
    if found is None:
        person = Person(name=name, id_type=id_type, id_number=normalise(id_number), id_index=index)
        _take_over(person, phone, address, user)
        # Of two windows that register the same paper at once, the second gets the first one's row.
        if not index:
            person.save(force_insert=True)
            return person
        Person.objects.bulk_create([person], ignore_conflicts=True)
        found = Person.objects.select_for_update().get(id_type=id_type, id_index=index)
    if found.name != name:
        raise Conflict("这个证件号码登记在另一个姓名下，请核对姓名和号码", field="id_number")
    if user is not None and found.user_id not in (None, user.pk):
        raise Conflict("这个证件号码已经绑定了另一个账号", field="id_number")
    if found.user_id is None or user is not None:
        _take_over(found, phone, address, user)
        found.save(update_fields=["phone", "phone_index", "address", "user"])
    return found


def _take_over(person: Person, phone: str, address: str, user: User | None) -> None:
    if phone:
        person.phone, person.phone_index = normalise_phone(phone), phone_index(phone)
    if address:
        person.address = address.strip()
    if user is not None:
        person.user = user


@transaction.atomic
def register_organisation(
    *, name: str, uscc: str = "", legal_representative: Person | None = None, seen_with: Person | None = None
) -> Organisation:
    """The organisation with this code, newly registered or found.

    Without a code (it is to be issued in the case itself) always a new one. `seen_with`: who stands at the window with
    its licence; their word ends what somebody else only declared online.
    Raises Refused (field: name or uscc) for a faulty code, Conflict when the code stands under another name.
    """
    name = name.strip()
    if not name:
        raise Refused("请填写单位名称", field="name")
    if uscc and (fault := check_uscc(uscc)):
        raise Refused(fault, field="uscc")
    code = normalise(uscc)
    organisation = Organisation(name=name, uscc=code, legal_representative=legal_representative)
    if not code:
        organisation.save(force_insert=True)
        return organisation
    Organisation.objects.bulk_create([organisation], ignore_conflicts=True)
    found = Organisation.objects.select_for_update().get(uscc=code)
    if seen_with is not None and found.representative_level == RealName.DECLARED:
        _end_declaration(found, name, seen_with)
    if found.name != name:
        raise Conflict("这个统一社会信用代码登记在另一个名称下，请核对名称和代码", field="uscc")
    return found


def _end_declaration(organisation: Organisation, name: str, seen_with: Person) -> None:
    """What was only declared online gives way to the licence on the counter: nobody keeps a code by having typed it
    first. The declarer in person may declare again and is then not in anybody's way."""
    organisation.name = name
    if organisation.legal_representative_id != seen_with.pk:
        organisation.legal_representative = None
        organisation.representative_level = ""
        Mandate.objects.filter(organisation=organisation, revoked_at=None).update(revoked_at=timezone.now())
    else:
        organisation.representative_level, organisation.representative_at = RealName.WINDOW, timezone.now()
    organisation.save(update_fields=["name", "legal_representative", "representative_level", "representative_at"])


def give_mandate(
    *,
    agent: Person,
    scope: str,
    valid_until: date,
    principal: Person | None = None,
    organisation: Organisation | None = None,
    matters: list[str] | None = None,
    case_number: str = "",
) -> Mandate:
    """A new mandate (授权委托) of exactly one principal, for everything, for `matters` (codes) or for one case.

    Whether matters and case exist is asked by who calls. Raises Refused for no or two principals, oneself, a day gone
    by, or matters and a case at once.
    """
    if (principal is None) == (organisation is None):
        raise Refused("委托人是一个自然人或一个单位", field="principal")
    if principal is not None and principal.pk == agent.pk:
        raise Refused("不能委托本人", field="agent")
    if not scope.strip():
        raise Refused("请写明委托事项和权限", field="scope")
    if valid_until < timezone.localdate():
        raise Refused("委托的截止日期已经过去", field="valid_until")
    if matters and case_number:
        raise Refused("委托的是几件事项，或者一件办件，不能都选", field="reach")
    reach = Reach.MATTERS if matters else Reach.CASE if case_number else Reach.ALL
    return Mandate.objects.create(
        agent=agent,
        scope=scope.strip(),
        reach=reach,
        matters=sorted(set(matters or [])),
        case_number=case_number,
        valid_until=valid_until,
        principal=principal,
        organisation=organisation,
    )


@transaction.atomic
def revoke_mandate(*, mandate_id: int, by: Person) -> Mandate:
    """Ends a mandate at once. Only the principal, or the legal representative of the organisation, may.

    Raises NotAllowed for anybody else and for a mandate that does not exist; revoking twice changes nothing.
    """
    mandates = Mandate.objects.select_for_update(of=("self",)).select_related("organisation")
    mandate = mandates.filter(pk=mandate_id).first()
    principal_id = None
    if mandate is not None:
        organisation = mandate.organisation
        principal_id = organisation.legal_representative_id if organisation else mandate.principal_id
    if mandate is None or principal_id != by.pk:
        raise NotAllowed("没有找到这项委托")
    if mandate.revoked_at is None:
        mandate.revoked_at = timezone.now()
        mandate.save(update_fields=["revoked_at"])
    return mandate
