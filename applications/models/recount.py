"""重算: each state of the working-day calendar by which the running cases were counted, and the days it moved."""

from django.db import models


class Recount(models.Model):
    """One state of the calendar. `done_at` empty: cases are still being counted by it, or that was interrupted.

    `off`, `on`: ISO dates that differ from Monday to Friday. `changed`: those that are otherwise than before.
    """

    off = models.JSONField("放假", default=list)
    on = models.JSONField("上班", default=list)
    known_through = models.PositiveSmallIntegerField("已知到")
    changed = models.JSONField("变动的日子", default=list)
    at = models.DateTimeField("开始时间")
    done_at = models.DateTimeField("算完时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "重算"
        ordering = ["-id"]


class MovedDay(models.Model):
    """A day of one case that a change of the calendar moved. Written once, in the transaction that moved it."""

    recount = models.ForeignKey(Recount, models.PROTECT, related_name="moved")
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="moved_days")
    what = models.CharField("哪个日子", max_length=300)
    before = models.DateField("原来")
    after = models.DateField("现在")
    # Of an item or a paper the department and the window see it; of the case and what the applicant owes, they do too.
    told = models.BooleanField("告知申请人", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "变动的日子"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["recount", "application", "what"], name="day_moved_once")]
