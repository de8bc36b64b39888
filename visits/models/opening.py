"""Whether a hall gives tickets and takes bookings, and when it is open."""

from django.db import models
from django.db.models import F, Q


class Weekday(models.IntegerChoices):
    MONDAY = 0, "周一"
    TUESDAY = 1, "周二"
    WEDNESDAY = 2, "周三"
    THURSDAY = 3, "周四"
    FRIDAY = 4, "周五"
    SATURDAY = 5, "周六（调休上班时）"
    SUNDAY = 6, "周日（调休上班时）"


class HallQueue(models.Model):
    """A hall without a row gives no tickets. `kiosk_number` stands in the key of its kiosks: the next one shuts them."""

    hall = models.OneToOneField(
        "departments.Hall", models.CASCADE, primary_key=True, related_name="queue", verbose_name="大厅"
    )
    gives_tickets = models.BooleanField("现场取号", default=True)
    takes_bookings = models.BooleanField("网上预约", default=True)
    kiosk_number = models.PositiveIntegerField("取号机的钥匙", default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "取号和预约"
        ordering = ["hall"]

    def __str__(self) -> str:
        return f"{self.hall}的取号和预约"


class OpeningTime(models.Model):
    """Open from `opens` to `closes` on working days; rows of a weekday stand before those of every day."""

    queue = models.ForeignKey(HallQueue, models.CASCADE, related_name="times", verbose_name="大厅")
    weekday = models.PositiveSmallIntegerField(
        "星期",
        choices=Weekday,
        null=True,
        blank=True,
        help_text="不选的每个工作日都这样。选了的，那一天只按选了的开。节假日和调休按放假调休日。",
    )
    opens = models.TimeField("开门")
    closes = models.TimeField("关门")

    class Meta:
        verbose_name = verbose_name_plural = "开门时间"
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")),
                name="visits_opening_closes_after_it_opens",
                violation_error_message="关门要比开门晚",
            )
        ]

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}—{self.closes:%H:%M}"


class OpeningException(models.Model):
    """One day that differs. Without times the hall is closed; with them it is open then, working day or not."""

    queue = models.ForeignKey(HallQueue, models.CASCADE, related_name="exceptions", verbose_name="大厅")
    date = models.DateField("哪一天")
    opens = models.TimeField("开门", null=True, blank=True, help_text="两个时间都不填：那一天不开。")
    closes = models.TimeField("关门", null=True, blank=True)
    note = models.CharField("为什么", max_length=60, help_text="会写给约了那天的人，例如“停电检修”。")

    class Meta:
        verbose_name = verbose_name_plural = "不一样的一天"
        ordering = ["date", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens=None, closes=None) | Q(closes__gt=F("opens")),
                name="visits_exception_both_times_or_none",
                violation_error_message="开门和关门要么都填，关门要比开门晚；要么都不填",
            )
        ]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.note}"
