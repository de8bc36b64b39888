"""Days that differ from Monday to Friday (放假调休): the State Council's yearly arrangement and local exceptions."""

from django.db import models


class CalendarDay(models.Model):
    """One day as it is: worked or not. A day without a row is a working day from Monday to Friday."""

    date = models.DateField("日期", primary_key=True)
    working = models.BooleanField("上班")
    name = models.CharField("说明", max_length=60, blank=True, default="")
    arrangement = models.PositiveSmallIntegerField(
        "年度安排",
        null=True,
        blank=True,
        help_text="来自国务院哪一年度的放假安排；本县自定的（例如台风停办）留空。最后一个年度之后的日期按暂定计算。",
    )

    class Meta:
        verbose_name = "放假调休日"
        verbose_name_plural = "放假调休日"
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {'上班' if self.working else '放假'} {self.name}".rstrip()
