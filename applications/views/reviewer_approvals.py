"""补充说明, 撤销受理 and 更正换发, asked for by a department on the page of its task; the supervisor answers."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from applications.dossier import show_value
from applications.models import Approval, Task
from applications.operations import cochecking, replacing, revoking, supplementing
from applications.states import ON_THE_DESK
from applications.views.door import posted, status_of
from applications.views.reviewer_cochecks import asks_posted
from applications.views.staff_door import own_task, reviewer_only
from departments.middleware import ActorRequest
from departments.models import HIGHER
from foundation.errors import Refused
from matters.published import plan_of

REPORTED = "已报给督查，批准以后才生效"


@reviewer_only
@require_http_methods(["GET", "HEAD", "POST"])
def task_supplement(request: ActorRequest, task: int) -> HttpResponse:
    """What was asked of the applicant about this item; one line beside each paper and field to ask more."""
    found = own_task(request.actor, task)
    if request.method != "POST":
        return _page(request, found)
    try:
        supplementing.ask_supplement(
            actor=request.actor, task_id=found.pk, asks=asks_posted(request), reason=posted(request, "why", 500)
        )
    except Refused as refusal:
        return _page(request, own_task(request.actor, task), refusal)
    messages.success(request, "已送到县综合窗口，由窗口转给申请人" if found.department.level in HIGHER else REPORTED)
    return redirect("task", found.pk)


@reviewer_only
@require_http_methods(["GET", "HEAD", "POST"])
def task_revoke(request: ActorRequest, task: int) -> HttpResponse:
    """撤销受理 of this item: the reason stands on the notice to the applicant."""
    found = own_task(request.actor, task)
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            revoking.ask_revoke(
                actor=request.actor,
                number=found.application.number,
                item_codes=[found.item_code],
                reason=posted(request, "revoke_reason", 1000),
                authority=posted(request, "authority", 200),
            )
        except Refused as caught:
            refusal = caught
        else:
            messages.success(request, REPORTED)
            return redirect("task", found.pk)
    typed = {"reason": posted(request, "revoke_reason", 1000), "authority": posted(request, "authority", 200)}
    waiting = Approval.objects.filter(application=found.application, kind=Approval.REVOKE, approved=None).first()
    context = {"task": found, "case": found.application, "refusal": refusal, "typed": typed, "waiting": waiting}
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/reviewer/revoke.html", context, status=status)


@reviewer_only
@require_http_methods(["GET", "HEAD", "POST"])
def task_replace(request: ActorRequest, task: int) -> HttpResponse:
    """更正换发 of the certificate of this item: what shall stand on the new one, and what was wrong."""
    found = own_task(request.actor, task)
    refusal: Refused | None = None
    typed = {name: posted(request, name, most) for name, most in (("holder", 120), ("number", 60))}
    typed["reason"] = posted(request, "replace_reason", 300)
    if request.method == "POST":
        try:
            replacing.ask_replace(actor=request.actor, task_id=found.pk, **typed)
        except Refused as caught:
            refusal = caught
        else:
            messages.success(request, REPORTED)
            return redirect("task", found.pk)
    waiting = found.approvals.filter(kind=Approval.REPLACE, approved=None).first()
    rows = found.certificates.select_related("replaced_by").order_by("-id")
    context = {
        "task": found,
        "case": found.application,
        "standing": replacing.standing(found.pk),
        "replaced": [one for one in rows if one.state == one.REPLACED],
        "refusal": refusal,
        "typed": typed,
        "waiting": waiting,
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/reviewer/replace.html", context, status=status)


def _page(request: ActorRequest, found: Task, refusal: Refused | None = None) -> HttpResponse:
    case = found.application
    asked = list(found.approvals.filter(kind=Approval.SUPPLEMENT))
    papers, fields = cochecking.targets(case, found.department_id)
    specs = plan_of(case.revision_id).fields
    mine = found.assignee_id in (None, request.actor.user_id)
    context: dict[str, Any] = {
        "task": found,
        "case": case,
        "asked": asked,
        "may_ask": found.state in ON_THE_DESK and mine and not any(one.approved is None for one in asked),
        "papers": [(f"m.{code}", name, "", posted(request, f"m.{code}", 300)) for code, name in papers.items()],
        "fields": [
            (f"f.{code}", label, show_value(specs[code], case.form.get(code)), posted(request, f"f.{code}", 300))
            for code, label in fields.items()
        ],
        "why": posted(request, "why", 500),
        "refusal": refusal,
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/reviewer/supplement.html", context, status=status)
