"""收件会审: departments say what they want in the one notice, until the end of the third working day; then the door shuts.

After acceptance, or after the notice, an ask is no correction any more. 《行政许可法》第三十二条第一款第（四）项: 一次告知.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from applications.models import Application, CaseMaterial, CoCheck, Correction, Task
from applications.operations.recording import event, record
from applications.querysets import TaskQuerySet
from applications.states import CaseState, TaskState
from departments.access import Actor
from departments.calendar import current_calendar
from departments.models import IntakeMode
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.templatetags.portal_text import cn_date
from matters.plan import scheme
from matters.published import plan_of

SHUT = "补正告知书已经发出，或者这件已经受理、不予受理，不能再加要补的。受理以后要申请人说明的，只能请他补充说明，不影响办理期限。"


def open_checks(case: Application, actor: Actor) -> list[CoCheck]:
    """Ask every department that has not entrusted the window, when the case is received. In the caller's transaction."""
    own = Task.objects.filter(application=case, state=TaskState.PENDING).exclude(
        department__intake_mode=IntakeMode.ENTRUSTED
    )
    departments = list(own.order_by().values_list("department_id", flat=True).distinct())
    return _open(case, departments, "", actor)


def _open(case: Application, departments: Iterable[str], question: str, actor: Actor) -> list[CoCheck]:
    rows = [
        CoCheck(
            application=case,
            department_id=department,
            round=next_round(case),
            question=question,
            opened_at=timezone.now(),
            opened_by_name=actor.name,
            until=last_day(case),
        )
        for department in departments
    ]
    return CoCheck.objects.bulk_create(rows)


def last_day(case: Application) -> date:
    """Until when departments may add: `cocheck_days` working days from the receipt, never beyond the day to answer by."""
    calendar, receipt = current_calendar(), timezone.localdate(case.receipt_at)
    return min(calendar.add(receipt, calendar.thresholds.value("cocheck_days", receipt)), case.accept_by)


def next_round(case: Application) -> int:
    """Number of the notice that comes next."""
    return Correction.objects.filter(application=case).count() + 1


@transaction.atomic
def ask_department(*, actor: Actor, number: str, department: str, question: str) -> CoCheck:
    """请部门看一眼: the clerk cannot tell by the points alone. Only before the first notice.

    Raises NotAllowed, Conflict (not received, a notice is out, asked already), Refused (not a department of the case).
    """
    case = _lock(Q(number=number))
    if not actor.clerk:
        raise NotAllowed("只有窗口可以请部门会审。")
    if case.state != CaseState.RECEIVED or next_round(case) > 1:
        raise Conflict("只有收件以后、第一次补正告知以前可以请部门会审。")
    if last_day(case) < timezone.localdate():
        raise Conflict(f"会审到{cn_date(last_day(case))}为止，已经过了。")
    if not Task.objects.filter(application=case, department_id=department, state=TaskState.PENDING).exists():
        raise Refused("这个部门不办这件里的事项。", "department")
    if CoCheck.objects.filter(application=case, department_id=department, round=1).exists():
        raise Conflict("已经请过这个部门了，等它答复。")
    check = _open(case, [department], question.strip()[:300], actor)[0]
    record([event(case, "cocheck", f"请{check.department.short_name}看收件材料", actor, note=check.question)])
    return check


@transaction.atomic
def answer(*, actor: Actor, check_id: int, asks: Sequence[Mapping[str, str]]) -> CoCheck:
    """The department's say: what is to be put right, paper by paper and field by field; empty for 没有.

    Once, until the notice goes out. Raises CoCheck.DoesNotExist for another department's, Conflict when the door is
    shut or a colleague was faster, Refused for an ask without words or about what its items do not use.
    """
    rows = CoCheck.objects.filter(_own_town(actor), department_id__in=actor.departments)
    check = rows.select_related("department").get(pk=check_id)
    case = _lock(Q(pk=check.application_id))
    if case.state != CaseState.RECEIVED or next_round(case) != check.round:
        raise Conflict(SHUT)
    if check.until < timezone.localdate():
        raise Conflict(f"会审到{cn_date(check.until)}为止，已经过了，不能再加。")
    named = named_asks(case, check.department_id, asks, "请写明怎么补，申请人要照着补。")
    kept = [{key: value for key, value in ask.items() if key != "name"} for ask in named]
    now = timezone.now()
    changed = CoCheck.objects.filter(pk=check.pk, answered_at=None).update(
        asks=kept, answered_at=now, answered_by_name=actor.name
    )
    if not changed:
        raise Conflict("同事刚答复过了，请刷新后再看。")
    check.asks, check.answered_at, check.answered_by_name = kept, now, actor.name
    said = f"要补 {len(kept)} 处" if kept else "没有要补的"
    record([event(case, "cocheck_answered", f"{check.department.short_name}会审：{said}", actor)])
    return check


def named_asks(
    case: Application, department: str, asks: Sequence[Mapping[str, str]], wordless: str
) -> list[dict[str, str]]:
    """What a department asks, each line with the name of its paper or field. Raises Refused for what its items do not
    use, and with the sentence `wordless` for a line without words."""
    papers, fields = targets(case, department)
    kept = []
    for ask in asks:
        kind, names = ("material", papers) if ask.get("material") else ("field", fields)
        code, text = str(ask.get(kind, "")), ask.get("text", "").strip()[:300]
        if code not in names:
            raise Refused("只能提本部门事项用到的材料和栏目。", "asks")
        if not text:
            raise Refused(wordless, "asks")
        kept.append({kind: code, "name": names[code], "text": text})
    return kept


def nothing_to_ask(case: Application, department: str, actor: Actor) -> None:
    """A department that says 受理 has nothing to ask. In the caller's transaction."""
    CoCheck.objects.filter(application=case, department_id=department, answered_at=None).update(
        answered_at=timezone.now(), answered_by_name=actor.name
    )


def targets(case: Application, department: str) -> tuple[dict[str, str], dict[str, str]]:
    """Papers and fields that the department's items in this case use: code → name. One query each for items and papers."""
    items = set(Task.objects.filter(application=case, department_id=department).values_list("item_code", flat=True))
    rows = CaseMaterial.objects.filter(application=case).values_list("material_code", "name", "used_by")
    papers = {code: name for code, name, used_by in rows if items & set(used_by)}
    found = scheme(plan_of(case.revision_id), case.answers, frozenset(case.commitments))
    fields = {one.spec.code: one.spec.label for one in found.fields if items & set(one.used_by)}
    return papers, fields


def checks_of(case: Application, round_: int | None = None) -> list[CoCheck]:
    """What departments say for the notice that comes next. One query, one more without its number `round_`."""
    rows = CoCheck.objects.filter(application=case, round=round_ or next_round(case))
    return list(rows.select_related("department").order_by("department_id"))


def still_open(checks: Iterable[CoCheck], today: date) -> list[CoCheck]:
    """Those whose department has not answered and may still."""
    return [check for check in checks if check.answered_at is None and check.until >= today]


def needed(papers: Iterable[CaseMaterial], tasks: Iterable[Task]) -> list[CaseMaterial]:
    """Pure: without the papers that only declined items would have used; nobody asks for those any more."""
    declined = {task.item_code for task in tasks if task.state == TaskState.DECLINED}
    return [paper for paper in papers if not paper.used_by or set(paper.used_by) - declined]


def mark_papers(case: Application, checks: Iterable[CoCheck]) -> None:
    """The papers that departments ask about count as 要补 from the notice on, in one wording for each."""
    said: dict[str, list[str]] = {}
    for check in checks:
        for ask in check.asks:
            if "material" in ask:
                said.setdefault(ask["material"], []).append(ask["text"])
    for material in CaseMaterial.objects.filter(application=case, material_code__in=said):
        own = [material.note] if material.state == "wrong" and material.note else []
        note = "；".join(dict.fromkeys([*own, *said[material.material_code]]))[:300]
        CaseMaterial.objects.filter(pk=material.pk).update(state="wrong", note=note)


def fields_asked(case: Application, checks: Iterable[CoCheck]) -> dict[str, str]:
    """Marks of the window and asks of departments about fields, in one wording for each."""
    said: dict[str, list[str]] = {code: [text] for code, text in case.field_marks.items()}
    for check in checks:
        for ask in check.asks:
            if "field" in ask:
                said.setdefault(ask["field"], []).append(ask["text"])
    return {code: "；".join(dict.fromkeys(texts))[:300] for code, texts in said.items()}


def overdue() -> list[str]:
    """Numbers of received cases whose co-check is over and which have something to ask, for the beat."""
    today = timezone.localdate()
    over = _before_its_notice().filter(until__lt=today, application__accept_by__gte=today).exclude(asks=[])
    return list(over.order_by("application_id").values_list("application__number", flat=True).distinct())


def waiting_for(actor: Actor) -> QuerySet[CoCheck]:
    """Open co-checks of the actor's departments, the nearest day first."""
    return (
        _before_its_notice()
        .filter(
            _own_town(actor), department_id__in=actor.departments, answered_at=None, until__gte=timezone.localdate()
        )
        .select_related("application__matter", "department")
        .defer("application__form")
        .order_by("until", "id")
    )


def _own_town(actor: Actor) -> Exists:
    """Of a department of township level only what the actor's own town does in the case."""
    tasks: TaskQuerySet = Task.objects.filter(application=OuterRef("application"), department=OuterRef("department"))
    return Exists(tasks.in_towns(actor))


def _before_its_notice() -> QuerySet[CoCheck]:
    out = Correction.objects.filter(application=OuterRef("application_id"), round__gte=OuterRef("round"))
    return CoCheck.objects.filter(~Exists(out), application__state=CaseState.RECEIVED)


def _lock(which: Q) -> Application:
    return (
        Application.objects.select_related("matter", "applicant")
        .select_for_update(of=("self",), no_key=True)
        .get(which)
    )
