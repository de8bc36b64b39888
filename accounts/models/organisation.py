"""A legal person or other organisation (法人和非法人组织), with or without a code yet."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.person import RealName


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
    # Who says that this is the legal representative: declared by themselves, seen at the window.
    representative_level = models.CharField("法定代表人核验", max_length=10, choices=RealName, blank=True, default="")
    representative_at = models.DateTimeField("核验时间", null=True, blank=True, editable=False)
    representative_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
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
