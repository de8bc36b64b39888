from django.db import models

from matters.words import SayingKind


class Saying(models.Model):
    """搜索词典: how people of this county speak. Live at once, without publishing: it changes no rule, only finding.

    `words` of a filler row are left out of a query, of a synonym row mean the same, of a situation row tell the
    matter's situation without its name; those of an outside row ask for what the county has no matter for, so that
    nothing is found rather than something that only sounds like it.
    """

    kind = models.CharField("种类", max_length=20, choices=SayingKind)
    matter = models.ForeignKey(
        "matters.Matter", models.CASCADE, verbose_name="一件事", null=True, blank=True, related_name="sayings"
    )
    words = models.JSONField("说法", default=list)
    changed_at = models.DateTimeField("改动时间", auto_now=True)

    class Meta:
        verbose_name = "搜索说法"
        verbose_name_plural = "搜索词典"
        ordering = ["kind", "matter", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="situation", matter__isnull=False)
                | (~models.Q(kind="situation") & models.Q(matter__isnull=True)),
                name="saying_matter_for_situations",
            ),
            models.UniqueConstraint(
                fields=["matter"], name="saying_once_a_matter", violation_error_message="这件事已经有一行情形说法"
            ),
        ]

    def __str__(self) -> str:
        return "、".join(self.words[:5])


class SearchMiss(models.Model):
    """没搜到的话: what people typed and nothing fitted, counted by text, for the administrator to answer."""

    text = models.CharField("搜的话", max_length=100, primary_key=True)
    times = models.PositiveIntegerField("次数", default=1)
    first_at = models.DateTimeField("第一次")
    last_at = models.DateTimeField("最近一次")
    settled = models.BooleanField("已处理", default=False)
    candidate = models.ForeignKey(
        "matters.Candidate", models.PROTECT, verbose_name="候选事项", null=True, blank=True, related_name="misses"
    )

    class Meta:
        verbose_name = "没搜到的话"
        verbose_name_plural = "没搜到的话"
        ordering = ["-times", "-last_at"]

    def __str__(self) -> str:
        return self.text
