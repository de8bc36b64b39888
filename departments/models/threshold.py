"""What the county set of its terms and thresholds (期限和阈值): a line each time, never changed afterwards."""

import pgtrigger
from django.conf import settings
from django.db import models


class ThresholdSetting(models.Model):
    """`number` counts the settings of one code from 1, so that two people cannot set it at once unseen."""

    code = models.CharField("代码", max_length=40)
    number = models.PositiveIntegerField("次序")
    value = models.PositiveIntegerField("值")
    since = models.DateField("从哪天起")
    reason = models.CharField("为什么", max_length=300)
    basis = models.CharField("依据", max_length=200)
    set_at = models.DateTimeField("设定时间")
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    set_by_name = models.CharField("谁定的", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "期限和阈值"
        ordering = ["code", "number"]
        constraints = [models.UniqueConstraint(fields=["code", "number"], name="threshold_set_one_after_another")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.code} {self.value}"
