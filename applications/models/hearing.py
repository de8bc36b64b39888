"""听证: offered before a decision that weighs heavily, asked for or waived, held, and written down (《行政许可法》第四十六至四十八条)."""

from datetime import date

from django.db import models
from django.db.models import Q

from foundation.fields import EncryptedTextField


class Hearing(models.Model):
    """One offer of a hearing about one task, and the hearing itself where somebody asks for it.

    `ask_by`: the last day to ask. `hold_by`: the last day to hold it, from the day it was asked. `others`: people beside
    the applicant whose interests it touches, one a line. It ends held, waived, taken back or with nobody coming.
    """

    REFUSAL, OTHERS, PUBLIC = "refusal", "others", "public"
    GROUNDS = (
        (REFUSAL, "拟不予，关系申请人的重大利益"),
        (OTHERS, "直接关系申请人和别人的重大利益"),
        (PUBLIC, "涉及公共利益，本部门主动听证"),
    )
    HELD, ABSENT, WAIVED, DROPPED, LAPSED = "held", "absent", "waived", "dropped", "lapsed"
    ENDS = (
        (HELD, "已举行"),
        (ABSENT, "没有来，视为放弃"),
        (WAIVED, "放弃听证"),
        (DROPPED, "撤回听证要求"),
        (LAPSED, "没有人要求"),
    )

    task = models.ForeignKey("applications.Task", models.PROTECT, related_name="hearings")
    ground = models.CharField("为什么告知", max_length=8, choices=GROUNDS)
    facts = models.TextField("拟作的决定、事实和依据")
    others = EncryptedTextField("利害关系人", blank=True, default="")
    offered_at = models.DateTimeField("告知时间")
    offered_by_name = models.CharField("谁告知的", max_length=60)
    ask_by = models.DateField("最迟要求日（含当日）")
    asked_on = models.DateField("要求日", null=True)
    asked_by_name = models.CharField("谁要求的", max_length=60, blank=True, default="")
    asked_why = models.CharField("要说明什么", max_length=500, blank=True, default="")
    hold_by = models.DateField("最迟举行日（含当日）", null=True)
    at = models.DateTimeField("举行时间", null=True)
    place = models.CharField("地点", max_length=120, blank=True, default="")
    chair = models.CharField("主持人", max_length=60, blank=True, default="")
    move_reason = models.CharField("改期原因", max_length=300, blank=True, default="")
    attended = models.CharField("参加的人", max_length=300, blank=True, default="")
    minutes = models.TextField("笔录", blank=True, default="")
    signed = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+")
    end = models.CharField("怎么结束的", max_length=8, choices=ENDS, blank=True, default="")
    ended_at = models.DateTimeField("结束时间", null=True)
    ended_by_name = models.CharField("谁结束的", max_length=60, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "听证"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["task"], condition=Q(ended_at=None), name="one_open_hearing_per_task")
        ]
        indexes = [models.Index(fields=["hold_by"], condition=Q(ended_at=None), name="hearing_open")]

    def stage(self, today: date) -> str:
        """Where it stands on that day: offered, lapsed (nobody asked), asked, set, ended."""
        if self.ended_at is not None:
            return "ended"
        if self.asked_on is not None:
            return "asked" if self.at is None else "set"
        return "offered" if today <= self.ask_by else "lapsed"
