"""收件会审: what a department wants in the one notice, asked before it goes out; and cards (黄牌) for promises broken."""

from django.db import models
from django.db.models import Q


class CoCheck(models.Model):
    """One department's say before one notice (补正告知书 number `round`): asks, or an empty list for 没有.

    Open until the end of `until`, or until the notice goes out. `asks`: [{material | field, text}].
    """

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="cochecks")
    department = models.ForeignKey("departments.Department", models.PROTECT, verbose_name="部门")
    round = models.PositiveSmallIntegerField("第几次补正")
    question = models.CharField("请它看什么", max_length=300, blank=True, default="")
    opened_at = models.DateTimeField("开始时间")
    opened_by_name = models.CharField("谁请的", max_length=60)
    until = models.DateField("最后一天（含当日）")
    answered_at = models.DateTimeField("答复时间", null=True)
    answered_by_name = models.CharField("谁答的", max_length=60, blank=True, default="")
    asks = models.JSONField("要补的", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "收件会审"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "department", "round"], name="cocheck_once_per_notice")
        ]
        indexes = [
            models.Index(fields=["department", "until"], condition=Q(answered_at=None), name="cocheck_open"),
        ]


# K1 to K7 of the clocks, each written down when its day is over.
RULES = [
    ("acceptance", "受理期限"),
    ("statutory", "法定期限"),
    ("promise", "事项承诺"),
    ("matter", "一件事承诺"),
    ("joint", "联合办理上限"),
    ("issue", "颁发送达期限"),
    ("review_up", "下级审查期限"),
    ("order", "督办回复"),
    ("promise_check", "承诺核查"),
    ("hearing", "听证期限"),
    ("pause", "特别程序预计"),
    ("oversight", "审管联动签收"),
    ("oversight_end", "撤销注销签收"),
]


class Card(models.Model):
    """黄牌 or 红牌: a term that was broken, written down once and never taken back. `department` empty: the window's."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="cards")
    task = models.ForeignKey("applications.Task", models.PROTECT, null=True, related_name="cards")
    department = models.ForeignKey("departments.Department", models.PROTECT, null=True, related_name="+")
    colour = models.CharField("颜色", max_length=8, choices=[("yellow", "黄牌"), ("red", "红牌")])
    rule = models.CharField("哪个期限", max_length=20, choices=RULES)
    day = models.DateField("到期日")
    text = models.CharField("说明", max_length=300)
    at = models.DateTimeField("记下的时间")

    class Meta:
        verbose_name = verbose_name_plural = "黄牌红牌"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "task", "rule", "day"], name="card_once", nulls_distinct=False
            )
        ]
