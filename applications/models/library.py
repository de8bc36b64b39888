"""上报省办件库: how far the record of an ended case is: one row a case."""

from django.db import models


class LibraryRecord(models.Model):
    """`faults`: what our own rules found, `reason`: why the library gave it back. `sha256` is of the record that went out;
    `upto` the last line of all timelines that it knew of."""

    WAITING, HELD, GIVEN_BACK, TAKEN = "waiting", "held", "given_back", "taken"
    STATES = [(WAITING, "等上报"), (HELD, "数据不对，没有报"), (GIVEN_BACK, "省里退回"), (TAKEN, "已上报")]
    OPEN = (WAITING, HELD, GIVEN_BACK)

    application = models.OneToOneField("applications.Application", models.PROTECT, related_name="library_record")
    state = models.CharField("状态", max_length=10, choices=STATES)
    faults = models.JSONField("哪里不对", default=list)
    reason = models.CharField("省里退回的原因", max_length=500, blank=True, default="")
    their_number = models.CharField("省办件库编号", max_length=60, blank=True, default="")
    source = models.CharField("报到哪里", max_length=60, blank=True, default="")
    sha256 = models.CharField(max_length=64)
    upto = models.BigIntegerField()
    checked_at = models.DateTimeField("检查时间")
    sent_at = models.DateTimeField("上报时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "上报省办件库"
        indexes = [
            models.Index(
                fields=["checked_at", "id"],
                condition=models.Q(state__in=["waiting", "held", "given_back"]),
                name="library_record_open",
            ),
            models.Index(fields=["-upto"], name="library_record_upto"),
        ]
