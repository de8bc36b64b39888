"""文书与证照 of a case, and how they reached the citizen."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.states import Handover


class CasePaper(models.Model):
    """An official paper of this case. `key` makes issuing it twice impossible."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="papers")
    task = models.ForeignKey("applications.Task", models.PROTECT, null=True, related_name="papers")
    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=32)
    document = models.OneToOneField("documents.Document", models.PROTECT, related_name="case_paper")
    to_hand_over = models.BooleanField("列入出件清单", default=False)
    served_at = models.DateTimeField("送达时间", null=True)
    delivery = models.ForeignKey("applications.Delivery", models.PROTECT, null=True, related_name="papers")

    class Meta:
        verbose_name = verbose_name_plural = "办件文书"
        ordering = ["id"]


class Certificate(models.Model):
    """证照: the result the citizen came for, as a record. The state's own forms are never rendered by us.

    A task has one that stands; those before it were replaced (`replaces`) and stay, with their numbers, for ever.
    """

    VALID, REVOKED, CANCELLED, REPLACED = "valid", "revoked", "cancelled", "replaced"
    STATES = ((VALID, "有效"), (REVOKED, "已撤销"), (CANCELLED, "已注销"), (REPLACED, "已换发"))
    EXPIRED = ("expired", "已过期")  # no stored state: it follows from the day

    task = models.ForeignKey("applications.Task", models.PROTECT, related_name="certificates")
    paper = models.OneToOneField(CasePaper, models.PROTECT, related_name="certificate")
    name = models.CharField("证照", max_length=120)
    number = models.CharField("编号", max_length=60)
    holder = models.CharField("持证人", max_length=120)
    own_form = models.BooleanField("国家统一式样", default=False)
    issued_on = models.DateField("发证日")
    valid_until = models.DateField("有效期至", null=True)
    state = models.CharField("状态", max_length=12, choices=STATES, default=VALID)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+", verbose_name="原件")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")

    class Meta:
        verbose_name = verbose_name_plural = "证照"
        constraints = [
            models.UniqueConstraint(fields=["task"], condition=Q(state="valid"), name="one_certificate_stands")
        ]

    def standing(self, today: date) -> tuple[str, str]:
        """Pure: (code, word) of how it stands on this day; the last day of validity still counts."""
        if self.state == self.VALID and self.valid_until is not None and self.valid_until < today:
            return self.EXPIRED
        return self.state, dict(self.STATES)[self.state]


class Delivery(models.Model):
    """One hand-over (出件): who took which papers, how, when, and who gave them."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="deliveries")
    method = models.CharField("方式", max_length=12, choices=Handover.choices)
    collector = models.CharField("领取人", max_length=60)
    relation = models.CharField("身份", max_length=60, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "出件"
