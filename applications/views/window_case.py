"""One case at the window: its papers one by one, the one notice, form, plan and timeline, and what may be done now."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Mandate
from applications.duplicates import twin_of
from applications.forms.merged import AskedBox, asked_boxes, in_words, read_values, users_of
from applications.models import Application, Approval, CaseMaterial, MaterialFile, Task
from applications.operations.awaiting import awaited
from applications.operations.cochecking import checks_of, last_day, needed, next_round, still_open
from applications.operations.correcting import open_correction
from applications.operations.deferring import unsigned
from applications.operations.ending_cases import ENDED
from applications.operations.hearing import open_hearings
from applications.operations.inspecting import visit_to_come
from applications.operations.looking import note_case
from applications.operations.placing import of_towns, unplaced
from applications.operations.ready_first import ready_of
from applications.operations.revoking import undecided
from applications.operations.supplementing import still_wanted
from applications.showing import case_light, task_light
from applications.states import BEFORE_ACCEPTANCE, CaseState, MaterialState, TaskState
from applications.views.door import status_of
from applications.views.window_documents import documents_of
from applications.views.window_door import beside, case_or_404, clerk_only, desk_counts
from applications.views.window_originals import custody_of
from applications.views.window_paper_row import dress
from applications.views.window_paper_row import opened as open_row
from departments.calendar import current_calendar
from departments.middleware import ActorRequest
from departments.models import HIGHER, Department, IntakeMode, Town
from foundation.errors import Conflict, Refused
from foundation.masking import mask_id_number, mask_phone, mask_within
from matters.guidance import query_of
from matters.guide import HOW
from matters.plan import Plan, Scheme, scheme
from matters.published import plan_of
from matters.specs import FieldSpec

TABS = {"papers": "材料", "form": "表单", "plan": "办理方案", "timeline": "往来"}
EVENTS_SHOWN = 200
HOW_SHORT = HOW | {"verify": "核验原件"}  # a dense row; what stays with the window is said when it opens
MASKS = {"id-number": mask_id_number, "phone": mask_phone}


@clerk_only
@require_safe
def case(request: ActorRequest, number: str) -> HttpResponse:
    """The intake screen; `?tab=` form, plan or timeline, `?open=` the paper under the cursor, `?left=1` the unseen."""
    found = case_or_404(request, number)
    note_case(actor=request.actor, case=found)
    return case_page(request, found)


def case_page(
    request: ActorRequest,
    found: Application,
    *,
    refusal: Refused | None = None,
    act: str = "",
    opened: str = "",
    faults: dict[str, list[str]] | None = None,
) -> HttpResponse:
    """The page, or for htmx its bench. `refusal` stands beside the act that it refused; a conflict, on top of all."""
    plan = plan_of(found.revision_id)
    shown = scheme(plan, found.answers, frozenset(found.commitments))
    tab = request.GET.get("tab", "papers")
    tab = tab if tab in TABS else "papers"
    rows = papers_of(found, shown)
    only_left = bool(request.GET.get("left") or request.POST.get("left"))
    opened = opened or request.GET.get("open", "") or next_open(found, rows, request.POST.get("material", ""))
    if isinstance(refusal, Conflict) and act != "material":
        act = ""
    items = _tasks(found, plan.promised_days)
    wanted = {paper.pk for paper in needed((row["material"] for row in rows), (one["task"] for one in items["tasks"]))}
    counting = [row for row in rows if row["material"].pk in wanted]
    context: dict[str, Any] = {
        "case": found,
        "from_window": dress(found, rows),
        "desk": open_row(request.actor, found, plan, rows, opened, request.POST) if tab == "papers" else None,
        "plan": plan,
        "scheme": shown,
        "tab": tab,
        "tabs": [(code, word, _size(code, rows, shown)) for code, word in TABS.items()],
        "papers": _listed(rows, opened if refusal else "") if only_left else rows,
        "all_papers": len(rows),
        "open": opened,
        "only_left": only_left,
        "refusal": refusal,
        "act": act,
        "typed": request.POST,
        "declining": request.POST.getlist("item"),
        "before": found.state in BEFORE_ACCEPTANCE,
        "checking": _checking(found),
        "masked_id": mask_id_number(found.applicant.id_number),
        "answers": [q.label_of(found.answers[q.code]) for q in plan.questions if q.code in found.answers],
        "twin": twin_of(found, request.actor),
        **_cochecks(found),
        **_marks(counting),
        **_field_marks(found, plan, counting),
        **items,
        **documents_of(found),
        **custody_of(found),
        **_approvals(found, request),
    }
    notice = open_correction(found)
    if notice is not None:
        context["notice"] = notice
        context["correction"] = [
            {**ask, "faults": (faults or {}).get(ask.get("material", ""), [])} for ask in notice.open_asks
        ]
        typed = read_values(plan.fields, request.POST) if refusal and act == "answer" else {}
        if found.state == CaseState.CORRECTING:
            context["ready"] = ready_of(found, [one["task"] for one in items["tasks"]], notice.open_asks)
        context["boxes"] = asked_boxes(shown, notice.open_asks, found.form, typed, refusal)
    if tab == "form":
        context["sections"] = _filled(found, shown)
        context["marked_field"] = posted_field(request) if act == "field" else ""
        context["fixing"] = _fixing(request, found, shown, refusal if act == "fix" else None)
    if tab == "timeline":
        context["events"] = [(e, mask_within(e.note)) for e in found.events.order_by("-id")[:EVENTS_SHOWN]]
    template = "applications/window/_swap.html"
    if not request.headers.get("HX-Request"):
        template = "applications/window/case.html"
        context |= {"beside": beside(request), "counts": desk_counts(request), "mandate": mandate_of(found)}
        context["about"] = query_of(plan.code, shown.by_item, (paper.spec.code for paper in shown.materials))
    return render(request, template, context, status=status_of(refusal) if refusal else 200)


def papers_of(found: Application, shown: Scheme) -> list[dict[str, Any]]:
    """The papers in their order, each with how it comes in, who uses it and its files. Two queries."""
    files: dict[str, list[MaterialFile]] = {}
    for file in found.files.select_related("file"):
        files.setdefault(file.material_code, []).append(file)
    specs = shown.plan.materials
    return [
        {
            "no": no,
            "material": material,
            "how": HOW_SHORT.get(material.submit, material.submit),
            "users": users_of(shown, [c for c in material.used_by if c in shown.plan.items]),
            "files": files.get(material.material_code, []),
            "may_not_apply": material.material_code in specs and specs[material.material_code].may_not_apply,
            "about": specs[material.material_code].description if material.material_code in specs else "",
        }
        for no, material in enumerate(CaseMaterial.objects.filter(application=found).select_related("breach"), 1)
    ]


def _listed(rows: list[dict[str, Any]], refused: str) -> list[dict[str, Any]]:
    """Only what nobody has looked at, and the paper whose mark was just refused: its sentence stands there."""
    return [
        row
        for row in rows
        if row["material"].state == MaterialState.AWAITING or row["material"].material_code == refused
    ]


def next_open(found: Application, rows: list[dict[str, Any]], after: str) -> str:
    """The paper under the cursor: the next one nobody has looked at, behind the one just marked."""
    if not _checking(found):
        return ""
    codes = [row["material"].material_code for row in rows]
    start = codes.index(after) + 1 if after in codes else 0
    for row in rows[start:] + rows[:start]:
        if row["material"].state == MaterialState.AWAITING:
            return str(row["material"].material_code)
    return ""


def _checking(found: Application) -> bool:
    return found.state == CaseState.RECEIVED or found.taking_in_more


def _marks(rows: list[dict[str, Any]]) -> dict[str, Any]:
    states = [row["material"].state for row in rows]
    return {
        "counted": {state: states.count(state) for state in MaterialState.values},
        "asks": [row for row in rows if row["material"].state == MaterialState.WRONG],
        "all_rows": rows,
        "looked_at": len(states) - states.count(MaterialState.AWAITING),
        "unsigned": unsigned(row["material"] for row in rows),
    }


def _field_marks(found: Application, plan: Plan, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What is marked in the form, by label, and how many places the notice would name."""
    marked = [(plan.fields[code].label, note) for code, note in found.field_marks.items() if code in plan.fields]
    wrong = sum(row["material"].state == MaterialState.WRONG for row in rows)
    return {"marked_fields": marked, "asked": wrong + len(marked)}


def _cochecks(found: Application) -> dict[str, Any]:
    """What departments say before the next notice, and who may still be asked."""
    if found.state != CaseState.RECEIVED:
        return {}
    round_, today = next_round(found), timezone.localdate()
    checks = checks_of(found, round_)
    asked = {check.department_id for check in checks}
    may = round_ == 1 and last_day(found) >= today
    departments = Department.objects.filter(task__application=found, task__state=TaskState.PENDING).distinct()
    return {
        "cochecks": checks,
        "cochecks_open": still_open(checks, today),
        "department_asks": sum(len(check.asks) for check in checks),
        "may_ask": [one for one in departments if one.pk not in asked] if may else [],
    }


def _of_higher(one: Approval) -> bool:
    return one.department is not None and one.department.level in HIGHER


def _approvals(found: Application, request: ActorRequest) -> dict[str, Any]:
    """After acceptance: 补充说明 that wait for the applicant, 撤销受理 that waits for the supervisor."""
    if found.state not in ENDED:
        return {}
    rows = list(Approval.objects.filter(application=found).select_related("task__department", "department"))
    ending = next((one for one in rows if one.kind == Approval.END and one.approved is None), None)
    if found.state != CaseState.ACCEPTED:
        return {"ending": ending, "may_end": found.state in ENDED}
    back = Task.objects.filter(application=found, state=TaskState.RETURNED)
    returned = list(back.select_related("department", "returned_to").order_by("position"))
    return {
        "returned": returned,
        "owners": Department.objects.order_by("short_name") if returned else (),
        "visit": visit_to_come(found),
        "hearings": open_hearings(found),
        "today": timezone.localdate(),
        "awaited": awaited(found, list(found.tasks.all())),
        "supplements": [one for one in rows if one.open_to_answer and still_wanted(found, one)],
        "ending": ending,
        "to_pass_on": [
            one for one in rows if one.kind == Approval.SUPPLEMENT and one.approved is None and _of_higher(one)
        ],
        "may_end": True,
        "revoking": next((one for one in rows if one.kind == Approval.REVOKE and one.approved is None), None),
        "revoking_items": request.POST.getlist("revoke_item"),
    }


def _tasks(found: Application, promised_days: int) -> dict[str, Any]:
    """The items with their lights, and the words of departments that accept for themselves."""
    calendar, today = current_calendar(), timezone.localdate()
    tasks: list[Task] = list(found.tasks.select_related("department", "assignee", "town").order_by("position"))
    pending = [task for task in tasks if task.state == TaskState.PENDING]
    own_word = [task for task in tasks if task.department.intake_mode != IntakeMode.ENTRUSTED]
    silent = [task for task in own_word if task.state == TaskState.PENDING and not task.intake_word]
    placed = [t for t in of_towns(tasks) if t.state == TaskState.PENDING or t.town_id is None]
    return {
        "placed": placed,
        "unplaced": unplaced(placed),
        "towns": list(Town.objects.all()) if placed else [],
        "tasks": [{"task": task, "light": task_light(task, today, calendar)} for task in tasks],
        "pending": len(pending),
        "departments": len({task.department_id for task in pending}),
        "entrusted": [task for task in pending if task not in own_word],
        "words": own_word if found.state in BEFORE_ACCEPTANCE else [],
        "silent": list(dict.fromkeys(task.department.short_name for task in silent)),
        "undecided": [task for task in tasks if task.is_open],
        "revocable": undecided(tasks),
        "light": case_light(found, promised_days, today, calendar),
    }


def mandate_of(found: Application) -> Mandate | None:
    """The mandate under which the agent acts, if one is in force today."""
    if found.agent_id is None:
        return None
    held = Mandate.objects.in_force(timezone.localdate()).held_by(found.agent_id)
    if found.organisation_id:
        held = held.filter(organisation_id=found.organisation_id)
    else:
        held = held.filter(principal_id=found.applicant_id)
    mandate: Mandate | None = held.order_by("-valid_until").first()
    return mandate


def _size(tab: str, rows: list[dict[str, Any]], shown: Scheme) -> str:
    if tab == "papers":
        looked = sum(row["material"].state != MaterialState.AWAITING for row in rows)
        return f"{looked}/{len(rows)}"
    return {"form": f"{len(shown.fields)}\u00a0栏", "plan": f"{len(shown.steps)}\u00a0项"}.get(tab, "")


@dataclass(frozen=True)
class Filled:
    """One field as it was filled in; `before` what stood there until a correction, `note` what the window wants changed."""

    code: str
    label: str
    text: str
    before: str = ""
    note: str = ""


def posted_field(request: ActorRequest) -> str:
    return request.POST.get("field", "")[:80]


def _fixing(request: ActorRequest, found: Application, shown: Scheme, refusal: Refused | None) -> AskedBox | None:
    """The box of the field that is put right on the spot; a number that the page masks is typed anew."""
    code = posted_field(request) if refusal else request.GET.get("fix", "")
    if found.state != CaseState.RECEIVED:
        return None
    spec = shown.plan.fields.get(code)
    hidden = {code: ""} if spec is not None and spec.type in MASKS else {}
    typed = read_values(shown.plan.fields, request.POST) if refusal else hidden
    return next(iter(asked_boxes(shown, [{"field": code, "text": "当场更正"}], found.form, typed, refusal)), None)


def _filled(found: Application, shown: Scheme) -> list[tuple[str, list[Filled]]]:
    """The form as it stands, section by section; identity numbers and telephones masked."""
    sections = []
    before = found.form_before()
    for section in shown.sections:
        rows = []
        for field in section.fields:
            code = field.spec.code
            old = masked(field.spec, before[code]) if code in before else ""
            text = masked(field.spec, found.form.get(code, ""))
            rows.append(Filled(code, field.spec.label, text, old, found.field_marks.get(code, "")))
        sections.append((section.title, rows))
    return sections


def masked(spec: FieldSpec, value: Any) -> str:
    mask = MASKS.get(spec.type)
    return mask(str(value)) if mask and value else in_words(spec, value)
