"""审管联动: what was granted, revoked or cancelled is handed to the department that supervises the trade, with receipt."""

from django.db import models
from django.db.models import Q


class Oversight(models.Model):
    """One hand-over of one decision to the supervising department. `due`: the last day of its receipt.

    `town`: of a department of township level the one that signs; where none is named it is the supervisor's to settle.
    """

    GRANTED, REVOKED, CANCELLED = "granted", "revoked", "cancelled"
    KINDS = ((GRANTED, "准予"), (REVOKED, "撤销"), (CANCELLED, "注销"))

    task = models.ForeignKey("applications.Task", models.PROTECT, related_name="oversights")
    kind = models.CharField("什么决定", max_length=10, choices=KINDS)
    department = models.ForeignKey("departments.Department", models.PROTECT, verbose_name="谁监管", related_name="+")
    town = models.ForeignKey("departments.Town", models.PROTECT, null=True, verbose_name="哪个镇", related_name="+")
    sent_at = models.DateTimeField("推送时间")
    due = models.DateField("最迟签收日（含当日）")
    received_at = models.DateTimeField("签收时间", null=True)
    received_by_name = models.CharField("谁签收的", max_length=60, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "审管联动"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["task", "kind"], name="oversight_once")]
        indexes = [
            models.Index(fields=["department", "due", "id"], condition=Q(received_at=None), name="oversight_open")
        ]
