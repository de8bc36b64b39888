"""省统一认证: the account of somebody whom the province's single sign-on has identified."""

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from accounts.identity import check_identity, check_phone
from accounts.models import IdType, Person, RealName, User
from accounts.operations.people import id_index, phone_index, register_person
from accounts.operations.profile import say_real_name
from foundation.errors import Conflict, Refused

OTHER_NAME = "省里认证的姓名和我们登记的不一样。请带证件到任何一个窗口核对。"


@dataclass(frozen=True)
class Claims:
    """What the province says about a person; empty where it says nothing."""

    name: str
    id_number: str
    phone: str


def claims_of(said: dict[str, object]) -> Claims:
    """Picked out of the province's answer by the names in settings.OIDC_CLAIMS. Texts alone count."""
    found = {name: said.get(key, "") for name, key in settings.OIDC_CLAIMS.items()}
    texts = {name: value.strip()[:60] if isinstance(value, str) else "" for name, value in found.items()}
    return Claims(**texts)


@transaction.atomic
def account_of_province(*, claims: Claims, known: User | None) -> User:
    """The account to sign in to; made the first time. `known`: the account this identity has signed in to before.

    The province's word on who somebody is stands above one's own (RealName): where another account had only declared
    the same paper, the person is no longer that account's, unless both have the same phone. Raises Refused when the
    number is faulty or the account is switched off, Conflict when the name differs from the registered one.
    """
    if not claims.id_number or not claims.name:
        return known or _fresh(claims)
    if fault := check_identity(IdType.ID_CARD, claims.id_number):
        raise Refused(fault)
    index = id_index(IdType.ID_CARD, claims.id_number)
    found = Person.objects.select_for_update().filter(id_type=IdType.ID_CARD, id_index=index).first()
    if found is not None and found.name != claims.name:
        raise Conflict(OTHER_NAME)
    user = _account(found, claims, known)
    if not user.is_active:
        raise Refused("这个账号停用了，请打 12345 或者到窗口问原因")
    if Person.objects.filter(user=user).exclude(id_type=IdType.ID_CARD, id_index=index).exists():
        raise Conflict(OTHER_NAME)
    if found is not None and found.user_id not in (None, user.pk):
        Person.objects.filter(pk=found.pk).update(user=None)
    phone = "" if (found and found.phone) or check_phone(claims.phone) else claims.phone
    person = register_person(name=claims.name, id_number=claims.id_number, phone=phone, user=user)
    say_real_name(person=person, level=RealName.PROVINCE, by_id=None)
    User.objects.filter(pk=user.pk).update(name=claims.name)
    return user


def _account(found: Person | None, claims: Claims, known: User | None) -> User:
    if known is not None:
        return known
    if found is None or found.user is None:
        return _fresh(claims)
    same_phone = bool(claims.phone) and found.user.phone_index == phone_index(claims.phone)
    return found.user if same_phone or found.real_name != RealName.DECLARED else _fresh(claims)


def _fresh(claims: Claims) -> User:
    user = User(username=f"s{secrets.token_hex(8)}", name=claims.name or "省统一认证用户")
    user.set_unusable_password()
    user.save(force_insert=True)
    return user
