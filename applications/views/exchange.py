"""`/exchange/`: departments' own systems: whether they are reached, what waits, their keys, what was sent. The keeper of the
system changes; the supervisor looks on."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, Min, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from applications import rekeying
from applications.models import ExchangeRow, Push, SystemAct
from applications.operations import exchange_tables
from applications.views.door import MAX_ID, View, posted, posted_number, signed_in_with, status_of
from departments.access import may_manage_posts
from departments.middleware import ActorRequest
from departments.models import Connection, Department, Level, SystemKey, TableExchange
from departments.operations import exchange as operations
from foundation.errors import Refused
from foundation.outbox.models import Outbox, State
from matters.models import Item

TRIES, ACTS = 30, 20
REKEYED = timedelta(days=30)


def exchange_only(view: View) -> View:
    """The keeper of the system, and supervisors. Nothing is cached."""
    return signed_in_with(lambda actor: may_manage_posts(actor) or actor.supervisor, view, "exchange")


@exchange_only
@require_safe
def exchange(request: ActorRequest) -> HttpResponse:
    """Every connected department with its health, and who is not connected."""
    connections = list(Connection.objects.select_related("department").order_by("department__short_name"))
    waiting = _waiting()
    context = {
        "rows": [(one, waiting.get(f"dept.{one.pk}", {}), _away(one)) for one in connections],
        "tables": TableExchange.objects.filter(active=True)
        .annotate(
            given_back=Count("department__exchange_rows", filter=Q(department__exchange_rows__status=ExchangeRow.WRONG))
        )
        .select_related("department")
        .order_by("department__short_name"),
        "others": Department.objects.filter(connection=None).exclude(level=Level.TOWNSHIP).order_by("short_name"),
        "keeper": may_manage_posts(request.actor),
        "rekeyed": rekeying.counted(timezone.now() - REKEYED),
    }
    return render(request, "applications/exchange/list.html", context)


def _waiting() -> dict[str, dict[str, Any]]:
    """Queue → what still has to go to its system: how many, since when, how many gave up. One query."""
    rows = Outbox.objects.filter(kind="push").exclude(state=State.DONE).order_by().values("queue")
    dead = Count("pk", filter=Q(state=State.DEAD))
    return {row["queue"]: dict(row) for row in rows.annotate(n=Count("pk"), oldest=Min("created_at"), dead=dead)}


def _away(one: Connection) -> bool:
    return one.open_until is not None and timezone.now() < one.open_until


@exchange_only
@require_http_methods(["GET", "HEAD", "POST"])
def exchange_system(request: ActorRequest, department: str) -> HttpResponse:
    """`/exchange/<department>/`: its address and items, its keys, what was sent and what came back."""
    owner = Department.objects.exclude(level=Level.TOWNSHIP).filter(pk=department).first()
    if owner is None:
        raise Http404("没有这个部门")
    if request.method != "POST":
        return _page(request, owner)
    try:
        keys = _act(request, owner)
    except (Connection.DoesNotExist, SystemKey.DoesNotExist):
        raise Http404("没有接这个部门的系统") from None
    except Refused as refusal:
        return _page(request, owner, refusal=refusal)
    if keys is not None:
        return _page(request, owner, keys=keys)
    return redirect(reverse("exchange-system", args=[owner.pk]))


def _act(request: ActorRequest, owner: Department) -> operations.Keys | None:
    act = request.POST.get("act", "")
    if act == "save":
        operations.connect(
            actor=request.actor,
            department=owner.pk,
            address=posted(request, "address", 300),
            items=tuple(code for code in request.POST.getlist("item") if len(code) <= 80),
            active="active" in request.POST,
        )
        messages.success(request, "存好了")
    elif act == "key":
        return operations.issue_key(actor=request.actor, department=owner.pk)
    elif act == "revoke":
        key = SystemKey.objects.filter(connection=owner.pk, pk=min(posted_number(request, "key"), MAX_ID)).first()
        operations.revoke_key(actor=request.actor, key_id=key.pk if key else 0)
        messages.success(request, "停用了，从现在起不认")
    elif act == "resend":
        messages.success(request, f"重推 {operations.push_again(actor=request.actor, department=owner.pk)} 件")
    elif act == "tables":
        found = exchange_tables.open_tables(
            actor=request.actor, department=owner.pk, active=request.POST.get("active") == "yes"
        )
        messages.success(request, "每天夜里放入交换表" if found.active else "停了，已经放入的还在")
    elif act == "put_again":
        count = exchange_tables.put_again(actor=request.actor, department=owner.pk)
        messages.success(request, f"{count} 行又是没有取的了")
    else:
        raise Refused("请选要做什么。")
    return None


def _page(
    request: ActorRequest, owner: Department, *, refusal: Refused | None = None, keys: operations.Keys | None = None
) -> HttpResponse:
    found = Connection.objects.filter(pk=owner.pk).first()
    tried = (
        Push.objects.filter(connection=owner.pk)
        .select_related("task__application")
        .defer("body", "task__application__form")
    )
    acts = SystemAct.objects.filter(connection=owner.pk).select_related("task__application")
    context = {
        "owner": owner,
        "found": found,
        "away": found is not None and _away(found),
        "waiting": _waiting().get(f"dept.{owner.pk}", {}),
        "items": Item.objects.filter(department=owner.pk).order_by("name"),
        "chosen": request.POST.getlist("item") if refusal else (found.items if found else []),
        "address": request.POST.get("address", "") if refusal else (found.address if found else ""),
        "valid": SystemKey.objects.filter(connection=owner.pk, revoked_at=None).order_by("id"),
        "tries": tried[:TRIES],
        "acts": acts.defer("task__application__form")[:ACTS],
        "tables": TableExchange.objects.filter(pk=owner.pk).first(),
        "counts": ExchangeRow.objects.filter(department=owner).aggregate(
            new=Count("pk", filter=Q(status=ExchangeRow.NEW)),
            taken=Count("pk", filter=Q(status=ExchangeRow.TAKEN)),
            wrong=Count("pk", filter=Q(status=ExchangeRow.WRONG)),
            last=Max("put_at"),
        ),
        "wrong": ExchangeRow.objects.filter(department=owner, status=ExchangeRow.WRONG).order_by("-id")[:ACTS],
        "keeper": may_manage_posts(request.actor),
        "keys": keys,
        "refusal": refusal,
        "fault": {refusal.field or "page": refusal.message} if refusal else {},
        "here": request.build_absolute_uri("/api/v1/"),
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/exchange/system.html", context, status=status)
