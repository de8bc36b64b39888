"""The departments (部门) that decide. The code also names the department's task queue."""

from django.db import models
from django.db.models import Q


class Level(models.TextChoices):
    PROVINCE = "province", "省级"
    CITY = "city", "市级"
    COUNTY = "county", "县级"
    TOWNSHIP = "township", "乡镇级"


# Levels whose decisions bear a number of their own, and who reach the applicant through the county's window.
HIGHER = (Level.CITY, Level.PROVINCE)


class IntakeMode(models.TextChoices):
    """Who accepts (受理) for the department. Unless entrusted, the window only receives (收件)."""

    ENTRUSTED = "entrusted", "委托窗口受理"
    STATIONED = "stationed", "派驻人员受理"
    OWN = "own", "部门自行受理"


class Department(models.Model):
    code = models.SlugField("代码", max_length=50, primary_key=True)
    name = models.CharField("全称", max_length=100)
    short_name = models.CharField("简称", max_length=40)
    level = models.CharField("层级", max_length=10, choices=Level, default=Level.COUNTY)
    parent = models.ForeignKey(
        "self", verbose_name="上级部门", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    intake_mode = models.CharField("受理方式", max_length=10, choices=IntakeMode, default=IntakeMode.ENTRUSTED)
    mark = models.CharField(
        "文号字", max_length=20, blank=True, default="", help_text="文书编号开头的字，例如“灌行审”。以县里确认的为准。"
    )
    phone = models.CharField("咨询电话", max_length=40, blank=True, default="")

    class Meta:
        verbose_name = "部门"
        verbose_name_plural = "部门"
        ordering = ["code"]
        constraints = [
            # Papers are numbered per department: two departments with one mark would give out the same numbers.
            models.UniqueConstraint(
                fields=["mark"],
                condition=~Q(mark=""),
                name="departments_department_one_per_mark",
                violation_error_message="另一个部门已经用了这个文号字",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    @property
    def entrusts(self) -> bool:
        """Whether the window accepts for it."""
        return self.intake_mode == IntakeMode.ENTRUSTED
