from django.conf import settings
from django.db import models

from foundation.fields import EncryptedTextField


class Notice(models.Model):
    """One message to one person on one channel. Its text holds no identity number and no link that signs in."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="notices", verbose_name="收件人"
    )
    channel = models.CharField("渠道", max_length=8, choices=[("inbox", "站内"), ("sms", "短信")])
    phone = EncryptedTextField("手机", blank=True, default="")
    title = models.CharField("标题", max_length=80)
    body = models.CharField("内容", max_length=500)
    link = models.CharField(max_length=200, blank=True, default="")
    dedupe = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField("生成时间", auto_now_add=True)
    sent_at = models.DateTimeField("发出时间", null=True)
    read_at = models.DateTimeField("阅读时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        indexes = [models.Index(fields=["recipient", "-id"], condition=models.Q(channel="inbox"), name="notice_inbox")]

    def __str__(self) -> str:
        return self.title
