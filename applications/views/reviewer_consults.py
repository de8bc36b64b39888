"""征求意见: asked on a page of the task, answered on a page of the asked department."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from applications.models import CaseMaterial, Consultation, Task
from applications.operations import consulting
from applications.states import ON_THE_DESK
from applications.views.door import MAX_ID, posted, posted_number, status_of
from applications.views.staff_door import own_task, reviewer_only
from departments.calendar import threshold
from departments.middleware import ActorRequest
from departments.models import Department
from foundation.errors import Refused

SHOWN = 200
STANDS = {"waiting": "等答复", "silent": "过期没有答复", "agreed": "没有答复，按规定视为没有意见"}


@reviewer_only
@require_http_methods(["GET", "HEAD", "POST"])
def task_consult(request: ActorRequest, task: int) -> HttpResponse:
    """`/queue/<id>/consult/`: what was asked and answered about this item; POST asks another department."""
    found = own_task(request.actor, task)
    if request.method != "POST":
        return _page(request, found)
    try:
        consulting.consult(
            actor=request.actor,
            task_id=found.pk,
            department=posted(request, "consult_department", 50),
            question=posted(request, "question", consulting.LONGEST_QUESTION),
            papers=request.POST.getlist("paper")[:100],
            days=posted_number(request, "consult_days"),
            silence_basis=posted(request, "silence_basis", 200),
        )
    except Refused as refusal:
        return _page(request, own_task(request.actor, task), refusal)
    messages.success(request, "已请它提意见，办理期限不变")
    return redirect("task-consult", found.pk)


def _page(request: ActorRequest, found: Task, refusal: Refused | None = None) -> HttpResponse:
    today = timezone.localdate()
    papers = CaseMaterial.objects.filter(application=found.application, used_by__contains=found.item_code)
    context: dict[str, Any] = {
        "task": found,
        "case": found.application,
        "asked": [(one, told(one, today)) for one in found.consultations.select_related("department")],
        "may_ask": found.state in ON_THE_DESK and found.assignee_id == request.actor.user_id,
        "departments": Department.objects.exclude(pk=found.department_id).order_by("short_name"),
        "papers": papers.order_by("position"),
        "ticked": request.POST.getlist("paper"),
        "typed": request.POST,
        "most": threshold("consult_days", today),
        "refusal": refusal,
        "fault": {refusal.field or "page": refusal.message} if refusal else {},
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/reviewer/consult.html", context, status=status)


def told(one: Consultation, today: Any) -> str:
    """Where it stands, in words."""
    return STANDS.get(consulting.standing(one, today), one.get_say_display())


@reviewer_only
@require_safe
def consultations(request: ActorRequest) -> HttpResponse:
    """`/queue/consults/`: what other departments ask this one, the nearest day first."""
    rows = consulting.open_consultations(request.actor)[:SHOWN]
    context = {"rows": rows, "today": timezone.localdate()}
    return render(request, "applications/reviewer/consults.html", context)


@reviewer_only
@require_http_methods(["GET", "HEAD", "POST"])
def consultation(request: ActorRequest, consult: int) -> HttpResponse:
    """`/queue/consults/<id>/`: the question with the papers given along; POST answers, once."""
    found = consulting.asked_of(request.actor).filter(pk=min(consult, MAX_ID)).first()
    if found is None:
        raise Http404("没有这一件")
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            consulting.answer_consultation(
                actor=request.actor,
                consultation_id=found.pk,
                say=posted(request, "say", 8),
                words=posted(request, "words", consulting.LONGEST_ANSWER),
            )
        except Refused as caught:
            refusal = caught
        else:
            messages.success(request, "已答复")
            return redirect("consults")
    case = found.task.application
    names = dict(CaseMaterial.objects.filter(application=case).values_list("material_code", "name"))
    files = case.files.filter(material_code__in=found.papers).select_related("file").order_by("position", "id")
    is_open = consulting.open_consultations(request.actor).filter(pk=found.pk).exists()
    context = {
        "one": found,
        "case": case,
        "told": told(found, timezone.localdate()),
        "papers": [
            (names.get(code, code), [file for file in files if file.material_code == code] if is_open else [])
            for code in found.papers
        ],
        "open": is_open,
        "says": Consultation.SAYS,
        "typed": {"say": posted(request, "say", 8), "words": posted(request, "words", consulting.LONGEST_ANSWER)},
        "refusal": refusal,
        "fault": {refusal.field or "page": refusal.message} if refusal else {},
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/reviewer/consultation.html", context, status=status)
