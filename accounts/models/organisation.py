"""A legal person or other organisation (法人和非法人组织), with or without a code yet."""

from django.db import models
from django.db.models import Q


class Organisation(models.Model):
    """`uscc` stays empty while the code is still to be issued in the case itself (a new restaurant has none)."""

    name = models.CharField("名称", max_length=200)
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True, default="")
    legal_representative = models.ForeignKey(
        "accounts.Person",
        verbose_name="法定代表人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="represents",
    )
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "单位"
        verbose_name_plural = "单位"
        constraints = [
            models.UniqueConstraint(fields=["uscc"], condition=~Q(uscc=""), name="accounts_organisation_one_per_uscc"),
        ]

    def __str__(self) -> str:
        return self.name
