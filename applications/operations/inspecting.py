"""一同核查: one visit for all departments that have to see the place, at an hour the applicant picks.

The department whose item stands first opens it. It stops no clock (《行政许可法》第四十五条 does not name 现场核查), and where
the applicant promised (告知承诺) nobody comes before the grant.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone

from applications import access
from applications.dossier import Point, points_of
from applications.models import Application, Inspection, InspectionPart, InspectionPhoto, Task
from applications.operations.recording import event, inform, lock_case, lock_task, paper, record
from applications.states import ON_THE_DESK, CaseState
from departments.access import Actor
from departments.calendar import current_calendar
from departments.models import Department
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.files.operations import store
from foundation.outbox.operations import put
from foundation.templatetags.portal_text import cn_datetime
from matters.plan import Plan
from matters.published import plan_of
from matters.specs import ItemSpec

LAW = "《中华人民共和国行政许可法》第三十四条第三款"
FEWEST_OFFICERS = 2  # the same article: two or more
MOST_SLOTS, MOST_PHOTOS, LONGEST = 5, 20, 300
ANSWERS = {"yes": "符合", "no": "不符", "na": "不涉及"}
GONE = "没有约着的一同核查，可能刚取消或者已经查完，请刷新后再看。"


def to_see(tasks: Iterable[Task], plan: Plan) -> list[Task]:
    """The items still open whose department has to see the place before it decides, in plan order. Pure."""
    return [
        task
        for task in tasks
        if task.state in ON_THE_DESK and not task.committed and plan.items[task.item_code].inspection
    ]


def open_visit(case: Application) -> Inspection | None:
    """The visit that is arranged or offered, if there is one. One query."""
    return Inspection.objects.filter(application=case, closed_at=None, cancelled_at=None).select_related("lead").first()


def visit_to_come(case: Application) -> Inspection | None:
    """The open visit while a department still has an item to see; after the last decision nobody comes. Two queries."""
    visit = open_visit(case)
    return visit if visit and to_see(case.tasks.all(), plan_of(case.revision_id)) else None


def leader(visit: Inspection | None, seen: Sequence[Task]) -> Department | None:
    """Who arranges the visit: who opened it while it has an item to see, then the next in plan order. Pure."""
    if visit and (not seen or visit.lead_id in {task.department_id for task in seen}):
        return visit.lead
    return seen[0].department if seen else None


def points_for(department: str, tasks: Iterable[Task], plan: Plan) -> list[tuple[Task, tuple[Point, ...]]]:
    """What one department looks at: of each of its items that ask for a visit the points that the catalogue marks as seen
    at the place, all of them where it marks none. Pure."""
    own = [task for task in to_see(tasks, plan) if task.department_id == department]
    return [(task, _on_site(plan.items[task.item_code], plan)) for task in own]


def _on_site(item: ItemSpec, plan: Plan) -> tuple[Point, ...]:
    marked, points = {one.point for one in item.about if one.site}, points_of(item, {}, plan)
    return tuple(point for point in points if point.text in marked) or points


def read_officers(text: str) -> list[str]:
    """Names as typed, apart by 、 or a space, each once. Raises Refused for fewer than two. 第三十四条第三款."""
    for mark in "，,；;\n":
        text = text.replace(mark, "、")
    names = list(dict.fromkeys(name.strip()[:20] for part in text.split("、") for name in part.split()))
    if len(names) < FEWEST_OFFICERS:
        raise Refused("现场核查要派两名以上工作人员，请写两个人的姓名。", "officers")
    return names[:6]


@transaction.atomic
def offer_visit(
    *, actor: Actor, task_id: int, slots: Sequence[datetime], place: str, officers: str, reason: str = ""
) -> Inspection:
    """Offer hours to the applicant; of a visit that stands already, other hours with the `reason` (改期).

    The hours (aware) lie ahead, on working days. Raises Task.DoesNotExist, NotAllowed (another department leads),
    Conflict (no item to see), Refused.
    """
    case, task, tasks = lock_task(actor, task_id)
    seen = to_see(tasks, plan_of(case.revision_id))
    if task not in seen or case.state != CaseState.ACCEPTED:
        raise Conflict("这一项现在不用现场核查。")
    visit = open_visit(case)
    lead = leader(visit, seen)
    assert lead is not None
    if lead.pk not in actor.departments:
        raise NotAllowed(f"一同核查由{lead.short_name}牵头约时间，本部门跟着一起去。")
    if visit and visit.parts.filter(done_at__isnull=False).exists():
        raise Conflict("已经有部门查完，不能再改期。")
    names, hours, place, reason = read_officers(officers), _hours(slots), place.strip()[:200], reason.strip()[:LONGEST]
    if not place:
        raise Refused("请写核查地点。", "place")
    if visit and not reason:
        raise Refused("改期请写原因，申请人看得到。", "reason")
    now = timezone.now()
    if visit is None:
        visit = Inspection.objects.create(
            application=case, lead=lead, place=place, slots=hours, opened_at=now, opened_by_name=actor.name
        )
    else:
        visit.slots, visit.place, visit.move_reason, visit.at, visit.chosen_by_name = hours, place, reason, None, ""
        visit.lead = lead
        visit.save(update_fields=["slots", "place", "move_reason", "at", "chosen_by_name", "lead"])
    for department in dict.fromkeys(one.department_id for one in seen):
        InspectionPart.objects.get_or_create(inspection=visit, department_id=department)
    visit.parts.filter(department_id=task.department_id).update(officers=names)
    who = "、".join(dict.fromkeys(one.department.short_name for one in seen))
    text = f"{lead.short_name}约一同核查，{who}一起来，请申请人选时间"
    if reason:
        text = f"一同核查改期，请申请人重新选时间。原因：{reason}"
    record([event(case, "inspection_offered", text, actor, task=task)])
    put(inform("inspection", case, round=_round(case)))
    return visit


def _round(case: Application) -> int:
    return int(case.events.filter(kind__in=("inspection_offered", "inspection_set", "inspection_off")).count())


def _hours(slots: Sequence[datetime]) -> list[str]:
    calendar, now = current_calendar(), timezone.now()
    hours = sorted(set(slots))[:MOST_SLOTS]
    if not hours:
        raise Refused("请至少给一个时间，申请人来选。", "slots")
    for hour in hours:
        if hour <= now:
            raise Refused(f"{cn_datetime(hour)}已经过了，请换一个时间。", "slots")
        if not calendar.is_working(timezone.localtime(hour).date()):
            raise Refused(f"{cn_datetime(hour)}不是工作日，请换一个时间。", "slots")
    return [hour.isoformat() for hour in hours]


@transaction.atomic
def pick_slot(*, actor: Actor, number: str, slot: str) -> Inspection:
    """The applicant, or the window for them, takes one of the hours offered; picked again it moves.

    Raises Application.DoesNotExist, NotAllowed, Conflict (nothing offered), Refused (not offered, or past).
    """
    case = lock_case(actor, number)
    if not access.acts_for_applicant(case, actor):
        raise NotAllowed("只有申请人或者窗口可以选核查时间。")
    visit = visit_to_come(case)
    if visit is None:
        raise Conflict(GONE)
    hour = next((hour for hour in visit.offered() if hour.isoformat() == slot), None)
    if hour is None:
        raise Refused("请在给出的时间里选一个。", "slot")
    if hour <= timezone.now():
        raise Refused("这个时间已经过了，请选别的；都过了请打窗口电话改期。", "slot")
    if visit.parts.filter(done_at__isnull=False).exists():
        raise Conflict("部门已经在查了，时间不能再改。")
    if visit.at != hour:
        visit.at, visit.chosen_by_name = hour, actor.name
        visit.save(update_fields=["at", "chosen_by_name"])
        record([event(case, "inspection_set", f"一同核查定在{cn_datetime(hour)}，各部门一次来", actor)])
        put(inform("inspection_set", case, round=_round(case)))
    return visit


@transaction.atomic
def cancel_visit(*, actor: Actor, task_id: int, reason: str) -> Inspection:
    """The leading department calls it off, with the reason. Raises NotAllowed, Conflict, Refused."""
    case, task, tasks = lock_task(actor, task_id)
    visit = open_visit(case)
    lead = leader(visit, to_see(tasks, plan_of(case.revision_id)))
    if visit is None or lead is None:
        raise Conflict(GONE)
    if lead.pk not in actor.departments:
        raise NotAllowed(f"只有牵头的{lead.short_name}可以取消。")
    reason = reason.strip()[:LONGEST]
    if not reason:
        raise Refused("请写为什么取消，申请人看得到。", "reason")
    if visit.parts.filter(done_at__isnull=False).exists():
        raise Conflict("已经有部门查完，不能取消；请查完再结束。")
    visit.cancelled_at, visit.cancel_reason = timezone.now(), reason
    visit.save(update_fields=["cancelled_at", "cancel_reason"])
    record([event(case, "inspection_off", f"一同核查取消。原因：{reason}", actor, task=task)])
    put(inform("inspection_off", case, round=_round(case)))
    return visit


def _own_part(actor: Actor, task_id: int) -> tuple[Application, Task, list[Task], Inspection, InspectionPart]:
    """The actor's department's part of the open visit, its case locked. Raises Task.DoesNotExist, NotAllowed, Conflict."""
    case, task, tasks = lock_task(actor, task_id)
    visit = open_visit(case)
    if visit is None:
        raise Conflict(GONE)
    parts = visit.parts.select_related("department")
    part = parts.filter(department_id=task.department_id).first()
    if part is None:  # an item that came in after the visit was offered
        if task not in to_see(tasks, plan_of(case.revision_id)):
            raise Conflict(GONE)
        part = InspectionPart.objects.create(inspection=visit, department=task.department)
    return case, task, tasks, visit, part


@transaction.atomic
def name_officers(*, actor: Actor, task_id: int, officers: str) -> InspectionPart:
    """Who comes from this department, at least two. Raises Task.DoesNotExist, NotAllowed, Conflict, Refused."""
    _, _, _, _, part = _own_part(actor, task_id)
    if part.done_at is not None:
        raise Conflict("本部门已经查完。")
    part.officers = read_officers(officers)
    part.save(update_fields=["officers"])
    return part


@transaction.atomic
def record_part(
    *, actor: Actor, task_id: int, answers: Mapping[str, Mapping[str, str]], remark: str, done: bool = True
) -> InspectionPart:
    """What the department found, point by point; kept as often as wanted, final with `done`.

    `answers`: "<item>.<point>" → {value, note}. Done needs every point answered, and a note where it is not met.
    Raises Task.DoesNotExist, NotAllowed, Conflict (no hour set, done already), Refused.
    """
    case, task, tasks, visit, part = _own_part(actor, task_id)
    if part.done_at is not None:
        raise Conflict("本部门已经查完，记录不能再改。")
    if visit.at is None:
        raise Conflict("申请人还没有选时间。")
    kept: dict[str, dict[str, str]] = {}
    missing, bare = 0, 0
    for one, points in points_for(part.department_id, tasks, plan_of(case.revision_id)):
        for point in points:
            key = f"{one.item_code}.{point.key}"
            said = answers.get(key, {})
            value, note = said.get("value", ""), said.get("note", "").strip()[:LONGEST]
            kept[key] = {
                "item": one.item_name,
                "text": point.text,
                "value": value if value in ANSWERS else "",
                "note": note,
            }
            missing += value not in ANSWERS
            bare += value == "no" and not note
    part.answers, part.remark = kept, remark.strip()[:500]
    if done:
        _complete(part, visit, missing, bare)
        part.done_at, part.done_by_name = timezone.now(), actor.name
        text = f"{part.department.short_name}现场核查完了，{'、'.join(part.officers)}到场"
        record([event(case, "inspected", text, actor, task=task)])
    part.save(update_fields=["answers", "remark", "done_at", "done_by_name"])
    return part


def _complete(part: InspectionPart, visit: Inspection, missing: int, bare: int) -> None:
    if len(part.officers) < FEWEST_OFFICERS:
        raise Refused("先写清楚是哪两位来核查的。", "officers")
    if visit.at is not None and timezone.localtime(visit.at).date() > timezone.localdate():
        raise Refused(f"约的是{cn_datetime(visit.at)}，到那天再记。")
    if missing:
        raise Refused(f"还有 {missing} 条没有答，不涉及的也点一下。", "points")
    if bare:
        raise Refused("不符合的，请在旁边写看到了什么。", "points")


def add_photo(*, actor: Actor, task_id: int, upload: BinaryIO, name: str) -> InspectionPhoto:
    """One photo of the place, looked at and scanned like every upload, before the case is locked.

    Raises Task.DoesNotExist, NotAllowed, Conflict, FileRefused, Refused (not a picture, too many).
    """
    with transaction.atomic():
        _photos_open(actor, task_id)
    stored = store(upload, name=name, by=actor.user_id)
    if stored.media_type not in ("image/jpeg", "image/png"):
        raise Refused("现场照片要是 JPG 或者 PNG 图片。", "photo")
    with transaction.atomic():
        part = _photos_open(actor, task_id)
        return InspectionPhoto.objects.create(part=part, file=stored, added_at=timezone.now(), added_by_name=actor.name)


def _photos_open(actor: Actor, task_id: int) -> InspectionPart:
    *_, visit, part = _own_part(actor, task_id)
    if visit.at is None or part.done_at is not None:
        raise Conflict("定了时间、本部门还没有查完，才能加照片。")
    if part.photos.count() >= MOST_PHOTOS:
        raise Refused(f"一个部门最多 {MOST_PHOTOS} 张照片。", "photo")
    return part


def sign_off(
    *, actor: Actor, task_id: int, upload: BinaryIO | None = None, name: str = "", unsigned_reason: str = ""
) -> Inspection:
    """The applicant signs on the screen, or does not and why is noted; the visit is over and its record is made.

    All departments that still have an item to see are done by then, one at least. Raises Task.DoesNotExist, NotAllowed, Conflict,
    FileRefused, Refused with neither.
    """
    reason = unsigned_reason.strip()[:LONGEST]
    if upload is None and not reason:
        raise Refused("请申请人签字；不肯签的，写明原因。", "unsigned_reason")
    with transaction.atomic():
        _ready_to_sign(actor, task_id)
    stored = store(upload, name=name, by=actor.user_id) if upload is not None else None
    with transaction.atomic():
        case, task, visit = _ready_to_sign(actor, task_id)
        visit.signature, visit.unsigned_reason = stored, "" if stored else reason
        visit.closed_at, visit.closed_by_name = timezone.now(), actor.name
        visit.save(update_fields=["signature", "unsigned_reason", "closed_at", "closed_by_name"])
        said = "申请人签了字" if stored else "申请人没有签字"
        record([event(case, "inspection_closed", f"一同核查结束，{said}", actor, task=task, note=reason)])
        put(paper("inspection", case, round=visit.pk))
    return visit


def _ready_to_sign(actor: Actor, task_id: int) -> tuple[Application, Task, Inspection]:
    case, task, tasks, visit, _ = _own_part(actor, task_id)
    parts = list(visit.parts.select_related("department"))
    if all(part.done_at is None for part in parts):
        raise Conflict("还没有部门查完，没有情况可以签。")
    waiting = still_to_come(parts, to_see(tasks, plan_of(case.revision_id)))
    if waiting:
        names = "、".join(part.department.short_name for part in waiting)
        raise Conflict(f"{names}还没有查完，查完一起签。")
    return case, task, visit


def still_to_come(parts: Iterable[InspectionPart], seen: Collection[Task]) -> list[InspectionPart]:
    """The parts that are not done while their department still has an item to see. Pure."""
    left = {task.department_id for task in seen}
    return [part for part in parts if part.done_at is None and part.department_id in left]


def summary(part: InspectionPart) -> list[dict[str, Any]]:
    """The answers of one part as they are read: item, text, word, note. Pure."""
    return [row | {"word": ANSWERS.get(row["value"], "没有答")} for row in part.answers.values()]
