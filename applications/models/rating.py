"""好差评: what people said of how they were served, and the repair (整改) that a bad word starts."""

from datetime import date

import pgtrigger
from django.db import models
from django.db.models import Q

GRADES = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
BAD = 2  # this grade and the one below it start a repair


class Rating(models.Model):
    """One word of one case or of one visit (号), never changed. `person`: who, unless anonymous; staff never see it otherwise."""

    application = models.OneToOneField("applications.Application", models.PROTECT, null=True, related_name="rating")
    ticket = models.OneToOneField("visits.Ticket", models.PROTECT, null=True, related_name="rating")
    person = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    anonymous = models.BooleanField("匿名", default=False)
    grade = models.PositiveSmallIntegerField("评价", choices=list(GRADES.items()))
    reasons = models.JSONField("原因", default=list)
    words = models.CharField("说明", max_length=300, blank=True, default="")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "好差评"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(grade__gte=1, grade__lte=5), name="rating_grade"),
            models.CheckConstraint(
                condition=Q(application=None, ticket__isnull=False) | Q(application__isnull=False, ticket=None),
                name="rating_of_a_case_or_a_visit",
            ),
            models.CheckConstraint(condition=Q(anonymous=False) | Q(person=None), name="rating_anonymous_is_nobodys"),
        ]
        indexes = [models.Index(fields=["at"], name="rating_by_time")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    @property
    def bad(self) -> bool:
        return self.grade <= BAD

    @property
    def named(self) -> bool:
        """Whether somebody can be called back."""
        return self.person_id is not None


class Repair(models.Model):
    """差评整改: verified, fixed, called back, each with its last day and who did it. `calls`: each try to reach the person:
    `at`, `by`, `reached`, `words`."""

    TO_VERIFY, TO_FIX, TO_CALL, DONE, UNFOUNDED = "to_verify", "to_fix", "to_call", "done", "unfounded"
    STAGES = {TO_VERIFY: "要核实", TO_FIX: "要整改", TO_CALL: "要回访", DONE: "办好了", UNFOUNDED: "核实不成立"}

    rating = models.OneToOneField(Rating, models.PROTECT, related_name="repair")
    verify_by = models.DateField("最迟核实")
    verified_at = models.DateTimeField("核实时间", null=True)
    verified_by_name = models.CharField("谁核实的", max_length=60, blank=True, default="")
    founded = models.BooleanField("成立", null=True)
    finding = models.CharField("核实的情况", max_length=500, blank=True, default="")
    complicated = models.BooleanField("复杂", default=False)
    fix_by = models.DateField("最迟整改", null=True)
    fixed_at = models.DateTimeField("整改时间", null=True)
    fixed_by_name = models.CharField("谁整改的", max_length=60, blank=True, default="")
    reply = models.CharField("公开的答复", max_length=500, blank=True, default="")
    calls = models.JSONField("回访", default=list)
    closed_at = models.DateTimeField("办好时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "差评整改"
        ordering = ["id"]
        indexes = [models.Index(fields=["id"], condition=Q(closed_at=None), name="repair_open")]

    @property
    def stage(self) -> str:
        """Pure: where it stands, from what has been written down."""
        if self.verified_at is None:
            return self.TO_VERIFY
        if not self.founded:
            return self.UNFOUNDED
        if self.fixed_at is None:
            return self.TO_FIX
        return self.TO_CALL if self.closed_at is None else self.DONE

    @property
    def word(self) -> str:
        return self.STAGES[self.stage]

    @property
    def due(self) -> date | None:
        """The last day of what is to be done now; a call back has none."""
        return {self.TO_VERIFY: self.verify_by, self.TO_FIX: self.fix_by}.get(self.stage)
