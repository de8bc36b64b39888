"""What the applicant does in a running case: answer a correction, choose after a loss, withdraw."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from applications.forms.merged import asked_boxes, read_values
from applications.models import Application, Correction, Task
from applications.operations import correcting, ready_first, withdrawal
from applications.states import CASE_RUNNING, CaseState
from applications.views.citizen_door import own_case
from applications.views.citizen_papers import attached, detached, files_around, joined, turned
from applications.views.door import by_htmx, personal, posted, status_of
from departments.middleware import ActorRequest
from foundation.errors import Refused
from foundation.files.limits import takes_files
from matters.plan import scheme
from matters.published import plan_of


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: ActorRequest, number: str) -> HttpResponse:
    """Everything asked for, with a place for the files of each; POST sends the answer to the window."""
    case = own_case(request, number)
    if request.method == "POST":
        try:
            typed = read_values(plan_of(case.revision_id).fields, request.POST)
            correcting.answer_correction(actor=request.actor, number=case.number, values=typed)
        except Refused as refusal:
            return _correction_page(request, own_case(request, number), refusal)
        return redirect("track", case.number)
    return _correction_page(request, case)


def _correction_page(
    request: ActorRequest,
    case: Application,
    refusal: Refused | None = None,
    faults: dict[str, list[str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    asked = Correction.objects.filter(application=case).last()
    if asked is None:
        raise Http404("这件没有要补的")
    asks = _asks(case, asked, faults or {})
    plan = plan_of(case.revision_id)
    typed = read_values(plan.fields, request.POST) if refusal else {}
    found = scheme(plan, case.answers, frozenset(case.commitments))
    context = {
        "boxes": asked_boxes(found, asked.open_asks, case.form, typed, refusal),
        "case": case,
        "correction": asked,
        "asks": asks,
        "open": asked.answered_at is None,
        **_doors(case),
        "bare": sum(not ask["added"] for ask in asks),
        "ready": _ready(case, asked),
        "refusal": refusal,
    }
    return render(
        request,
        "applications/citizen/correction.html",
        context,
        status=status_of(refusal) if refusal else status,
    )


def _ready(case: Application, asked: Correction) -> list[Task]:
    """The items that could start without what the notice asks."""
    if case.state != CaseState.CORRECTING or asked.answered_at is not None:
        return []
    tasks = list(case.tasks.select_related("department").order_by("position"))
    return ready_first.ready_of(case, tasks, asked.open_asks)


def _doors(case: Application) -> dict[str, str]:
    return {
        "attach_url": reverse("correction-attach", args=[case.number]),
        "detach_url": reverse("correction-detach", args=[case.number]),
        "turn_url": reverse("correction-turn", args=[case.number]),
        "join_url": reverse("correction-join", args=[case.number]),
    }


def _asks(case: Application, asked: Correction, faults: dict[str, list[str]]) -> list[dict[str, object]]:
    codes = asked.open_codes("material")
    files = list(case.files.filter(material_code__in=codes).select_related("file"))
    return [
        {
            **ask,
            **files_around(files, ask["material"], asked.issued_at),
            "faults": faults.get(ask["material"], []),
        }
        for ask in asked.open_asks
        if "material" in ask
    ]


@personal
@require_POST
def ready_wish(request: ActorRequest, number: str) -> HttpResponse:
    """先办齐了的: the applicant does not want to wait; the window accepts what is ready."""
    case = own_case(request, number)
    try:
        ready_first.wish_ready_first(actor=request.actor, number=case.number)
    except Refused as refusal:
        if not Correction.objects.filter(application=case).exists():
            raise Http404("这件没有要补的") from None
        return _correction_page(request, own_case(request, number), refusal)
    return redirect("answer-correction", case.number)


@personal
@require_POST
@takes_files()
def correction_attach(request: ActorRequest, number: str) -> HttpResponse:
    """Store files for one asked paper."""
    case, code = own_case(request, number), posted(request, "material", 80)
    return _correction_answer(request, case, code, *attached(request, case, code))


@personal
@require_POST
def correction_detach(request: ActorRequest, number: str) -> HttpResponse:
    """Take back a file added since the notice."""
    case = own_case(request, number)
    return _correction_answer(request, case, posted(request, "material", 80), *detached(request, case))


@personal
@require_POST
def correction_turn(request: ActorRequest, number: str) -> HttpResponse:
    """An added file by 90° to the right."""
    case = own_case(request, number)
    return _correction_answer(request, case, posted(request, "material", 80), *turned(request, case))


@personal
@require_POST
def correction_join(request: ActorRequest, number: str) -> HttpResponse:
    """One PDF of what was added to one paper."""
    case, code = own_case(request, number), posted(request, "material", 80)
    return _correction_answer(request, case, code, *joined(request, case, code))


def _correction_answer(
    request: ActorRequest, case: Application, code: str, faults: list[str], status: int
) -> HttpResponse:
    if by_htmx(request):
        asked = Correction.objects.filter(application=case).last()
        asks = _asks(case, asked, {code: faults}) if asked else []
        ask = next((one for one in asks if one["material"] == code), None)
        if ask is None:
            raise Http404("这件没有要补这份材料")
        context = {"case": case, "ask": ask, "open": asked is not None and asked.answered_at is None}
        context |= _doors(case)
        return render(request, "applications/citizen/_ask.html", context, status=status)
    if faults:
        return _correction_page(request, case, None, {code: faults}, status)
    return redirect(f"{reverse('answer-correction', args=[case.number])}#m-{code}")


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: ActorRequest, number: str) -> HttpResponse:
    """Before acceptance the whole case, afterwards the undecided items one by one; asks before it acts."""
    case = own_case(request, number)
    refusal: Refused | None = None
    chosen = tuple(request.POST.getlist("item")[:200])
    if request.method == "POST":
        try:
            refusal = _withdraw(request, case, chosen)
        except Refused as found:
            refusal = found
        if refusal is None:
            return redirect("track", case.number)
        case = own_case(request, number)
    elif case.state not in CASE_RUNNING:
        return redirect("track", case.number)
    tasks = case.tasks.select_related("department").order_by("position")
    context = {
        "case": case,
        "whole": case.state != CaseState.ACCEPTED,
        "tasks": [task for task in tasks if task.is_open],
        "decided": [task for task in tasks if not task.is_open],
        "chosen": chosen,
        "reason": posted(request, "reason", 500),
        "refusal": refusal,
    }
    return render(request, "applications/citizen/withdraw.html", context, status=status_of(refusal) if refusal else 200)


def _withdraw(request: ActorRequest, case: Application, chosen: tuple[str, ...]) -> Refused | None:
    if request.POST.get("sure") != "yes":
        return Refused("撤回以后不能恢复，请先打勾确认。", "sure")
    if case.state == CaseState.ACCEPTED and not chosen:
        return Refused("请选要撤回的事项。", "item")
    codes = chosen if case.state == CaseState.ACCEPTED else ()
    withdrawal.withdraw(
        actor=request.actor, number=case.number, item_codes=codes, reason=posted(request, "reason", 500)
    )
    return None


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: ActorRequest, number: str) -> HttpResponse:
    """An essential item was lost: go on with the independent rest, or withdraw it."""
    case = own_case(request, number)
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            if request.POST.get("go_on") not in ("yes", "no"):
                raise Refused("请选一种。", "go_on")
            withdrawal.choose(actor=request.actor, number=case.number, go_on=request.POST["go_on"] == "yes")
            return redirect("track", case.number)
        except Refused as found:
            refusal, case = found, own_case(request, number)
    elif not case.choice_open or case.state != CaseState.ACCEPTED:
        return redirect("track", case.number)
    tasks = list(case.tasks.select_related("department").order_by("position"))
    context = {
        "case": case,
        "lost": [task for task in tasks if task.essential and not task.is_open and task.state != "granted"],
        "rest": [task for task in tasks if task.is_open],
        "refusal": refusal,
    }
    return render(request, "applications/citizen/choose.html", context, status=status_of(refusal) if refusal else 200)
