"""The own department's tasks in the API: list, read, claim, grant, refuse. The same operations as the pages."""

from typing import Any

from django.db.models import F
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from applications import desk, showing
from applications.api import task_shapes as shapes
from applications.dossier import open_dossier
from applications.models import Task
from applications.operations import review
from applications.operations.looking import note_seen
from applications.states import TaskState
from applications.views.staff_door import own_task
from departments.access import Actor
from departments.calendar import current_calendar
from departments.workdays import Calendar
from foundation.api.doors import Door, Nothing, asked, sent
from matters.published import plan_of


class IsReviewer(BasePermission):
    """Reviewers of any department; whose task it is, the query says."""

    message = "您不在任何审批岗位上。"

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.actor.departments)


class TaskDoor(Door):
    permission_classes = [IsAuthenticated, IsReviewer]


class Tasks(TaskDoor):
    """部门任务。"""

    @extend_schema(
        parameters=[shapes.TaskQuery],
        responses=shapes.TaskPage,
        operation_id="tasks_list",
        summary="本部门任务清单",
        description="按到期日排序，翻页用 `cursor`。别的部门的任务在这里不存在。",
    )
    def get(self, request: Request) -> Response:
        """The department's desk by due day, page by page; what other departments have does not exist here."""
        asked_for = asked(shapes.TaskQuery, request)
        today, calendar = timezone.localdate(), current_calendar()
        wish = desk.Wish(asked_for["scope"], asked_for["light"], asked_for["item"], asked_for["search"])
        tasks = desk.with_light(desk.desk(request.actor, wish, today, calendar), wish, today)
        tasks = desk.lit(tasks, today, calendar) if not wish.on_the_desk else tasks
        tasks = tasks.annotate(locked=F("is_locked")).select_related("application__matter", "assignee")
        page = desk.page(tasks, wish, {"after": asked_for["cursor"]}, asked_for["limit"])
        lines = [_line(task, request.actor, calendar, bool(vars(task)["locked"])) for task in page.rows]
        return Response(shapes.TaskPage({"next": page.later or None, "results": lines}).data)


def _line(task: Task, actor: Actor, calendar: Calendar, waits: bool) -> dict[str, Any]:
    locked = waits and task.is_open and task.state != TaskState.PENDING
    return {
        "task": task,
        "light": showing.task_light(task, timezone.localdate(), calendar, locked=locked),
        "locked": locked,
        "assignee": (task.assignee.name or task.assignee.username) if task.assignee else None,
        "mine": task.assignee_id == actor.user_id,
    }


def _detail(actor: Actor, pk: int) -> Response:
    task = own_task(actor, pk)
    note_seen(actor=actor, task=task)
    calendar = current_calendar()
    dossier = open_dossier(task, calendar)
    detail = _line(task, actor, calendar, bool(dossier.blockers)) | {
        "dossier": dossier,
        "blockers": [other.item_name for other in dossier.blockers],
        "needs_result_number": dossier.item.own_form and not task.pre_review,
    }
    return Response(shapes.TaskDetail(detail).data)


class OneTask(TaskDoor):
    """One task of the own department."""

    @extend_schema(
        responses=shapes.TaskDetail,
        operation_id="tasks_read",
        summary="一件任务",
        description="只有本事项用到的栏目和材料、审查要点、决定要等什么。",
    )
    def get(self, request: Request, task: int) -> Response:
        """Its own fields and papers, the points, what its decision waits for."""
        return _detail(request.actor, task)


class Claim(TaskDoor):
    """认领。"""

    @extend_schema(
        request=Nothing,
        responses=shapes.TaskDetail,
        operation_id="tasks_claim",
        summary="认领",
        description="同事先认领了就答 409。",
    )
    def post(self, request: Request, task: int) -> Response:
        """Take the task; 409 when a colleague was faster."""
        sent(Nothing, request)
        review.claim(actor=request.actor, task_id=own_task(request.actor, task).pk)
        return _detail(request.actor, task)


class Grant(TaskDoor):
    """准予。"""

    @extend_schema(
        request=shapes.GrantBody,
        responses=shapes.TaskDetail,
        operation_id="tasks_grant",
        summary="准予",
        description="提交即生效并有文号；还在等前置事项时答 409。",
    )
    def post(self, request: Request, task: int) -> Response:
        """Final with its number at once; 409 while the decision is locked."""
        return _decide(request, task, review.GRANT, shapes.GrantBody)


class Refuse(TaskDoor):
    """不予。"""

    @extend_schema(
        request=shapes.RefuseBody,
        responses=shapes.TaskDetail,
        operation_id="tasks_refuse",
        summary="不予",
        description="事实和依据写进决定书，申请人凭它复议、诉讼。",
    )
    def post(self, request: Request, task: int) -> Response:
        """Facts and article go into the decision that the applicant gets."""
        return _decide(request, task, review.REFUSE, shapes.RefuseBody)


def _decide(request: Request, pk: int, verdict: str, shape: type[shapes.Opinion]) -> Response:
    found = own_task(request.actor, pk)
    body = sent(shape, request)
    _check_points(found, body["points"])
    review.decide(actor=request.actor, task_id=found.pk, verdict=verdict, **body)
    return _detail(request.actor, pk)


def _check_points(task: Task, points: dict[str, str]) -> None:
    item = plan_of(task.application.revision_id).items[task.item_code]
    unknown = [key for key in points if key not in {str(i) for i in range(len(item.points or item.conditions))}]
    if unknown:
        raise ValidationError({"points": [f"没有编号为 {key[:20]} 的审查要点。" for key in unknown[:20]]})
