"""What a reviewer does with one task. Each act: parse, call one operation, answer; a refusal keeps what was typed."""

from collections.abc import Callable, Mapping
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from applications.models import Task
from applications.operations import colleagues, intake, legal_waits, returning, review, timing, verifying
from applications.views.door import posted, posted_day, posted_number, status_of
from applications.views.reviewer_task import TEXTS, show_task
from applications.views.staff_door import own_task, reviewer_only
from departments.middleware import ActorRequest
from foundation.errors import Refused
from foundation.files.limits import takes_files
from matters.published import plan_of

Act = Callable[[Task], Any]
POINT_ANSWERS = ("yes", "no", "na")


def points_posted(request: ActorRequest, task: Task) -> dict[str, str]:
    """The answers to this item's own points; anything else posted is not one."""
    item = plan_of(task.application.revision_id).items[task.item_code]
    keys = [str(i) for i in range(len(item.points or item.conditions))]
    answers = {key: request.POST.get(f"point-{key}", "") for key in keys}
    return {key: answer for key, answer in answers.items() if answer in POINT_ANSWERS}


def do(
    request: ActorRequest, pk: int, act: Act, done: str, to: str = "task", typed: Mapping[str, str] | None = None
) -> HttpResponse:
    """Run the act on an own task; say `done` and go on, or show the page again with the refusal and what was typed."""
    task = own_task(request.actor, pk)
    points = points_posted(request, task)
    try:
        act(task)
    except Refused as refusal:
        kept = {name: posted(request, name, longest) for name, longest in TEXTS.items() if name in request.POST}
        kept["cause"], kept["owner"] = posted(request, "cause", 20), posted(request, "owner", 50)
        fresh = own_task(request.actor, pk)
        return show_task(
            request, fresh, refusal=refusal, typed=kept | dict(typed or {}), points=points, status=status_of(refusal)
        )
    messages.success(request, done)
    return HttpResponseRedirect(reverse(to, args=[pk]) if to == "task" else reverse(to))


@reviewer_only
@require_POST
def task_release(request: ActorRequest, task: int) -> HttpResponse:
    """放回: a colleague may take it."""
    return do(
        request, task, lambda t: review.release(actor=request.actor, task_id=t.pk), "已放回，同事可以认领", "queue"
    )


@reviewer_only
@require_POST
def task_hand_on(request: ActorRequest, task: int) -> HttpResponse:
    """交给同事."""
    to, note = posted_number(request, "colleague"), posted(request, "handing_note", TEXTS["handing_note"])

    def act(found: Task) -> Task:
        return colleagues.hand_on(actor=request.actor, task_id=found.pk, to=to, note=note)

    return do(request, task, act, "已交给同事", "queue")


@reviewer_only
@require_POST
def task_take_over(request: ActorRequest, task: int) -> HttpResponse:
    """接手, from the colleague whom the page showed."""
    holder, reason = posted_number(request, "holder"), posted(request, "takeover_reason", TEXTS["takeover_reason"])

    def act(found: Task) -> Task:
        return colleagues.take_over(actor=request.actor, task_id=found.pk, holder=holder, reason=reason)

    return do(request, task, act, "已接手，要点和意见都在")


@reviewer_only
@require_POST
def task_advise(request: ActorRequest, task: int) -> HttpResponse:
    """先存意见: points and opinion, also while the decision is locked."""

    def act(found: Task) -> Task:
        opinion = posted(request, "opinion", TEXTS["opinion"])
        return review.advise(
            actor=request.actor, task_id=found.pk, points=points_posted(request, found), opinion=opinion
        )

    if request.headers.get("HX-Request"):
        return _advise_quietly(request, task, act)
    return do(request, task, act, "意见已存")


def _advise_quietly(request: ActorRequest, pk: int, act: Act) -> HttpResponse:
    """The same without leaving the page: only the line that says when it was saved."""
    refusal, status = None, 200
    try:
        act(own_task(request.actor, pk))
    except Refused as caught:
        refusal, status = caught, status_of(caught)
    context = {"refusal": refusal, "saved_at": timezone.now()}
    return render(request, "applications/reviewer/_saved.html", context, status=status)


@reviewer_only
@require_POST
def task_decide(request: ActorRequest, task: int) -> HttpResponse:
    """准予 or 不予, after the confirming step."""
    verdict = request.POST.get("verdict", "")

    def act(found: Task) -> Task:
        return review.decide(
            actor=request.actor,
            task_id=found.pk,
            verdict=verdict,
            opinion=posted(request, "opinion", TEXTS["opinion"]),
            reason=posted(request, "reason", TEXTS["reason"]) if verdict == review.REFUSE else "",
            result_number=posted(request, "result_number", TEXTS["result_number"]) if verdict == review.GRANT else "",
            issued_number=posted(request, "issued_number", TEXTS["issued_number"]),
            points=points_posted(request, found),
        )

    return do(request, task, act, "决定已生效，申请人会收到通知")


@reviewer_only
@require_POST
def task_wait(request: ActorRequest, task: int) -> HttpResponse:
    """依法等待: from when, and where, what the law puts before the decision runs (公告, 公示)."""
    found = own_task(request.actor, task)
    waits = plan_of(found.application.revision_id).items[found.item_code].clock.waits
    which = posted_number(request, "wait")
    kind = waits[which].kind if 0 <= which < len(waits) else ""
    began, place = f"wait_began{which}", posted(request, f"wait_place{which}", TEXTS["wait_place"])

    def act(own: Task) -> Any:
        day = posted_day(request, began)
        return legal_waits.begin_wait(actor=request.actor, task_id=own.pk, kind=kind, began_on=day, place=place)

    typed = {"wait_kind": kind, "wait_began": posted(request, began, 10), "wait_place": place}
    return do(request, task, act, f"已登记{kind}", typed=typed)


@reviewer_only
@require_POST
def task_suspend(request: ActorRequest, task: int) -> HttpResponse:
    """特别程序: stop the clock."""
    days = posted(request, "expected_days", TEXTS["expected_days"])

    def act(found: Task) -> Any:
        return timing.suspend(
            actor=request.actor,
            task_id=found.pk,
            cause=posted(request, "cause", 20),
            basis=posted(request, "basis", TEXTS["basis"]),
            expected_days=int(days) if days.isascii() and days.isdigit() else 0,
        )

    return do(request, task, act, "已停表，结果到了再恢复")


@reviewer_only
@require_POST
@takes_files(at_once=1)
def task_resume(request: ActorRequest, task: int) -> HttpResponse:
    """The result of a special procedure, with its paper: entering it starts the clock."""
    upload = request.FILES.get("pause_file")

    def act(found: Task) -> Any:
        return timing.resume(
            actor=request.actor,
            task_id=found.pk,
            result=posted(request, "pause_result", TEXTS["pause_result"]),
            upload=cast("Any", upload),
            name=(upload.name or "") if upload else "",
        )

    return do(request, task, act, "结果记下了，已恢复计时")


@reviewer_only
@require_POST
def task_return(request: ActorRequest, task: int) -> HttpResponse:
    """退回: not this department's to decide."""
    reason = posted(request, "return_reason", TEXTS["return_reason"])
    owner = posted(request, "owner", 50)
    return do(
        request,
        task,
        lambda t: returning.give_back(actor=request.actor, task_id=t.pk, reason=reason, owner=owner),
        "已退回窗口，由窗口转给应当办的部门",
        "queue",
    )


@reviewer_only
@require_POST
def task_word(request: ActorRequest, task: int) -> HttpResponse:
    """受理 or 不予受理 of the item, said by a department that accepts for itself."""
    accept = request.POST.get("word") == "accept"
    if not accept and request.POST.get("word") != "decline":
        refusal = Refused("请选受理或者不予受理。")
        return show_task(request, own_task(request.actor, task), refusal=refusal, status=422)
    reason, authority = posted(request, "reason", TEXTS["reason"]), posted(request, "authority", 200)
    return do(
        request,
        task,
        lambda t: intake.say_word(actor=request.actor, task_id=t.pk, accept=accept, reason=reason, authority=authority),
        "已同意受理，由窗口统一发受理通知书" if accept else "已说明不予受理",
    )


@reviewer_only
@require_POST
def task_verify(request: ActorRequest, task: int) -> HttpResponse:
    """共享核验 of one exempt paper; the answer comes by a worker, the page goes on."""
    code = posted(request, "material", 80)
    answer = do(
        request,
        task,
        lambda t: verifying.verify(actor=request.actor, number=t.application.number, material_code=code),
        "正在核验，结果马上显示在材料旁边",
    )
    if isinstance(answer, HttpResponseRedirect):
        return HttpResponseRedirect(f"{answer.url}?{urlencode({'paper': code})}")
    return answer
