"""放假安排: a year, or some days, typed in or taken from the library; what it would move is shown before it is done."""

from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from applications.operations.recounting import preview_recount
from applications.views.door import View, posted, signed_in_with, status_of
from departments.access import may_edit_catalogue
from departments.calendar import current_calendar
from departments.middleware import ActorRequest
from departments.operations.calendar import (
    Day,
    differing,
    first_moved,
    import_days,
    published_days,
    read_days,
    with_days,
)
from foundation.errors import Refused

LONGEST = 20_000
SHOWN = 100


def editor_only(view: View) -> View:
    """Administrators of the catalogue. Nothing is cached."""
    return signed_in_with(may_edit_catalogue, view, "calendar-import")


@editor_only
@require_http_methods(["GET", "HEAD", "POST"])
def import_calendar(request: ActorRequest) -> HttpResponse:
    """`/calendar/`: POST shows what the days would move; with `act=import` it enters them and beat counts anew."""
    calendar = current_calendar()
    year = calendar.known_through + 1
    known = [day for day in published_days() if day.date.year >= timezone.localdate().year]
    missing = [day for day in known if day.date not in calendar.off | calendar.on]
    context: dict[str, Any] = {
        "known_through": calendar.known_through,
        "year": year,
        "typed": posted(request, "days", LONGEST) or "\n".join(map(_line, missing)),
        "whole_year": request.method != "POST" or "whole_year" in request.POST,
        "force": "force" in request.POST,
        "today": timezone.localdate(),
    }
    if request.method != "POST":
        return render(request, "applications/calendar.html", context)
    try:
        days = read_days(posted(request, "days", LONGEST), whole_year="whole_year" in request.POST)
        context |= _preview(days, force="force" in request.POST)
        if request.POST.get("act") == "import":
            if request.POST.get("seen") != context["seen"]:
                raise Refused("日子或者日历和刚才看的不一样了，下面是现在会动到的，请看过再导入。")
            return _imported(request, days)
    except Refused as refusal:
        context |= {"refusal": refusal}
        return render(request, "applications/calendar.html", context, status=status_of(refusal))
    return render(request, "applications/calendar.html", context)


def _line(day: Day) -> str:
    return f"{day.date:%Y-%m-%d} {'班' if day.working else '休'} {day.name}".rstrip()


def _imported(request: ActorRequest, days: list[Day]) -> HttpResponse:
    done = import_days(days=days, force="force" in request.POST, actor=request.actor)
    kept = f"，{len(done.kept)} 天和已有的不同，没有动" if done.kept else ""
    changed = f"，改了 {len(done.changed)} 天" if done.changed else ""
    messages.success(request, f"新增 {done.added} 天{changed}{kept}。在办的件五分钟内重算，申请人会收到通知。")
    return redirect(reverse("calendar-import"))


def _preview(days: list[Day], *, force: bool) -> dict[str, Any]:
    calendar = current_calendar()
    then = with_days(calendar, days, force=force)
    changed = sorted((then.off ^ calendar.off) | (then.on ^ calendar.on))
    there, first = calendar.off | calendar.on, first_moved(calendar, then)
    found = preview_recount(then, first) if first else None
    return {
        "previewed": True,
        "seen": sha256(repr((days, force, sorted(calendar.off), sorted(calendar.on))).encode()).hexdigest()[:16],
        "new": [day for day in days if day.date not in there],
        "differing": differing(days),
        "past": [day for day in changed if day < timezone.localdate()],
        "found": found,
        "rows": found.rows[:SHOWN] if found else (),
        "rest": max(0, len(found.rows) - SHOWN) if found else 0,
    }
