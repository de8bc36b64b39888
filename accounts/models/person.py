"""A natural person (自然人): the applicant, a legal representative or an agent, with or without a sign-in."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from foundation.fields import EncryptedTextField


class IdType(models.TextChoices):
    ID_CARD = "id_card", "居民身份证"
    RESIDENCE_PERMIT = "residence_permit", "港澳台居民居住证"
    MAINLAND_PASS = "mainland_pass", "港澳台居民来往内地（大陆）通行证"
    FOREIGN_RESIDENT = "foreign_resident", "外国人永久居留身份证"
    PASSPORT = "passport", "护照"


class RealName(models.TextChoices):
    """Who says that a name and a number belong together. Empty: written down by somebody else, nobody looked."""

    DECLARED = "declared", "本人自填"
    WINDOW = "window", "窗口核验"
    PROVINCE = "province", "省统一认证"


class Person(models.Model):
    """Identity number and phone are stored encrypted; `*_index` is their blind index, the only way to find them.

    Both indexes are written by `accounts.operations.people`, never by save().
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name="账号",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="person",
    )
    name = models.CharField("姓名", max_length=60)
    id_type = models.CharField("证件类型", max_length=20, choices=IdType, default=IdType.ID_CARD)
    id_number = EncryptedTextField("证件号码", blank=True, default="")
    id_index = models.CharField("证件号码索引", max_length=64, blank=True, default="", db_index=True, editable=False)
    phone = EncryptedTextField("手机号码", blank=True, default="")
    phone_index = models.CharField("手机号码索引", max_length=64, blank=True, default="", db_index=True, editable=False)
    address = models.CharField("联系地址", max_length=200, blank=True, default="")
    real_name = models.CharField("实名程度", max_length=10, choices=RealName, blank=True, default="")
    real_name_at = models.DateTimeField("实名时间", null=True, blank=True, editable=False)
    real_name_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "自然人"
        verbose_name_plural = "自然人"
        constraints = [
            # One row for one identity paper, so that a walk-in and the same person online are one applicant.
            models.UniqueConstraint(
                fields=["id_type", "id_index"], condition=~Q(id_index=""), name="accounts_person_one_per_id_number"
            ),
        ]

    def __str__(self) -> str:
        return self.name
