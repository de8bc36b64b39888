"""请给我回电话: a telephone and what it is about; nothing else of a person. Forgotten some days after it is over."""

from django.db import models
from django.db.models import Q

from foundation.fields import EncryptedTextField


class Callback(models.Model):
    """One wish to be called. `due`: the last day to call; `tries`: calls that nobody answered."""

    WAITING, DONE, UNREACHED = "waiting", "done", "unreached"
    STATES = ((WAITING, "等回电话"), (DONE, "说清楚了"), (UNREACHED, "几次没打通"))

    phone = EncryptedTextField("手机或者座机", blank=True, default="")
    phone_index = models.CharField("号码索引", max_length=64, blank=True, default="", db_index=True)
    matter = models.ForeignKey("matters.Matter", models.PROTECT, null=True, related_name="+", verbose_name="问什么")
    asked_at = models.DateTimeField("什么时候请的")
    due = models.DateField("最晚哪天回")
    state = models.CharField("状态", max_length=12, choices=STATES, default=WAITING)
    tries = models.PositiveSmallIntegerField("没打通的次数", default=0)
    called_at = models.DateTimeField("最近一次打的时间", null=True)
    called_by_name = models.CharField("谁打的", max_length=60, blank=True, default="")
    note = models.CharField("记一句", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "请回电话"
        ordering = ["due", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["phone_index"], condition=Q(state="waiting"), name="visits_callback_one_a_phone"
            )
        ]
        indexes = [models.Index(fields=["due", "id"], condition=Q(state="waiting"), name="visits_callback_waiting")]
