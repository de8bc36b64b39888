from django.db import models


class Counter(models.Model):
    """The last number taken in one scope, for instance one authority's papers of one kind in one year."""

    scope = models.CharField(max_length=120, primary_key=True)
    value = models.BigIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = "编号"

    def __str__(self) -> str:
        return f"{self.scope} {self.value}"
