"""收件、核验、受理、不予受理: what happens at the window before departments begin."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from applications import paper_points
from applications.lifecycle import move, move_all
from applications.models import Application, CaseMaterial, Event, Task
from applications.operations import deferring
from applications.operations.closing import settle
from applications.operations.cochecking import checks_of, needed, nothing_to_ask, open_checks, still_open
from applications.operations.committing import ready_on_promise
from applications.operations.dispatch import live, open_added, open_tasks
from applications.operations.placing import demand_towns
from applications.operations.recording import event, inform, lock_case, lock_task, lock_tasks, paper, record
from applications.operations.submission import submit
from applications.states import CaseState, MaterialState, TaskState
from departments.access import Actor
from departments.calendar import current_calendar
from departments.models import IntakeMode
from foundation.errors import Conflict, Refused
from foundation.outbox.operations import Entry, put
from foundation.templatetags.portal_text import cn_date
from matters.published import plan_of
from visits.operations.attend import tie

SETTLED = (MaterialState.RECEIVED, MaterialState.EXEMPT, MaterialState.NOT_APPLICABLE)
NEEDS_NOTE = (MaterialState.WRONG, MaterialState.NOT_APPLICABLE)
MOST_COPIES = 99


@transaction.atomic
def receive(*, actor: Actor, number: str) -> Application:
    """收件: the window takes an online case in; the receipt day stays the day it was sent. Raises as `move`."""
    case = lock_case(actor, number)
    return _receive(case, actor)


def _receive(case: Application, actor: Actor) -> Application:
    take_in(case, actor, at=timezone.now(), by_id=actor.user_id)
    tie(actor=actor, subject=case.number)
    return case


def take_in(case: Application, actor: Actor, *, at: datetime, by_id: int | None) -> None:
    """What follows from a window having a locked case in hand since `at`, in the caller's transaction. Raises as `move`.

    `by_id`: who took it in, and so decides none of it.
    """
    move(case, "receive", actor, received_by_id=by_id, received_at=at)
    open_checks(case, actor)
    record([event(case, "received", f"窗口已收件，{case.accept_by:%-m 月 %-d 日}前答复是否受理", actor)])
    put(paper("receipt", case))


@transaction.atomic
def file_at_window(*, actor: Actor, draft_id: UUID, duplicate_reason: str = "", confirmation: str = "") -> Application:
    """A walk-in: submitted and received in one sitting. Raises as `submit` and `receive`."""
    case = submit(actor=actor, draft_id=draft_id, duplicate_reason=duplicate_reason, confirmation=confirmation)
    if case.state == CaseState.SUBMITTED:
        _receive(case, actor)
    return case


@transaction.atomic
def check_material(
    *,
    actor: Actor,
    number: str,
    material_code: str,
    state: str,
    note: str = "",
    seen: str = "",
    points: Mapping[str, str] | None = None,
    original_seen: bool | None = None,
    copies_kept: int | None = None,
) -> CaseMaterial:
    """核验 one paper: mark it received, wrong, deferred, not applicable or exempt, or take the mark back.

    After acceptance a deferred paper (容缺) that is handed in is marked received, or given back with what is wrong with
    it; and the papers of items that changed answers added are looked at like all papers before acceptance.

    `seen`: the mark the clerk had before their eyes; when another clerk has changed it since, nothing is overwritten.
    `points`: key → yes or no; in order means yes to all of them, wrong without a note takes it from those answered no.
    `original_seen`, `copies_kept`: None for what is usual when somebody hands the paper over the desk.
    Raises CaseMaterial.DoesNotExist, Conflict (case not received, another clerk's mark, asked for no more), Refused for a mark the paper
    does not allow or a missing reason.
    """
    case = lock_case(actor, number)
    if state not in MaterialState.values:
        raise Refused("没有这种核验结果。")
    material = CaseMaterial.objects.get(application=case, material_code=material_code)
    if material.dropped_by_id is not None:
        raise Conflict(f"新版已经不再要求“{material.name}”，不用核验，也不能再要。")
    if not actor.clerk or not _may_check(case, material, state):
        raise Conflict(f"现在是“{case.get_state_display()}”，不能再核验材料。")
    twice = material.state == state and material.checked_by_name == actor.name  # a double press is no other clerk
    if seen and seen != material.state and not twice:
        who = material.checked_by_name or "申请人"
        raise Conflict(f"{who}刚把这一份改成“{material.get_state_display()}”，没有覆盖。请看过再定。")
    asked = paper_points.points_of(plan_of(case.revision_id), material_code, material.submit, material.copies)
    answers = paper_points.answered(asked, points or {})
    note = note.strip()[:300]
    if state == MaterialState.WRONG:
        note = note or paper_points.faults_in(asked, answers)[:300]
    _may_be(case, material, state, note)
    if state == MaterialState.RECEIVED and paper_points.NO in answers.values():
        raise Refused("有一条要点答了“否”，不能标合格。写明怎么改，标“要补”。", "points")
    if case.state == CaseState.ACCEPTED and material.state == MaterialState.DEFERRED and state == MaterialState.WRONG:
        return _hand_back(case, material, note, actor)
    deferred_until = None
    if state == MaterialState.DEFERRED:
        deferred_until = deferring.expected_day(case, material, current_calendar())
    elif state == MaterialState.RECEIVED:
        answers = {point.key: paper_points.YES for point in asked}
    if material.state == MaterialState.DEFERRED and state == MaterialState.RECEIVED:
        deferring.repaired(material)
    changed = {
        "state": state,
        "note": note if state in NEEDS_NOTE else "",
        "deferred_until": deferred_until,
        "promise_signed": material.promise_signed if state == MaterialState.RECEIVED else "",
        "checked_by_name": actor.name,
        "checked_at": timezone.now(),
        "points": answers,
        **_in_hand(case, material, state, actor, original_seen, copies_kept),
    }
    CaseMaterial.objects.filter(pk=material.pk).update(**changed)
    for name, value in changed.items():
        setattr(material, name, value)
    label = MaterialState(state).label
    record(
        [event(case, "material", f"{material.name}：{label}", actor, note=note, material=material_code, state=state)]
    )
    return material


def _may_be(case: Application, material: CaseMaterial, state: str, note: str) -> None:
    """Whether the paper may have this mark with this note. Raises Refused."""
    if state in NEEDS_NOTE and not note:
        raise Refused(
            "请写明哪里要改，申请人要照着改。" if state == MaterialState.WRONG else "请写明为什么不涉及。", "note"
        )
    if state == MaterialState.NOT_APPLICABLE and not _may_not_apply(case, material.material_code):
        raise Refused("材料目录没有写这一份可以不涉及，不能这样标。确实用不上的，请事项管理员先改目录。")
    if state == MaterialState.EXEMPT and not _may_be_exempt(case, material):
        raise Refused("材料目录没有写这一份免交，不能这样标。")
    if state == MaterialState.DEFERRED and not material.deferrable:
        raise Refused("这份是主要材料，不能容缺。")


def _may_be_exempt(case: Application, material: CaseMaterial) -> bool:
    spec = plan_of(case.revision_id).materials.get(material.material_code)
    return material.state == MaterialState.EXEMPT or (spec is not None and spec.exempt)


def _in_hand(
    case: Application, material: CaseMaterial, state: str, actor: Actor, original: bool | None, copies: int | None
) -> dict[str, Any]:
    """What the window saw and kept of the paper; nothing of one that nobody has looked at or that is still to come."""
    usual_original, usual_copies = paper_points.usual(material.submit, case.channel, material.copies)
    in_order = state == MaterialState.RECEIVED
    original = (in_order and usual_original) if original is None else original
    copies = (usual_copies if in_order else 0) if copies is None else copies
    if not 0 <= copies <= MOST_COPIES:
        raise Refused(f"留存复印件请填 0 到 {MOST_COPIES}。", "copies")
    if state not in (MaterialState.RECEIVED, MaterialState.WRONG):
        original, copies = False, 0
    return {
        "original_seen_at": (material.original_seen_at or timezone.now()) if original else None,
        "original_seen_by_name": (material.original_seen_by_name or actor.name) if original else "",
        "copies_kept": copies,
    }


def _may_check(case: Application, material: CaseMaterial, state: str) -> bool:
    if case.state == CaseState.RECEIVED:
        return True
    if case.state in (
        CaseState.CONCLUDED,
        CaseState.DELIVERED,
    ):  # what was owed came after the end: it repairs a breach
        return material.state == MaterialState.DEFERRED and state == MaterialState.RECEIVED
    if case.state != CaseState.ACCEPTED:
        return False
    if material.state == MaterialState.DEFERRED:
        handed_in = material.handed_in_at is not None
        return state == MaterialState.RECEIVED or (state == MaterialState.WRONG and handed_in)
    return case.added_accept_by is not None and bool(_pending_items(case) & set(material.used_by))


def _pending_items(case: Application) -> set[str]:
    pending = Task.objects.filter(application=case, state=TaskState.PENDING)
    return set(pending.values_list("item_code", flat=True))


def _hand_back(case: Application, material: CaseMaterial, note: str, actor: Actor) -> CaseMaterial:
    """A deferred paper that was handed in is not in order: it is owed as before, and the applicant reads why."""
    handed_in_at = material.handed_in_at
    CaseMaterial.objects.filter(pk=material.pk).update(note=note, handed_in_at=None)
    material.note, material.handed_in_at = note, None
    text = f"补来的“{material.name}”不合格：{note}"
    record([event(case, "material", text, actor, material=material.material_code, state="deferred")])
    put(inform("deferred_wrong", case, round=f"{material.pk}-{handed_in_at:%Y%m%d%H%M%S}"))
    return material


def _may_not_apply(case: Application, material_code: str) -> bool:
    spec = plan_of(case.revision_id).materials.get(material_code)
    return spec is not None and spec.may_not_apply


@transaction.atomic
def accept(*, actor: Actor, number: str) -> Application:
    """受理: the joint acceptance. All tasks leave for their departments at once; all clocks start here.

    Raises Conflict (state, unchecked or wrong papers) and Refused while a department that accepts for itself has not
    said its word. In an accepted case it accepts what changed answers added.
    """
    case = lock_case(actor, number)
    tasks = lock_tasks(case)
    unsettled = needed(CaseMaterial.objects.filter(application=case).exclude(state__in=SETTLED), tasks)
    owed = [material for material in unsettled if material.state == MaterialState.DEFERRED]
    if len(unsettled) > len(owed):
        raise Conflict(f"还有 {len(unsettled) - len(owed)} 份材料没看或者要补，不能受理。")
    if unsigned := deferring.unsigned(owed):
        raise Conflict(f"容缺的 {len(unsigned)} 份还没有签承诺书，签了才能受理。")
    if case.field_marks:
        raise Conflict(f"表里有 {len(case.field_marks)} 栏标了要改，发补正告知书，或者先取消标记再受理。")
    _all_said(tasks)
    demand_towns(tasks)
    _nothing_asked(case)
    if case.state == CaseState.ACCEPTED and case.added_accept_by is not None:
        accept_added(case, tasks, actor, timezone.localdate())
    else:
        open_tasks(case, tasks, actor, accepted_on=timezone.localdate(), transition="accept")
        follow_acceptance(case, tasks, actor)
    if owed:
        deferring.fix_days(case, owed, tasks, timezone.localdate(), current_calendar())
    return case


def follow_acceptance(case: Application, tasks: list[Task], actor: Actor) -> None:
    """What an acceptance brings at once: what waited for a declined item ends, what was promised is granted."""
    if any(task.state == TaskState.DECLINED for task in tasks) or ready_on_promise(case, tasks):
        settle(case, tasks, actor, [])


def _nothing_asked(case: Application) -> None:
    """No department may still ask, and none has asked for what is not told yet."""
    checks = checks_of(case) if case.state == CaseState.RECEIVED else []
    if waiting := still_open(checks, timezone.localdate()):
        names = "、".join(check.department.short_name for check in waiting)
        raise Refused(f"{names}还在会审，最晚{cn_date(waiting[0].until)}答复；都说没有要补的就能受理。")
    if asking := [check.department.short_name for check in checks if check.asks]:
        raise Conflict(f"{'、'.join(asking)}提了要补的，先发补正告知书。")


def _all_said(tasks: list[Task]) -> None:
    silent = [
        t
        for t in tasks
        if t.state == TaskState.PENDING and not t.intake_word and t.department.intake_mode != IntakeMode.ENTRUSTED
    ]
    if silent:
        names = "、".join(dict.fromkeys(t.department.short_name for t in silent))
        raise Refused(f"{names}没有委托窗口受理，要等它自己说受理或者不予受理。")


def accept_added(case: Application, tasks: list[Task], actor: Actor, accepted_on: date) -> None:
    """Accept the pending items of a locked, accepted case as of `accepted_on`, in the caller's transaction.

    Called by `accept` and by the lapse. Raises NotAllowed for who is neither window nor system.
    """
    events: list[Event] = []
    entries: list[Entry] = []
    open_added(case, live(tasks), actor, accepted_on=accepted_on, entries=entries, events=events)
    settle(case, tasks, actor, events, entries)


@transaction.atomic
def decline(
    *, actor: Actor, number: str, reason: str, authority: str = "", item_codes: tuple[str, ...] = ()
) -> Application:
    """不予受理 of the whole case, or of single items beside which the rest goes on. `authority`: where to go instead.

    Raises Refused without a reason, and for items of departments that have not entrusted the window: their word alone
    declines them (《行政许可法》第二十四条, entrusting is the department's to do); Conflict by state.
    """
    reason = reason.strip()
    if not reason:
        raise Refused("请写明不予受理的理由。", "reason")
    case = lock_case(actor, number)
    authority = authority.strip()[:200]
    pending = [t for t in lock_tasks(case) if t.state == TaskState.PENDING]
    tasks = [t for t in pending if not item_codes or t.item_code in item_codes]
    if case.state == CaseState.RECEIVED and not tasks:
        raise Conflict("这几项刚才已经有了结果，请刷新后再看。")
    _entrusted(tasks)
    for task in tasks:
        task.reason = reason
    if len(tasks) < len(pending):
        _decline_some(case, tasks, actor, authority)
        return case
    move(case, "decline", actor, reason=reason)
    move_all(tasks, "decline", actor, ("reason",))
    record([event(case, "declined", f"不予受理：{reason}", actor, authority=authority)])
    put(paper("decline", case, authority=authority), inform("declined", case))
    return case


def _entrusted(tasks: list[Task]) -> None:
    own = [t.department.short_name for t in tasks if t.department.intake_mode != IntakeMode.ENTRUSTED]
    if own:
        raise Refused(f"{'、'.join(dict.fromkeys(own))}没有委托窗口受理，不予受理要由它自己说。", "item")


def _decline_some(case: Application, tasks: list[Task], actor: Actor, authority: str) -> None:
    """Each with a notice of its own; the rest of the case waits for its joint acceptance as before."""
    if case.state != CaseState.RECEIVED or not actor.clerk:
        raise Conflict(f"现在是“{case.get_state_display()}”，不能单项不予受理。")
    move_all(tasks, "decline", actor, ("reason",))
    record(
        [event(case, "word", f"{t.item_name}：不予受理，{t.reason}", actor, task=t, authority=authority) for t in tasks]
    )
    put(
        *[paper("decline", case, task, authority=authority) for task in tasks],
        inform("item_declined", case, round=min(task.pk for task in tasks)),
    )


@transaction.atomic
def say_word(*, actor: Actor, task_id: int, accept: bool, reason: str = "", authority: str = "") -> Task:
    """A department that accepts for itself says 受理 or 不予受理 of its item. Raises Refused, Conflict.

    With every item declined the case is declined. `authority`: where to go instead.
    """
    case, task, tasks = lock_task(actor, task_id)
    if case.state not in (CaseState.RECEIVED, CaseState.ACCEPTED) or task.state != TaskState.PENDING:
        raise Conflict("这件不在收件阶段，请刷新后再看。")
    if accept:
        Task.objects.filter(pk=task.pk).update(intake_word="accepted")
        nothing_to_ask(case, task.department_id, actor)
        record([event(case, "word", f"{task.item_name}：部门同意受理", actor, task=task)])
        return task
    if not reason.strip():
        raise Refused("请写明不予受理的理由。", "reason")
    move(task, "decline", actor, reason=reason.strip(), intake_word="declined")
    record([event(case, "word", f"{task.item_name}：不予受理，{reason.strip()}", actor, task=task)])
    notice = paper("decline", case, task, authority=authority.strip()[:200])
    told = inform("item_declined", case, round=task.pk)
    if case.state == CaseState.ACCEPTED:
        settle(case, tasks, actor, [], [notice, told])
        return task
    if not any(t.department_id == task.department_id and t.state == TaskState.PENDING for t in tasks):
        nothing_to_ask(case, task.department_id, actor)
    if all(t.state == TaskState.DECLINED for t in tasks):
        move(case, "decline", actor, reason="各事项均不予受理")
        told = inform("declined", case)
    put(notice, told)
    return task
