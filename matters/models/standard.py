"""上级标准: what a list of the state, the province or the city asks for an item; the county's own is held against it."""

from django.db import models

from matters.words import StandardLevel


class UpperStandard(models.Model):
    """One list for one item. `materials`: codes of papers it asks for; `others`: those the county has no row for.

    `bases`: what the county asks beyond it, and the article that each stands on.
    """

    item = models.ForeignKey("matters.Item", models.CASCADE, verbose_name="事项", related_name="standards")
    level = models.CharField("层级", max_length=10, choices=StandardLevel)
    source = models.CharField("清单或文件名称", max_length=200)
    dated = models.DateField("印发或查到的日期")
    promised_days = models.PositiveIntegerField("承诺时限（工作日）", null=True, blank=True)
    statutory_days = models.PositiveIntegerField("法定时限（工作日）", null=True, blank=True)
    materials = models.JSONField("要的材料", default=list, blank=True)
    others = models.JSONField("另外要的材料", default=list, blank=True)
    bases = models.JSONField("多要的依据", default=dict, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "上级标准"
        ordering = ["item", "level"]
        constraints = [models.UniqueConstraint(fields=["item", "level"], name="one_standard_a_level")]

    def __str__(self) -> str:
        return f"{self.item}：{self.get_level_display()}"
