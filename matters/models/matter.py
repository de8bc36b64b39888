from django.core.validators import MinValueValidator
from django.db import models

from matters.words import Audience, MatterLevel


class Matter(models.Model):
    """一件事: what a citizen wants done, as the administrator edits it. People read its live revision."""

    code = models.SlugField("代码", primary_key=True, max_length=100)
    number = models.PositiveIntegerField("编号", validators=[MinValueValidator(1)])
    name = models.CharField("名称", max_length=200)
    audience = models.CharField("对象", max_length=20, choices=Audience)
    theme = models.CharField("主题", max_length=50)
    batch = models.PositiveSmallIntegerField("清单批次")
    level = models.CharField("层级", max_length=20, choices=MatterLevel)
    keywords = models.JSONField("搜索词", default=list, blank=True)
    summary = models.TextField("一句话说明")
    applicant = models.CharField("谁能办", max_length=200)
    tips = models.JSONField("容易出错的地方", default=list, blank=True)
    before_visits = models.PositiveIntegerField("改革前跑动次数")
    before_days = models.PositiveIntegerField("改革前天数")
    promised_days = models.PositiveIntegerField("承诺时限（工作日）")
    withdrawn_at = models.DateTimeField("撤下时间", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "一件事"
        verbose_name_plural = "一件事"
        ordering = ["number"]
        constraints = [
            # Checked at commit, so that one load may exchange two numbers.
            models.UniqueConstraint(
                fields=["number"],
                name="matter_number_once",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message="这个编号已经用于另一件事",
            )
        ]

    def __str__(self) -> str:
        return self.name
