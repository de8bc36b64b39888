"""Registering people, organisations and mandates."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import IdType, Mandate, Organisation, Person, User
from accounts.operations.people import (
    find_person,
    give_mandate,
    register_organisation,
    register_person,
    revoke_mandate,
)
from foundation.errors import Conflict, NotAllowed, Refused

ZHANG, WANG = "32072419880315002X", "320724197508200018"


@pytest.mark.django_db
def test_numbers_are_stored_encrypted_and_found_by_index() -> None:
    person = register_person(
        name=" 张婷 ", id_number="３２０７２４ 19880315 002x", phone="+86 138 0000 0018", address="新安镇"
    )
    again = Person.objects.get(pk=person.pk)
    assert (again.name, again.id_number, again.phone) == ("张婷", ZHANG, "13800000018")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, phone, id_index, phone_index FROM accounts_person")
        row = cursor.fetchone()
    assert row[0].startswith("sm4:")
    assert row[1].startswith("sm4:")
    assert not any(secret in str(value) for value in row for secret in (ZHANG, "13800000018", "19880315"))
    assert find_person(id_number=ZHANG.lower()) == person
    assert find_person(id_number=WANG) is None
    assert find_person(id_number="") is None
    assert find_person(id_number=ZHANG, id_type=IdType.PASSPORT) is None


@pytest.mark.django_db
def test_the_same_paper_is_the_same_person() -> None:
    walk_in = register_person(name="张婷", id_number=ZHANG, phone="13800000018")
    user = User.objects.create(username="zhangting")
    assert register_person(name="张婷", id_number=ZHANG, phone="13900000019", user=user) == walk_in
    walk_in.refresh_from_db()
    assert (walk_in.phone, walk_in.user) == ("13900000019", user)
    # From now on the phone is hers to change, not the window's.
    register_person(name="张婷", id_number=ZHANG, phone="13700000017")
    walk_in.refresh_from_db()
    assert walk_in.phone == "13900000019"
    assert Person.objects.count() == 1


@pytest.mark.django_db
def test_people_without_a_number_are_registered_each() -> None:
    assert register_person(name="张婷") != register_person(name="张婷")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "张婷", "id_number": "320724198803150021"}, "id_number"),
        ({"name": "张婷", "phone": "1380000"}, "phone"),
        ({"name": "张婷", "id_number": "E1", "id_type": IdType.PASSPORT}, "id_number"),
    ],
)
def test_faulty_numbers_are_refused_where_they_were_typed(values: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        register_person(**values)
    assert refusal.value.field == field
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_a_number_under_another_name_or_account_is_a_conflict() -> None:
    register_person(name="张婷", id_number=ZHANG, user=User.objects.create(username="zhangting"))
    with pytest.raises(Conflict):
        register_person(name="张停", id_number=ZHANG)
    with pytest.raises(Conflict):
        register_person(name="张婷", id_number=ZHANG, user=User.objects.create(username="impostor"))


@pytest.mark.django_db(transaction=True)
def test_windows_that_register_one_paper_at_once_get_one_person() -> None:
    def register(_: int) -> int:
        try:
            return register_person(name="张婷", id_number=ZHANG, phone="13800000018").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(register, range(16)))
    assert len(found) == 1
    assert Person.objects.count() == 1


@pytest.mark.django_db
def test_organisations() -> None:
    company = register_organisation(name="灌南县灌河餐饮有限公司", uscc="91320724ma1xq2abx7")
    assert company.uscc == "91320724MA1XQ2ABX7"
    assert register_organisation(name="灌南县灌河餐饮有限公司", uscc="91320724MA1XQ2ABX7") == company
    with pytest.raises(Conflict):
        register_organisation(name="别的公司", uscc="91320724MA1XQ2ABX7")
    with pytest.raises(Refused, match="最后一位"):
        register_organisation(name="某公司", uscc="91320724MA1XQ2ABX8")
    assert register_organisation(name="未登记") != register_organisation(name="未登记")
    assert Organisation.objects.count() == 3


@pytest.mark.django_db
def test_mandates_end_by_day_and_by_revocation() -> None:
    zhang, wang = register_person(name="张婷", id_number=ZHANG), register_person(name="王磊", id_number=WANG)
    company = register_organisation(name="某公司", legal_representative=zhang)
    today = timezone.localdate()
    mandate = give_mandate(agent=wang, organisation=company, scope="全部", valid_until=today)
    held = Mandate.objects.held_by(wang.pk)
    assert held.in_force(today).exists()
    assert not held.in_force(today + timedelta(days=1)).exists()
    assert not Mandate.objects.held_by(None).exists()
    with pytest.raises(NotAllowed):
        revoke_mandate(mandate_id=mandate.pk, by=wang)
    with pytest.raises(NotAllowed):
        revoke_mandate(mandate_id=0, by=zhang)
    first = revoke_mandate(mandate_id=mandate.pk, by=zhang).revoked_at
    assert revoke_mandate(mandate_id=mandate.pk, by=zhang).revoked_at == first
    assert not held.in_force(today).exists()


@pytest.mark.django_db
def test_a_mandate_has_one_principal_who_is_not_the_agent() -> None:
    zhang, wang = register_person(name="张婷", id_number=ZHANG), register_person(name="王磊", id_number=WANG)
    company = register_organisation(name="某公司")
    today = timezone.localdate()
    for values in (
        {"agent": wang},
        {"agent": wang, "principal": zhang, "organisation": company},
        {"agent": wang, "principal": wang},
    ):
        with pytest.raises(Refused):
            give_mandate(scope="全部", valid_until=today, **values)
        with pytest.raises(IntegrityError), transaction.atomic():
            Mandate.objects.create(scope="全部", valid_until=today, **values)
    with pytest.raises(Refused, match="已经过去"):
        give_mandate(agent=wang, principal=zhang, scope="全部", valid_until=today - timedelta(days=1))
    with pytest.raises(Refused, match="事项"):
        give_mandate(agent=wang, principal=zhang, scope=" ", valid_until=today)
