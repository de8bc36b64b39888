"""授权委托: what one has given and holds; give one, revoke one."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Mandate, Organisation
from applications.models import Application
from applications.operations import entrusting
from applications.views.door import personal, posted, status_of
from departments.middleware import ActorRequest
from foundation.errors import Refused
from matters.models import Matter

BOXES = ("for_whom", "agent_name", "agent_number", "reach", "case_number", "until_y", "until_m", "until_d")


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def mandates(request: ActorRequest) -> HttpResponse:
    """`/me/mandates/`: the lists and the form; POST gives a mandate."""
    if request.method != "POST":
        return _page(request)
    typed = {name: posted(request, name, 60) for name in BOXES}
    chosen = request.POST.getlist("matters")
    try:
        given = entrusting.give(
            actor=request.actor,
            valid_until=_day(typed),
            matters=chosen,
            **{name: typed[name] for name in ("for_whom", "agent_name", "agent_number", "reach", "case_number")},
        )
    except Refused as refusal:
        return _page(request, typed=typed, chosen=chosen, refusal=refusal)
    messages.success(request, f"委托给{given.agent.name}了，对方收到了通知。随时可以撤销。")
    return redirect("mandates")


@personal
@require_POST
def revoke(request: ActorRequest, mandate: int) -> HttpResponse:
    """`/me/mandates/<id>/revoke/`. Somebody else's does not exist."""
    try:
        entrusting.revoke(actor=request.actor, mandate_id=mandate)
    except Refused:
        raise Http404("没有这项委托") from None
    messages.success(request, "撤销了，对方从现在起不能再替您办。办过的都算数。")
    return redirect("mandates")


def _day(typed: dict[str, str]) -> date | None:
    parts = [typed[name] for name in ("until_y", "until_m", "until_d")]
    if not any(parts):
        return None
    try:
        return date(*(int(part) for part in parts))
    except ValueError:
        raise Refused("截止日期不对，请填年、月、日三个数字", "valid_until") from None


def _page(request: ActorRequest, refusal: Refused | None = None, **more: Any) -> HttpResponse:
    actor, today = request.actor, timezone.localdate()
    ahead = today + timedelta(days=365)
    own = Organisation.objects.filter(legal_representative_id=actor.person_id or 0).order_by("name")
    both = Mandate.objects.select_related("agent", "principal", "organisation").order_by("-id")
    given = both.filter(principal_id=actor.person_id or 0) | both.filter(organisation__in=own)
    context = {
        "registered": actor.person_id is not None,
        "own": own,
        "given": [(one, one.revoked_at is None and one.valid_until >= today) for one in given[:50]],
        "held": both.held_by(actor.person_id).in_force(today)[:50],
        "matters": Matter.objects.order_by("name").values_list("code", "name"),
        "cases": Application.objects.of_person(actor).order_by("-id").values_list("number", "title")[:20],
        "typed": {
            "for_whom": "self",
            "reach": "all",
            "until_y": ahead.year,
            "until_m": ahead.month,
            "until_d": ahead.day,
        },
        "chosen": [],
        "refusal": refusal,
        **more,
    }
    return render(request, "accounts/mandates.html", context, status=status_of(refusal) if refusal else 200)
