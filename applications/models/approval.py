"""报批: what may be done only when somebody above agrees: a supervisor to 补充说明 and 撤销受理, the head of the
department to 延长办理期限."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from foundation.fields import EncryptedTextField


class Approval(models.Model):
    """One request, with the say about it; of a 补充说明 also what the applicant answered.

    `task`: the item whose department asks for a 补充说明. `item_codes`: the items whose acceptance is to be taken back.
    `asks`: [{material | field, name, text}]; of a certificate to be replaced what shall stand on the new one.
    """

    SUPPLEMENT, REVOKE, EXTEND, END, REPLACE = "supplement", "revoke", "extend", "end", "replace"
    KINDS = (
        (SUPPLEMENT, "补充说明"),
        (REVOKE, "撤销受理"),
        (EXTEND, "延长办理期限"),
        (END, "申请人不在了"),
        (REPLACE, "更正换发证照"),
    )

    kind = models.CharField("报批什么", max_length=12, choices=KINDS)
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="approvals")
    task = models.ForeignKey("applications.Task", models.PROTECT, null=True, related_name="approvals")
    department = models.ForeignKey("departments.Department", models.PROTECT, null=True, related_name="+")
    item_codes = models.JSONField("哪几项", default=list)
    asks = models.JSONField("要说明的", default=list)
    reason = models.TextField("理由")
    days = models.PositiveSmallIntegerField("延长几个工作日", default=0)
    basis = models.CharField("延长的依据", max_length=200, blank=True, default="")
    authority = models.CharField("该到哪里办", max_length=200, blank=True, default="")
    proof = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField("报批时间")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_by_name = models.CharField("谁报的", max_length=60)

    approved = models.BooleanField("批准", null=True)
    decided_at = models.DateTimeField("答复时间", null=True)
    decided_by_name = models.CharField("谁批的", max_length=60, blank=True, default="")
    decision_note = models.CharField("批语", max_length=300, blank=True, default="")

    answer = EncryptedTextField("申请人的说明", blank=True, default="")
    answered_at = models.DateTimeField("说明时间", null=True)
    answered_by_name = models.CharField("谁说明的", max_length=60, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "报批"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "kind", "task"],
                condition=Q(approved=None),
                name="approval_asked_once",
                nulls_distinct=False,
            )
        ]
        indexes = [models.Index(fields=["asked_at"], condition=Q(approved=None), name="approval_waiting")]

    @property
    def open_to_answer(self) -> bool:
        """A 补充说明 that is approved and not answered."""
        return self.kind == self.SUPPLEMENT and self.approved is True and self.answered_at is None
