import uuid

from django.conf import settings
from django.db import models


class Scan(models.TextChoices):
    NONE = "none", "未配置查毒"
    CLEAN = "clean", "已查毒"
    WAITING = "waiting", "等待查毒"
    INFECTED = "infected", "有病毒"


class StoredFile(models.Model):
    """One file outside the web root under a random name, with the hash of what was stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField("文件名", max_length=200, help_text="上传时的名字，只作文字显示")
    size = models.PositiveBigIntegerField("字节数")
    media_type = models.CharField("类型", max_length=100)
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=100, unique=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    width = models.PositiveIntegerField("宽（点）", null=True, help_text="图片或扫描页")
    height = models.PositiveIntegerField("高（点）", null=True)
    pages = models.PositiveIntegerField("页数", null=True)
    blank = models.BooleanField("像是空白", default=False)
    scan = models.CharField("查毒", max_length=10, choices=Scan.choices, default=Scan.NONE)
    created_at = models.DateTimeField("存入时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "文件"

    def __str__(self) -> str:
        return self.name

    @property
    def may_leave(self) -> bool:
        """Whether it may be shown to anybody: not while the virus scanner has not said its word."""
        return self.scan in (Scan.NONE, Scan.CLEAN)

    @property
    def pictured(self) -> bool:
        """Whether a preview was made of it."""
        return self.media_type in ("application/pdf", "image/jpeg", "image/png")
