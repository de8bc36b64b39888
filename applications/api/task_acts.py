"""What a department does with a task besides deciding it, through the API: the same operations as the pages.

For departments' own systems above all; a reviewer's session may use them as well.
"""

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from applications.api import task_shapes as shapes
from applications.api.tasks import TaskDoor, check_points
from applications.models import CaseMaterial, Task
from applications.operations import (
    certificate_files,
    extending,
    legal_waits,
    returning,
    review,
    signing,
    supplementing,
    timing,
)
from applications.operations.dispatch import stamp
from applications.views.files import SHOWN_INLINE, digest_of, file_response, seen_file
from departments.models import SystemKey
from foundation.api.doors import Nothing
from foundation.errors import NotAllowed


class Received(TaskDoor):
    """接收。"""

    @extend_schema(
        request=Nothing,
        responses=shapes.TaskDetail,
        operation_id="tasks_received",
        summary="接收",
        description="系统收到任务后告知一次，记下接收时间。推送的答 2xx 就是接收，不用再说。",
    )
    def post(self, request: Request, task: int) -> Response:
        """The time of receipt, once. Only a system says it: a person reads the task in the portal, where it stands."""

        def act(found: Task, _: dict[str, Any]) -> None:
            if not isinstance(request.auth, SystemKey):
                raise NotAllowed("由部门自己的系统告知。")
            stamp(found, timezone.now())

        return self.once(request, task, Nothing, act)


class Advise(TaskDoor):
    """审查意见。"""

    @extend_schema(
        request=shapes.AdviceBody,
        responses=shapes.TaskDetail,
        operation_id="tasks_advise",
        summary="先存意见",
        description="要点和意见，决定还锁着的时候也可以存。",
    )
    def post(self, request: Request, task: int) -> Response:
        """Points and opinion, also while the decision is locked."""

        def act(found: Task, body: dict[str, Any]) -> None:
            check_points(found, body["points"])
            review.advise(actor=request.actor, task_id=found.pk, **body)

        return self.once(request, task, shapes.AdviceBody, act)


class Propose(TaskDoor):
    """拟办。"""

    @extend_schema(
        request=shapes.ProposeBody,
        responses=shapes.TaskDetail,
        operation_id="tasks_propose",
        summary="拟准予、拟不予",
        description="要几个人签的事项，签前面的步骤，送下一个人。",
    )
    def post(self, request: Request, task: int) -> Response:
        """Sign a step before the last."""

        def act(found: Task, body: dict[str, Any]) -> None:
            check_points(found, body["points"])
            signing.propose(actor=request.actor, task_id=found.pk, **body)

        return self.once(request, task, shapes.ProposeBody, act)


class Suspend(TaskDoor):
    """特别程序。"""

    @extend_schema(
        request=shapes.SuspendBody,
        responses=shapes.TaskDetail,
        operation_id="tasks_suspend",
        summary="停表",
        description="只有《行政许可法》第四十五条的原因；写依据和预计的工作日。",
    )
    def post(self, request: Request, task: int) -> Response:
        """Stop the clock for a cause of art. 45."""
        return self.once(
            request,
            task,
            shapes.SuspendBody,
            lambda found, body: timing.suspend(actor=request.actor, task_id=found.pk, **body),
        )


class Resume(TaskDoor):
    """结果到了。"""

    @extend_schema(
        request=shapes.ResumeBody,
        responses=shapes.TaskDetail,
        operation_id="tasks_resume",
        summary="恢复计时",
        description="报告或者结论到了，写上结果，当天起恢复计时。",
    )
    def post(self, request: Request, task: int) -> Response:
        """The result starts the clock."""
        return self.once(
            request,
            task,
            shapes.ResumeBody,
            lambda found, body: timing.resume(actor=request.actor, task_id=found.pk, **body),
        )


class Extend(TaskDoor):
    """延长办理期限。"""

    @extend_schema(
        request=shapes.ExtendBody,
        responses=shapes.TaskDetail,
        operation_id="tasks_extend",
        summary="报负责人延长",
        description="到期以前报一次，由本部门负责人在网页上批，批准以后才延长。",
    )
    def post(self, request: Request, task: int) -> Response:
        """Put before the head of the department, who answers on the page."""
        return self.once(
            request,
            task,
            shapes.ExtendBody,
            lambda found, body: extending.ask_extension(actor=request.actor, task_id=found.pk, **body),
        )


class Supplement(TaskDoor):
    """补充说明。"""

    @extend_schema(
        request=shapes.SupplementBody,
        responses=shapes.TaskDetail,
        operation_id="tasks_supplement",
        summary="请申请人补充说明",
        description="受理以后才发现要问的；督查批准（市级、省级的由综合窗口转）以后告诉申请人，不停表。",
    )
    def post(self, request: Request, task: int) -> Response:
        """Put before the supervisor, or before the county window."""
        return self.once(
            request,
            task,
            shapes.SupplementBody,
            lambda found, body: supplementing.ask_supplement(actor=request.actor, task_id=found.pk, **body),
        )


class BeginWait(TaskDoor):
    """公告、公示。"""

    @extend_schema(
        request=shapes.WaitBody,
        responses=shapes.TaskDetail,
        operation_id="tasks_begin_wait",
        summary="登记公告、公示",
        description="从哪天起、在哪里公布；期满以前不能准予。",
    )
    def post(self, request: Request, task: int) -> Response:
        """From when, and where, what the law puts before a grant runs."""
        return self.once(
            request,
            task,
            shapes.WaitBody,
            lambda found, body: legal_waits.begin_wait(actor=request.actor, task_id=found.pk, **body),
        )


class GiveBack(TaskDoor):
    """退回窗口。"""

    @extend_schema(
        request=shapes.GiveBackBody,
        responses=shapes.TaskDetail,
        operation_id="tasks_give_back",
        summary="退回窗口",
        description="不归本部门的，收到以后一个工作日内退回一次，写明应当归哪个部门。",
    )
    def post(self, request: Request, task: int) -> Response:
        """Not this department's to decide."""
        return self.once(
            request,
            task,
            shapes.GiveBackBody,
            lambda found, body: returning.give_back(actor=request.actor, task_id=found.pk, **body),
        )


class BringCertificate(TaskDoor):
    """证照原件。"""

    @extend_schema(
        request=shapes.CertificateBody,
        responses=shapes.TaskDetail,
        operation_id="tasks_certificate",
        summary="传证照原件",
        description="国家统一式样的证照由部门的系统制作，准予以后把 PDF 传来，申请人和窗口就能下载。",
    )
    def post(self, request: Request, task: int) -> Response:
        """The issuer's own PDF, once; 409 until the certificate is written down."""
        return self.once(
            request,
            task,
            shapes.CertificateBody,
            lambda found, body: certificate_files.bring_certificate(actor=request.actor, task_id=found.pk, **body),
        )


class TaskFile(TaskDoor):
    """One file of the materials of the own item."""

    @extend_schema(
        responses={(200, kind): OpenApiTypes.BINARY for kind in (*SHOWN_INLINE, "application/octet-stream")},
        operation_id="task_files_read",
        summary="一个文件",
        description="`Content-Digest` 是发出的字节的 SHA-256（RFC 9530）；再次使用的材料带水印，和原件的 `sha256` 不同。",
    )
    def get(self, request: Request, material_file: int) -> HttpResponseBase:
        """The bytes with their hash; a copy that is used again carries its watermark."""
        found = seen_file(request.actor, material_file)
        if isinstance(request.auth, SystemKey) and request.auth.connection.items:
            used = CaseMaterial.objects.filter(
                application=found.application, material_code=found.material_code
            ).values_list("used_by", flat=True)
            if not set(request.auth.connection.items) & {code for codes in used for code in codes}:
                raise Http404
        answer = file_response(found)
        answer["Content-Digest"] = f"sha-256=:{digest_of(found, answer)}:"
        return answer
