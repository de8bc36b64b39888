"""时间线: what happened in a case, append-only; and the correction notices (补正)."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models

from foundation.fields import EncryptedJSONField


class Event(models.Model):
    """One thing that happened. `text` may be read by the citizen; `note` is for staff alone."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="events")
    task = models.ForeignKey("applications.Task", models.PROTECT, null=True, related_name="events")
    kind = models.CharField(max_length=32)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=60)
    text = models.CharField(max_length=500)
    note = models.TextField(blank=True, default="")
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "时间线"
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["application", "id"], name="event_by_case")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


class Correction(models.Model):
    """One 补正告知书: everything missing or wrong, asked once. `asks`: [{material | field, name, text, departments}].

    `corrected`: code of a field of the form → [what stood there, what the applicant answered].

    An ask that a newer revision dropped while it was open says so under `dropped`: the number of that revision.
    """

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="corrections")
    round = models.PositiveSmallIntegerField()
    asks = models.JSONField()
    corrected = EncryptedJSONField("更正的栏目", default=dict)
    issued_at = models.DateTimeField()
    answer_by = models.DateField("请在哪天前补", null=True)
    reminded = models.PositiveSmallIntegerField("最近一次提醒提前的工作日", null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "补正"
        ordering = ["round"]
        constraints = [models.UniqueConstraint(fields=["application", "round"], name="correction_round_once")]
        indexes = [
            models.Index(fields=["answer_by"], condition=models.Q(answered_at=None), name="correction_unanswered")
        ]

    @property
    def open_asks(self) -> list[dict[str, Any]]:
        """What still has to be answered."""
        return [ask for ask in self.asks if "dropped" not in ask]

    def open_codes(self, kind: str) -> list[str]:
        """Codes of the materials or fields (`kind`: material, field) that still have to be answered."""
        return [str(ask[kind]) for ask in self.open_asks if kind in ask]
