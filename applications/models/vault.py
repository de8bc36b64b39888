"""材料库: what a person or an organisation keeps for the next case, beyond what their cases hold anyway."""

from django.db import models
from django.db.models import Q


class VaultPaper(models.Model):
    """A file the owner wants kept, or has said something about: until when it is valid. Of one person or organisation.

    Papers of filed cases need no row: they are read from the cases (`vault.papers_of`).
    """

    person = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+")
    material_code = models.CharField(max_length=80)
    name = models.CharField("材料", max_length=200)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    valid_until = models.DateField("有效期至（含当日）", null=True)
    kept_at = models.DateTimeField("存入时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "材料库"
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, organisation__isnull=True)
                | Q(person__isnull=True, organisation__isnull=False),
                name="vault_paper_has_one_owner",
            ),
            models.UniqueConstraint(fields=["file"], name="vault_paper_once_per_file"),
        ]
