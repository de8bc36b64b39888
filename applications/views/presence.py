"""谁正在看: for the second clerk on a case and the second reviewer on a task, with what others did since (E24)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from applications.models import Event
from applications.presence import Onlooker, look
from applications.views.staff_door import own_task, reviewer_only
from applications.views.window_door import case_or_404, clerk_only
from departments.middleware import ActorRequest

TOLD = 5
OLDEST = timedelta(days=1)


@clerk_only
@require_safe
def case_presence(request: ActorRequest, number: str) -> HttpResponse:
    """Of a case at the windows; `?since=` when the page came, in seconds of the epoch."""
    found = case_or_404(request, number)
    fresh = reverse("window-case", args=[found.number])
    return _answer(request, f"case:{found.pk}", found.events.all(), fresh)


@reviewer_only
@require_safe
def task_presence(request: ActorRequest, task: int) -> HttpResponse:
    """Of a task: colleagues of the own department."""
    found = own_task(request.actor, task)
    return _answer(request, f"task:{found.pk}", found.events.all(), reverse("task", args=[found.pk]))


def _answer(request: ActorRequest, subject: str, events: Any, fresh: str) -> HttpResponse:
    onlookers = look(subject, request.actor)
    context = {
        "onlookers": [(one.name, _for(one)) for one in onlookers],
        "news": _news(request, events),
        "fresh": fresh,
    }
    return render(request, "applications/_presence.html", context)


def _for(one: Onlooker) -> str:
    minutes = int((timezone.now() - one.since).total_seconds() // 60)
    return f"{minutes}\u00a0分钟了" if minutes else "刚打开"


def _news(request: ActorRequest, events: Any) -> list[Event]:
    """What others did since the page came, the newest first; of an odd moment nothing."""
    text = request.GET.get("since", "")
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        return []
    since = max(datetime.fromtimestamp(int(text), UTC), timezone.now() - OLDEST)
    others = events.filter(at__gt=since).exclude(actor_id=request.actor.user_id).exclude(actor_id=None)
    return list(others.order_by("-id")[:TOLD])
