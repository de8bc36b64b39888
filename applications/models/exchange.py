"""What went to and came from departments' own systems: each try and each act with its hash, so that either side can prove it."""

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
    body = EncryptedTextField("内容（打码）", blank=True, default="")

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
