"""容缺: a deferrable paper follows by a promised day. The day, the promise, one extension, reminders, a broken promise.

The window marks the paper (`intake.check_material`); here is what that mark brings with it. 《行政许可法》 says nothing
of it: terms are the county's own (`departments/thresholds/`), a permit is never decided later for it.
"""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from applications import access, clocks, deferral
from applications.models import Application, CaseMaterial, DeferralBreach, Event, Task
from applications.operations.dispatch import clock_of
from applications.operations.recording import event, inform, lock_case, paper, record
from applications.states import BEFORE_ACCEPTANCE, CaseState, MaterialState, SignedHow
from departments.access import SYSTEM, Actor
from departments.calendar import current_calendar
from departments.workdays import Calendar
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.operations import put
from foundation.templatetags.portal_text import cn_date
from matters.plan import Plan
from matters.published import plan_of

PERMIT = "permit"
REMINDERS = ("deferral_first_reminder_days", "deferral_last_reminder_days")
LIST = 3  # papers named in one sentence


def expected_day(case: Application, material: CaseMaterial, calendar: Calendar) -> date:
    """The last day if the items that use the paper were accepted today. One query.

    Raises Refused while an earlier promise of the same holder is broken.
    """
    today = timezone.localdate()
    _refuse_barred(case, today, calendar)
    tasks = list(Task.objects.filter(application=case).order_by("position"))
    due = clocks.due_days([clock_of(task) for task in tasks], today, calendar)
    planned = {task.item_code: task.due or due[task.item_code] for task in tasks if task.kind == PERMIT}
    return _last_day(plan_of(case.revision_id), material, planned, today, calendar)


def _last_day(plan: Plan, material: CaseMaterial, permits: dict[str, date], began: date, calendar: Calendar) -> date:
    own = [plan.items[code].deferral_days for code in material.used_by if code in plan.items]
    days = deferral.days_allowed(own, plan.promised_days)
    decisions = [day for code, day in permits.items() if code in material.used_by]
    return deferral.last_day(began, days, decisions, calendar)


def fix_days(
    case: Application, owed: Iterable[CaseMaterial], tasks: Iterable[Task], accepted_on: date, calendar: Calendar
) -> None:
    """The days count from acceptance: written anew for the papers of items accepted on that day. One statement."""
    plan = plan_of(case.revision_id)
    begun = {task.item_code for task in tasks if (task.added_on or case.accepted_on) == accepted_on}
    permits = {task.item_code: task.due for task in tasks if task.kind == PERMIT and task.due and task.is_open}
    rows = []
    for material in owed:
        day = _last_day(plan, material, permits, accepted_on, calendar) if begun & set(material.used_by) else None
        if day is not None and day != material.deferred_until:
            material.deferred_until, material.reminded = day, None
            rows.append(material)
    if rows:
        CaseMaterial.objects.bulk_update(rows, ["deferred_until", "reminded"])


def unsigned(owed: Iterable[CaseMaterial]) -> list[CaseMaterial]:
    """Deferred papers whose promise the applicant has still to sign."""
    return [m for m in owed if m.state == MaterialState.DEFERRED and not m.promise_signed]


@transaction.atomic
def sign_promise(*, actor: Actor, number: str, how: str) -> list[CaseMaterial]:
    """容缺受理承诺书: the applicant has signed for every paper that follows later. Returns those it newly covers.

    At the window the clerk says that it lies there signed; online the applicant alone, never an agent.
    Raises NotAllowed, Conflict (nothing deferred, decided meanwhile), Refused for an unknown way of signing.
    """
    case = lock_case(actor, number)
    at_the_window = how in (SignedHow.PAPER, SignedHow.PAD)
    if how not in SignedHow.values:
        raise Refused("请选怎么签的。", "how")
    if at_the_window and not actor.clerk:
        raise NotAllowed("纸上的承诺书由窗口收。")
    if not at_the_window and not access.is_principal(case, actor):
        raise NotAllowed("承诺书只能申请人本人签；单位由法定代表人签。")
    if case.state not in (*BEFORE_ACCEPTANCE, CaseState.ACCEPTED):
        raise Conflict(f"现在是“{case.get_state_display()}”，不用再签承诺书。")
    rows = unsigned(CaseMaterial.objects.filter(application=case, state=MaterialState.DEFERRED))
    if not rows:
        raise Conflict("没有等着签的容缺承诺书，请刷新后再看。")
    CaseMaterial.objects.filter(pk__in=[row.pk for row in rows]).update(promise_signed=how)
    text = f"申请人签了容缺受理承诺书：{_names(rows)}（{SignedHow(how).label}）"
    record([event(case, "deferral_promised", text, actor)])
    return rows


@transaction.atomic
def print_promise(*, actor: Actor, number: str) -> None:
    """The 容缺受理承诺书 of what is deferred now, for the applicant to sign; the same papers are printed once.

    Raises NotAllowed, Conflict with nothing to sign.
    """
    case = lock_case(actor, number)
    if not actor.clerk:
        raise NotAllowed("承诺书由窗口打印。")
    rows = unsigned(CaseMaterial.objects.filter(application=case, state=MaterialState.DEFERRED))
    if not rows:
        raise Conflict("没有等着签的容缺承诺书，请刷新后再看。")
    last = max(row.checked_at or timezone.now() for row in rows)
    put(paper("deferral-promise", case, round=int(last.timestamp())))


@transaction.atomic
def extend(*, actor: Actor, number: str, material_code: str, days: int, reason: str) -> CaseMaterial:
    """不可抗力: the day moves once, by working days within `deferral_extension_days`, with the reason written down.

    Raises NotAllowed, CaseMaterial.DoesNotExist, Conflict (not owed, over, extended before), Refused (days, reason, no
    day left before a permit's decision).
    """
    case = lock_case(actor, number)
    if not actor.clerk:
        raise NotAllowed("容缺期限由窗口延长。")
    material = CaseMaterial.objects.select_related("breach").get(application=case, material_code=material_code)
    until, calendar, today = material.deferred_until, current_calendar(), timezone.localdate()
    owed = material.state == MaterialState.DEFERRED and material.handed_in_at is None
    if case.state != CaseState.ACCEPTED or not owed or until is None:
        raise Conflict("这份材料现在不在容缺期限里，请刷新后再看。")
    if until < today:
        raise Conflict(f"{cn_date(until)}已经过了，不能再延，由部门按现有材料决定。补来以后照样核收。")
    if material.extended_from is not None:
        raise Conflict(f"已经延长过一次（原来是{cn_date(material.extended_from)}），不能再延。")
    most = calendar.thresholds.value("deferral_extension_days", today)
    if not 1 <= days <= most:
        raise Refused(f"最多延长 {most} 个工作日，请填 1 到 {most}。", "days")
    reason = reason.strip()[:300]
    if not reason:
        raise Refused("请写明是什么不可抗力，部门和督查都看得到。", "reason")
    permits = Task.objects.filter(application=case, kind=PERMIT, item_code__in=material.used_by)
    decisions = [task.due for task in permits if task.due and task.is_open]
    moved = deferral.extended_day(until, days, decisions, calendar)
    if moved == until:
        raise Refused(f"用这份材料的许可{cn_date(until)}就要决定，期限不能再往后。", "days")
    changed = {"deferred_until": moved, "extended_from": until, "extended_because": reason, "reminded": None}
    CaseMaterial.objects.filter(pk=material.pk).update(**changed)
    for name, value in changed.items():
        setattr(material, name, value)
    text = f"“{material.name}”的容缺期限延长到{cn_date(moved)}"
    record([event(case, "deferral_extended", text, actor, note=reason, material=material_code)])
    put(inform("deferral_extended", case, round=material.pk, materials=[material.pk]))
    return material


def watch_deferrals() -> tuple[int, int]:
    """Remind of papers whose day comes, write down the promises that were broken. Returns cases reminded, and broken.

    Finds them by state, so it is right after an outage of any length: nearest reminder alone, every breach once.
    """
    calendar, today = current_calendar(), timezone.localdate()
    ahead = [calendar.thresholds.value(code, today) for code in REMINDERS]
    owed = CaseMaterial.objects.filter(
        state=MaterialState.DEFERRED,
        handed_in_at=None,
        breach=None,
        application__state=CaseState.ACCEPTED,
        deferred_until__lte=calendar.add(today, max(ahead)),
    )
    cases = owed.order_by("application_id").values_list("application_id", flat=True).distinct()
    done = [_watch(case_id, ahead, today, calendar) for case_id in list(cases)]
    return sum(reminded for reminded, _ in done), sum(broken for _, broken in done)


@transaction.atomic
def _watch(case_id: int, ahead: list[int], today: date, calendar: Calendar) -> tuple[bool, bool]:
    related = ("matter", "applicant")
    case = Application.objects.select_related(*related).select_for_update(of=("self",), no_key=True).get(pk=case_id)
    if case.state != CaseState.ACCEPTED:
        return False, False
    tasks = [task for task in Task.objects.filter(application=case) if task.is_open]
    using = {task.item_code for task in tasks}
    rows = CaseMaterial.objects.filter(application=case, state=MaterialState.DEFERRED, handed_in_at=None, breach=None)
    owed = [row for row in rows.select_related("breach") if row.deferred_until and using & set(row.used_by)]
    broken = [row for row in owed if row.deferred_until and row.deferred_until < today]
    if broken:
        _break(case, broken, tasks)
    return _remind(case, [row for row in owed if row not in broken], ahead, today, calendar), bool(broken)


def _remind(case: Application, owed: list[CaseMaterial], ahead: list[int], today: date, calendar: Calendar) -> bool:
    """One message for all papers of the case that are due for one."""
    due = []
    for row in owed:
        assert row.deferred_until is not None and case.accepted_on is not None
        days = deferral.reminder_due(case.accepted_on, row.deferred_until, row.reminded, ahead, today, calendar)
        if days is not None:
            row.reminded = days
            due.append(row)
    if due:
        CaseMaterial.objects.bulk_update(due, ["reminded"])
        put(inform("deferral_due", case, round=f"{today:%Y%m%d}", materials=[row.pk for row in due]))
    return bool(due)


def _break(case: Application, broken: list[CaseMaterial], tasks: list[Task]) -> None:
    """The day is over: the holder is barred until it is repaired, and each department decides on what is there."""
    now = timezone.now()
    holder = {"organisation_id": case.organisation_id}
    if case.organisation_id is None:
        holder = {"person_id": case.applicant_id}
    breaches = [
        DeferralBreach(material=row, application=case, promised_for=row.deferred_until, recorded_at=now, **holder)
        for row in broken
        if row.deferred_until is not None
    ]
    DeferralBreach.objects.bulk_create(breaches)
    lines: list[Event] = [event(case, "deferral_broken", f"到期没有补来：{_names(broken)}", SYSTEM)]
    for task in tasks:
        mine = [row for row in broken if task.item_code in row.used_by]
        if mine:
            text = f"{task.item_name}：{_names(mine)}到期没有补来，按现有材料决定"
            lines.append(event(case, "deferral_broken", text, SYSTEM, task=task))
    record(lines)
    put(inform("deferral_broken", case, round=f"{now:%Y%m%d}", materials=[row.pk for row in broken]))


def repaired(material: CaseMaterial) -> None:
    """The window found the paper in order after all: nobody is barred by it any more."""
    DeferralBreach.objects.filter(material=material, repaired_at=None).update(repaired_at=timezone.now())


def open_breach(case: Application, today: date, calendar: Calendar) -> DeferralBreach | None:
    """The broken promise that bars the case's holder from another: of the organisation, else of the applicant. One query."""
    rows = DeferralBreach.objects.filter(repaired_at=None)
    if case.organisation_id is not None:
        rows = rows.filter(organisation_id=case.organisation_id)
    else:
        rows = rows.filter(person_id=case.applicant_id)
    days = calendar.thresholds.value("deferral_bar_days", today)
    barring = rows.select_related("application", "material").order_by("-promised_for")
    return next((row for row in barring if today < deferral.free_from(row.promised_for, days)), None)


def _refuse_barred(case: Application, today: date, calendar: Calendar) -> None:
    found = open_breach(case, today, calendar)
    if found is None:
        return
    free = deferral.free_from(found.promised_for, calendar.thresholds.value("deferral_bar_days", today))
    raise Refused(
        f"{case.title}在办件 {found.application.number} 里答应{cn_date(found.promised_for)}前补“{found.material.name}”，"
        f"没有补来。补齐以前不能再容缺；不补的，{free:%Y 年 %-m 月 %-d 日}起才可以。"
    )


def _names(rows: list[CaseMaterial]) -> str:
    more = f"等 {len(rows)} 份" if len(rows) > LIST else ""
    return "、".join(f"“{row.name}”" for row in rows[:LIST]) + more
