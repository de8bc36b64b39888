"""Creates the accounts of the demonstration."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts.models import Mandate, Person, User
from accounts.operations.people import give_mandate, register_organisation, register_person
from accounts.operations.signing import set_sign_in_phone
from departments.demo import Agency, DemoAccount, demo_accounts, demo_password
from departments.models import Department, Post, Role
from departments.operations.halls import set_up_demo_halls
from foundation.errors import Refused

MANDATE_DAYS = 365


@transaction.atomic
def create_demo_accounts() -> tuple[DemoAccount, ...]:
    """Creates what is missing of halls, accounts, posts, people and the mandate; returns all demo accounts.

    Idempotent: what exists is left as it is, passwords included. Raises Refused outside a demonstration and before the
    departments are loaded.
    """
    if not settings.DEMO:
        raise Refused("演示账号只能建在演示环境里")
    departments = dict(Department.objects.values_list("code", "short_name"))
    if not departments:
        raise Refused("还没有部门：请先载入事项目录（manage.py load_catalogue）")
    set_up_demo_halls()
    accounts = demo_accounts(departments)
    users = _create_users(accounts)
    _create_posts(accounts, users)
    people = {
        account.username: _register(account, users[account.username]) for account in accounts if account.id_number
    }
    for account in accounts:
        if account.agency:
            representative = people[account.agency.legal_representative]
            _give_agency(account.agency, people[account.username], representative)
    return accounts


def _create_users(accounts: tuple[DemoAccount, ...]) -> dict[str, User]:
    names = [account.username for account in accounts]
    existing = set(User.objects.filter(username__in=names).values_list("username", flat=True))
    missing = [account for account in accounts if account.username not in existing]
    if missing:
        # Hashed once: the password is public, and a hash each would cost half a minute.
        password = make_password(demo_password())
        User.objects.bulk_create(
            User(
                username=account.username,
                name=account.name,
                password=password,
                is_staff=account.role in (Role.EDITOR, "keeper"),
                is_superuser=account.role == "keeper",
            )
            for account in missing
        )
    return {user.username: user for user in User.objects.filter(username__in=names)}


def _create_posts(accounts: tuple[DemoAccount, ...], users: dict[str, User]) -> None:
    holders = set(Post.objects.filter(user__in=users.values()).values_list("user_id", flat=True))
    Post.objects.bulk_create(
        Post(
            user=users[account.username],
            role=account.role,
            department_id=account.department,
            hall_id=account.hall,
            counter=account.counter,
            rank=account.rank,
        )
        for account in accounts
        if account.role in Role.values and users[account.username].pk not in holders
    )


def _register(account: DemoAccount, user: User) -> Person:
    if account.phone and not user.phone:
        set_sign_in_phone(user=user, phone=account.phone)
    person = Person.objects.filter(user=user).first()
    return person or register_person(
        name=account.name, id_number=account.id_number, phone=account.phone, address=account.address, user=user
    )


def _give_agency(agency: Agency, agent: Person, representative: Person) -> None:
    organisation = register_organisation(name=agency.name, uscc=agency.uscc, legal_representative=representative)
    today = timezone.localdate()
    if not Mandate.objects.in_force(today).filter(organisation=organisation, agent=agent).exists():
        give_mandate(
            agent=agent,
            organisation=organisation,
            scope=agency.scope,
            valid_until=today + timedelta(days=MANDATE_DAYS),
        )
