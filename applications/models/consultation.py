"""征求意见: a department asks another one about an item before it decides; the answer is read, the decision stays its own."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Consultation(models.Model):
    """One question to one department, with the papers given along (codes of materials).

    `silence_basis`: the rule by which silence counts as no objection; empty where no rule says so.
    """

    AGREE, OBJECT, REMARK = "agree", "object", "remark"
    SAYS = ((AGREE, "没有意见"), (OBJECT, "不同意"), (REMARK, "有意见"))

    task = models.ForeignKey("applications.Task", models.PROTECT, related_name="consultations")
    department = models.ForeignKey("departments.Department", models.PROTECT, related_name="+", verbose_name="请谁")
    town = models.ForeignKey("departments.Town", models.PROTECT, null=True, verbose_name="哪个镇", related_name="+")
    question = models.CharField("问什么", max_length=500)
    papers = models.JSONField("一起给的材料", default=list)
    silence_basis = models.CharField("不答复视为没有意见的依据", max_length=200, blank=True, default="")
    due = models.DateField("最迟答复日（含当日）")
    asked_at = models.DateTimeField("征求时间")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_by_name = models.CharField("谁征求的", max_length=60)
    say = models.CharField("答复", max_length=8, choices=SAYS, blank=True, default="")
    answer = models.CharField("意见", max_length=1000, blank=True, default="")
    answered_at = models.DateTimeField("答复时间", null=True)
    answered_by_name = models.CharField("谁答复的", max_length=60, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "征求意见"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "department"], condition=Q(answered_at=None), name="one_open_consultation"
            )
        ]
        indexes = [models.Index(fields=["department", "due"], condition=Q(answered_at=None), name="consultation_open")]
