"""一同核查: one visit to the applicant's place for all departments of a case, what each found there, and the photos.

The visit stops no clock: 现场核查 (《行政许可法》第三十四条第三款) is no special procedure of 第四十五条.
"""

from datetime import datetime

from django.db import models
from django.db.models import Q

from foundation.fields import EncryptedTextField


class Inspection(models.Model):
    """One visit. `slots`: the hours offered, in ISO form with offset; `at`: the one that was picked.

    It ends signed by the applicant, not signed with the reason, or cancelled with one.
    """

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="inspections")
    lead = models.ForeignKey("departments.Department", models.PROTECT, verbose_name="牵头部门", related_name="+")
    place = EncryptedTextField("地点")
    slots = models.JSONField("可选的时间", default=list)
    opened_at = models.DateTimeField("约定时间的时间")
    opened_by_name = models.CharField("谁约的", max_length=60)
    at = models.DateTimeField("核查时间", null=True)
    chosen_by_name = models.CharField("谁选的", max_length=60, blank=True, default="")
    move_reason = models.CharField("改期原因", max_length=300, blank=True, default="")
    cancelled_at = models.DateTimeField("取消时间", null=True)
    cancel_reason = models.CharField("取消原因", max_length=300, blank=True, default="")
    signature = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+")
    unsigned_reason = models.CharField("没有签字的原因", max_length=300, blank=True, default="")
    closed_at = models.DateTimeField("核查结束时间", null=True)
    closed_by_name = models.CharField("谁结束的", max_length=60, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "一同核查"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(closed_at=None, cancelled_at=None), name="one_open_inspection"
            )
        ]

    @property
    def is_open(self) -> bool:
        """Neither signed off nor cancelled."""
        return self.closed_at is None and self.cancelled_at is None

    def offered(self) -> list[datetime]:
        """The hours offered, the earliest first."""
        return sorted(datetime.fromisoformat(slot) for slot in self.slots)


class InspectionPart(models.Model):
    """One department's part of a visit. `officers`: at least two names; `answers`: point → {value: yes|no|na, note}."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="parts")
    department = models.ForeignKey("departments.Department", models.PROTECT, verbose_name="部门")
    officers = models.JSONField("核查人员", default=list)
    answers = models.JSONField("逐条情况", default=dict)
    remark = models.CharField("其他情况", max_length=500, blank=True, default="")
    done_at = models.DateTimeField("查完的时间", null=True)
    done_by_name = models.CharField("谁记的", max_length=60, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "部门的核查"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["inspection", "department"], name="part_once_a_department")]


class InspectionPhoto(models.Model):
    """One photo taken on the spot, never changed."""

    part = models.ForeignKey(InspectionPart, models.PROTECT, related_name="photos")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    added_at = models.DateTimeField("存入时间")
    added_by_name = models.CharField("谁拍的", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "核查照片"
        ordering = ["id"]
