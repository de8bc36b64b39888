"""口径: what a department answers to a question, on which basis and until when. Outside of every plan and its hash."""

from collections.abc import Collection
from datetime import date
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from departments.access import Actor
from matters.words import DoubtOutcome, GuidanceState

# What is said to the counter: confirmed by a second person, or a sample that says of itself that nobody has.
SAID = (GuidanceState.CONFIRMED, GuidanceState.SAMPLE)


class Guidance(models.Model):
    """One question of the library through all its versions. `withdrawn_through`: versions up to this number are shown to
    nobody any more, 0 for none; who withdrew them last and why stands beside it."""

    department = models.ForeignKey(
        "departments.Department", models.PROTECT, verbose_name="归哪个部门", related_name="guidance"
    )
    withdrawn_through = models.PositiveIntegerField("停用到第几版", default=0)
    withdrawn_at = models.DateTimeField("停用时间", null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.CharField("为什么停用", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "口径"
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_through=0, withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | (
                    Q(withdrawn_through__gt=0, withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                    & ~Q(withdrawn_reason="")
                ),
                name="guidance_withdrawn_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"口径 {self.pk}"


class GuidanceVersionQuerySet(models.QuerySet["GuidanceVersion"]):
    def visible_to(self, actor: Actor) -> Self:
        """The library is the staff's; what is marked public is read by `in_force` and `public` alone."""
        return self if actor.staff else self.none()

    def current(self, today: date) -> Self:
        """Of each question the newest version that has begun, also when its last day is over."""
        later = GuidanceVersion.objects.filter(
            guidance=OuterRef("guidance"), state__in=SAID, valid_from__lte=today, number__gt=OuterRef("number")
        )
        begun = self.filter(~Exists(later), state__in=SAID, valid_from__lte=today)
        return begun.filter(number__gt=F("guidance__withdrawn_through")).select_related("guidance__department")

    def in_force(self, today: date) -> Self:
        """What may be said today: neither withdrawn nor expired."""
        return self.current(today).filter(valid_until__gte=today)

    def about(self, matter: str, items: Collection[str], materials: Collection[str]) -> Self:
        """What speaks of this matter, of one of these items or of one of these papers."""
        return self.filter(
            Q(matters__contains=[matter])
            | Q(items__has_any_keys=list(items))
            | Q(materials__has_any_keys=list(materials))
        )


class GuidanceVersion(models.Model):
    """One wording of a 口径; a trigger keeps the words as they were written, another wording is another version.

    `matters`, `items`, `materials`: codes of what it speaks of. `author` is None for what a load brought.
    """

    guidance = models.ForeignKey(Guidance, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField("第几版")
    question = models.CharField("问", max_length=200)
    answer = models.TextField("答", max_length=2000)
    basis = models.CharField("依据", max_length=300)
    matters = models.JSONField("一件事", default=list)
    items = models.JSONField("事项", default=list)
    materials = models.JSONField("材料", default=list)
    public = models.BooleanField("放到办事指南的常见问题里", default=False)
    valid_from = models.DateField("从哪天起")
    valid_until = models.DateField("到哪天止")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField("写的时间")
    state = models.CharField("现在", max_length=10, choices=GuidanceState, default=GuidanceState.WAITING)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField("确认时间", null=True)
    note = models.CharField("退回的原因", max_length=300, blank=True, default="")

    objects = GuidanceVersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "口径的一版"
        ordering = ["guidance_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["guidance", "number"], name="guidance_versions_counted"),
            models.UniqueConstraint(
                fields=["guidance"], condition=Q(state=GuidanceState.WAITING), name="guidance_waits_once"
            ),
            models.CheckConstraint(condition=Q(valid_from__lte=F("valid_until")), name="guidance_of_a_period"),
            models.CheckConstraint(
                condition=~Q(state=GuidanceState.CONFIRMED)
                | (
                    Q(settled_by__isnull=False, settled_at__isnull=False)
                    & (Q(author=None) | ~Q(author=F("settled_by")))
                ),
                name="guidance_confirmed_by_another",
            ),
        ]
        indexes = [models.Index(fields=["state", "valid_from"], name="guidance_in_force")]
        triggers = [
            pgtrigger.ReadOnly(name="words_stay", exclude=["state", "settled_by", "settled_at", "note"]),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.question}（第 {self.number} 版）"

    @property
    def sample(self) -> bool:
        """Loaded for the demonstration and confirmed by nobody yet; every page says so."""
        return self.state == GuidanceState.SAMPLE


class GuidanceDoubt(models.Model):
    """这条不对: somebody of the staff doubts a version; its department answers by `due`, the end of that working day."""

    version = models.ForeignKey(GuidanceVersion, models.PROTECT, related_name="doubts")
    text = models.CharField("哪里不对", max_length=500, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")
    due = models.DateField("最迟答复")
    outcome = models.CharField("结论", max_length=10, choices=DoubtOutcome, blank=True, default="")
    answer = models.CharField("答复", max_length=500, blank=True, default="")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField("答复时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "口径的疑问"
        ordering = ["due", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "by"], condition=Q(answered_at=None), name="guidance_doubted_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, outcome="", answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(outcome="") & ~Q(answer="")),
                name="guidance_doubt_answered_whole",
            ),
        ]
        indexes = [models.Index(fields=["due"], condition=Q(answered_at=None), name="guidance_doubts_open")]

    def __str__(self) -> str:
        return self.text or "这条不对"
