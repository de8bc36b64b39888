"""联通: a department whose own system works on its tasks, and the keys by which the two systems know each other."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from foundation.fields import EncryptedTextField


class Connection(models.Model):
    """One department's own system. It acts as `user`, an account of its own that nobody can sign in with.

    `address`: where tasks are pushed to; empty where the system asks for them. `items`: codes of the items it works on,
    empty for all of the department. `failures` and `open_until` are the breaker: how often in a row the system was not
    to be reached, and until when nothing more is tried. `cursor`: the last line of a timeline that was told.
    """

    department = models.OneToOneField(
        "departments.Department", models.PROTECT, primary_key=True, related_name="connection", verbose_name="部门"
    )
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    address = models.URLField("推送地址", max_length=300, blank=True, default="")
    items = models.JSONField("只办这些事项", default=list)
    active = models.BooleanField("启用", default=True)
    failures = models.PositiveSmallIntegerField("连续没有联通", default=0)
    open_until = models.DateTimeField("暂停推送到", null=True)
    reached_at = models.DateTimeField("最近联通", null=True)
    cursor = models.BigIntegerField("讲到第几条", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "部门系统"

    def __str__(self) -> str:
        return f"{self.department_id} {self.address}"

    @property
    def pushes(self) -> bool:
        return self.active and bool(self.address)

    def works_on(self, item: str) -> bool:
        return not self.items or item in self.items


class SystemKey(models.Model):
    """One set of keys: the token that comes with each call (only its hash is kept), the secret that signs what the system
    sends, the secret that signs what is pushed. Two may be valid at a time, so that keys change without a pause."""

    connection = models.ForeignKey(Connection, models.PROTECT, related_name="keys")
    token_hash = models.CharField(max_length=64, unique=True)
    call_secret = EncryptedTextField("回传密钥")
    push_secret = EncryptedTextField("推送密钥")
    issued_at = models.DateTimeField("发放时间")
    issued_by_name = models.CharField("谁发的", max_length=60)
    revoked_at = models.DateTimeField("停用时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "系统密钥"
        ordering = ["id"]
        indexes = [models.Index(fields=["connection"], condition=Q(revoked_at=None), name="system_key_valid")]


class TableExchange(models.Model):
    """A department whose system only reads a database. `cursor`: the last line of a timeline that is in its table."""

    department = models.OneToOneField(
        "departments.Department", models.PROTECT, primary_key=True, related_name="table_exchange", verbose_name="部门"
    )
    active = models.BooleanField("启用", default=True)
    cursor = models.BigIntegerField("放到第几条", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "夜间交换表的部门"

    def __str__(self) -> str:
        return self.department_id
