"""承办 → 审核 → 批准, 回避 and 延长办理期限 on the page of a task. Each act: parse, call one operation, answer."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from applications.models import Task
from applications.operations import extending, review, signing
from applications.signing import word_of
from applications.views.door import posted, posted_number
from applications.views.reviewer_acts import do, points_posted
from applications.views.reviewer_task import TEXTS
from applications.views.staff_door import own_task, reviewer_only
from departments.middleware import ActorRequest


@reviewer_only
@require_POST
def task_propose(request: ActorRequest, task: int) -> HttpResponse:
    """拟准予 or 拟不予: on to the next who signs."""
    verdict = request.POST.get("verdict", "")

    def act(found: Task) -> Task:
        return signing.propose(
            actor=request.actor,
            task_id=found.pk,
            verdict=verdict,
            opinion=posted(request, "opinion", TEXTS["opinion"]),
            reason=posted(request, "reason", TEXTS["reason"]) if verdict == review.REFUSE else "",
            result_number=posted(request, "result_number", TEXTS["result_number"]) if verdict == review.GRANT else "",
            issued_number=posted(request, "issued_number", TEXTS["issued_number"]),
            points=points_posted(request, found),
        )

    ahead = own_task(request.actor, task)
    return do(request, task, act, f"已签，送{word_of(ahead, 1)}", "queue")


@reviewer_only
@require_POST
def task_send_back(request: ActorRequest, task: int) -> HttpResponse:
    """退回承办."""
    reason = posted(request, "send_back_reason", TEXTS["send_back_reason"])

    def act(found: Task) -> Task:
        return signing.send_back(actor=request.actor, task_id=found.pk, reason=reason)

    return do(request, task, act, "已退回承办", "queue")


@reviewer_only
@require_POST
def task_recuse(request: ActorRequest, task: int) -> HttpResponse:
    """回避: oneself, or a colleague by the head."""
    reason, who = posted(request, "recusal_reason", TEXTS["recusal_reason"]), posted_number(request, "recused")

    def act(found: Task) -> Task:
        return signing.recuse(actor=request.actor, task_id=found.pk, reason=reason, who=who if who > 0 else None)

    return do(request, task, act, "已回避，由同事办理", "queue")


@reviewer_only
@require_POST
def task_extension(request: ActorRequest, task: int) -> HttpResponse:
    """延长办理期限: `say` ask, yes or no."""
    say, note = request.POST.get("say", "ask"), posted(request, "extension_note", TEXTS["extension_note"])

    def act(found: Task) -> Any:
        if say in ("yes", "no"):
            return extending.answer_extension(actor=request.actor, task_id=found.pk, agree=say == "yes", note=note)
        return extending.ask_extension(
            actor=request.actor,
            task_id=found.pk,
            days=posted_number(request, "extension_days"),
            reason=posted(request, "extension_reason", TEXTS["extension_reason"]),
            basis=posted(request, "extension_basis", TEXTS["extension_basis"]),
        )

    done = {"yes": "已批准，延长办理期限告知书马上送达申请人", "no": "没有批准，报的人会看到"}
    return do(request, task, act, done.get(say, "已报负责人，批准以后才延长"))
