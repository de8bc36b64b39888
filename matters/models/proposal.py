from django.conf import settings
from django.db import models


class Proposal(models.Model):
    """再造方案: a what-if on one matter that somebody thought worth keeping. `changes` is read by `matters.whatif`."""

    matter = models.ForeignKey("matters.Matter", models.PROTECT, related_name="proposals", verbose_name="一件事")
    revision = models.ForeignKey("matters.Revision", models.PROTECT, related_name="+", verbose_name="比照的版本")
    title = models.CharField("名称", max_length=100)
    reason = models.TextField("理由和依据")
    changes = models.JSONField("改动", default=list)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="提出人", related_name="+")
    created_at = models.DateTimeField("提出时间")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="转为草稿的人", null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField("转为草稿时间", null=True, blank=True)

    class Meta:
        verbose_name = "再造方案"
        verbose_name_plural = "再造方案"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title
