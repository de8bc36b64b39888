"""What the window put right about a person or an organisation: kept, never overwritten."""

from django.conf import settings
from django.db import models


class NameChange(models.Model):
    """A name that had been written down wrongly, or that changed by law; what was seen for it."""

    person = models.ForeignKey("accounts.Person", models.PROTECT, related_name="name_changes")
    before = models.CharField("原来的姓名", max_length=60)
    after = models.CharField("现在的姓名", max_length=60)
    seen = models.CharField("看了什么证件，为什么改", max_length=200)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField("谁改的", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "改过的姓名"
        ordering = ["-id"]
