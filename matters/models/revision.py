from datetime import datetime
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone


class RevisionQuerySet(models.QuerySet["Revision"]):
    """What is in force is found by state: no job moves a pointer when a revision's hour comes."""

    def live(self, now: datetime | None = None) -> Self:
        """The one revision of each matter that people read now: the last whose hour has come."""
        return self.filter(live_from__lte=now or timezone.now()).order_by("matter_id", "-number").distinct("matter_id")

    def with_running(self) -> Self:
        """Each with `running`: how many cases that stand on it are neither over nor declined."""
        over = Q(applications__concluded_at__isnull=False) | Q(applications__state="declined")
        return self.annotate(running=Count("applications", filter=~over))

    def newest(self) -> Self:
        """The last revision of each matter, in force already or approved for later."""
        return self.order_by("matter_id", "-number").distinct("matter_id")


class Revision(models.Model):
    """版本: a published, numbered, immutable state of a matter; `plan` is what everybody reads.

    A later number never comes into force before an earlier one.
    """

    matter = models.ForeignKey("matters.Matter", models.PROTECT, related_name="revisions", verbose_name="一件事")
    number = models.PositiveIntegerField("版本号")
    plan = models.JSONField("方案")
    plan_hash = models.CharField("方案哈希（SHA-256）", max_length=64)
    reason = models.CharField("发布原因", max_length=300)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="起草人", null=True, related_name="+"
    )
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="审批人", null=True, related_name="+"
    )
    published_at = models.DateTimeField("发布时间")
    live_from = models.DateTimeField("生效时间")

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = "版本"
        verbose_name_plural = "版本"
        ordering = ["matter", "-number"]
        constraints = [models.UniqueConstraint(fields=["matter", "number"], name="revision_number_once")]
        # The database itself refuses to change history: bulk updates and raw SQL pass by any Python guard.
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.matter_id} 第 {self.number} 版"
