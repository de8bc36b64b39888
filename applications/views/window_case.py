"""One case at the window: papers one by one, the one notice, and the acts of intake. Each act is one operation."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from applications.forms.merged import in_words, users_of
from applications.models import Application, CaseMaterial, MaterialFile
from applications.operations import intake, withdrawal
from applications.showing import case_light, task_light
from applications.states import BEFORE_ACCEPTANCE, CaseState, MaterialState, TaskState
from applications.views.citizen_door import status_of
from applications.views.reviewer_door import posted
from applications.views.window_door import beside, case_or_404, clerk_only, desk_counts
from departments.calendar import current_calendar
from departments.middleware import ActorRequest
from departments.models import IntakeMode
from foundation.errors import Refused
from foundation.masking import mask_id_number
from matters.guide import HOW
from matters.plan import Scheme, scheme
from matters.published import plan_of

TABS = {"papers": "材料", "form": "表单", "plan": "办理方案", "timeline": "往来"}


@clerk_only
@require_safe
def case(request: ActorRequest, number: str) -> HttpResponse:
    """The intake screen; `?tab=` form, plan or timeline, `?open=` the paper under the cursor, `?left=1` only what is left."""
    return _page(request, case_or_404(request, number))


@clerk_only
@require_POST
def check_material(request: ActorRequest, number: str) -> HttpResponse:
    """Mark one paper. htmx gets the whole bench: the row, the counts, the notice and what may be done now."""
    found = case_or_404(request, number)
    code = posted(request, "material", 80)
    try:
        intake.check_material(
            actor=request.actor,
            number=found.number,
            material_code=code,
            state=posted(request, "state", 16),
            note=posted(request, "note", 300),
        )
    except Refused as refusal:
        return _page(request, case_or_404(request, number), refusal=refusal, opened=code, at_paper=True)
    if request.headers.get("HX-Request"):
        return _page(request, found)
    return redirect(reverse("window-case", args=[found.number]) + f"#m-{code}")


def _act(request: ActorRequest, number: str, act: Callable[[str], Any]) -> HttpResponse:
    found = case_or_404(request, number)
    try:
        act(found.number)
    except Refused as refusal:
        return _page(request, case_or_404(request, number), refusal=refusal)
    return redirect("window-case", found.number)


@clerk_only
@require_POST
def receive(request: ActorRequest, number: str) -> HttpResponse:
    return _act(request, number, lambda n: intake.receive(actor=request.actor, number=n))


@clerk_only
@require_POST
def accept(request: ActorRequest, number: str) -> HttpResponse:
    return _act(request, number, lambda n: intake.accept(actor=request.actor, number=n))


@clerk_only
@require_POST
def correct(request: ActorRequest, number: str) -> HttpResponse:
    return _act(request, number, lambda n: intake.ask_correction(actor=request.actor, number=n))


@clerk_only
@require_POST
def answer(request: ActorRequest, number: str) -> HttpResponse:
    """The applicant has brought the papers to the window."""
    return _act(request, number, lambda n: intake.answer_correction(actor=request.actor, number=n))


@clerk_only
@require_POST
def decline(request: ActorRequest, number: str) -> HttpResponse:
    reason, authority = posted(request, "reason", 1000), posted(request, "authority", 200)
    return _act(
        request, number, lambda n: intake.decline(actor=request.actor, number=n, reason=reason, authority=authority)
    )


@clerk_only
@require_POST
def withdraw(request: ActorRequest, number: str) -> HttpResponse:
    """Written down for the applicant, who asks for it at the window."""
    reason = posted(request, "reason", 500)
    return _act(request, number, lambda n: withdrawal.withdraw(actor=request.actor, number=n, reason=reason))


@clerk_only
@require_POST
def choose(request: ActorRequest, number: str) -> HttpResponse:
    """The applicant's choice after an essential item was lost, said at the window."""
    go_on = posted(request, "choice", 10) == "go_on"
    return _act(request, number, lambda n: withdrawal.choose(actor=request.actor, number=n, go_on=go_on))


def _page(
    request: ActorRequest, found: Application, *, refusal: Refused | None = None, opened: str = "", at_paper: bool = False
) -> HttpResponse:
    plan = plan_of(found.revision_id)
    shown = scheme(plan, found.answers, frozenset(found.commitments))
    tab = request.GET.get("tab", "papers")
    papers = _papers(found, shown)
    opened = opened or request.GET.get("open", "") or _next_open(found, papers, posted(request, "material", 80))
    calendar, today = current_calendar(), timezone.localdate()
    tasks = list(found.tasks.select_related("department", "assignee").order_by("position"))
    silent = [
        t
        for t in tasks
        if t.state == TaskState.PENDING and not t.intake_word and t.department.intake_mode != IntakeMode.ENTRUSTED
    ]
    states = [row["material"].state for row in papers]
    context: dict[str, Any] = {
        "case": found,
        "plan": plan,
        "scheme": shown,
        "tab": tab if tab in TABS else "papers",
        "tabs": [(code, word, _size(code, papers, shown)) for code, word in TABS.items()],
        "papers": [r for r in papers if not request.GET.get("left") or r["material"].state == MaterialState.AWAITING],
        "open": opened,
        "only_left": bool(request.GET.get("left")),
        "counted": {state: states.count(state) for state in MaterialState.values},
        "asks": [row for row in papers if row["material"].state == MaterialState.WRONG],
        "silent": list(dict.fromkeys(t.department.short_name for t in silent)),
        "light": case_light(found, plan.promised_days, today, calendar),
        "tasks": [{"task": t, "light": task_light(t, today, calendar)} for t in tasks],
        "documents": list(found.papers.select_related("document").order_by("id")),
        "answers": [(q.text, q.label_of(found.answers[q.code])) for q in plan.questions if q.code in found.answers],
        "masked_id": mask_id_number(found.applicant.id_number),
        "refusal": refusal,
        "at_paper": at_paper,
        "before": found.state in BEFORE_ACCEPTANCE,
        "checking": found.state == CaseState.RECEIVED,
        "departments": len(shown.departments),
    }
    if context["tab"] == "form":
        context["sections"] = _filled(found, shown)
    if context["tab"] == "timeline":
        context["events"] = found.events.select_related("task").order_by("-id")[:200]
    template = "applications/window/_bench.html"
    if not request.headers.get("HX-Request"):
        template = "applications/window/case.html"
        context |= {"beside": beside(request), "counts": desk_counts(request)}
    return render(request, template, context, status=status_of(refusal) if refusal else 200)


def _papers(found: Application, shown: Scheme) -> list[dict[str, Any]]:
    files: dict[str, list[MaterialFile]] = {}
    for file in found.files.select_related("file"):
        files.setdefault(file.material_code, []).append(file)
    return [
        {
            "no": no,
            "material": material,
            "how": HOW.get(material.submit, material.submit),
            "users": users_of(shown, [c for c in material.used_by if c in shown.plan.items]),
            "files": files.get(material.material_code, []),
        }
        for no, material in enumerate(CaseMaterial.objects.filter(application=found), 1)
    ]


def _next_open(found: Application, papers: list[dict[str, Any]], after: str) -> str:
    """The paper under the cursor: the next one nobody has looked at, behind the one just marked."""
    if found.state != CaseState.RECEIVED:
        return ""
    codes = [row["material"].material_code for row in papers]
    start = codes.index(after) + 1 if after in codes else 0
    for row in papers[start:] + papers[:start]:
        if row["material"].state == MaterialState.AWAITING:
            return str(row["material"].material_code)
    return ""


def _size(tab: str, papers: list[dict[str, Any]], shown: Scheme) -> str:
    if tab == "papers":
        looked = sum(row["material"].state != MaterialState.AWAITING for row in papers)
        return f"{looked}/{len(papers)}"
    return {"form": str(len(shown.fields)), "plan": f"{len(shown.steps)}\u00a0项"}.get(tab, "")


def _filled(found: Application, shown: Scheme) -> list[tuple[str, list[tuple[str, str]]]]:
    """The form as it was submitted, section by section, identity numbers masked."""
    sections = []
    for section in shown.sections:
        rows = []
        for field in section.fields:
            value = found.form.get(field.spec.code, "")
            text = mask_id_number(str(value)) if field.spec.type == "id-number" and value else in_words(field.spec, value)
            rows.append((field.spec.label, text))
        sections.append((section.title, rows))
    return sections
