"""缴费: all that a case costs on one page, paid at once; for the desks the same page with what they may do about it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from applications import payment
from applications.fees import fen, may_charge, waited, yuan
from applications.models import Application, Charge, ChargeState, Task
from applications.operations import charging, paying
from applications.states import CaseState
from applications.views.citizen_door import own_case
from applications.views.door import personal, posted, posted_number, signed_in_with, status_of
from departments.doors import View
from departments.middleware import ActorRequest
from foundation.errors import Refused
from matters.published import plan_of


def desk_only(view: View) -> View:
    """Clerks and reviewers."""
    return signed_in_with(lambda actor: actor.clerk or bool(actor.departments), view, "start")


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def fees(request: ActorRequest, number: str) -> HttpResponse:
    """The applicant's page: what is owed, on which basis, one button; below it what was paid."""
    case, refusal = own_case(request, number), None
    if request.method == "POST":
        try:
            paid = paying.pay_online(actor=request.actor, number=case.number, seen=posted_number(request, "seen"))
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, f"缴好了，{yuan(paid.amount)} 元，票据号 {paid.receipt_number}。")
            return redirect("fees", case.number)
    context = _shown(case, Charge.objects.filter(application=case)) | {
        "refusal": refusal,
        "online": payment.available(),
    }
    return render(request, "applications/citizen/fees.html", context, status=status_of(refusal) if refusal else 200)


@desk_only
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: ActorRequest, number: str) -> HttpResponse:
    """The desks' page: the window sees every charge of the case, a department those of its own items."""
    case, tasks = _case_of_the_desk(request, number)
    refusal = None
    if request.method == "POST":
        try:
            messages.success(request, _act(request, case))
            return redirect("case-fees", case.number)
        except Refused as refused:
            refusal = refused
        except Charge.DoesNotExist:
            raise Http404("没有这一笔") from None
    own = Charge.objects.filter(application=case, task__in=tasks)
    charged = {one.task_id for one in own if one.state in (ChargeState.OPEN, ChargeState.PAID)}
    items = plan_of(case.revision_id).items
    open_tasks = [(task, items[task.item_code].fee) for task in tasks if task.is_open and task.pk not in charged]
    context = _shown(case, own) | {
        "chargeable": [(task, fee) for task, fee in open_tasks if may_charge(fee) and case.state == CaseState.ACCEPTED],
        "refusal": refusal,
        "act": posted(request, "act", 10),
        "about": posted_number(request, "charge"),
        "typed": request.POST,
    }
    return render(request, "applications/fees_desk.html", context, status=status_of(refusal) if refusal else 200)


def _case_of_the_desk(request: ActorRequest, number: str) -> tuple[Application, list[Task]]:
    """The case, and the items of it that concern this desk. Http404 where there is none."""
    related = ("matter", "applicant", "organisation")
    case = Application.objects.select_related(*related).filter(number=number.upper()).first()
    if case is None:
        raise Http404("没有这件")
    mine = Task.objects.all() if request.actor.clerk else Task.objects.of_departments(request.actor)
    tasks = list(mine.filter(application=case).select_related("department").order_by("position"))
    if not tasks:
        raise Http404("没有这件")
    return case, tasks


def _act(request: ActorRequest, case: Application) -> str:
    """Does what was pressed and says so. Raises Refused."""
    actor, act = request.actor, posted(request, "act", 10)
    charge = min(posted_number(request, "charge"), 2**31)
    if act == "raise":
        raised = charging.raise_charge(
            actor=actor,
            number=case.number,
            item=posted(request, "item", 80),
            amount=fen(posted(request, "amount", 20)),
            basis=posted(request, "basis", 400),
        )
        return f"已经通知申请人缴 {yuan(raised.amount)} 元，通知书正在生成。"
    if act == "receipt":
        seen = posted_number(request, "seen")
        paid = paying.enter_receipt(actor=actor, number=case.number, receipt=posted(request, "receipt", 60), seen=seen)
        return f"登记好了，{yuan(paid.amount)} 元，票据号 {paid.receipt_number}。"
    if act == "end":
        charging.ask_ending(actor=actor, charge_id=charge, reason=posted(request, "reason", 400))
        return "提出来了，要另一个人同意。"
    if act in ("agree", "keep"):
        charging.agree_ending(actor=actor, charge_id=charge, agree=act == "agree")
        return "同意了，申请人会收到通知。" if act == "agree" else "不撤销，照原样。"
    raise Refused("请选要办什么。")


def _shown(case: Application, charges: Any) -> dict[str, Any]:
    """What every page of fees shows: the charges with their days, and the sum that would be paid now."""
    today, under_way = timezone.localdate(), paying.pending(case)
    rows = []
    for one in charges.select_related("task__department", "payment").order_by("id"):
        end = one.payment.paid_at if one.payment and one.payment.paid_at else one.ended_at
        days = waited(timezone.localdate(one.raised_at), timezone.localdate(end) if end else None, today)
        rows.append({"charge": one, "yuan": yuan(one.amount), "days": days})
    due = under_way.amount if under_way else sum(one.amount for one in paying.owed(case))
    return {"case": case, "rows": rows, "due": due, "due_yuan": yuan(due), "under_way": under_way}
