"""停电断网: numbers printed ahead on pads, for what a hall takes in on paper while the portal is down."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from foundation.fields import EncryptedTextField


class ReceiptBlock(models.Model):
    """One pad: numbers in a row, given out to one hall. Never changed."""

    hall = models.ForeignKey("departments.Hall", models.PROTECT, related_name="receipt_blocks", verbose_name="大厅")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issued_by_name = models.CharField("谁领的", max_length=60)
    issued_at = models.DateTimeField("领取时间")

    class Meta:
        verbose_name = verbose_name_plural = "纸质编号本"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.hall} 第 {self.pk} 本"


class PaperReceipt(models.Model):
    """One number of a pad: a case, spoiled, waiting for a second person (a draft stands with it), or not used yet.

    The draft goes with its number until the case exists; where the draft is thrown away, the number is unused again.
    """

    block = models.ForeignKey(ReceiptBlock, models.PROTECT, related_name="receipts")
    number = models.CharField("纸质编号", max_length=9, unique=True)
    query_code = EncryptedTextField("查询码", help_text="印在申请人拿走的一联上，建件以后接着用")

    draft = models.OneToOneField("applications.Draft", models.SET_NULL, null=True, related_name="paper_receipt")
    draft_version = models.PositiveIntegerField("送复核时的表", default=0)
    received_at = models.DateTimeField("纸上的收件时间", null=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    entered_by_name = models.CharField("谁补录的", max_length=60, blank=True, default="")
    entered_at = models.DateTimeField("补录时间", null=True)
    returned = models.CharField("退回哪里不对", max_length=300, blank=True, default="")

    application = models.OneToOneField(
        "applications.Application", models.PROTECT, null=True, related_name="paper_receipt"
    )
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed_by_name = models.CharField("谁复核的", max_length=60, blank=True, default="")
    confirmed_at = models.DateTimeField("复核时间", null=True)

    spoiled_reason = models.CharField("为什么作废", max_length=300, blank=True, default="")
    spoiled_by_name = models.CharField("谁作废的", max_length=60, blank=True, default="")
    spoiled_at = models.DateTimeField("作废时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "纸质编号"
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(application=None) | Q(draft=None, spoiled_at=None, confirmed_by__isnull=False),
                name="paper_receipt_one_use",
            ),
            models.CheckConstraint(condition=Q(spoiled_at=None) | Q(draft=None), name="paper_receipt_spoiled_alone"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("entered_by")), name="paper_receipt_two_people"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state(self) -> str:
        """used, spoiled, waiting or unused: what `applications.paper_numbers` counts."""
        if self.application_id is not None:
            return "used"
        if self.spoiled_at is not None:
            return "spoiled"
        return "waiting" if self.draft_id is not None else "unused"
