"""收件、核验、补正、受理、不予受理: what happens at the window before departments begin."""

from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from applications import access
from applications.clocks import acceptance_due
from applications.lifecycle import move, move_all
from applications.models import Application, CaseMaterial, Correction, MaterialFile, Task
from applications.operations.dispatch import open_tasks
from applications.operations.drafting import FILES_PER_MATERIAL
from applications.operations.recording import event, inform, lock_case, lock_task, lock_tasks, paper, record
from applications.operations.submission import submit
from applications.states import CaseState, MaterialState, TaskState
from departments.access import Actor
from departments.calendar import current_calendar
from departments.models import IntakeMode
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.files.operations import store
from foundation.outbox.operations import put
from matters.published import plan_of

SETTLED = (MaterialState.RECEIVED, MaterialState.EXEMPT, MaterialState.DEFERRED, MaterialState.NOT_APPLICABLE)
NEEDS_NOTE = (MaterialState.WRONG, MaterialState.NOT_APPLICABLE)


@transaction.atomic
def receive(*, actor: Actor, number: str) -> Application:
    """收件: the window takes an online case in; the receipt day stays the day it was sent. Raises as `move`."""
    case = lock_case(actor, number)
    return _receive(case, actor)


def _receive(case: Application, actor: Actor) -> Application:
    move(case, "receive", actor, received_by_id=actor.user_id, received_at=timezone.now())
    record([event(case, "received", f"窗口已收件，{case.accept_by:%-m 月 %-d 日}前答复是否受理", actor)])
    put(paper("receipt", case))
    return case


@transaction.atomic
def file_at_window(*, actor: Actor, draft_id: UUID) -> Application:
    """A walk-in: submitted and received in one sitting. Raises as `submit` and `receive`."""
    case = submit(actor=actor, draft_id=draft_id)
    if case.state == CaseState.SUBMITTED:
        _receive(case, actor)
    return case


@transaction.atomic
def check_material(
    *, actor: Actor, number: str, material_code: str, state: str, note: str = "", seen: str = ""
) -> CaseMaterial:
    """核验 one paper: mark it received, wrong, deferred, not applicable or exempt, or take the mark back.

    After acceptance a deferred paper (容缺) that is handed in is marked received, nothing else.

    `seen`: the mark the clerk had before their eyes; when another clerk has changed it since, nothing is overwritten.
    Raises CaseMaterial.DoesNotExist, Conflict (case not received, another clerk's mark, asked for no more), Refused for a mark the paper
    does not allow or a missing reason.
    """
    case = lock_case(actor, number)
    if state not in MaterialState.values:
        raise Refused("没有这种核验结果。")
    material = CaseMaterial.objects.get(application=case, material_code=material_code)
    if material.dropped_by_id is not None:
        raise Conflict(f"新版已经不再要求“{material.name}”，不用核验，也不能再要。")
    handed_in_later = (case.state, material.state, state) == (
        CaseState.ACCEPTED,
        MaterialState.DEFERRED,
        MaterialState.RECEIVED,
    )
    if not actor.clerk or (case.state != CaseState.RECEIVED and not handed_in_later):
        raise Conflict(f"现在是“{case.get_state_display()}”，不能再核验材料。")
    if seen and seen != material.state:
        who = material.checked_by_name or "申请人"
        raise Conflict(f"{who}刚把这一份改成“{material.get_state_display()}”，没有覆盖。请看过再定。")
    note = note.strip()[:300]
    if state in NEEDS_NOTE and not note:
        raise Refused(
            "请写明哪里要改，申请人要照着改。" if state == MaterialState.WRONG else "请写明为什么不涉及。", "note"
        )
    if state == MaterialState.NOT_APPLICABLE and not _may_not_apply(case, material_code):
        raise Refused("材料目录没有写这一份可以不涉及，不能这样标。确实用不上的，请事项管理员先改目录。")
    deferred_until = None
    if state == MaterialState.DEFERRED:
        if not material.deferrable:
            raise Refused("这份是主要材料，不能容缺。")
        deferred_until = current_calendar().add(timezone.localdate(), _deferral_days(case, material))
    changed = {
        "state": state,
        "note": note if state in NEEDS_NOTE else "",
        "deferred_until": deferred_until,
        "checked_by_name": actor.name,
        "checked_at": timezone.now(),
    }
    CaseMaterial.objects.filter(pk=material.pk).update(**changed)
    for name, value in changed.items():
        setattr(material, name, value)
    label = MaterialState(state).label
    record(
        [event(case, "material", f"{material.name}：{label}", actor, note=note, material=material_code, state=state)]
    )
    return material


def _may_not_apply(case: Application, material_code: str) -> bool:
    spec = plan_of(case.revision_id).materials.get(material_code)
    return spec is not None and spec.may_not_apply


def _deferral_days(case: Application, material: CaseMaterial) -> int:
    """Working days a paper may follow later: the shortest that an item using it sets, else the matter's promise."""
    plan = plan_of(case.revision_id)
    own = [plan.items[code].deferral_days for code in material.used_by if code in plan.items]
    return min((days for days in own if days is not None), default=plan.promised_days)


@transaction.atomic
def accept(*, actor: Actor, number: str) -> Application:
    """受理: the joint acceptance. All tasks leave for their departments at once; all clocks start here.

    Raises Conflict (state, unchecked or wrong papers) and Refused while a department that accepts for itself has not
    said its word.
    """
    case = lock_case(actor, number)
    open_papers = CaseMaterial.objects.filter(application=case).exclude(state__in=SETTLED).count()
    if open_papers:
        raise Conflict(f"还有 {open_papers} 份材料没看或者要补，不能受理。")
    tasks = lock_tasks(case)
    silent = [
        t
        for t in tasks
        if t.state == TaskState.PENDING and not t.intake_word and t.department.intake_mode != IntakeMode.ENTRUSTED
    ]
    if silent:
        names = "、".join(dict.fromkeys(t.department.short_name for t in silent))
        raise Refused(f"{names}没有委托窗口受理，要等它自己说受理或者不予受理。")
    today = timezone.localdate()
    open_tasks(case, tasks, actor, accepted_on=today, transition="accept")
    return case


@transaction.atomic
def ask_correction(*, actor: Actor, number: str) -> Correction:
    """补正: one notice of everything that is missing. Raises Refused with nothing to ask.

    《行政许可法》第三十二条第一款第（四）项.
    """
    case = lock_case(actor, number)
    wrong = list(CaseMaterial.objects.filter(application=case, state=MaterialState.WRONG))
    if not wrong:
        raise Refused("没有标为“要补”的材料，先标出要补的再发告知书。")
    names = dict(Task.objects.filter(application=case).values_list("item_code", "department__short_name"))
    asks = [
        {
            "material": m.material_code,
            "name": m.name,
            "text": m.note,
            "departments": list(dict.fromkeys(names[c] for c in m.used_by if c in names)),
        }
        for m in wrong
    ]
    round_ = Correction.objects.filter(application=case).count() + 1
    move(case, "correct", actor)
    correction = Correction.objects.create(application=case, round=round_, asks=asks, issued_at=timezone.now())
    record([event(case, "correction", f"一次告知补正 {len(asks)} 处", actor, round=round_)])
    put(paper("correction", case, round=round_), inform("correction", case, round=round_))
    return correction


def _asked(case: Application, actor: Actor) -> Correction:
    """The correction that is open on a locked case, for whoever may answer it. Raises NotAllowed, Conflict."""
    if not access.answers_correction(case, actor):
        raise NotAllowed("只有申请人或者窗口可以补材料。")
    if case.state != CaseState.CORRECTING:
        raise Conflict(f"现在是“{case.get_state_display()}”，没有要补的材料，请刷新后再看。")
    return Correction.objects.filter(application=case).latest("round")


@transaction.atomic
def attach_to_case(*, actor: Actor, number: str, material_code: str, upload: BinaryIO, name: str) -> MaterialFile:
    """One more file for a paper that the open correction asks for. Raises FileRefused, Refused, NotAllowed, Conflict."""
    case = lock_case(actor, number)
    correction = _asked(case, actor)
    asked = {ask["material"]: ask["name"] for ask in correction.open_asks}
    if material_code not in asked:
        raise Refused("这份材料不在这次要补的材料里。")
    if MaterialFile.objects.filter(application=case, material_code=material_code).count() >= FILES_PER_MATERIAL:
        raise Refused(f"一份材料最多 {FILES_PER_MATERIAL} 个文件，请合并成一个 PDF 再传。")
    stored = store(upload, name=name, by=actor.user_id)
    added = MaterialFile.objects.create(application=case, material_code=material_code, file=stored)
    text = f"补传“{asked[material_code]}”的文件"
    record([event(case, "file_added", text, actor, material=material_code, file=str(stored.pk))])
    return added


@transaction.atomic
def detach_from_case(*, actor: Actor, number: str, file_id: int) -> None:
    """Take back a file added since the open correction was issued; what was filed before stays.

    Raises MaterialFile.DoesNotExist, NotAllowed, Conflict.
    """
    case = lock_case(actor, number)
    correction = _asked(case, actor)
    added = MaterialFile.objects.get(pk=file_id, application=case, added_at__gte=correction.issued_at)
    names = {ask["material"]: ask["name"] for ask in correction.asks}
    text = f"删去“{names.get(added.material_code, added.material_code)}”的一个补传文件"
    record([event(case, "file_removed", text, actor, material=added.material_code, file=str(added.file_id))])
    added.delete()


@transaction.atomic
def answer_correction(*, actor: Actor, number: str) -> Application:
    """The applicant has answered: a new receipt, and a new five working days run on the notified points only."""
    case = lock_case(actor, number)
    now = timezone.now()
    day = timezone.localdate(now)
    move(case, "answer", actor, receipt_at=now, accept_by=acceptance_due(day, current_calendar()))
    correction = Correction.objects.filter(application=case).latest("round")
    asked = [ask["material"] for ask in correction.open_asks]
    Correction.objects.filter(pk=correction.pk).update(answered_at=now)
    CaseMaterial.objects.filter(application=case, material_code__in=asked, state=MaterialState.WRONG).update(
        state=MaterialState.AWAITING
    )
    record([event(case, "answered", f"已补正，{case.accept_by:%-m 月 %-d 日}前答复是否受理", actor)])
    return case


@transaction.atomic
def decline(*, actor: Actor, number: str, reason: str, authority: str = "") -> Application:
    """不予受理 of the whole case, on the departments' word. `authority`: where to go instead. Raises Refused."""
    reason = reason.strip()
    if not reason:
        raise Refused("请写明不予受理的理由。", "reason")
    case = lock_case(actor, number)
    tasks = [t for t in lock_tasks(case) if t.state == TaskState.PENDING]
    for task in tasks:
        task.reason = reason
    move(case, "decline", actor, reason=reason)
    move_all(tasks, "decline", actor, ("reason",))
    record([event(case, "declined", f"不予受理：{reason}", actor, authority=authority)])
    put(paper("decline", case, authority=authority.strip()[:200]), inform("declined", case))
    return case


@transaction.atomic
def say_word(*, actor: Actor, task_id: int, accept: bool, reason: str = "") -> Task:
    """A department that accepts for itself says 受理 or 不予受理 of its item. Raises Refused, Conflict.

    With every item declined the case is declined.
    """
    case, task, tasks = lock_task(actor, task_id)
    if case.state != CaseState.RECEIVED or task.state != TaskState.PENDING:
        raise Conflict("这件不在收件阶段，请刷新后再看。")
    if accept:
        Task.objects.filter(pk=task.pk).update(intake_word="accepted")
        record([event(case, "word", f"{task.item_name}：部门同意受理", actor, task=task)])
        return task
    if not reason.strip():
        raise Refused("请写明不予受理的理由。", "reason")
    move(task, "decline", actor, reason=reason.strip(), intake_word="declined")
    record([event(case, "word", f"{task.item_name}：不予受理，{reason.strip()}", actor, task=task)])
    put(paper("decline", case, task))
    if all(t.state == TaskState.DECLINED for t in tasks):
        move(case, "decline", actor, reason="各事项均不予受理")
        put(inform("declined", case))
    return task
