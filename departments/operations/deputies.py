"""代理: a reviewer who signs lets a colleague of the same department sign in their place for some days."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from departments.access import Actor
from departments.models import Post, Rank, Role
from foundation.errors import NotAllowed, Refused

LONGEST = 90  # days; who is away for longer is replaced, not stood in for


def own_posts(actor: Actor) -> QuerySet[Post]:
    """The posts whose signature the actor may lend: their own, from 审核人 upwards; never one they hold as a deputy."""
    mine = Post.objects.filter(user_id=actor.user_id or 0, role=Role.REVIEWER, active=True, deputy_for=None)
    return mine.filter(rank__gte=Rank.CHECK).select_related("department").order_by("department")


def colleagues_of(actor: Actor, department: str) -> QuerySet[User]:
    """Who may stand in: the other reviewers in the post."""
    posts = {"posts__role": Role.REVIEWER, "posts__department_id": department, "posts__active": True}
    others = User.objects.filter(is_active=True, posts__deputy_for=None, **posts).exclude(pk=actor.user_id or 0)
    return others.distinct().order_by("name", "pk")


def running(actor: Actor) -> QuerySet[Post]:
    """The actor's deputies, of today and later."""
    rows = Post.objects.filter(deputy_for_id=actor.user_id or 0, active=True, ends_on__gte=timezone.localdate())
    return rows.select_related("user", "department").order_by("starts_on", "pk")


@transaction.atomic
def deputise(*, actor: Actor, department: str, to: int, starts_on: date, ends_on: date) -> Post:
    """A colleague signs for the actor from `starts_on` to `ends_on`, both included. Raises Refused, NotAllowed."""
    own = own_posts(actor).filter(department_id=department).select_for_update(of=("self",)).first()
    if own is None:
        raise NotAllowed("只有审核人、批准人和负责人可以请同事代理。")
    colleague = colleagues_of(actor, department).filter(pk=to).first()
    if colleague is None:
        raise Refused("请选一位本部门在岗的同事。", "colleague")
    if starts_on < timezone.localdate():
        raise Refused("开始日不能早于今天。", "starts_on")
    if not starts_on <= ends_on <= starts_on + timedelta(days=LONGEST):
        raise Refused(f"最后一天要在开始日以后，最长 {LONGEST} 天。", "ends_on")
    if running(actor).filter(department_id=department, starts_on__lte=ends_on, ends_on__gte=starts_on).exists():
        raise Refused("这几天已经请了代理，先收回再改。", "starts_on")
    return Post.objects.create(
        user=colleague,
        role=Role.REVIEWER,
        department_id=department,
        hall=own.hall,
        rank=own.rank,
        deputy_for_id=actor.user_id,
        starts_on=starts_on,
        ends_on=ends_on,
    )


@transaction.atomic
def end_deputy(*, actor: Actor, post_id: int) -> Post:
    """收回, from now on; what the deputy signed stands. Raises Post.DoesNotExist for anybody's but an own deputy."""
    post = running(actor).select_for_update(of=("self",)).get(pk=post_id)
    post.active = False
    post.save(update_fields=["active"])
    return post
