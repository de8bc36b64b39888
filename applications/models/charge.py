"""待缴费: what one item of a case costs by law, in fen, and how it was paid. Nothing is owed unless somebody charged it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class ChargeState(models.TextChoices):
    OPEN = "open", "待缴"
    PAID = "paid", "已缴"
    VOID = "void", "已撤销"
    REFUNDED = "refunded", "已退"


class Payment(models.Model):
    """All that a case owed at one moment, paid at once. `reference` is the same in every try, so that the other side
    takes the money once; `paid_at` is None while its answer is not known.
    """

    ONLINE, RECEIPT = "online", "receipt"
    METHODS = ((ONLINE, "网上缴"), (RECEIPT, "票据号"))

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="payments")
    reference = models.UUIDField(default=uuid.uuid4, unique=True)
    method = models.CharField("方式", max_length=8, choices=METHODS)
    amount = models.PositiveIntegerField("金额（分）")
    begun_at = models.DateTimeField("开始时间")
    begun_by_name = models.CharField("谁缴的", max_length=60)
    receipt_number = models.CharField("票据号", max_length=40, blank=True, default="")
    source = models.CharField("从哪里来", max_length=60, blank=True, default="")
    paid_at = models.DateTimeField("缴费时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "缴费"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(paid_at=None), name="one_payment_under_way_per_case"
            ),
            models.UniqueConstraint(
                fields=["receipt_number"], condition=~Q(receipt_number=""), name="payment_receipt_once"
            ),
            models.CheckConstraint(
                condition=Q(paid_at=None) | ~Q(receipt_number=""), name="payment_paid_with_a_receipt"
            ),
        ]


class Charge(models.Model):
    """What the department of `task` takes for its item. Ending it, before or after it was paid, needs two people."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="charges")
    task = models.ForeignKey("applications.Task", models.PROTECT, related_name="charges")
    amount = models.PositiveIntegerField("金额（分）")
    basis = models.CharField("收费依据", max_length=300)
    state = models.CharField("现在", max_length=10, choices=ChargeState, default=ChargeState.OPEN)
    raised_at = models.DateTimeField("提出时间")
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    raised_by_name = models.CharField("谁提的", max_length=60)
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="charges")

    ending_reason = models.CharField("为什么撤销或者退", max_length=300, blank=True, default="")
    ending_asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ending_asked_by_name = models.CharField("谁提出撤销", max_length=60, blank=True, default="")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_by_name = models.CharField("谁同意撤销", max_length=60, blank=True, default="")
    ended_at = models.DateTimeField("撤销或者退的时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "收费"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["task"], condition=Q(state__in=[ChargeState.OPEN, ChargeState.PAID]), name="task_charged_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="charge_of_money"),
            models.CheckConstraint(
                condition=~Q(state__in=[ChargeState.VOID, ChargeState.REFUNDED])
                | (
                    ~Q(ending_reason="")
                    & Q(ending_asked_by__isnull=False, ended_by__isnull=False)
                    & ~Q(ended_by=F("ending_asked_by"))
                ),
                name="charge_ended_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ChargeState.PAID, ChargeState.REFUNDED]) | Q(payment__isnull=False),
                name="charge_paid_by_a_payment",
            ),
        ]

    @property
    def to_agree(self) -> bool:
        """Somebody asked to end it and nobody has agreed yet."""
        return bool(self.ending_reason) and self.ended_at is None
