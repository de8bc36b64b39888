"""部门任务: one item of one case in one department's queue; and the pauses of its clock (特别程序)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.lifecycle import TaskLifecycle
from applications.querysets import TaskQuerySet
from applications.states import FINAL, ON_THE_DESK, TaskState
from matters.specs import Clock


class Task(TaskLifecycle):
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="tasks")
    item_code = models.CharField("事项代码", max_length=80)
    item_name = models.CharField("事项", max_length=200)
    department = models.ForeignKey("departments.Department", models.PROTECT, verbose_name="部门")
    town = models.ForeignKey("departments.Town", models.PROTECT, null=True, verbose_name="哪个镇", related_name="+")
    kind = models.CharField("事项种类", max_length=16, default="permit", help_text="决定按种类称呼")
    position = models.PositiveSmallIntegerField("顺序")
    essential = models.BooleanField("核心事项", default=False)
    committed = models.BooleanField("告知承诺", default=False)
    pre_review = models.BooleanField("初审转报", default=False)
    after = models.JSONField("决定要等", default=list)
    starts_after = models.JSONField("审查要等", default=list)
    results_from = models.JSONField(
        "结果要等", default=list
    )  # steps whose paper the item asks for (joining.results_awaited)
    own_days = models.PositiveSmallIntegerField("承诺天数", default=0)
    statutory_days = models.PositiveSmallIntegerField("法定天数", default=0)
    calendar_days = models.BooleanField("按自然日", default=False)
    # What the review waits for on the applicant's side (房子盖好), how many working days they have, until when, said when.
    event = models.CharField("等申请人", max_length=200, blank=True, default="")
    event_days = models.PositiveSmallIntegerField("等申请人的工作日", default=0)
    begin_by = models.DateField("等申请人到", null=True)
    begun_on = models.DateField("申请人告知的日子", null=True)

    # What the department itself said at intake, where it has not entrusted the window with it.
    intake_word = models.CharField("部门受理意见", max_length=12, blank=True, default="")
    own_acceptance = models.BooleanField("单独受理", default=False)
    accepted_on = models.DateField("受理日", null=True)
    # The applicant's answers changed after filing: from when the item is part of the accepted case, or that it no longer is.
    added_on = models.DateField("新增受理日", null=True)
    dropped = models.BooleanField("情形改变后不再需要", default=False)
    due = models.DateField("到期日", null=True)
    statutory_due = models.DateField("法定到期日", null=True)
    delivered_at = models.DateTimeField("部门接收时间", null=True)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    claimed_at = models.DateTimeField("认领时间", null=True)
    points = models.JSONField("审查要点", default=dict)
    opinion = models.TextField("审查意见", blank=True, default="")

    # 承办 → 审核 → 批准: how many people sign (fixed at acceptance), where it stands, what was put forward, who signed.
    review_steps = models.PositiveSmallIntegerField("签批步骤", default=1)
    step = models.PositiveSmallIntegerField("到第几步", default=1)
    proposal = models.JSONField("拟办意见", default=dict)
    signed = models.JSONField("签批记录", default=list)
    recused = models.JSONField("回避的人", default=list)
    # 《行政许可法》第四十二条: working days by which the term was extended, once.
    extended_days = models.PositiveSmallIntegerField("延长工作日", default=0)

    # 听证告知: the last day to ask for a hearing; until then, and while one is asked, the decision waits.
    hearing_by = models.DateField("听证告知到", null=True)

    # 特别程序: the last day of what was expected; beyond it the light is red.
    paused_until = models.DateField("预计停到", null=True)
    # 《行政许可法》第五十七条: limited in number, so decided in the order of acceptance (fixed at acceptance).
    limited = models.BooleanField("有数量限制", default=False)

    # 退回窗口, once: when, and which department it was said to belong to.
    returned_at = models.DateTimeField("退回时间", null=True)
    returned_to = models.ForeignKey(
        "departments.Department", models.PROTECT, null=True, verbose_name="说该归谁", related_name="+", db_index=False
    )

    decided_at = models.DateTimeField("决定时间", null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decision_number = models.CharField("文号", max_length=60, blank=True, default="")
    result_number = models.CharField("证照编号", max_length=60, blank=True, default="")
    reason = models.TextField("理由", blank=True, default="")
    ended_by = models.CharField("终止原因事项", max_length=80, blank=True, default="")

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "部门任务"
        constraints = [models.UniqueConstraint(fields=["application", "item_code"], name="task_once_per_item")]
        indexes = [
            # An index on (department, state, due) would sort every open row; this one stays flat as cases grow.
            models.Index(
                fields=["department", "due", "id"], condition=Q(state__in=ON_THE_DESK), name="task_on_the_desk"
            ),
            # What one person holds; also what leavers do, without reading the desk of a whole department.
            models.Index(fields=["assignee", "due", "id"], condition=Q(state__in=ON_THE_DESK), name="task_in_hand"),
            # What a department that accepts for itself has still to accept; empty again with each acceptance.
            models.Index(fields=["department", "id"], condition=Q(state=TaskState.PENDING), name="task_pending"),
            models.Index(
                fields=["department", "paused_until"], condition=~Q(paused_until=None), name="task_paused_until"
            ),
            models.Index(fields=["begin_by"], condition=~Q(begin_by=None), name="task_begin_by"),
            models.Index(fields=["department", "-decided_at"], condition=~Q(decided_at=None), name="task_decided"),
        ]

    def __str__(self) -> str:
        return f"{self.item_name} {self.item_code}"

    @property
    def is_open(self) -> bool:
        """Not final yet, whatever stage it has reached."""
        return self.state not in FINAL

    @property
    def awaits_applicant(self) -> bool:
        """Its review waits for something that the applicant has not said yet."""
        return bool(self.event_days) and self.begun_on is None

    @property
    def clock(self) -> Clock:
        """How its own days are counted and called."""
        return Clock("calendar" if self.calendar_days else "working")

    @property
    def promise_days(self) -> int:
        """Its own days as working days, for lights and warnings."""
        return self.clock.working(self.own_days)


class Suspension(models.Model):
    """A lawful pause of one task's clock: only the causes of 《行政许可法》第四十五条, or a basis typed in."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="suspensions")
    cause = models.CharField("原因", max_length=20)
    basis = models.CharField("依据", max_length=200)
    expected_days = models.PositiveSmallIntegerField("预计工作日")
    started_on = models.DateField("开始日")
    ended_on = models.DateField("结果到达日", null=True)
    result = models.CharField("结果", max_length=500, blank=True, default="")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "特别程序"
        constraints = [
            models.UniqueConstraint(fields=["task"], condition=Q(ended_on=None), name="one_open_suspension_per_task")
        ]
