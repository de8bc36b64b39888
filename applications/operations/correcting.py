"""补正和补交: one notice of everything that is missing, and what the applicant adds to a case that is already filed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone

from applications import access
from applications.clocks import acceptance_due
from applications.filling import clean, fault_in
from applications.lifecycle import move
from applications.models import Application, CaseMaterial, Correction, MaterialFile, Task
from applications.operations.answer_days import answer_day
from applications.operations.cochecking import checks_of, fields_asked, mark_papers, needed, overdue, still_open
from applications.operations.drafting import FILES_PER_MATERIAL
from applications.operations.recording import event, inform, lock_any_case, lock_case, paper, record
from applications.operations.supplementing import open_supplements
from applications.states import CaseState, MaterialState, TaskState
from departments.access import SYSTEM, Actor
from departments.calendar import current_calendar
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.files.operations import store
from foundation.outbox.operations import put
from foundation.templatetags.portal_text import cn_date
from matters.plan import scheme
from matters.published import plan_of


@dataclass(frozen=True)
class OpenPaper:
    """A paper that the applicant may still add files to. Files added before `since` are part of what was filed.

    `deferred`: it follows by the day that was promised (容缺), and is handed to the window by `hand_in`.
    """

    material: CaseMaterial
    since: datetime
    deferred: bool = False


def open_papers(case: Application) -> dict[str, OpenPaper]:
    """Material code → paper: not looked at yet, or promised for later. What a correction asks for is not among them."""
    rows = CaseMaterial.objects.filter(application=case, dropped_by=None)
    if case.state in (CaseState.SUBMITTED, CaseState.RECEIVED):
        waiting = rows.filter(state=MaterialState.AWAITING, checked_at=None)
        return {row.material_code: OpenPaper(row, case.submitted_at) for row in waiting}
    if case.state != CaseState.ACCEPTED:
        return {}
    owed = rows.filter(state=MaterialState.DEFERRED, handed_in_at=None)
    found = {row.material_code: OpenPaper(row, row.checked_at or case.submitted_at, deferred=True) for row in owed}
    if case.added_accept_by is not None:
        pending = Task.objects.filter(application=case, state=TaskState.PENDING)
        items = set(pending.values_list("item_code", flat=True))
        waiting = rows.filter(state=MaterialState.AWAITING)
        found |= {r.material_code: OpenPaper(r, case.submitted_at) for r in waiting if items & set(r.used_by)}
    return found


@transaction.atomic
def ask_correction(*, actor: Actor, number: str) -> Correction:
    """补正: one notice of everything that is missing. Raises Refused with nothing to ask.

    《行政许可法》第三十二条第一款第（四）项.
    """
    case = lock_case(actor, number) if not actor.system else lock_any_case(number)
    checks = checks_of(case)
    if waiting := still_open(checks, timezone.localdate()):
        names = "、".join(check.department.short_name for check in waiting)
        raise Refused(f"{names}还在会审，最晚{cn_date(waiting[0].until)}答复。一次告知只发一张，等它们说了再发。")
    mark_papers(case, checks)
    asks = _asks(case, fields_asked(case, checks))
    if not asks:
        raise Refused("没有标为“要补”的材料，也没有要改的栏目，先标出来再发告知书。")
    round_ = Correction.objects.filter(application=case).count() + 1
    if case.added_accept_by is None:
        move(case, "correct", actor)
    elif not actor.clerk or Correction.objects.filter(application=case, answered_at=None).exists():
        raise Conflict("补正告知书已经发出，等申请人补来再看。")
    Application.objects.filter(pk=case.pk).update(field_marks={})
    correction = Correction.objects.create(
        application=case, round=round_, asks=asks, issued_at=timezone.now(), answer_by=answer_day()
    )
    record([event(case, "correction", f"一次告知补正 {len(asks)} 处", actor, round=round_)])
    put(paper("correction", case, round=round_), inform("correction", case, round=round_))
    return correction


def send_overdue_notices() -> int:
    """The co-check is over and departments have asked: the one notice goes out with what is there. Returns how many.

    Found by state, so it is right after an outage of any length; past the day to answer by, the lapse accepts instead.
    """
    numbers = overdue()
    for number in numbers:
        ask_correction(actor=SYSTEM, number=number)
    return len(numbers)


def _asks(case: Application, marks: Mapping[str, str]) -> list[dict[str, Any]]:
    """Papers marked 要补 and fields to be changed (`marks`: code → how), each once for all departments that use it."""
    tasks = list(Task.objects.filter(application=case).select_related("department"))
    names = {task.item_code: task.department.short_name for task in tasks if task.state != TaskState.DECLINED}

    def users(items: Iterable[str]) -> list[str]:
        return list(dict.fromkeys(names[code] for code in items if code in names))

    wrong = CaseMaterial.objects.filter(application=case, state=MaterialState.WRONG)
    asks = [
        {"material": m.material_code, "name": m.name, "text": m.note, "departments": users(m.used_by)}
        for m in needed(wrong, tasks)
    ]
    if marks:
        for planned in scheme(plan_of(case.revision_id), case.answers, frozenset(case.commitments)).fields:
            if text := marks.get(planned.spec.code):
                spec = planned.spec
                asks.append(
                    {"field": spec.code, "name": spec.label, "text": text, "departments": users(planned.used_by)}
                )
    return asks


@transaction.atomic
def mark_field(*, actor: Actor, number: str, field: str, note: str) -> Application:
    """要改: what the applicant has to put right in one field of the form; empty takes the mark back.

    Raises NotAllowed, Conflict when the case is not being looked at, Refused for a field the form does not have.
    """
    case = lock_case(actor, number)
    if not actor.clerk:
        raise NotAllowed("只有窗口可以标要改的栏目。")
    if case.state != CaseState.RECEIVED:
        raise Conflict(f"现在是“{case.get_state_display()}”，不能再标要改的栏目。")
    found = scheme(plan_of(case.revision_id), case.answers, frozenset(case.commitments)).fields
    spec = next((planned.spec for planned in found if planned.spec.code == field), None)
    if spec is None:
        raise Refused("表里没有这一栏。")
    marks = {code: text for code, text in case.field_marks.items() if code != field}
    if note := note.strip()[:300]:
        marks[field] = note
    Application.objects.filter(pk=case.pk).update(field_marks=marks)
    case.field_marks = marks
    text = f"“{spec.label}”要改" if note else f"“{spec.label}”不用改"
    record([event(case, "field_marked", text, actor, note=note, field=field)])
    return case


@transaction.atomic
def attach_to_case(*, actor: Actor, number: str, material_code: str, upload: BinaryIO, name: str) -> MaterialFile:
    """One more file for a paper that the open correction asks for, or that is still open otherwise.

    Raises FileRefused, Refused, NotAllowed, Conflict.
    """
    case = lock_case(actor, number)
    title, _ = taking_files(case, actor).get(material_code, ("", None))
    if not title and case.state == CaseState.CORRECTING:
        raise Refused("这份材料不在这次要补的材料里。")
    if not title:
        raise Conflict("这份材料现在不收新的文件，请刷新后再看。")
    if MaterialFile.objects.filter(application=case, material_code=material_code).count() >= FILES_PER_MATERIAL:
        raise Refused(f"一份材料最多 {FILES_PER_MATERIAL} 个文件，请合并成一个 PDF 再传。")
    stored = store(upload, name=name, by=actor.user_id)
    added = MaterialFile.objects.create(application=case, material_code=material_code, file=stored)
    text = f"补传“{title}”的文件"
    record([event(case, "file_added", text, actor, material=material_code, file=str(stored.pk))])
    return added


@transaction.atomic
def detach_from_case(*, actor: Actor, number: str, file_id: int) -> None:
    """Take back a file added since the paper was asked for; what was filed before stays.

    Raises MaterialFile.DoesNotExist, NotAllowed, Conflict.
    """
    case = lock_case(actor, number)
    open_now = taking_files(case, actor)
    added = MaterialFile.objects.get(pk=file_id, application=case)
    title, since = open_now.get(added.material_code, ("", None))
    if since is None or added.added_at < since:
        raise MaterialFile.DoesNotExist
    text = f"删去“{title}”的一个补传文件"
    record([event(case, "file_removed", text, actor, material=added.material_code, file=str(added.file_id))])
    added.delete()


def taking_files(case: Application, actor: Actor) -> dict[str, tuple[str, datetime]]:
    """Material code → (name, since when its files may be taken back), for whoever may add to the locked case.

    Raises NotAllowed, and Conflict when the case takes nothing now.
    """
    if not access.answers_correction(case, actor):
        raise NotAllowed("只有申请人或者窗口可以补材料。")
    found = {code: (one.material.name, one.since) for code, one in open_papers(case).items()}
    asked = open_correction(case)
    if asked is not None:
        found |= {ask["material"]: (ask["name"], asked.issued_at) for ask in asked.open_asks if "material" in ask}
    for one in open_supplements(case):
        assert one.decided_at is not None
        papers = {ask["material"]: (ask["name"], one.decided_at) for ask in one.asks if "material" in ask}
        found = papers | found
    if not found:
        raise Conflict(f"现在是“{case.get_state_display()}”，没有要补的材料，请刷新后再看。")
    return found


def open_correction(case: Application) -> Correction | None:
    """The notice that waits for its answer: of the whole case, or of what changed answers added to an accepted one."""
    if case.state != CaseState.CORRECTING and case.added_accept_by is None:
        return None
    return Correction.objects.filter(application=case, answered_at=None).last()


@transaction.atomic
def hand_in(*, actor: Actor, number: str, material_code: str) -> CaseMaterial:
    """补交 a deferred paper (容缺) online: from now on the window has to look at it, the applicant owes nothing.

    Raises NotAllowed, Refused (not owed, or no file added since), Conflict.
    """
    case = lock_case(actor, number)
    if not access.answers_correction(case, actor):
        raise NotAllowed("只有申请人或者窗口可以补材料。")
    one = open_papers(case).get(material_code)
    if one is None or not one.deferred:
        raise Refused("这份材料现在不用补交，请刷新后再看。")
    if not MaterialFile.objects.filter(application=case, material_code=material_code, added_at__gte=one.since).exists():
        raise Refused("还没有传文件。先拍照或者选文件，再交给窗口。", material_code)
    row = one.material
    row.handed_in_at = timezone.now()
    CaseMaterial.objects.filter(pk=row.pk).update(handed_in_at=row.handed_in_at)
    record([event(case, "followed", f"补交“{row.name}”，等窗口核对", actor, material=material_code)])
    return row


@transaction.atomic
def answer_correction(*, actor: Actor, number: str, values: Mapping[str, Any] | None = None) -> Application:
    """The applicant has answered: a new receipt, and a new five working days run on the notified points only.

    `values`: what now stands in the fields that the notice asks about; nothing else of the form changes.
    Raises NotAllowed, Conflict, Refused (field: its code) for a value that is missing or does not fit.
    """
    case = lock_case(actor, number)
    now = timezone.now()
    due = acceptance_due(timezone.localdate(now), current_calendar())
    if case.added_accept_by is None:
        move(case, "answer", actor, receipt_at=now, accept_by=due)
    elif not access.answers_correction(case, actor):
        raise NotAllowed("只有申请人或者窗口可以补材料。")
    else:
        Application.objects.filter(pk=case.pk).update(added_accept_by=due)
    correction = Correction.objects.filter(application=case, answered_at=None).last()
    if correction is None:
        raise Conflict("没有要补的材料，请刷新后再看。")
    asked = correction.open_codes("material")
    corrected = _correct_form(case, correction, values or {})
    Correction.objects.filter(pk=correction.pk).update(answered_at=now, corrected=corrected)
    CaseMaterial.objects.filter(application=case, material_code__in=asked, state=MaterialState.WRONG).update(
        state=MaterialState.AWAITING
    )
    record([event(case, "answered", f"已补正，{due:%-m 月 %-d 日}前答复是否受理", actor)])
    return case


def _correct_form(case: Application, correction: Correction, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Writes the asked fields into the form of the locked case. Returns code → [before, now]."""
    asked = correction.open_codes("field")
    if not asked:
        return {}
    found = scheme(plan_of(case.revision_id), case.answers, frozenset(case.commitments))
    specs = {planned.spec.code: planned.spec for planned in found.fields if planned.spec.code in asked}
    typed = {code: clean(spec, values.get(code, "")) for code, spec in specs.items()}
    for code, spec in specs.items():
        if problem := fault_in(found, spec, typed[code]):
            raise Refused(problem, code)
    corrected = {code: [case.form.get(code, ""), value] for code, value in typed.items()}
    case.form = {**case.form, **typed}
    Application.objects.filter(pk=case.pk).update(form=case.form)
    return corrected
