from django.db import models
from django.db.models import Q


class State(models.TextChoices):
    PENDING = "pending", "待发"
    LEASED = "leased", "在发"
    DONE = "done", "已发"
    DEAD = "dead", "停发"


class Outbox(models.Model):
    """Something that must happen outside the transaction that decided it. Payloads hold ids, never personal data."""

    kind = models.CharField("种类", max_length=32)
    queue = models.CharField("队列", max_length=80)
    key = models.CharField("对象", max_length=120)
    dedupe = models.CharField("唯一标记", max_length=160, unique=True)
    payload = models.JSONField("内容（只有编号）", default=dict)
    state = models.CharField("状态", max_length=8, choices=State, default=State.PENDING)
    due_at = models.DateTimeField("应发时间")
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    leased_until = models.DateTimeField("占用到", null=True)
    last_error = models.TextField("最近的错误", blank=True, default="")
    created_at = models.DateTimeField("放入时间", auto_now_add=True)
    done_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "待发任务"
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state__in=["pending", "leased"]), name="outbox_to_do"),
        ]

    def __str__(self) -> str:
        return self.dedupe
