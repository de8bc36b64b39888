"""听证: the applicant asks for it or gives it up, online or by the window."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from applications.models import Application
from applications.operations import hearing
from applications.views.citizen_door import own_case
from applications.views.door import answered, personal, posted, posted_number, status_of
from applications.views.window_door import case_or_404, clerk_only
from departments.middleware import ActorRequest
from foundation.errors import Refused


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def hearings(request: ActorRequest, number: str) -> HttpResponse:
    """`/my/<number>/hearing/`: what is intended and why, and whether to be heard first."""
    return _hearings(request, own_case(request, number), "citizen", "track")


@clerk_only
@require_http_methods(["GET", "HEAD", "POST"])
def window_hearing(request: ActorRequest, number: str) -> HttpResponse:
    """The same, by the clerk for who stands at the window."""
    return _hearings(request, case_or_404(request, number), "window", "window-case")


def _hearings(request: ActorRequest, case: Application, door: str, back: str) -> HttpResponse:
    refusal = answered(request, lambda: _act(request, case), back, case.number)
    if isinstance(refusal, HttpResponse):
        return refusal
    running = hearing.open_hearings(case)
    if not running and refusal is None:
        return redirect(back, case.number)
    today = timezone.localdate()
    context = {
        "case": case,
        "hearings": [(one, one.stage(today), hearing.may_waive(one, case)) for one in running],
        "why": posted(request, "why", hearing.LONGEST),
        "refusal": refusal,
        "door": door,
    }
    status = status_of(refusal) if refusal else 200
    return render(request, f"applications/{door}/hearing.html", context, status=status)


def _act(request: ActorRequest, case: Application) -> str:
    asked = posted_number(request, "hearing")
    running = next((one for one in hearing.open_hearings(case) if one.pk == asked), None)
    if running is None:
        raise Refused("这次听证已经结束，或者期限已经过了。")
    if request.POST.get("act") == "ask":
        hearing.ask_hearing(actor=request.actor, hearing_id=running.pk, why=posted(request, "why", hearing.LONGEST))
        return "已要求听证，部门会通知时间和地点；期间不计入办理期限"
    if request.POST.get("act") == "waive":
        hearing.waive_hearing(actor=request.actor, hearing_id=running.pk)
        return "已放弃听证，部门接着办"
    raise Refused("请选要求听证还是放弃。")
