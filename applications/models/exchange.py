"""What went to and came from departments' own systems: each try and each act with its hash, so that either side can prove it."""

import pgtrigger
from django.conf import settings
from django.db import models

from foundation.fields import EncryptedTextField

# What a system's act is called, by the address it came to.
ACTS = {
    "api-task-received": "接收",
    "api-task-claim": "认领",
    "api-task-advise": "存意见",
    "api-task-propose": "拟办",
    "api-task-grant": "准予",
    "api-task-refuse": "不予",
    "api-task-suspend": "停表",
    "api-task-resume": "恢复计时",
    "api-task-extend": "报延长",
    "api-task-supplement": "请补充说明",
    "api-task-wait": "登记公示",
    "api-task-return": "退回窗口",
    "api-task-certificate": "传证照原件",
}


class Push(models.Model):
    """One try to push one message. `sha256` and `size` are of the very bytes that went out; `status` 0: nobody answered.

    The body is kept with identity and telephone numbers masked, and encrypted.
    """

    connection = models.ForeignKey("departments.Connection", models.PROTECT, related_name="pushes_made")
    task = models.ForeignKey("applications.Task", models.PROTECT, related_name="pushes")
    message = models.CharField("消息编号", max_length=160)
    kind = models.CharField("种类", max_length=20)
    at = models.DateTimeField("时间")
    milliseconds = models.PositiveIntegerField("用时（毫秒）")
    status = models.PositiveSmallIntegerField("答复", default=0)
    error = models.CharField("错误", max_length=200, blank=True, default="")
    size = models.PositiveIntegerField("字节数")
    sha256 = models.CharField(max_length=64)
    body = EncryptedTextField("内容（打码）", null=True, help_text="半年以后不再留")

    class Meta:
        verbose_name = verbose_name_plural = "推送记录"
        ordering = ["-id"]
        indexes = [models.Index(fields=["connection", "-id"], name="push_of_connection")]

    @property
    def received(self) -> bool:
        return 200 <= self.status < 300


class SystemAct(models.Model):
    """One act of a department's system, once: the same `message` again changes nothing, with other bytes it is refused."""

    connection = models.ForeignKey("departments.Connection", models.PROTECT, related_name="acts")
    message = models.CharField("消息编号", max_length=100)
    act = models.CharField("动作", max_length=30)
    task = models.ForeignKey("applications.Task", models.PROTECT, related_name="system_acts")
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "系统回传"
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["connection", "message"], name="system_act_once")]

    @property
    def word(self) -> str:
        return ACTS.get(self.act, self.act)


class Rekeying(models.Model):
    """抄录: one task keyed a second time into a system that is not connected. Done when a read-back held every value.

    `checksum` is over the values as they were keyed; `misread` the labels that the last read-back did not hold; `seconds`
    from the beginning to the read-back, half an hour at most.
    """

    task = models.ForeignKey("applications.Task", models.PROTECT, related_name="rekeyings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField("谁抄的", max_length=60)
    begun_at = models.DateTimeField("开始")
    keyed_at = models.DateTimeField("读回一致", null=True)
    seconds = models.PositiveIntegerField("用时（秒）", null=True)
    fields = models.PositiveSmallIntegerField("栏目数")
    checksum = models.CharField("校验码", max_length=9)
    tries = models.PositiveSmallIntegerField("读回几次", default=0)
    misread = models.JSONField("没有读到的栏目", default=list)
    their_number = models.CharField("部门系统里的编号", max_length=60, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "二次录入"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["task"], condition=models.Q(keyed_at=None), name="one_copying_at_a_time")
        ]
        indexes = [models.Index(fields=["keyed_at"], name="rekeying_done")]


class ExchangeRow(models.Model):
    """夜间交换表: one step of one task, for a department's system that reads this table by a database role of its own.

    It sees its own department's rows alone (row level security) and writes `status` and `error` back.
    """

    FILED, ACCEPTED, ASKED, ANSWERED = "filed", "accepted", "asked", "answered"
    SUSPENDED, RESUMED, DECIDED, CONCLUDED, COLLECTED = "suspended", "resumed", "decided", "concluded", "collected"
    STEPS = [
        (FILED, "申请"),
        (ACCEPTED, "受理"),
        (ASKED, "补正告知"),
        (ANSWERED, "补正受理"),
        (SUSPENDED, "特别程序申请"),
        (RESUMED, "特别程序结果"),
        (DECIDED, "审批"),
        (CONCLUDED, "办结"),
        (COLLECTED, "领取"),
    ]
    NEW, TAKEN, WRONG = 0, 1, 2
    STATUSES = [(NEW, "没有取"), (TAKEN, "取了"), (WRONG, "退回")]

    department = models.ForeignKey(
        "departments.Department", models.PROTECT, related_name="exchange_rows", db_index=False
    )
    event = models.ForeignKey("applications.Event", models.PROTECT, related_name="+", db_index=False)
    task = models.ForeignKey("applications.Task", models.PROTECT, related_name="exchange_rows")
    step = models.CharField("步骤", max_length=10, choices=STEPS)
    case_number = models.CharField("办件编号", max_length=21)
    matter = models.CharField("一件事", max_length=200)
    item_code = models.CharField("事项代码", max_length=80)
    item = models.CharField("事项", max_length=200)
    applicant = models.CharField("办事人", max_length=120)
    happened_at = models.DateTimeField("发生时间")
    words = models.CharField("说明", max_length=500)
    content = models.JSONField("内容", default=dict)
    sha256 = models.CharField(max_length=64)
    put_at = models.DateTimeField("放入时间")
    status = models.PositiveSmallIntegerField("取了没有", choices=STATUSES, default=NEW, db_default=NEW)
    error = models.CharField("退回的原因", max_length=500, blank=True, default="", db_default="")
    answered_at = models.DateTimeField("答复时间", null=True)

    class Meta:
        db_table = "exchange_rows"
        verbose_name = verbose_name_plural = "夜间交换表"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "task"], name="exchange_row_once"),
            models.CheckConstraint(condition=models.Q(status__in=[0, 1, 2]), name="exchange_row_status"),
        ]
        indexes = [models.Index(fields=["department", "status", "id"], name="exchange_row_to_take")]
        triggers = [
            pgtrigger.Trigger(
                name="answered",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("status"),
                func="NEW.answered_at = CASE WHEN NEW.status = 0 THEN NULL ELSE now() END; RETURN NEW;",
            )
        ]
