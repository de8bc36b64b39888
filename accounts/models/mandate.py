"""A mandate (授权委托书): who lets whom act for them, in what, until when. The principal may revoke it at any time."""

from django.db import models
from django.db.models import F, Q

from accounts.querysets import MandateQuerySet


class Reach(models.TextChoices):
    ALL = "all", "全部事项"
    MATTERS = "matters", "选定的事项"
    CASE = "case", "一件办件"


class Mandate(models.Model):
    principal = models.ForeignKey(
        "accounts.Person",
        verbose_name="委托人（自然人）",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="mandates_given",
    )
    organisation = models.ForeignKey(
        "accounts.Organisation",
        verbose_name="委托人（单位）",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="mandates_given",
    )
    agent = models.ForeignKey(
        "accounts.Person", verbose_name="受托人", on_delete=models.PROTECT, related_name="mandates_held"
    )
    scope = models.TextField("委托事项和权限")
    reach = models.CharField("范围", max_length=8, choices=Reach, default=Reach.ALL)
    # Codes and numbers of the floors above; here they are texts that are compared.
    matters = models.JSONField("选定的事项", default=list, blank=True)
    case_number = models.CharField("办件编号", max_length=40, blank=True, default="")
    valid_until = models.DateField("有效期至（含当日）")
    revoked_at = models.DateTimeField("撤销时间", null=True, blank=True)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = "授权委托"
        verbose_name_plural = "授权委托"
        constraints = [
            models.CheckConstraint(
                condition=Q(principal__isnull=False, organisation__isnull=True)
                | Q(principal__isnull=True, organisation__isnull=False),
                name="accounts_mandate_one_principal",
            ),
            models.CheckConstraint(
                condition=Q(reach="all", matters=[], case_number="")
                | (Q(reach="matters", case_number="") & ~Q(matters=[]))
                | (Q(reach="case", matters=[]) & ~Q(case_number="")),
                name="accounts_mandate_reach_is_named",
            ),
            models.CheckConstraint(
                condition=Q(principal__isnull=True) | ~Q(principal=F("agent")), name="accounts_mandate_agent_is_other"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation or self.principal}委托{self.agent}"
