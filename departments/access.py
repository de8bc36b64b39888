"""Who somebody is while they act, and who may do what in this app. Every app asks an Actor, never a User.

Posts are read anew for each request: a post given or taken acts on the next one.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q, TextField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.models import Mandate, Organisation, Person, Reach
from departments.models import Post, Rank, Role, Town

CITIZEN_HOME = "/my/"
CLERK_HOME = "/window/"
REVIEWER_HOME = "/queue/"
ADMIN_HOME = "/admin/"
SUPERVISOR_HOME = "/supervise/"


@dataclass(frozen=True)
class Limited:
    """A mandate for some matters or for one case. `kind`: organisation or principal; `pk`: whose; one of the two
    others is empty."""

    kind: str
    pk: int
    matters: frozenset[str] = frozenset()
    case: str = ""


@dataclass(frozen=True)
class Seat:
    """A reviewer's post as acts ask for it: what may be signed in which department, and as whose deputy (代理)."""

    department: str
    rank: int = Rank.HANDLE
    deputy_for: str = ""


@dataclass(frozen=True)
class Actor:
    """One acting person. `departments` are the codes in whose queues they decide; `hall` and `counter` their window."""

    user_id: int | None
    name: str
    person_id: int | None = None
    # Whom the person may act for today: organisations (as representative or agent) and natural principals.
    organisations: frozenset[int] = frozenset()
    principals: frozenset[int] = frozenset()
    limited: tuple[Limited, ...] = ()
    # Whose mandate to this person has ended or was revoked, and no other stands.
    ended_organisations: frozenset[int] = frozenset()
    ended_principals: frozenset[int] = frozenset()
    clerk: bool = False
    hall: str | None = None
    counter: str = ""
    departments: frozenset[str] = frozenset()
    seats: tuple[Seat, ...] = ()
    # The towns in whose hall (便民服务中心) they review.
    towns: frozenset[str] = frozenset()
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

    def rank_in(self, department: str) -> int:
        """The highest rank held in the department, own or as a deputy; 0 without a post there."""
        held = [seat.rank for seat in self.seats if seat.department == department]
        return max(held, default=Rank.HANDLE if department in self.departments else 0)

    def signs_for(self, department: str, rank: int) -> str:
        """Whom they stand in for when they sign at this rank; empty where their own post suffices."""
        seats = [seat for seat in self.seats if seat.department == department and seat.rank >= rank]
        return "" if any(not seat.deputy_for for seat in seats) else next((seat.deputy_for for seat in seats), "")

    def organisations_for(self, matter: str) -> frozenset[int]:
        """The organisations for which this person may file this matter."""
        return self.organisations | self._limited_to("organisation", matter)

    def principals_for(self, matter: str) -> frozenset[int]:
        """The other people for whom this person may file this matter."""
        return self.principals | self._limited_to("principal", matter)

    def _limited_to(self, kind: str, matter: str) -> frozenset[int]:
        return frozenset(one.pk for one in self.limited if one.kind == kind and matter in one.matters)

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
    today = timezone.localdate()
    posts = list(
        Post.objects.filter(user_id=user.pk, active=True)
        .filter(Q(deputy_for=None) | Q(starts_on__lte=today, ends_on__gte=today))
        .select_related("deputy_for")
        .annotate(towns=ArraySubquery(Town.objects.filter(hall=OuterRef("hall")).values("code")))
        .order_by("pk")
    )
    roles = {post.role for post in posts}
    # The window decides where a clerk sits; a township reviewer's post names the town's hall.
    halls = [post for post in sorted(posts, key=lambda post: post.role != Role.CLERK) if post.hall_id]
    reviewing = [post for post in posts if post.role == Role.REVIEWER and post.department_id]
    return Actor(
        user_id=user.pk,
        name=user.name or user.username,
        **_acts_for(user.pk),
        clerk=Role.CLERK in roles,
        hall=halls[0].hall_id if halls else None,
        counter=halls[0].counter if halls else "",
        departments=frozenset(post.department_id for post in reviewing if post.department_id),
        seats=tuple(
            Seat(post.department_id or "", post.rank, post.deputy_for.name if post.deputy_for else "")
            for post in reviewing
        ),
        towns=frozenset(town for post in reviewing for town in post.towns),
        editor=Role.EDITOR in roles,
        supervisor=Role.SUPERVISOR in roles,
        superuser=user.is_superuser,
    )


def _acts_for(user_id: int) -> dict[str, Any]:
    """The account's person and whom they may act for today, in one query, as columns of an Actor; a revoked mandate is
    gone on the next request."""
    today = timezone.localdate()
    held = Mandate.objects.filter(agent__user_id=user_id)
    stands = ExpressionWrapper(Q(revoked_at=None, valid_until__gte=today), BooleanField())

    def given(kind: str, column: str) -> Any:
        rows = held.exclude(**{column: None}).order_by()
        rows = rows.annotate(kind=Value(kind), listed=Cast("matters", TextField()), stands=stands)
        return rows.values_list("kind", column, "reach", "listed", "case_number", "stands")

    def own(kind: str, rows: Any) -> Any:
        plain = {"reach_": Value(Reach.ALL.value), "listed_": Value("[]"), "case_": Value(""), "stands_": Value(True)}
        return rows.order_by().annotate(kind=Value(kind), **plain).values_list("kind", "pk", *plain)

    found = own("person", Person.objects.filter(user_id=user_id)).union(
        own("organisation", Organisation.objects.filter(legal_representative__user_id=user_id)),
        given("organisation", "organisation_id"),
        given("principal", "principal_id"),
        all=True,
    )
    whole: dict[str, set[int]] = {"person": set(), "organisation": set(), "principal": set()}
    ended: dict[str, set[int]] = {"organisation": set(), "principal": set()}
    limited = []
    for kind, pk, reach, listed, case, standing in found:
        if not standing:
            ended[kind].add(pk)
        elif reach == Reach.ALL:
            whole[kind].add(pk)
        else:
            limited.append(Limited(kind, pk, frozenset(json.loads(listed)), case))
    for kind, pks in ended.items():
        pks -= whole[kind] | {one.pk for one in limited if one.kind == kind}
    return {
        "person_id": min(whole["person"], default=None),
        "organisations": frozenset(whole["organisation"]),
        "principals": frozenset(whole["principal"]),
        "limited": tuple(limited),
        "ended_organisations": frozenset(ended["organisation"]),
        "ended_principals": frozenset(ended["principal"]),
    }


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
