from django.db import models


class Law(models.Model):
    """法律依据: what is known of a law that items cite. Only laws somebody looked up have a row; others stand as cited."""

    title = models.CharField("名称", max_length=200, primary_key=True)
    in_force_from = models.DateField("施行日期", null=True, blank=True)
    repealed_on = models.DateField("废止日期", null=True, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = "法律依据"
        verbose_name_plural = "法律依据"
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(repealed_on__isnull=True)
                | models.Q(in_force_from__isnull=True)
                | models.Q(repealed_on__gte=models.F("in_force_from")),
                name="law_ends_after_it_began",
                violation_error_message="废止日期不能早于施行日期",
            )
        ]

    def __str__(self) -> str:
        return f"《{self.title}》"
