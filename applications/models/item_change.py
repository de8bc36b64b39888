"""停办 and 移交: what the county no longer decides at all, or another department decides now, while cases run."""

from django.conf import settings
from django.db import models


class ItemChange(models.Model):
    """One order of the supervisor about every running task of an item: ended with notice, or given to another department."""

    ABOLISHED, MOVED = "abolished", "moved"
    KINDS = ((ABOLISHED, "停办"), (MOVED, "移交"))

    kind = models.CharField("停办还是移交", max_length=10, choices=KINDS)
    item_code = models.CharField("事项代码", max_length=80)
    item_name = models.CharField("事项", max_length=200)
    former = models.ForeignKey("departments.Department", models.PROTECT, verbose_name="原来谁办", related_name="+")
    department = models.ForeignKey(
        "departments.Department", models.PROTECT, null=True, verbose_name="移交给谁", related_name="+"
    )
    basis = models.CharField("依据", max_length=300)
    cases = models.PositiveIntegerField("在办几件")
    at = models.DateTimeField("时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField("谁定的", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "事项停办和移交"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.item_name}"
