"""承诺核查: what was granted on the applicant's own promise is looked at afterwards, within a term."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce


class PromiseCheck(models.Model):
    """The look at one item granted by 告知承诺. `result`: empty until somebody looked.

    A false promise brings an order to put it right by `fix_by`; what is not put right is revoked.
    """

    TRUE, ORDERED, FIXED, REVOKED = "true", "ordered", "fixed", "revoked"
    RESULTS = ((TRUE, "承诺属实"), (ORDERED, "责令整改"), (FIXED, "已经整改"), (REVOKED, "撤销决定"))

    task = models.OneToOneField("applications.Task", models.PROTECT, related_name="promise_check")
    department = models.ForeignKey("departments.Department", models.PROTECT, related_name="+")
    due = models.DateField("最迟核查日")
    result = models.CharField("结果", max_length=8, choices=RESULTS, blank=True, default="")
    facts = models.TextField("查到的", blank=True, default="")
    checked_at = models.DateTimeField("核查时间", null=True)
    checked_by_name = models.CharField("谁核查的", max_length=60, blank=True, default="")
    fix = models.TextField("要怎么改", blank=True, default="")
    fix_by = models.DateField("改好的最后一天（含当日）", null=True)
    ended_note = models.TextField("整改以后的情况", blank=True, default="")
    ended_at = models.DateTimeField("了结时间", null=True)
    ended_by_name = models.CharField("谁了结的", max_length=60, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "承诺核查"
        ordering = ["due", "id"]
        indexes = [
            # By the day that comes next: that of the order once there is one.
            models.Index(
                "department", Coalesce("fix_by", "due"), "id", condition=Q(ended_at=None), name="promise_check_day"
            ),
        ]
