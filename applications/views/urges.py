"""催一催 on the applicant's page, 督办 on the supervisor's, the answer on the department's."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from applications.models import Application, Task
from applications.operations import urging
from applications.views.citizen_door import own_case
from applications.views.door import personal, posted, posted_number
from applications.views.reviewer_acts import do
from applications.views.reviewer_task import TEXTS
from applications.views.staff_door import reviewer_only, supervisor_only
from departments.middleware import ActorRequest
from foundation.errors import Refused


@personal
@require_POST
def urge(request: ActorRequest, number: str) -> HttpResponse:
    """`/my/<n>/urge/`: one item of the own case."""
    case = own_case(request, number)
    try:
        urging.urge(actor=request.actor, number=case.number, task_id=posted_number(request, "task"))
    except Task.DoesNotExist:
        messages.warning(request, "请在办件页上按要催的那一项。")
    except Refused as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, "已经催了，部门马上看到")
    return redirect("track", case.number)


@supervisor_only
@require_POST
def order(request: ActorRequest, number: str) -> HttpResponse:
    """`/supervise/<n>/order/`: 督办 one item."""
    try:
        urging.order_urge(
            actor=request.actor,
            number=number,
            task_id=posted_number(request, "task"),
            reason=posted(request, "reason", urging.LONGEST),
        )
    except Application.DoesNotExist:
        raise Http404("没有这一件") from None
    except Task.DoesNotExist:
        messages.warning(request, "请选要督办的事项。")
    except Refused as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, "已督办，部门的任务页上马上看到")
    return redirect("supervise-case", number)


@reviewer_only
@require_POST
def task_order(request: ActorRequest, task: int) -> HttpResponse:
    """`/queue/<id>/order/`: the department answers a 督办."""
    answer = posted(request, "order_answer", TEXTS["order_answer"])
    return do(
        request,
        task,
        lambda found: urging.answer_order(actor=request.actor, task_id=found.pk, answer=answer),
        "已回复督查",
    )
