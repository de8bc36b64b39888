"""The portal's own rows: signs of life."""

from django.db import models


class Heartbeat(models.Model):
    """The last time a part of the portal proved to be alive."""

    name = models.CharField("部分", max_length=40, primary_key=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "心跳"

    def __str__(self) -> str:
        return self.name
