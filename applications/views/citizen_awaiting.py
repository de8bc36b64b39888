"""等申请人: the applicant says that what a review waits for has happened, online or through the window."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from applications.models import Application
from applications.operations import awaiting
from applications.views.citizen_door import own_case
from applications.views.door import answered, personal, posted_number, status_of
from applications.views.window_door import case_or_404, clerk_only
from departments.middleware import ActorRequest
from foundation.errors import Refused


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def begun(request: ActorRequest, number: str) -> HttpResponse:
    """`/my/<number>/begun/`: what the departments wait for, until when, and the word that it is done."""
    return _begun(request, own_case(request, number), "citizen", "track")


@clerk_only
@require_http_methods(["GET", "HEAD", "POST"])
def window_begun(request: ActorRequest, number: str) -> HttpResponse:
    """The same, by any clerk; after its last day the clerk may end what waits."""
    return _begun(request, case_or_404(request, number), "window", "window-case")


def _begun(request: ActorRequest, case: Application, door: str, back: str) -> HttpResponse:
    refusal = answered(request, lambda: _act(request, case), back, case.number)
    if isinstance(refusal, HttpResponse):
        return refusal
    waiting = awaiting.awaited(case, list(case.tasks.select_related("department").order_by("position")))
    if not waiting and refusal is None:
        return redirect(back, case.number)
    context = {"case": case, "waiting": waiting, "today": timezone.localdate(), "refusal": refusal, "door": door}
    status = status_of(refusal) if refusal else 200
    return render(request, f"applications/{door}/begun.html", context, status=status)


def _act(request: ActorRequest, case: Application) -> str:
    task = posted_number(request, "task")
    if request.POST.get("act") == "end":
        awaiting.end_unbegun(actor=request.actor, number=case.number, task_id=task)
        return "这一项已终止，终止通知书随后就出"
    if request.POST.get("act") == "begun":
        awaiting.say_begun(actor=request.actor, number=case.number, task_id=task)
        return "记下了，部门从今天起审"
    raise Refused("请选办好了，还是终止这一项。")
