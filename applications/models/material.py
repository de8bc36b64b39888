"""材料: what this case has to hand in, paper by paper, and the files behind it."""

from django.db import models
from django.db.models import Q

from applications.states import MaterialState


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

    class Meta:
        verbose_name = verbose_name_plural = "办件材料"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["application", "material_code"], name="material_once_per_case")]
        indexes = [
            models.Index(
                fields=["application"],
                condition=Q(state=MaterialState.DEFERRED, handed_in_at__isnull=False),
                name="material_handed_in",
            )
        ]


class MaterialFile(models.Model):
    """One uploaded file of one material; it moves from the draft to the case at submission.

    `position` is the applicant's order within the material.
    """

    draft = models.ForeignKey("applications.Draft", models.CASCADE, null=True, related_name="files")
    application = models.ForeignKey("applications.Application", models.PROTECT, null=True, related_name="files")
    material_code = models.CharField(max_length=80)
    file = models.ForeignKey("files.StoredFile", models.PROTECT)
    position = models.PositiveSmallIntegerField(default=0)
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

    class Meta:
        verbose_name = verbose_name_plural = "合并前的文件"
        ordering = ["position"]
