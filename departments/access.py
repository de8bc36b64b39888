"""Who somebody is while they act, and who may do what in this app. Every app asks an Actor, never a User.

Posts are read anew for each request: a post given or taken acts on the next one.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Value
from django.utils import timezone

from accounts.models import Mandate, Organisation, Person
from departments.models import Post, Role

CITIZEN_HOME = "/my/"
CLERK_HOME = "/window/"
REVIEWER_HOME = "/queue/"
ADMIN_HOME = "/admin/"
SUPERVISOR_HOME = "/supervise/"


@dataclass(frozen=True)
class Actor:
    """One acting person. `departments` are the codes in whose queues they decide; `hall` and `counter` their window."""

    user_id: int | None
    name: str
    person_id: int | None = None
    # Whom the person may act for today: organisations (as representative or agent) and natural principals.
    organisations: frozenset[int] = frozenset()
    principals: frozenset[int] = frozenset()
    clerk: bool = False
    hall: str | None = None
    counter: str = ""
    departments: frozenset[str] = frozenset()
    editor: bool = False
    supervisor: bool = False
    superuser: bool = False

    @property
    def signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def system(self) -> bool:
        """Beat and workers; no person stands behind the act."""
        return self is SYSTEM

    @property
    def staff(self) -> bool:
        """Holds any post at all, or keeps the system."""
        return self.clerk or bool(self.departments) or self.editor or self.supervisor or self.superuser


SYSTEM = Actor(user_id=None, name="系统")
VISITOR = Actor(user_id=None, name="访客")


def actor_for(user: Any) -> Actor:
    """The actor behind `request.user` (an accounts.User or an AnonymousUser). Two queries: posts; the person and whom
    they may act for.

    Nobody signed in, or an account that was switched off, is a visitor.
    """
    if not user.is_authenticated or not user.is_active:
        return VISITOR
    posts = list(
        Post.objects.filter(user_id=user.pk, active=True)
        .order_by("pk")
        .values_list("role", "department_id", "hall_id", "counter")
    )
    roles = {role for role, _, _, _ in posts}
    # The window decides where a clerk sits; a township reviewer's post names the town's hall.
    seats = sorted(posts, key=lambda post: post[0] != Role.CLERK)
    halls = [(hall, counter) for _, _, hall, counter in seats if hall]
    hall, counter = halls[0] if halls else (None, "")
    person_id, organisations, principals = _acts_for(user.pk)
    return Actor(
        user_id=user.pk,
        name=user.name or user.username,
        person_id=person_id,
        organisations=organisations,
        principals=principals,
        clerk=Role.CLERK in roles,
        hall=hall,
        counter=counter,
        departments=frozenset(department for role, department, _, _ in posts if role == Role.REVIEWER and department),
        editor=Role.EDITOR in roles,
        supervisor=Role.SUPERVISOR in roles,
        superuser=user.is_superuser,
    )


def _acts_for(user_id: int) -> tuple[int | None, frozenset[int], frozenset[int]]:
    """The account's person, and the organisations and persons they may act for today, in one query; a revoked mandate
    is gone on the next request."""

    def rows(kind: str, of: Any, pk: str) -> Any:
        return of.order_by().annotate(kind=Value(kind)).values_list("kind", pk)

    held = Mandate.objects.in_force(timezone.localdate()).filter(agent__user_id=user_id)
    found = rows("person", Person.objects.filter(user_id=user_id), "pk").union(
        rows("organisation", Organisation.objects.filter(legal_representative__user_id=user_id), "pk"),
        rows("organisation", held.exclude(organisation=None), "organisation_id"),
        rows("principal", held.exclude(principal=None), "principal_id"),
        all=True,
    )
    ids: dict[str, set[int]] = {"person": set(), "organisation": set(), "principal": set()}
    for kind, pk in found:
        ids[kind].add(pk)
    return min(ids["person"], default=None), frozenset(ids["organisation"]), frozenset(ids["principal"])


def home_of(actor: Actor) -> str:
    """The path of the page a person starts from after signing in."""
    if actor.clerk:
        return CLERK_HOME
    if actor.departments:
        return REVIEWER_HOME
    if actor.editor or actor.superuser:
        return ADMIN_HOME
    return SUPERVISOR_HOME if actor.supervisor else CITIZEN_HOME


def may_edit_catalogue(actor: Actor) -> bool:
    """Departments, towns, halls, calendar and the catalogue itself."""
    return actor.editor or actor.superuser


def may_manage_posts(actor: Actor) -> bool:
    """Accounts and posts: the keeper of the system, who is not the one who edits the catalogue."""
    return actor.superuser


def may_change_post(actor: Actor, holder_id: int | None) -> bool:
    """Nobody gives, changes or ends a post of their own."""
    return may_manage_posts(actor) and holder_id != actor.user_id
