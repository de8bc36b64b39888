"""一同核查 on the officer's phone: hours, who comes, the points on the spot, photos, the applicant's signature."""

from collections.abc import Mapping
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications.models import Application, CasePaper, Inspection, InspectionPart, InspectionPhoto, Task
from applications.operations import inspecting
from applications.views.door import MAX_ID, moment, posted, status_of
from applications.views.files import serve
from applications.views.staff_door import own_task, reviewer_only
from departments.middleware import ActorRequest
from foundation.errors import Refused
from foundation.files.limits import takes_files
from matters.plan import scheme
from matters.published import plan_of

SLOTS = ("slot1", "slot2", "slot3")
DONE = {
    "offer": "时间已经给申请人，等他选",
    "cancel": "一同核查取消了，已告诉申请人",
    "officers": "核查人员记下了",
    "done": "本部门查完了",
}


@reviewer_only
@require_http_methods(["GET", "HEAD", "POST"])
def task_inspection(request: ActorRequest, task: int) -> HttpResponse:
    """`/queue/<id>/inspection/`: POST with `act` offer, cancel, officers, keep or done."""
    found = own_task(request.actor, task)
    if request.method != "POST":
        return _page(request, found)
    act = request.POST.get("act", "")
    try:
        _act(request, found, act)
    except Refused as refusal:
        return _page(request, own_task(request.actor, task), refusal)
    if act == "keep":
        return HttpResponse(status=204)
    messages.success(request, DONE.get(act, "存好了"))
    return redirect("task-inspection", found.pk)


def _act(request: ActorRequest, found: Task, act: str) -> None:
    who: dict[str, Any] = {"actor": request.actor, "task_id": found.pk}
    if act == "offer":
        inspecting.offer_visit(
            slots=[moment(text, "slots") for name in SLOTS if (text := posted(request, name, 20))],
            place=posted(request, "place", 200),
            officers=posted(request, "officers", 200),
            reason=posted(request, "reason", 300),
            **who,
        )
    elif act == "cancel":
        inspecting.cancel_visit(reason=posted(request, "reason", 300), **who)
    elif act == "officers":
        inspecting.name_officers(officers=posted(request, "officers", 200), **who)
    elif act in ("keep", "done"):
        remark = posted(request, "remark", 500)
        inspecting.record_part(answers=_answers(request), remark=remark, done=act == "done", **who)
    else:
        raise Refused("没有这个操作，请刷新后再试。")


def _answers(request: ActorRequest) -> dict[str, dict[str, str]]:
    """`p.<item>.<point>` with yes, no or na; `n.<item>.<point>` with what was seen."""
    keys = {name[2:] for name in request.POST if name[:2] in ("p.", "n.")}
    return {
        key: {"value": posted(request, f"p.{key}", 4), "note": posted(request, f"n.{key}", inspecting.LONGEST)}
        for key in keys
    }


@reviewer_only
@require_POST
@takes_files(at_once=1)
def task_photo(request: ActorRequest, task: int) -> HttpResponse:
    """One photo from the phone's camera."""
    found = own_task(request.actor, task)
    upload = request.FILES.get("photo")
    try:
        if upload is None:
            raise Refused("请先拍一张或者选一张照片。", "photo")
        inspecting.add_photo(actor=request.actor, task_id=found.pk, upload=cast("Any", upload), name=upload.name or "")
    except Refused as refusal:
        return _page(request, found, refusal)
    return redirect("task-inspection", found.pk)


@reviewer_only
@require_POST
@takes_files(at_once=1)
def task_inspection_sign(request: ActorRequest, task: int) -> HttpResponse:
    """The applicant's signature from the screen, or why there is none."""
    found = own_task(request.actor, task)
    upload = request.FILES.get("file")
    try:
        inspecting.sign_off(
            actor=request.actor,
            task_id=found.pk,
            upload=cast("Any", upload),
            name=(upload.name or "") if upload else "",
            unsigned_reason=posted(request, "unsigned_reason", 300),
        )
    except Refused as refusal:
        return _page(request, found, refusal)
    messages.success(request, "一同核查结束，现场核查记录马上生成")
    return redirect("task-inspection", found.pk)


@reviewer_only
@require_safe
def inspection_photo(request: ActorRequest, task: int, photo: int) -> HttpResponse:
    """One photo of the visits of the task's case, for all its departments."""
    found = own_task(request.actor, task)
    rows = InspectionPhoto.objects.filter(part__inspection__application=found.application_id, pk=min(photo, MAX_ID))
    row = rows.select_related("file").first()
    if row is None or not row.file.may_leave:
        raise Http404("没有这张照片")
    return serve(row.file)


def visits_of(found: Task) -> list[Inspection]:
    """The visits of the task's case, the newest first, each with its parts."""
    rows = Inspection.objects.filter(application=found.application_id).select_related("lead", "signature")
    return list(rows.prefetch_related("parts__department", "parts__photos").order_by("-id"))


def _page(request: ActorRequest, found: Task, refusal: Refused | None = None) -> HttpResponse:
    case, plan = found.application, plan_of(found.application.revision_id)
    tasks = list(Task.objects.filter(application=case).select_related("department").order_by("position"))
    seen = inspecting.to_see(tasks, plan)
    visits = visits_of(found)
    visit = next((one for one in visits if one.is_open), None)
    parts = list(visit.parts.all()) if visit else []
    own = next((part for part in parts if part.department_id == found.department_id), None)
    begun = any(part.done_at for part in parts)
    if not seen and not begun:  # all decided without it: nobody comes any more
        visit, parts, own = None, [], None
    lead = inspecting.leader(visit, seen)
    waiting = inspecting.still_to_come(parts, seen)
    context: dict[str, Any] = {
        "task": found,
        "case": case,
        "refusal": refusal,
        "fault": {refusal.field or "page": refusal.message} if refusal else {},
        "visit": visit,
        "closed": [one for one in visits if not one.is_open],
        "held": any(one.closed_at for one in visits),
        "record": CasePaper.objects.filter(application=case, kind="inspection").select_related("document").last(),
        "parts": parts,
        "own": own,
        "lead": lead,
        "leads": lead is not None and lead.pk == found.department_id and found in seen,
        "departments": list(dict.fromkeys(task.department.short_name for task in seen)),
        "begun": begun,
        "waiting": [part.department.short_name for part in waiting],
        "points": _points(request.POST if refusal else {}, own, found, tasks),
        "may_record": own is not None and own.done_at is None and visit is not None and visit.at is not None,
        "typed": request.POST if refusal else {},
        "officers": request.POST.get("officers") or "、".join(own.officers if own else []),
        "remark": request.POST.get("remark", own.remark if own else ""),
        "place": request.POST.get("place") or (visit.place if visit else _address(case, seen)),
        "slots": [(name, request.POST.get(name, "")) for name in SLOTS],
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/reviewer/inspection.html", context, status=status)


def _address(case: Application, seen: list[Task]) -> str:
    """Where the form says the place is: the address that most of the items use; of several the last, the applicant's own
    stands before it."""
    found = scheme(plan_of(case.revision_id), case.answers, frozenset(case.commitments))
    items = {task.item_code for task in seen}
    filled = [one for one in found.fields if one.spec.type == "address" and case.form.get(one.spec.code)]
    places = sorted(filled, key=lambda one: len(items & set(one.used_by)))
    return str(case.form[places[-1].spec.code])[:200] if places else ""


def _points(
    typed: Mapping[str, str], own: InspectionPart | None, found: Task, tasks: list[Task]
) -> list[tuple[Task, list[dict[str, str]]]]:
    """The own items with their points, each with what was kept or typed just now."""
    kept = own.answers if own else {}
    plan = plan_of(found.application.revision_id)
    rows = []
    for task, points in inspecting.points_for(found.department_id, tasks, plan):
        told = []
        for point in points:
            key = f"{task.item_code}.{point.key}"
            before = kept.get(key, {})
            told.append(
                {
                    "key": key,
                    "text": point.text,
                    "value": typed.get(f"p.{key}", before.get("value", "")),
                    "note": typed.get(f"n.{key}", before.get("note", "")),
                }
            )
        rows.append((task, told))
    return rows
