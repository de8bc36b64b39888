"""草稿: what a citizen or a clerk is still filling in. A row of its own; the case begins when it is submitted."""

import uuid

from django.conf import settings
from django.db import models

from applications.states import Channel, Handover
from foundation.fields import EncryptedJSONField


class Draft(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField("调取码", max_length=8, unique=True)
    matter = models.ForeignKey("matters.Matter", models.PROTECT, verbose_name="一件事")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="drafts")
    clerk = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    applicant = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+")
    agent = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    channel = models.CharField("渠道", max_length=8, choices=Channel.choices, default=Channel.ONLINE)
    answers = models.JSONField("情形", default=dict)
    commitments = models.JSONField("告知承诺", default=list)
    form = EncryptedJSONField("表单", default=dict)
    handover = models.CharField("取件方式", max_length=12, choices=Handover.choices, default=Handover.WINDOW)
    # Code of a field -> where its value came from before anybody confirmed it: "profile", "case:2026-03-02".
    origins = models.JSONField("预填来源", default=dict)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    reminded_at = models.DateTimeField("到期提醒", null=True)  # counts while nobody saved after it
    # Set once: submitting twice answers with the first case.
    application = models.OneToOneField("applications.Application", models.PROTECT, null=True, related_name="draft")

    class Meta:
        verbose_name = verbose_name_plural = "草稿"
        indexes = [
            models.Index(
                fields=["owner", "-updated_at"], condition=models.Q(application=None), name="draft_open_by_owner"
            ),
            models.Index(fields=["updated_at"], condition=models.Q(application=None), name="draft_open_by_age"),
        ]


class HelpAct(models.Model):
    """帮办: what a named clerk did for the owner of an online draft. Never changed but for the time of the last repeat."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="help_acts")
    helper = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    helper_name = models.CharField("帮办的人", max_length=60)
    what = models.CharField("做了什么", max_length=20)
    first_at = models.DateTimeField("从")
    last_at = models.DateTimeField("到")

    class Meta:
        verbose_name = verbose_name_plural = "帮办记录"
        ordering = ["-id"]
