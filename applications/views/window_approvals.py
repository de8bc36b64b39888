"""At the window after acceptance: 撤销受理 and 终止 (nobody is there any more) are asked for, a 补充说明 is written down for who comes in person."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from applications.models import Approval
from applications.operations import approving, ending_cases, revoking, supplementing
from applications.views.door import posted, posted_number
from applications.views.window_case import case_page
from applications.views.window_door import case_or_404, clerk_only
from departments.middleware import ActorRequest
from foundation.errors import Refused
from foundation.files.limits import takes_files


@clerk_only
@require_POST
def revoke(request: ActorRequest, number: str) -> HttpResponse:
    """报批撤销受理 of the ticked items."""
    found = case_or_404(request, number)
    try:
        revoking.ask_revoke(
            actor=request.actor,
            number=found.number,
            item_codes=request.POST.getlist("revoke_item")[:200],
            reason=posted(request, "revoke_reason", 1000),
            authority=posted(request, "authority", 200),
        )
    except Refused as refusal:
        return case_page(request, case_or_404(request, number), refusal=refusal, act="revoke")
    messages.success(request, "已报给督查，批准以后才撤销，申请人会收到告知书")
    return redirect("window-case", found.number)


@clerk_only
@require_POST
def pass_on(request: ActorRequest, number: str) -> HttpResponse:
    """What the city asks goes to the applicant through the window, or back with a word."""
    found = case_or_404(request, number)
    try:
        passed = approving.pass_on(
            actor=request.actor,
            number=found.number,
            approval_id=posted_number(request, "approval"),
            agree=request.POST.get("say") == "yes",
            note=posted(request, "note", 300),
        )
    except Approval.DoesNotExist:
        raise Http404("没有这一处") from None
    except Refused as refusal:
        return case_page(request, case_or_404(request, number), refusal=refusal, act="pass-on")
    messages.success(request, "转给申请人了" if passed.approved else "退回市里了，附上您写的话")
    return redirect("window-case", found.number)


@clerk_only
@require_POST
@takes_files(at_once=1)
def end(request: ActorRequest, number: str) -> HttpResponse:
    """报批终止: the applicant died or the company was dissolved; with the scan that proves it."""
    found, upload = case_or_404(request, number), request.FILES.get("end_file")
    try:
        ending_cases.ask_end(
            actor=request.actor,
            number=found.number,
            reason=posted(request, "end_reason", 300),
            upload=cast("Any", upload),
            name=(upload.name or "") if upload else "",
        )
    except Refused as refusal:
        return case_page(request, case_or_404(request, number), refusal=refusal, act="end")
    messages.success(request, "已报给督查，批准以后没办完的终止，准予的注销")
    return redirect("window-case", found.number)


@clerk_only
@require_POST
def supplement(request: ActorRequest, number: str) -> HttpResponse:
    """The applicant explains at the window."""
    found = case_or_404(request, number)
    try:
        supplementing.answer_supplement(
            actor=request.actor,
            number=found.number,
            approval_id=posted_number(request, "approval"),
            text=posted(request, "answer", 2000),
        )
    except Approval.DoesNotExist:
        raise Http404("没有这一处") from None
    except Refused as refusal:
        return case_page(request, case_or_404(request, number), refusal=refusal, act="supplement")
    messages.success(request, "记下了，部门在任务里看得到")
    return redirect("window-case", found.number)
