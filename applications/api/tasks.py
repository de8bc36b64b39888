"""The own department's tasks in the API: list, read, claim, grant, refuse. The same operations as the pages."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import F
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from applications import desk
from applications.api import task_shapes as shapes
from applications.api.task_detail import task_detail, task_line
from applications.models import SystemAct, Task
from applications.operations import review
from applications.operations.looking import note_seen
from applications.views.staff_door import own_task
from departments.calendar import current_calendar
from departments.models import SystemKey
from departments.systems import System
from foundation.api.doors import Door, Nothing, Strict, asked, sent
from foundation.api.requests import Session
from foundation.errors import Conflict
from matters.published import plan_of


class IsReviewer(BasePermission):
    """Reviewers of any department; whose task it is, the query says."""

    message = "您不在任何审批岗位上。"

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.actor.departments)


class TaskDoor(Door):
    """For people with the portal's session, and for departments' own systems."""

    authentication_classes = [System, Session]
    permission_classes = [IsAuthenticated, IsReviewer]

    def once(
        self, request: Request, pk: int, shape: type[Strict], act: Callable[[Task, dict[str, Any]], Any]
    ) -> Response:
        """Run the act on an own task with the body, and answer with the task as it is then. A system's act has effect once,
        however often it is sent (`webhook-id`)."""
        found = own(request, pk)
        body = sent(shape, request)
        if not isinstance(request.auth, SystemKey):
            act(found, body)
            return _detail(request, pk)
        with transaction.atomic():
            if first_time(request, found):
                act(found, body)
        return _detail(request, pk)


def own(request: Request, pk: int) -> Task:
    """The task, for who may see it; a system sees the items it was given alone. Raises Http404."""
    task = own_task(request.actor, pk)
    if isinstance(request.auth, SystemKey) and not request.auth.connection.works_on(task.item_code):
        raise Http404
    return task


def first_time(request: Request, task: Task) -> bool:
    """Whether a system's act is new, written down in the caller's transaction; of two at once the second waits.

    Raises Conflict where the same webhook-id came with another act or other bytes.
    """
    act = request.resolver_match.url_name or ""
    said = {"act": act, "task_id": task.pk, "sha256": sha256(request._request.body).hexdigest()}
    row, made = SystemAct.objects.get_or_create(
        connection=request.auth.connection,
        message=request.headers["webhook-id"],
        defaults=said | {"at": timezone.now()},
    )
    if not made and any(getattr(row, name) != value for name, value in said.items()):
        raise Conflict("这个 webhook-id 已经用在另一个动作上。")
    return made


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
        if isinstance(request.auth, SystemKey) and request.auth.connection.items:
            tasks = tasks.filter(item_code__in=request.auth.connection.items)
        tasks = tasks.annotate(locked=F("is_locked")).select_related("application__matter", "assignee")
        page = desk.page(tasks, wish, {"after": asked_for["cursor"]}, asked_for["limit"])
        lines = [task_line(task, request.actor, calendar, bool(vars(task)["locked"])) for task in page.rows]
        return Response(shapes.TaskPage({"next": page.later or None, "results": lines}).data)


def _detail(request: Request, pk: int) -> Response:
    task = own(request, pk)
    note_seen(actor=request.actor, task=task)
    return Response(task_detail(request.actor, task))


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
        return _detail(request, task)


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
        return self.once(request, task, Nothing, lambda found, _: review.claim(actor=request.actor, task_id=found.pk))


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
        return self.once(request, task, shapes.GrantBody, _decide(request, review.GRANT))


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
        return self.once(request, task, shapes.RefuseBody, _decide(request, review.REFUSE))


def _decide(request: Request, verdict: str) -> Callable[[Task, dict[str, Any]], Any]:
    def act(found: Task, body: dict[str, Any]) -> None:
        check_points(found, body["points"])
        review.decide(actor=request.actor, task_id=found.pk, verdict=verdict, **body)

    return act


def check_points(task: Task, points: dict[str, str]) -> None:
    """Raises ValidationError for points that the item does not have."""
    item = plan_of(task.application.revision_id).items[task.item_code]
    unknown = [key for key in points if key not in {str(i) for i in range(len(item.points or item.conditions))}]
    if unknown:
        raise ValidationError({"points": [f"没有编号为 {key[:20]} 的审查要点。" for key in unknown[:20]]})
