"""承诺核查: what was granted on a promise and has still to be looked at, and the look itself."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from applications.clocks import light
from applications.models import PromiseCheck, Task
from applications.operations import committing
from applications.paging import page_of
from applications.views.door import posted, posted_day, status_of
from applications.views.staff_door import own_task, reviewer_only
from departments.calendar import current_calendar
from departments.middleware import ActorRequest
from foundation.errors import Refused
from matters.published import plan_of

PAGE_SIZE = 30
TEXTS = {"facts": committing.LONGEST, "fix": committing.LONGEST, "fix_by": 10, "note": committing.LONGEST}


@reviewer_only
@require_safe
def promises(request: ActorRequest) -> HttpResponse:
    """`/queue/promises/`, page by page: the nearest day first; a day that is over turns red."""
    today, calendar = timezone.localdate(), current_calendar()
    days = calendar.thresholds.value("promise_check_days", today)
    query = request.GET.dict()
    page = page_of(committing.open_checks(request.actor), "next_day", query, PAGE_SIZE)
    context = {
        "rows": [(check, light(check.fix_by or check.due, days, today, calendar)) for check in page.rows],
        "page": page,
        "days": days,
        "counted": committing.count_checks(request.actor, today),
    }
    return render(request, "applications/reviewer/promises.html", context)


@reviewer_only
@require_http_methods(["GET", "HEAD", "POST"])
def task_promise(request: ActorRequest, task: int) -> HttpResponse:
    """`/queue/<id>/promise/`: kept or not, and after an order whether it was put right."""
    found = own_task(request.actor, task)
    if request.method != "POST":
        return _page(request, found)
    typed = {name: posted(request, name, longest) for name, longest in TEXTS.items()}
    try:
        check = _act(request, found, typed)
    except Refused as refusal:
        return _page(request, own_task(request.actor, task), refusal)
    messages.success(request, f"已记下：{check.get_result_display()}")
    return redirect("task-promise", found.pk)


def _act(request: ActorRequest, found: Task, typed: dict[str, str]) -> PromiseCheck:
    say = request.POST.get("say", "")
    if say in ("fixed", "revoke"):
        return committing.end_order(actor=request.actor, task_id=found.pk, fixed=say == "fixed", note=typed["note"])
    if say not in ("kept", "broken"):
        raise Refused("请选承诺属实，还是和承诺不符。")
    return committing.check_promise(
        actor=request.actor,
        task_id=found.pk,
        kept=say == "kept",
        facts=typed["facts"],
        fix=typed["fix"],
        fix_by=posted_day(request, "fix_by"),
    )


def _page(request: ActorRequest, found: Task, refusal: Refused | None = None) -> HttpResponse:
    check = PromiseCheck.objects.filter(task=found).first()
    item = plan_of(found.application.revision_id).items[found.item_code]
    context = {
        "task": found,
        "case": found.application,
        "check": check,
        "conditions": item.conditions,
        "papers": found.papers.filter(kind__in=("fix-order", "promise-revocation")).select_related("document"),
        "may_revoke": bool(check and check.fix_by and check.fix_by < timezone.localdate()),
        "refusal": refusal,
        "fault": {refusal.field or "page": refusal.message} if refusal else {},
        "typed": {name: posted(request, name, longest) for name, longest in TEXTS.items()},
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/reviewer/promise.html", context, status=status)
