from django.conf import settings
from django.db import models


class CatalogueImport(models.Model):
    """表格导入: an uploaded file as it was read and checked, looked at before it is applied, and kept as the record after.

    `rows` are exactly what applying writes; `base_hash` is the state of the catalogue they were compared with, so that
    nothing is applied to another one. `changes` and `plans` are what the person was shown.
    """

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="导入人", related_name="+")
    file_name = models.CharField("文件", max_length=200)
    file_hash = models.CharField("文件哈希（SHA-256）", max_length=64)
    base_hash = models.CharField("比照的目录哈希", max_length=64)
    rows = models.JSONField("要写的内容", default=list)
    changes = models.JSONField("改动", default=list)
    plans = models.JSONField("方案的变化", default=list)
    notes = models.JSONField("没有读的内容", default=list)
    created_at = models.DateTimeField("上传时间")
    applied_at = models.DateTimeField("导入时间", null=True, blank=True)

    class Meta:
        verbose_name = "表格导入"
        verbose_name_plural = "表格导入"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.file_name
