"""用数留痕: who of the staff looked at somebody's data beyond their own item, and what a reviewer has seen of a task."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q


class Purpose(models.TextChoices):
    """What other data of a case may be opened for; the words beside it say more."""

    MISMATCH = "mismatch", "和本事项的材料对不上，要核对"
    CONDITION = "condition", "判断本事项的条件要用到"
    SPARE = "spare", "用已有的材料，免得申请人再交"
    OTHER = "other", "其他"
    COUNTER = "counter", "窗口接待"
    INTAKE = "intake", "窗口办理这件事"
    REKEY = "rekey", "抄到部门自己的系统"


class Look(models.Model):
    """One opening, never changed, and kept for three years at least (《个人信息保护法》第五十六条第二款). `what`: names as the person reads them, never values.

    `codes`: what it opened, for its day and for this reviewer alone: `m.<material>` and `s.<section of the form>`.
    """

    application = models.ForeignKey("applications.Application", models.PROTECT, null=True, related_name="looks")
    task = models.ForeignKey("applications.Task", models.PROTECT, null=True, related_name="looks")
    person = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="looks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    user_name = models.CharField("谁", max_length=60)
    post = models.CharField("岗位", max_length=120)
    what = models.JSONField("看了什么")
    codes = models.JSONField("打开的", default=list)
    purpose = models.CharField("用途", max_length=12, choices=Purpose.choices)
    words = models.CharField("用途说明", max_length=200, blank=True, default="")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "查看记录"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(application__isnull=False) | Q(person__isnull=False), name="look_at_somebody"
            )
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update),
            pgtrigger.Protect(
                name="kept_three_years",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.at > now() - interval '3 years'"),
            ),
        ]


class TaskSeen(models.Model):
    """One row a reviewer and task: the last time they had it open, and the visit before that (what is new since)."""

    task = models.ForeignKey("applications.Task", models.PROTECT, related_name="seen")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    user_name = models.CharField("谁", max_length=60)
    first_at = models.DateTimeField("第一次打开")
    at = models.DateTimeField("最近一次打开")
    before = models.DateTimeField("上一次来看", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "看过的任务"
        constraints = [models.UniqueConstraint(fields=["task", "user"], name="seen_once_a_reviewer")]
