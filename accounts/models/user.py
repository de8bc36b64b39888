"""Who may sign in. What a member of staff may do is not here: it hangs on their posts (departments.models.Post)."""

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from foundation.fields import EncryptedTextField


class User(AbstractUser):
    """One sign-in, of a citizen or of a member of staff. Chinese names are one field, family name first."""

    first_name: Any = None
    last_name: Any = None
    name = models.CharField("姓名", max_length=60, blank=True)
    # The phone that was proved by a code and signs in. Written by `accounts.operations.signing` alone.
    phone = EncryptedTextField("登录手机", blank=True, default="", editable=False)
    phone_index = models.CharField("登录手机索引", max_length=64, blank=True, default="", editable=False)

    # The secret of the authenticator app (RFC 6238), and the last 30 seconds whose code was used up.
    second_factor = EncryptedTextField("第二重验证", blank=True, default="", editable=False)
    second_factor_step = models.BigIntegerField(default=0, editable=False)

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "账号"
        verbose_name_plural = "账号"
        constraints = [
            models.UniqueConstraint(
                fields=["phone_index"], condition=~Q(phone_index=""), name="accounts_user_one_per_phone"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name or self.username

    def get_short_name(self) -> str:
        return self.name or self.username
