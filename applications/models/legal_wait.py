"""依法等待: a publication (公告, 公示) or a cooling-off (冷静期) that the law puts before a decision, inside its term."""

from datetime import date

from django.db import models

from applications.clocks import term_end
from departments.workdays import Calendar


class LegalWait(models.Model):
    """One wait of one task as the department wrote it down. Of a kind written down twice (published anew) the last counts."""

    task = models.ForeignKey("applications.Task", models.PROTECT, related_name="legal_waits")
    kind = models.CharField("种类", max_length=100)
    days = models.PositiveSmallIntegerField("天数")
    began_on = models.DateField("开始日")
    place = models.CharField("哪里公布的", max_length=300, blank=True, default="")
    at = models.DateTimeField("登记时间")
    by_name = models.CharField("登记人", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "依法等待"

    def __str__(self) -> str:
        return f"{self.kind} {self.began_on}"

    def ends_on(self, calendar: Calendar) -> date:
        """Its last day, in the days of the item."""
        return term_end(self.began_on, self.days, calendar, calendar_days=self.task.calendar_days)
