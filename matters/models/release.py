from typing import Self

from django.conf import settings
from django.db import models

from matters.words import ReleaseState


class ReleaseQuerySet(models.QuerySet["Release"]):
    def waiting_for(self, user_id: int | None) -> Self:
        """What this editor is asked to approve: everything pending but their own."""
        return self.filter(state=ReleaseState.PENDING).exclude(author=user_id)


class Release(models.Model):
    """发布申请: one editor asks that drafts of one or more matters be published, a second one decides.

    What is approved is a *hash* per matter, so nothing that changes after the author looked can slip through.
    """

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="起草人", related_name="+")
    reason = models.CharField("发布原因和依据", max_length=300)
    live_from = models.DateTimeField("生效时间", null=True, blank=True, help_text="空着就是批准后立即生效")
    state = models.CharField("状态", max_length=20, choices=ReleaseState, default=ReleaseState.PENDING)
    created_at = models.DateTimeField("提交时间")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="审批人", null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    note = models.CharField("审批意见", max_length=300, blank=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = "发布申请"
        verbose_name_plural = "发布申请"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d} {self.reason}"


class ReleaseMatter(models.Model):
    """One matter of a release, with the hash and the plan that the author saw and the approver approves."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="lines", verbose_name="发布申请")
    matter = models.ForeignKey("matters.Matter", models.PROTECT, related_name="+", verbose_name="一件事")
    plan = models.JSONField("方案")
    plan_hash = models.CharField("方案哈希（SHA-256）", max_length=64)

    class Meta:
        verbose_name = "申请发布的一件事"
        verbose_name_plural = "申请发布的一件事"
        constraints = [models.UniqueConstraint(fields=["release", "matter"], name="release_matter_once")]

    def __str__(self) -> str:
        return str(self.matter)
