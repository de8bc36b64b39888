from datetime import datetime
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Min, Q
from django.utils import timezone

from matters.words import CandidateState, DemandSource

TYPED_IN = (DemandSource.HOTLINE, DemandSource.BLOCKED)


class CandidateQuerySet(models.QuerySet["Candidate"]):
    def with_listing(self) -> Self:
        """Each with `listed_at`: since when its matter is in force; None while it is not."""
        return self.annotate(
            listed_at=Min("matter__revisions__live_from", filter=Q(matter__revisions__live_from__lte=timezone.now()))
        )


class Candidate(models.Model):
    """候选事项: what might become a matter of the list, and how far it has come.

    建议 → 试行 (a draft matter exists) → 列入清单 (that matter is in force: computed, never stored), or 不采纳.
    """

    name = models.CharField("名称", max_length=100, unique=True)
    items = models.ManyToManyField("matters.Item", verbose_name="事项", blank=True, related_name="candidates")
    origin = models.CharField("来自", max_length=10, choices=DemandSource)
    state = models.CharField("状态", max_length=10, choices=CandidateState, default=CandidateState.PROPOSED)
    matter = models.OneToOneField(
        "matters.Matter", models.PROTECT, verbose_name="一件事", null=True, blank=True, related_name="candidate"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="提出人", related_name="+")
    created_at = models.DateTimeField("提出时间")

    objects = CandidateQuerySet.as_manager()
    listed_at: datetime | None

    class Meta:
        verbose_name = "候选事项"
        verbose_name_plural = "候选事项"
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=CandidateState.TRIAL, matter__isnull=False)
                | (~Q(state=CandidateState.TRIAL) & Q(matter__isnull=True)),
                name="candidate_matter_from_trial_on",
            )
        ]

    def __str__(self) -> str:
        return self.name


class CandidateEvent(models.Model):
    """One line of a candidate's history: who did what, when, why."""

    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="events")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")
    text = models.CharField("内容", max_length=1000)

    class Meta:
        ordering = ["id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.text


class CandidatePair(models.Model):
    """Two matters that the same applicants file one after the other; `first` < `second` by code.

    How many did is counted from cases when it is looked at, not kept.
    """

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="pairs")
    first = models.ForeignKey("matters.Matter", models.CASCADE, related_name="+")
    second = models.ForeignKey("matters.Matter", models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="candidate_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="candidate_pair_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} + {self.second_id}"


class Demand(models.Model):
    """需求记录: how often people asked for a candidate through a channel that the portal does not see itself."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="demands")
    source = models.CharField("来源", max_length=10, choices=DemandSource)
    count = models.PositiveIntegerField("次数")
    since = models.DateField("从")
    until = models.DateField("到")
    note = models.CharField("说明", max_length=300, blank=True, default="")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="录入人", related_name="+")
    entered_at = models.DateTimeField("录入时间")

    class Meta:
        verbose_name = "需求记录"
        verbose_name_plural = "需求记录"
        ordering = ["-until", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(source__in=TYPED_IN), name="demand_typed_in"),
            models.CheckConstraint(condition=Q(count__gt=0, since__lte=F("until")), name="demand_of_a_period"),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.count}"
