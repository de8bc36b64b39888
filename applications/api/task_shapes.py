"""A department's task as the API shows it: only what its own item uses. Every field by name."""

from base64 import b64decode

from django.urls import reverse
from rest_framework import serializers

from applications import desk
from applications.models import MaterialFile
from applications.operations import supplementing, timing
from applications.operations.certificate_files import LARGEST
from applications.states import TaskState
from applications.views.reviewer_task import TEXTS
from foundation.api.doors import Strict

LARGEST_PAGE = 100
LARGEST_PDF = 4 * (LARGEST // 3 + 1)  # characters of base64


class TaskQuery(Strict):
    scope = serializers.ChoiceField(list(desk.SCOPES.items()), required=False, default="open")
    light = serializers.ChoiceField(sorted(desk.LIGHTS), required=False, default="", help_text="只用于在办的任务")
    item = serializers.CharField(required=False, default="", max_length=80)
    search = serializers.CharField(required=False, default="", max_length=60, help_text="办事人或者办件编号")
    limit = serializers.IntegerField(required=False, default=30, min_value=1, max_value=LARGEST_PAGE)
    cursor = serializers.CharField(required=False, default="", max_length=60, help_text="上一页的 `next`，原样带回")


class LightShape(serializers.Serializer):
    """`left`: working days to the due day, negative when overdue."""

    colour = serializers.ChoiceField(["green", "yellow", "red", "still"])
    left = serializers.IntegerField()


class TaskLine(serializers.Serializer):
    id = serializers.IntegerField(source="task.pk")
    application = serializers.CharField(source="task.application.number")
    matter_name = serializers.CharField(source="task.application.matter.name")
    title = serializers.CharField(source="task.application.title")
    item_code = serializers.CharField(source="task.item_code")
    item_name = serializers.CharField(source="task.item_name")
    department = serializers.CharField(source="task.department_id")
    state = serializers.ChoiceField(TaskState.choices, source="task.state")
    state_label = serializers.CharField(source="task.get_state_display")
    accepted_on = serializers.DateField(source="task.accepted_on", allow_null=True)
    due = serializers.DateField(source="task.due", allow_null=True)
    light = LightShape(allow_null=True)
    locked = serializers.BooleanField(help_text="决定还要等前置事项")
    assignee = serializers.CharField(allow_null=True)
    mine = serializers.BooleanField()


class TaskPage(serializers.Serializer):
    """`next` is null on the last page."""

    next = serializers.CharField(allow_null=True)
    results = TaskLine(many=True)


class EntryShape(serializers.Serializer):
    label = serializers.CharField()
    value = serializers.CharField(allow_blank=True)
    unit = serializers.CharField(allow_blank=True)


class SectionShape(serializers.Serializer):
    title = serializers.CharField()
    entries = EntryShape(many=True)


class FileShape(serializers.Serializer):
    """`sha256`: of the file as it was handed in. `address`: where its bytes are, with the same sign-in as here."""

    name = serializers.CharField(source="file.name")
    size = serializers.IntegerField(source="file.size", help_text="字节")
    media_type = serializers.CharField(source="file.media_type")
    sha256 = serializers.CharField(source="file.sha256")
    address = serializers.SerializerMethodField()

    def get_address(self, file: MaterialFile) -> str:
        return reverse("api-task-file", args=[file.pk])


class OwnPaperShape(serializers.Serializer):
    """`waits`: another step of the case has still to bring it."""

    code = serializers.CharField()
    name = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    number = serializers.CharField(allow_blank=True)
    waits = serializers.BooleanField()
    files = FileShape(many=True)


class PointShape(serializers.Serializer):
    key = serializers.CharField()
    text = serializers.CharField()
    value = serializers.ChoiceField(["yes", "no", "na"], allow_blank=True)


class OtherItem(serializers.Serializer):
    """Another item of the case: whose it is and how far, nothing of what was handed in for it."""

    item_name = serializers.CharField()
    department_name = serializers.CharField(source="department.short_name")
    state = serializers.ChoiceField(TaskState.choices)
    state_label = serializers.CharField(source="get_state_display")


class TaskDetail(TaskLine):
    blockers = serializers.ListField(child=serializers.CharField(), help_text="决定要等的事项")
    needs_result_number = serializers.BooleanField(help_text="准予时要填证照编号")
    sections = SectionShape(source="dossier.sections", many=True)
    papers = OwnPaperShape(source="dossier.papers", many=True)
    points = PointShape(source="dossier.points", many=True)
    opinion = serializers.CharField(source="task.opinion", allow_blank=True)
    decided_at = serializers.DateTimeField(source="task.decided_at", allow_null=True)
    decision_number = serializers.CharField(source="task.decision_number", allow_blank=True)
    result_number = serializers.CharField(source="task.result_number", allow_blank=True)
    reason = serializers.CharField(source="task.reason", allow_blank=True)
    others = OtherItem(source="dossier.others", many=True)


class Opinion(Strict):
    opinion = serializers.CharField(required=False, default="", allow_blank=True, max_length=TEXTS["opinion"])
    points = serializers.DictField(
        child=serializers.ChoiceField(["yes", "no", "na"]),
        required=False,
        default=dict,
        help_text="审查要点编号对应结论",
    )

    issued_number = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=TEXTS["issued_number"],
        help_text="市级、省级部门已有的决定书文号",
    )


class GrantBody(Opinion):
    result_number = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=TEXTS["result_number"], help_text="证照编号"
    )


class RefuseBody(Opinion):
    reason = serializers.CharField(max_length=TEXTS["reason"], help_text="事实和依据")


class CertificateBody(Strict):
    number = serializers.CharField(max_length=60, help_text="登记的证照编号")
    pdf = serializers.CharField(max_length=LARGEST_PDF, help_text="PDF 的 base64，PDF 不超过 1.4 MB")

    def validate_pdf(self, text: str) -> bytes:
        """The bytes. Raises ValidationError for what is no base64."""
        try:
            return b64decode(text, validate=True)
        except ValueError:
            raise serializers.ValidationError("不是 base64。") from None


class AdviceBody(Strict):
    opinion = serializers.CharField(default="", required=False, allow_blank=True, max_length=TEXTS["opinion"])
    points = Opinion().fields["points"]


class ProposeBody(GrantBody):
    verdict = serializers.ChoiceField([("grant", "拟准予"), ("refuse", "拟不予")])
    reason = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=TEXTS["reason"], help_text="拟不予的事实和依据"
    )


class SuspendBody(Strict):
    cause = serializers.ChoiceField(list(timing.BY_HAND.items()), help_text="《行政许可法》第四十五条的原因")
    basis = serializers.CharField(required=False, default="", allow_blank=True, max_length=TEXTS["basis"])
    expected_days = serializers.IntegerField(min_value=1, max_value=250, help_text="预计工作日")


class ResumeBody(Strict):
    result = serializers.CharField(max_length=TEXTS["pause_result"], help_text="报告或者结论")


class ExtendBody(Strict):
    days = serializers.IntegerField(min_value=1, max_value=100)
    reason = serializers.CharField(max_length=TEXTS["extension_reason"], help_text="照样写进告知书")
    basis = serializers.CharField(required=False, default="", allow_blank=True, max_length=TEXTS["extension_basis"])


class AskShape(Strict):
    """One thing to explain: about a `material` or a `field` of the own item."""

    material = serializers.CharField(required=False, max_length=80, help_text="材料编码")
    field = serializers.CharField(required=False, max_length=80, help_text="栏目编码")
    text = serializers.CharField(max_length=300)


class SupplementBody(Strict):
    asks = AskShape(many=True, allow_empty=False, max_length=supplementing.MOST_ASKS)
    reason = serializers.CharField(max_length=500, help_text="补正告知的时候为什么没有提")


class WaitBody(Strict):
    kind = serializers.CharField(max_length=100, help_text="公告、公示，按目录里的叫法")
    began_on = serializers.DateField()
    place = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=TEXTS["wait_place"], help_text="在哪里公布的"
    )


class GiveBackBody(Strict):
    owner = serializers.CharField(max_length=50, help_text="应当归哪个部门，部门编码")
    reason = serializers.CharField(max_length=TEXTS["return_reason"])
