"""改情形 after filing (E16): other answers, what they change, the fields they add; confirmed with the new notice."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from applications.forms.merged import boxes, read_values
from applications.models import Application
from applications.operations import replanning
from applications.operations.submission import FormFaults
from applications.states import CaseState
from applications.views.citizen_door import own_case
from applications.views.citizen_start import answers_in, questions_of
from applications.views.door import by_htmx, personal, status_of
from departments.middleware import ActorRequest
from foundation.errors import Conflict, Refused
from matters.comparing import differences
from matters.plan import FormSection, Plan, missing_answers, scheme
from matters.published import plan_of

SURE = "sure"  # the tick below the new 一次性告知单


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: ActorRequest, number: str) -> HttpResponse:
    """First the questions; with other answers in the query, what changes, to confirm by POST. Nothing is kept between."""
    case = own_case(request, number)
    plan = plan_of(case.revision_id)
    if request.method == "POST":
        return _confirm(request, case, plan)
    try:
        replanning.check_open(case)
    except Conflict as refusal:
        messages.warning(request, refusal.message)
        return redirect("track", case.number)
    proposed = {**case.answers, **answers_in(plan, request.GET)}
    if by_htmx(request):
        return render(request, "applications/citizen/_answers_panel.html", _context(case, plan, proposed))
    return _page(request, case, plan, proposed, {})


def _confirm(request: ActorRequest, case: Application, plan: Plan) -> HttpResponse:
    proposed = {**case.answers, **answers_in(plan, request.POST)}
    added = {field.spec.code: field.spec for field in scheme(plan, proposed).fields}
    values = read_values(added, request.POST)
    try:
        if request.POST.get(SURE) != "yes":
            raise Refused("请看过新的一次性告知单，打勾确认。", SURE)
        replanning.replan(actor=request.actor, number=case.number, answers=proposed, values=values)
    except Refused as refusal:
        fresh = own_case(request, case.number)
        return _page(request, fresh, plan, proposed, values, refusal)
    messages.success(request, "情形改好了，下面是按新情形的办理进度。")
    return redirect("track", case.number)


def _context(case: Application, plan: Plan, proposed: dict[str, str]) -> dict[str, Any]:
    commitments = frozenset(case.commitments)
    before, after = scheme(plan, case.answers, commitments), scheme(plan, proposed, commitments)
    return {
        "case": case,
        "plan": plan,
        "questions": questions_of(plan, proposed),
        "scheme": after,
        "complete": not missing_answers(plan, proposed),
        "changes": differences(before, after),
    }


def _page(
    request: ActorRequest,
    case: Application,
    plan: Plan,
    proposed: dict[str, str],
    values: dict[str, Any],
    refusal: Refused | None = None,
) -> HttpResponse:
    context = _context(case, plan, proposed)
    fields = FormSection("新增的栏", context["changes"].added_fields)
    checked = isinstance(refusal, FormFaults)
    shown = boxes(context["scheme"], fields, {**case.form, **values}, checked=checked)
    context |= {
        "differs": "again" not in request.GET
        and context["complete"]
        and dict(context["scheme"].answers) != dict(case.answers),
        "proposed": context["scheme"].answers.items(),
        "query": urlencode(dict(context["scheme"].answers)),
        "boxes": shown,
        "wrong": [box for box in shown if box.wrong],
        "accepted": case.state == CaseState.ACCEPTED,
        "refusal": None if checked else refusal,
        "sure": request.POST.get(SURE) == "yes",
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/citizen/change.html", context, status=status)
