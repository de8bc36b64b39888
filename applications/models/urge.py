"""催一催 by the applicant and 督办 by the supervisor: somebody asks a department to get on with one item."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Urge(models.Model):
    """One request to get on. Of a 督办 (`order`) also the last day to answer it with what was done, and the answer."""

    task = models.ForeignKey("applications.Task", models.PROTECT, related_name="urges")
    order = models.BooleanField("督办", default=False)
    reason = models.CharField("为什么", max_length=300, blank=True, default="")
    at = models.DateTimeField("时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField("谁催的", max_length=60)
    due = models.DateField("最迟回复日（含当日）", null=True)
    answer = models.CharField("怎么办的", max_length=500, blank=True, default="")
    answered_at = models.DateTimeField("回复时间", null=True)
    answered_by_name = models.CharField("谁回复的", max_length=60, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "催办督办"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["task"], condition=Q(order=True, answered_at=None), name="one_open_order_per_task"
            )
        ]
        indexes = [models.Index(fields=["due"], condition=Q(order=True, answered_at=None), name="urge_order_open")]
