"""听证 on a page of the task: offer it, fix the hour, write down what was said."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications.models import CasePaper, Hearing, Task
from applications.operations import hearing
from applications.states import DECIDABLE
from applications.views.door import moment, posted, status_of
from applications.views.files import serve
from applications.views.staff_door import own_task, reviewer_only
from departments.calendar import current_calendar
from departments.middleware import ActorRequest
from foundation.errors import Refused
from foundation.files.limits import takes_files

DONE = {
    "offer": "听证告知书马上生成，送达申请人",
    "ask": "记下了，期限从今天起停",
    "set": "举行听证通知书马上生成，送达申请人",
}


@reviewer_only
@require_http_methods(["GET", "HEAD", "POST"])
def task_hearing(request: ActorRequest, task: int) -> HttpResponse:
    """`/queue/<id>/hearing/`: POST with `act` offer, ask (for an interested party) or set."""
    found = own_task(request.actor, task)
    if request.method != "POST":
        return _page(request, found)
    act = request.POST.get("act", "")
    try:
        _act(request, found, act)
    except Refused as refusal:
        return _page(request, own_task(request.actor, task), refusal)
    messages.success(request, DONE[act])
    return redirect("task-hearing", found.pk)


def _act(request: ActorRequest, found: Task, act: str) -> None:
    if act == "offer":
        hearing.offer_hearing(
            actor=request.actor,
            task_id=found.pk,
            ground=posted(request, "ground", 8),
            facts=posted(request, "facts", hearing.LONGEST_FACTS),
            others=posted(request, "others", hearing.LONGEST),
        )
    elif act == "ask":
        running = hearing.open_hearing(found)
        if running is None:
            raise Refused("听证已经结束，请刷新。")
        hearing.ask_hearing(
            actor=request.actor,
            hearing_id=running.pk,
            why=posted(request, "why", hearing.LONGEST),
            on_behalf=posted(request, "on_behalf", 60),
        )
    elif act == "set":
        hearing.set_hearing(
            actor=request.actor,
            task_id=found.pk,
            at=moment(posted(request, "at", 20), "at"),
            place=posted(request, "place", 120),
            chair=posted(request, "chair", 60),
            reason=posted(request, "move_reason", 300),
        )
    else:
        raise Refused("没有这个操作，请刷新后再试。")


@reviewer_only
@require_POST
@takes_files(at_once=1)
def task_hearing_close(request: ActorRequest, task: int) -> HttpResponse:
    """It was held, with the signed minutes; or nobody came."""
    found = own_task(request.actor, task)
    upload = request.FILES.get("file")
    try:
        hearing.close_hearing(
            actor=request.actor,
            task_id=found.pk,
            how=posted(request, "how", 8),
            attended=posted(request, "attended", 300),
            minutes=posted(request, "minutes", hearing.LONGEST_MINUTES),
            upload=cast("Any", upload),
            name=(upload.name or "") if upload else "",
        )
    except Refused as refusal:
        return _page(request, own_task(request.actor, task), refusal)
    messages.success(request, "听证结束，恢复计时，可以作决定了")
    return redirect("task", found.pk)


@reviewer_only
@require_safe
def task_hearing_signed(request: ActorRequest, task: int) -> HttpResponse:
    """The minutes as they were signed."""
    found = own_task(request.actor, task)
    row = found.hearings.exclude(signed=None).select_related("signed").last()
    if row is None or row.signed is None or not row.signed.may_leave:
        raise Http404("没有签好的笔录")
    return serve(row.signed)


def _page(request: ActorRequest, found: Task, refusal: Refused | None = None) -> HttpResponse:
    today, calendar = timezone.localdate(), current_calendar()
    rows = list(found.hearings.all())
    now = next((one for one in rows if one.ended_at is None), None)
    stage = now.stage(today) if now else ""
    notice = calendar.thresholds.value("hearing_notice_days", today)
    first = calendar.add(today, notice)
    papers = CasePaper.objects.filter(task=found, kind__startswith="hearing-").select_related("document")
    context: dict[str, Any] = {
        "task": found,
        "case": found.application,
        "now": now,
        "stage": stage,
        "ended": [one for one in rows if one.ended_at is not None],
        "papers": papers.order_by("id"),
        "grounds": Hearing.GROUNDS,
        "may_offer": found.state in DECIDABLE
        and found.assignee_id == request.actor.user_id
        and (now is None or stage == "lapsed"),
        "others_may_ask": stage == "offered" and now is not None and now.ground == Hearing.OTHERS,
        "first": first,
        "last": max(now.hold_by, first) if now and now.hold_by else None,
        "notice": notice,
        "over": now is not None and now.at is not None and now.at <= timezone.now(),
        "typed": request.POST,
        "refusal": refusal,
        "fault": {refusal.field or "page": refusal.message} if refusal else {},
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/reviewer/hearing.html", context, status=status)
