"""材料: what this case has to hand in, paper by paper, and the files behind it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.states import MaterialState, SignedHow
from foundation.fields import EncryptedJSONField


class CaseMaterial(models.Model):
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="materials")
    position = models.PositiveSmallIntegerField()
    material_code = models.CharField(max_length=80)
    name = models.CharField("材料", max_length=200)
    submit = models.CharField("提交方式", max_length=12)
    copies = models.PositiveSmallIntegerField("份数", default=1)
    deferrable = models.BooleanField("可容缺", default=False)
    used_by = models.JSONField("用于事项", default=list)
    state = models.CharField("状态", max_length=16, choices=MaterialState.choices, default=MaterialState.AWAITING)
    note = models.CharField("说明", max_length=300, blank=True, default="")
    dropped_by = models.ForeignKey(
        "matters.Revision",
        models.PROTECT,
        null=True,
        verbose_name="不再要求它的版本",
        related_name="+",
        db_index=False,  # nobody looks papers up by it, and a revision is never deleted
    )
    deferred_until = models.DateField("容缺期限", null=True)
    handed_in_at = models.DateTimeField("补交时间", null=True, help_text="受理以后补来的，等窗口核对")
    checked_by_name = models.CharField("核收人", max_length=60, blank=True, default="")
    checked_at = models.DateTimeField("核收时间", null=True)
    # The formal check at the window: key of a review point → yes or no (`applications/points.py`).
    points = models.JSONField("审查要点", default=dict)
    original_seen_at = models.DateTimeField("原件已核的时间", null=True)
    original_seen_by_name = models.CharField("核原件的人", max_length=60, blank=True, default="")
    copies_kept = models.PositiveSmallIntegerField("留存复印件份数", default=0)
    # 容缺: how the applicant signed the promise, the days told before the day comes, and the one extension.
    promise_signed = models.CharField("承诺书怎么签的", max_length=8, choices=SignedHow.choices, blank=True, default="")
    reminded = models.PositiveSmallIntegerField("最近一次提醒提前的工作日", null=True)
    extended_from = models.DateField("延长前的容缺期限", null=True)
    extended_because = models.CharField("延长的原因", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "办件材料"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["application", "material_code"], name="material_once_per_case")]
        indexes = [
            models.Index(
                fields=["application"],
                condition=Q(state=MaterialState.DEFERRED, handed_in_at__isnull=False),
                name="material_handed_in",
            ),
            # What the beat looks at: as many rows as papers are owed, however many were ever handed in.
            models.Index(
                fields=["deferred_until"],
                condition=Q(state=MaterialState.DEFERRED, handed_in_at__isnull=True),
                name="material_owed",
            ),
        ]


class DeferralBreach(models.Model):
    """A promise (容缺承诺) not kept: the paper had not come when its day was over. Of one person or organisation.

    `repaired_at`: the window found the paper in order after all.
    """

    material = models.OneToOneField(CaseMaterial, models.PROTECT, related_name="breach")
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="breaches")
    person = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+")
    promised_for = models.DateField("答应的日子")
    recorded_at = models.DateTimeField("记下的时间")
    repaired_at = models.DateTimeField("补齐的时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "容缺逾期"
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, organisation__isnull=True)
                | Q(person__isnull=True, organisation__isnull=False),
                name="breach_has_one_holder",
            )
        ]


class FieldFix(models.Model):
    """当场更正: one field of the form put right at the window with the applicant beside (行政许可法 art. 32(3)).

    `change`: [what stood there, what stands there now].
    """

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="field_fixes")
    field = models.CharField(max_length=80)
    label = models.CharField("栏目", max_length=120)
    change = EncryptedJSONField("更正前后")
    signed = models.CharField("申请人怎么签的", max_length=8, choices=SignedHow.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField("窗口", max_length=60)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "当场更正"
        ordering = ["id"]


class MaterialFile(models.Model):
    """One uploaded file of one material; it moves from the draft to the case at submission.

    `position` is the applicant's order within the material. `source`: where it was taken from without asking the
    applicant for it again (材料库); shown or downloaded, such a copy carries a watermark.
    """

    draft = models.ForeignKey("applications.Draft", models.CASCADE, null=True, related_name="files")
    application = models.ForeignKey("applications.Application", models.PROTECT, null=True, related_name="files")
    material_code = models.CharField(max_length=80)
    file = models.ForeignKey("files.StoredFile", models.PROTECT)
    position = models.PositiveSmallIntegerField(default=0)
    source = models.CharField("来源", max_length=120, blank=True, default="")
    valid_until = models.DateField("有效期至（含当日）", null=True)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "材料文件"
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=False) | Q(application__isnull=False), name="file_has_draft_or_case"
            )
        ]


class MaterialPart(models.Model):
    """A page or photo that a joined PDF was made of, so that it can be taken apart again while it is a draft."""

    whole = models.ForeignKey(MaterialFile, models.CASCADE, related_name="parts")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    source = models.CharField("来源", max_length=120, blank=True, default="")
    valid_until = models.DateField("有效期至（含当日）", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "合并前的文件"
        ordering = ["position"]
