"""办件: one citizen's case on one revision of one matter."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.lifecycle import CaseLifecycle
from applications.models.event import Event
from applications.querysets import ApplicationQuerySet
from applications.states import BEFORE_ACCEPTANCE, CASE_RUNNING, CaseState, Channel, Handover, Outcome, SignedHow
from foundation.fields import EncryptedJSONField, EncryptedTextField


class Application(CaseLifecycle):
    number = models.CharField("办件编号", max_length=21, unique=True)
    matter = models.ForeignKey("matters.Matter", models.PROTECT, verbose_name="一件事")
    revision = models.ForeignKey("matters.Revision", models.PROTECT, verbose_name="版本", related_name="applications")
    # Rule A3: the case stays on `revision`; a later one that asks for less reaches it. `considered` is the number of the
    # last one held against it, 0 for none; `relieved_by` the last that gave it something.
    considered = models.PositiveIntegerField("比到第几版", default=0)
    relieved_by = models.ForeignKey(
        "matters.Revision", models.PROTECT, null=True, verbose_name="减负的版本", related_name="+", db_index=False
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="applications")
    applicant = models.ForeignKey("accounts.Person", models.PROTECT, related_name="applications")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="applications")
    agent = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    title = models.CharField("办事人", max_length=120, help_text="单位名称；没有单位的写申请人姓名")
    channel = models.CharField("渠道", max_length=8, choices=Channel.choices)
    answers = models.JSONField("情形", default=dict)
    commitments = models.JSONField("告知承诺", default=list)
    form = EncryptedJSONField("表单", default=dict)
    # What the window wants changed in the form, until the notice goes out: code of a field → how.
    field_marks = models.JSONField("栏目要改", default=dict)
    # 重复申请: the place as it is compared (`applications.duplicates`), and why it was filed all the same.
    place_index = models.CharField(max_length=64, blank=True, default="", editable=False)
    duplicate_reason = models.CharField("为什么另办一件", max_length=300, blank=True, default="")
    handover = models.CharField("取件方式", max_length=12, choices=Handover.choices, default=Handover.WINDOW)
    query_code = EncryptedTextField("查询码")
    pickup_code = EncryptedTextField("取件码", blank=True, default="")

    shelf = models.CharField("存放位置", max_length=40, blank=True, default="", help_text="办好的放在哪里，等人来领")

    submitted_at = models.DateTimeField("提交时间")
    receipt_at = models.DateTimeField("收件时间", help_text="法定受理期限从这一时间起算；补正后重新起算")
    accept_by = models.DateField("受理期限")
    # Items that the applicant's changed answers added to an accepted case are taken in beside it, with five days of their own.
    added_accept_by = models.DateField("新增事项的受理期限", null=True)
    # 代填: how whoever has no phone confirmed what the window typed, empty where nobody had to.
    confirmed_how = models.CharField("代填怎么确认的", max_length=8, choices=SignedHow.choices, blank=True, default="")
    # 停电断网: the number of the pad on which it was taken in, beside the case's own.
    paper_number = models.CharField("纸质编号", max_length=9, blank=True, default="")
    # The applicant asked to start the items that are ready, while others are put right.
    ready_first_at = models.DateTimeField("申请人要求先办齐了的", null=True)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField("窗口收件时间", null=True)
    accepted_on = models.DateField("受理日", null=True)
    deemed = models.BooleanField("视为受理", default=False)
    promised_due = models.DateField("承诺办结日", null=True)
    expected_due = models.DateField("预计办结日", null=True)
    # 《行政许可法》第四十二条第二款: working days by which the head of the county extended the joint cap, once.
    joint_extended = models.PositiveSmallIntegerField("联合办理延长工作日", default=0)
    # An essential item was lost: decisions on the independent rest wait for the applicant's word.
    choice_asked_at = models.DateTimeField("请申请人选择的时间", null=True)
    choice_made = models.CharField("申请人的选择", max_length=12, blank=True, default="")
    outcome = models.CharField("结果", max_length=12, choices=Outcome.choices, blank=True, default="")
    reason = models.TextField("理由", blank=True, default="")
    concluded_at = models.DateTimeField("办结时间", null=True)
    delivered_at = models.DateTimeField("送达时间", null=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办件"
        constraints = [
            models.UniqueConstraint(
                fields=["paper_number"], condition=~Q(paper_number=""), name="case_paper_number_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["accept_by"], condition=Q(state__in=BEFORE_ACCEPTANCE), name="case_awaiting_acceptance"
            ),
            models.Index(
                fields=["concluded_at"], condition=Q(state=CaseState.CONCLUDED), name="case_awaiting_handover"
            ),
            models.Index(fields=["owner", "-submitted_at"], name="case_by_owner"),
            models.Index(fields=["applicant", "place_index"], name="case_by_subject_and_place"),
            # What the window has to take in beside running cases: as many rows as wait.
            models.Index(fields=["added_accept_by"], condition=~Q(added_accept_by=None), name="case_taking_in_more"),
            # What a newer revision may reach: as many rows as cases run, however many are over.
            models.Index(fields=["matter", "considered"], condition=Q(state__in=CASE_RUNNING), name="case_running"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def choice_open(self) -> bool:
        """The applicant has been asked whether to go on without an essential item, and has not said."""
        return self.choice_asked_at is not None and not self.choice_made

    @property
    def taking_in_more(self) -> bool:
        """Accepted, and the window still has to take in what changed answers added."""
        return self.added_accept_by is not None

    def cards_given(self) -> list[Any]:
        """黄牌 and 红牌 of this case. One query."""
        return list(self.cards.select_related("department").order_by("id"))

    def form_before(self) -> dict[str, Any]:
        """Code of each field that a correction or the window (当场更正) changed → what stood there first. Two queries."""
        before: dict[str, Any] = {}
        for correction in self.corrections.exclude(answered_at=None).order_by("round"):
            before = {code: old for code, (old, _) in correction.corrected.items()} | before
        fixed = {fix.field: fix.change[0] for fix in self.field_fixes.order_by("-id")}
        return fixed | before

    def reliefs(self) -> list[Event]:
        """The lines of the timeline that tell what a newer revision no longer asks for. No query where none has."""
        return list(self.events.filter(kind="relief")) if self.relieved_by_id else []
