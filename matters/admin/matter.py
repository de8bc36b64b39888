"""A matter's pages. Saving changes a draft only; people see it when a revision is published."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import StackedInline

from matters.admin.data_page import DataPage
from matters.admin.drafts import DraftPages
from matters.admin.exchange import ExchangePages
from matters.admin.inlines import EditorInline
from matters.admin.trial_figures import TrialFigures
from matters.admin.whatif import WhatIfPages
from matters.forms import MatterForm, QuestionForm, StepForm, StepFormSet
from matters.models import Matter, Question, Revision, Step
from matters.operations.editing import set_choices
from matters.operations.publishing import drafts


class StepInline(EditorInline, StackedInline):
    model = Step
    form = StepForm
    formset = StepFormSet
    named_by = ("item",)
    autocomplete_fields = ("item",)
    fields = (
        "item",
        ("position", "essential"),
        "after",
        "starts_after",
        "when",
        "event",
        "within_days",
    )


class QuestionInline(EditorInline, StackedInline):
    model = Question
    form = QuestionForm
    fields = (("position", "code"), "text", "offered")


@admin.register(Matter)
class MatterAdmin(DraftPages, DataPage, WhatIfPages, ExchangePages, TrialFigures):
    kind = "matter"
    shared = False
    form = MatterForm
    list_display = ("number", "name", "audience", "theme", "level", "promised_days", "revision", "state")
    list_display_links = ("name",)
    list_filter = ("audience", "theme", "level", "batch")
    search_fields = ("code", "name", "keywords", "summary")
    inlines = (QuestionInline, StepInline)
    actions_detail = ("publish_page", "whatif_page", "data_page")
    actions_list = ("pending_page", {"title": "导出和导入", "items": ["export_xlsx", "export_yaml", "import_page"]})
    fields = (
        ("number", "code"),
        "name",
        ("audience", "theme"),
        ("level", "batch"),
        "summary",
        "applicant",
        "promised_days",
        ("before_days", "before_visits"),
        "keywords",
        "tips",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Matter]:
        """With the number of the revision in force and the hour of the next one; without plans: a list of a hundred
        would read four megabytes.
        """
        own = Revision.objects.filter(matter=OuterRef("pk"))
        live = own.filter(live_from__lte=Now()).order_by("-number")
        coming = own.filter(live_from__gt=Now()).order_by("number")
        return (
            super()
            .get_queryset(request)
            .annotate(live=Subquery(live.values("number")[:1]), coming=Subquery(coming.values("live_from")[:1]))
        )

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Cases and revisions stand on it; what is over is withdrawn."""
        return False

    @admin.display(description="现行版本", ordering="live")
    def revision(self, matter: Any) -> str:
        now = f"第 {matter.live} 版" if matter.live else "未发布"
        return f"{now}，{timezone.localtime(matter.coming):%Y-%m-%d %H:%M} 起换新版" if matter.coming else now

    @admin.display(description="状态")
    def state(self, matter: Any) -> str:
        return "停止接收新申请" if matter.withdrawn_at else "接收申请" if matter.live else "草稿"

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.model is Question:
            for one in formset.forms:
                if one.instance.pk and not one.cleaned_data.get("DELETE") and "offered" in one.cleaned_data:
                    set_choices(question=one.instance, rows=one.cleaned_data["offered"])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        draft = drafts([form.instance.pk])[form.instance.pk]
        if draft.faults:
            texts = "；".join(str(fault) for fault in draft.faults)
            messages.warning(request, f"已保存为草稿，改好以下 {len(draft.faults)} 处才能发布：{texts}")
        elif draft.differs:
            messages.info(request, "已保存为草稿，群众看到的还是现行版本；点“提交发布”、由另一名管理员批准后才生效。")
