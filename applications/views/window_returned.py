"""退回窗口: what a department returned is given to another, or ended, on the page of the case."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from applications.operations import returning
from applications.views.door import posted, posted_number
from applications.views.window_case import case_page
from applications.views.window_door import case_or_404, clerk_only
from departments.middleware import ActorRequest
from foundation.errors import Refused


@clerk_only
@require_POST
def reroute(request: ActorRequest, number: str) -> HttpResponse:
    """`/window/<n>/reroute/`: `say` reroute or end."""
    found = case_or_404(request, number)
    task = posted_number(request, "task")
    ending = request.POST.get("say") == "end"
    try:
        if ending:
            reason = posted(request, "end_reason", returning.LONGEST)
            returning.end_returned(actor=request.actor, number=found.number, task_id=task, reason=reason)
        else:
            owner = posted(request, "owner", 50)
            returning.reroute(actor=request.actor, number=found.number, task_id=task, department=owner)
    except Refused as refusal:
        return case_page(request, case_or_404(request, number), refusal=refusal, act="returned")
    messages.success(request, "已终止这一项，申请人会收到通知" if ending else "已转过去，新部门的任务里看得到")
    return redirect("window-case", found.number)
