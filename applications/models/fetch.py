"""What is asked elsewhere for a draft while its owner goes on: another authority's register, a picture's words."""

from django.conf import settings
from django.db import models

from applications.states import FetchState
from foundation.fields import EncryptedJSONField, EncryptedTextField


class Fetch(models.Model):
    """免交 · 由系统调取: one exempt paper asked for by data sharing, with the owner's consent. Cached until `valid_until`."""

    draft = models.ForeignKey("applications.Draft", models.CASCADE, related_name="fetches")
    material_code = models.CharField(max_length=80)
    state = models.CharField("状态", max_length=10, choices=FetchState.choices, default=FetchState.ASKED)
    purpose = models.CharField("用途", max_length=40, help_text="办件编号，递交前是草稿的调取码")
    source = models.CharField("数据来源", max_length=100, blank=True, default="")
    value = EncryptedTextField("结果", blank=True, default="")
    consented_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    consented_at = models.DateTimeField("同意时间")
    answered_at = models.DateTimeField("答复时间", null=True)
    valid_until = models.DateTimeField("结果用到", null=True)
    round = models.PositiveSmallIntegerField("第几次", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "数据共享调取"
        constraints = [models.UniqueConstraint(fields=["draft", "material_code"], name="fetch_once_per_paper")]


class Verification(models.Model):
    """共享核验: one exempt paper of a case asked about by the officer who needs it. Cached until `valid_until`; the purpose is
    the number of the case."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="verifications")
    material_code = models.CharField(max_length=80)
    state = models.CharField("状态", max_length=10, choices=FetchState.choices, default=FetchState.ASKED)
    source = models.CharField("数据来源", max_length=100, blank=True, default="")
    value = EncryptedTextField("结果", blank=True, default="")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_by_name = models.CharField("谁问的", max_length=60)
    asked_at = models.DateTimeField("时间")
    answered_at = models.DateTimeField("答复时间", null=True)
    valid_until = models.DateTimeField("结果用到", null=True)
    round = models.PositiveSmallIntegerField("第几次", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "共享核验"
        constraints = [
            models.UniqueConstraint(fields=["application", "material_code"], name="verification_once_per_paper")
        ]


class Reading(models.Model):
    """What was read from the picture of a certificate (OCR), for the owner to confirm field by field."""

    row = models.OneToOneField("applications.MaterialFile", models.CASCADE, related_name="reading")
    kind = models.CharField("证件", max_length=20)
    state = models.CharField("状态", max_length=10, choices=FetchState.choices, default=FetchState.ASKED)
    values = EncryptedJSONField("读出的内容", default=dict)
    asked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "证件识别"
