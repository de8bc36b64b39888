from django.db import models


class LoadedRow(models.Model):
    """What the last load wrote for one source row, as a digest of its source form.

    A row whose present form no longer has this digest was changed by an administrator (by whatever way), so that
    loading leaves it alone. `kind` "catalogue" with an empty code holds the digest of all files of the last load.
    """

    kind = models.CharField("种类", max_length=20)
    code = models.CharField("代码", max_length=100, blank=True)
    digest = models.CharField("内容哈希", max_length=64)
    loaded_at = models.DateTimeField("导入时间")

    class Meta:
        verbose_name = "导入记录"
        verbose_name_plural = "导入记录"
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="loaded_row_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"
