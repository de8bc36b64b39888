"""What the window puts right in person: a name written down wrongly, who an organisation's legal representative is."""

from django.db import transaction
from django.utils import timezone

from accounts.models import NameChange, Organisation, Person, RealName, User
from foundation.errors import Conflict, Refused


@transaction.atomic
def correct_name(*, person_id: int, name: str, seen: str, by: User) -> Person:
    """更正姓名 with the card on the desk; the old name is kept. The caller has asked whether `by` is a clerk.

    `seen`: what was seen and why. Raises Person.DoesNotExist, Refused (field name or seen), Conflict where the province
    has said the name itself: that is changed there.
    """
    person = Person.objects.select_for_update().get(pk=person_id)
    name, seen = name.strip()[:60], seen.strip()[:200]
    if not name:
        raise Refused("请填写姓名", "name")
    if name == person.name:
        raise Refused("和登记的姓名一样，不用改。", "name")
    if not seen:
        raise Refused("请写明看了什么证件、为什么改。", "seen")
    if person.real_name == RealName.PROVINCE:
        raise Conflict("这个姓名是省统一认证核过的，要到认证那边改，改好再登录就跟着变。")
    now = timezone.now()
    NameChange.objects.create(
        person=person, before=person.name, after=name, seen=seen, at=now, by=by, by_name=by.name or by.username
    )
    person.name, person.real_name, person.real_name_at, person.real_name_by = name, RealName.WINDOW, now, by
    person.save(update_fields=["name", "real_name", "real_name_at", "real_name_by"])
    return person


@transaction.atomic
def confirm_representative(*, organisation_id: int, person_id: int, by: User) -> Organisation:
    """The window has seen that this person is the legal representative (营业执照 and card). Twice is once.

    Raises Organisation.DoesNotExist, Conflict when the register names somebody else by now.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    if organisation.legal_representative_id != person_id:
        raise Conflict("登记的法定代表人刚才换了，请刷新后再看。")
    if organisation.representative_level not in (RealName.WINDOW, RealName.PROVINCE):
        organisation.representative_level = RealName.WINDOW
        organisation.representative_at, organisation.representative_by = timezone.now(), by
        organisation.save(update_fields=["representative_level", "representative_at", "representative_by"])
    return organisation
