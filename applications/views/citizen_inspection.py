"""选核查时间: the applicant picks one of the hours offered, online or by the window."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from applications.models import Application
from applications.operations import inspecting
from applications.views.citizen_door import own_case
from applications.views.door import answered, personal, posted, status_of
from applications.views.window_door import case_or_404, clerk_only
from departments.middleware import ActorRequest


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def pick_inspection(request: ActorRequest, number: str) -> HttpResponse:
    """`/my/<number>/inspection/`: when all departments come together."""
    return _pick(request, own_case(request, number), "citizen", "track")


@clerk_only
@require_http_methods(["GET", "HEAD", "POST"])
def window_inspection(request: ActorRequest, number: str) -> HttpResponse:
    """The same, by the clerk for who is on the telephone."""
    return _pick(request, case_or_404(request, number), "window", "window-case")


def _pick(request: ActorRequest, case: Application, door: str, back: str) -> HttpResponse:
    refusal = answered(request, lambda: _act(request, case), back, case.number)
    if isinstance(refusal, HttpResponse):
        return refusal
    visit = inspecting.visit_to_come(case)
    if visit is None:
        if refusal is None:
            raise Http404("没有约着的核查")
        return redirect(back, case.number)
    hours = [(hour.isoformat(), hour, hour > timezone.now()) for hour in visit.offered()]
    context = {
        "case": case,
        "visit": visit,
        "hours": hours,
        "free": any(ahead for _, _, ahead in hours),
        "departments": [part.department.short_name for part in visit.parts.select_related("department")],
        "refusal": refusal,
        "back": back,
    }
    status = status_of(refusal) if refusal else 200
    return render(request, f"applications/{door}/inspection.html", context, status=status)


def _act(request: ActorRequest, case: Application) -> str:
    inspecting.pick_slot(actor=request.actor, number=case.number, slot=posted(request, "slot", 40))
    return "核查时间定了"
