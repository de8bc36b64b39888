import secrets

import pgtrigger
from django.db import models
from django.db.models import Q

from foundation.fields import EncryptedJSONField


def new_token() -> str:
    """192 random bits for the verification address; nothing can be derived from the number."""
    return secrets.token_urlsafe(24)


class Document(models.Model):
    """One official paper in the register. Its number is never given again, its content never changed, only voided.

    The PDF is made once and the register stays closed: triggers refuse what no operation does, raw SQL included.
    """

    kind = models.CharField("种类", max_length=40)
    title = models.CharField("名称", max_length=120)
    authority = models.CharField("发文机关代码", max_length=50)
    number = models.CharField("编号", max_length=60)
    token = models.CharField(max_length=40, unique=True, default=new_token)
    subject = models.CharField("对象", max_length=40, help_text="例如办件编号")
    holder = models.CharField("当事人", max_length=120, help_text="公开核验时打码")
    data = EncryptedJSONField("内容")
    template = models.CharField("模板", max_length=40)
    template_revision = models.CharField("模板版本", max_length=12, blank=True, default="")
    sample = models.BooleanField("样张", default=False)
    issued_at = models.DateTimeField("编号时间")
    rendered_at = models.DateTimeField("生成时间", null=True)
    file = models.OneToOneField("files.StoredFile", models.PROTECT, null=True, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    sm3 = models.CharField(max_length=64, blank=True, default="")
    voided_at = models.DateTimeField("作废时间", null=True)
    void_reason = models.CharField("作废原因", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "文书"
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "number"], condition=~Q(number=""), name="document_number_once"
            )
        ]
        indexes = [models.Index(fields=["subject"], name="document_by_subject")]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="content_is_fixed",
                operation=pgtrigger.UpdateOf(
                    "kind",
                    "title",
                    "authority",
                    "number",
                    "token",
                    "subject",
                    "holder",
                    "data",
                    "template",
                    "sample",
                    "issued_at",
                ),
            ),
            pgtrigger.Protect(
                name="rendered_once",
                operation=pgtrigger.UpdateOf("file_id", "sha256", "sm3", "template_revision", "rendered_at"),
                condition=pgtrigger.Q(old__rendered_at__isnull=False),
            ),
            pgtrigger.Protect(
                name="voided_once",
                operation=pgtrigger.UpdateOf("voided_at", "void_reason"),
                condition=pgtrigger.Q(old__voided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"
