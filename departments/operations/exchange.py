"""联通 a department's own system: where it is, what it works on, its keys. By the keeper of the system alone."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from departments.access import Actor, may_manage_posts
from departments.models import Connection, Department, Level, Post, Role, SystemKey
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.models import Outbox, State
from foundation.outbox.operations import due_at_once, resend

VALID_AT_ONCE = 2
PREFIX = "gn_"  # so that a leaked one is recognised


@dataclass(frozen=True)
class Keys:
    """Shown once: `token` for each call, `call_secret` signs what the system sends, `push_secret` what it is sent."""

    token: str
    call_secret: str
    push_secret: str


def hash_of(token: str) -> str:
    """What is kept of a token: it has 256 bits of its own, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


def _demand(actor: Actor) -> None:
    if not may_manage_posts(actor):
        raise NotAllowed("由系统管理员办。")


@transaction.atomic
def connect(
    *, actor: Actor, department: str, address: str = "", items: tuple[str, ...] = (), active: bool = True
) -> Connection:
    """联通 or change: where tasks are pushed (empty: the system asks for them), which items, or none any more for now.

    Raises NotAllowed, Refused (no such department, a town's, an address that is no https address).
    """
    _demand(actor)
    owner = Department.objects.filter(pk=department).first()
    if owner is None:
        raise Refused("请选部门。", "department")
    if owner.level == Level.TOWNSHIP:
        raise Refused("镇的任务分在各镇，不接一个系统。", "department")
    address = address.strip()[:300]
    if address:
        _check(address)
    found = Connection.objects.select_for_update().filter(pk=owner.pk).first()
    if found is None:
        found = Connection(department=owner, user=_account(owner))
    found.address, found.items, found.active = address, sorted(set(items)), active
    found.failures, found.open_until = 0, None
    found.save()
    return found


def _check(address: str) -> None:
    parts = urlsplit(address)
    safe = ("https",) if not settings.DEMO else ("https", "http")
    if parts.scheme not in safe or not parts.hostname or parts.username or parts.fragment:
        raise Refused("请填 https:// 开头的地址，不带用户名。", "address")


def _account(owner: Department) -> User:
    user = User.objects.create(username=f"system-{owner.pk}", name=f"系统（{owner.short_name}）")
    user.set_unusable_password()
    user.save(update_fields=["password"])
    Post.objects.create(user=user, role=Role.REVIEWER, department=owner)
    return user


@transaction.atomic
def issue_key(*, actor: Actor, department: str) -> Keys:
    """New keys beside those that are valid, two sets at most, so that the other side can change them without a pause.

    Raises NotAllowed, Conflict (two are valid), Connection.DoesNotExist.
    """
    _demand(actor)
    found = Connection.objects.select_for_update().get(pk=department)
    if found.keys.filter(revoked_at=None).count() >= VALID_AT_ONCE:
        raise Conflict("已经有两套有效的密钥，先停用一套旧的。")
    keys = Keys(PREFIX + secrets.token_urlsafe(32), _secret(), _secret())
    SystemKey.objects.create(
        connection=found,
        token_hash=hash_of(keys.token),
        call_secret=keys.call_secret,
        push_secret=keys.push_secret,
        issued_at=timezone.now(),
        issued_by_name=actor.name,
    )
    return keys


def _secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


@transaction.atomic
def push_again(*, actor: Actor, department: str) -> int:
    """全部重推: the breaker closes, and what gave up or waits goes out again now; returns how many messages.

    The system drops by its number what it has already, so nothing is doubled. Raises NotAllowed.
    """
    _demand(actor)
    queue = f"dept.{department}"
    Connection.objects.filter(pk=department).update(failures=0, open_until=None)
    dead = Outbox.objects.filter(kind="push", queue=queue, state=State.DEAD)
    return resend(dead.values_list("pk", flat=True)) + due_at_once("push", queue)


@transaction.atomic
def revoke_key(*, actor: Actor, key_id: int) -> SystemKey:
    """Stop a set of keys at once; what is under way ends. Raises NotAllowed, Conflict, SystemKey.DoesNotExist."""
    _demand(actor)
    key = SystemKey.objects.select_for_update().get(pk=key_id)
    if key.revoked_at is not None:
        raise Conflict("这一套已经停用。")
    key.revoked_at = timezone.now()
    key.save(update_fields=["revoked_at"])
    return key
