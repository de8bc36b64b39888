"""A one-time code that was sent to a mobile phone. The code itself is nowhere: only its keyed hash."""

import uuid

from django.conf import settings
from django.db import models

from foundation.fields import EncryptedTextField


class Purpose(models.TextChoices):
    """What a code may be used for, and for nothing else."""

    SIGN_IN = "sign_in", "登录"
    NEW_PHONE = "new_phone", "换手机号码"
    REVEAL = "reveal", "看完整的证件号码"
    PASSWORD = "password", "设登录密码"
    VISIT = "visit", "预约"


class PhoneCode(models.Model):
    """One row a sending; the browser that asked for it holds the id in its session, and nobody else can use it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField("用途", max_length=12, choices=Purpose)
    phone = EncryptedTextField("手机号码")
    phone_index = models.CharField("手机号码索引", max_length=64, db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name="账号")
    code_hash = models.CharField("验证码摘要", max_length=64)
    sent_at = models.DateTimeField("发出时间")
    tries = models.PositiveSmallIntegerField("试过的次数", default=0)
    used_at = models.DateTimeField("用掉的时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "短信验证码"
        indexes = [models.Index(fields=["sent_at"], name="accounts_code_sent_at")]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.sent_at:%Y-%m-%d %H:%M}"
