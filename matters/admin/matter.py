"""A matter's pages. Saving changes a draft only; people see it when a revision is published."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.admin import StackedInline
from unfold.decorators import action

from departments.access import may_edit_catalogue
from departments.administration import EditorAdmin, actor_of
from foundation.errors import Refused
from matters.admin.inlines import EditorInline
from matters.figures import figures
from matters.forms import (
    MatterForm,
    PublishForm,
    QuestionForm,
    StepForm,
)
from matters.models import Matter, Question, Step
from matters.operations.editing import set_choices
from matters.operations.publishing import Draft, drafts, publish, restore, withdraw
from matters.specs import Plan
from matters.wording import plan_changes

HASH_SHOWN = 12


class StepInline(EditorInline, StackedInline):
    model = Step
    form = StepForm
    autocomplete_fields = ("item",)
    fields = (
        ("position", "item", "essential"),
        ("after", "starts_after"),
        "when",
        ("event", "within_days"),
    )


class QuestionInline(EditorInline, StackedInline):
    model = Question
    form = QuestionForm
    fields = (("position", "code"), "text", "offered")


@admin.register(Matter)
class MatterAdmin(EditorAdmin):
    form = MatterForm
    list_display = ("number", "name", "audience", "theme", "level", "promised_days", "revision", "state")
    list_display_links = ("name",)
    list_filter = ("audience", "theme", "level", "batch")
    list_select_related = ("current",)
    search_fields = ("code", "name", "keywords", "summary")
    inlines = (QuestionInline, StepInline)
    actions_detail = ("publish_page",)
    actions_list = ("pending_page",)
    fields = (
        ("number", "code"),
        "name",
        ("audience", "theme"),
        ("level", "batch"),
        "summary",
        "applicant",
        ("promised_days", "before_days", "before_visits"),
        "keywords",
        "tips",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Matter]:
        """Without the plans: a list of a hundred would read four megabytes."""
        return super().get_queryset(request).defer("current__plan")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Cases and revisions stand on it; what is over is withdrawn."""
        return False

    @admin.display(description="现行版本", ordering="current__number")
    def revision(self, matter: Matter) -> str:
        return f"第 {matter.current.number} 版" if matter.current else "未发布"

    @admin.display(description="状态")
    def state(self, matter: Matter) -> str:
        return "停止接收新申请" if matter.withdrawn_at else "接收申请" if matter.current else "草稿"

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
            messages.info(request, "已保存为草稿，群众看到的还是现行版本；点“发布新版本”后才生效。")

    @action(description="发布新版本", url_path="publish")
    def publish_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Faults, or what would change and the figures; the reason; and the ways to withdraw and take back."""
        if not may_edit_catalogue(actor_of(request)):
            return self._refused(request)
        matter = get_object_or_404(Matter.objects.select_related("current"), pk=object_id)
        form = PublishForm(request.POST if request.POST.get("act") == "publish" else None)
        if request.method == "POST":
            done = self._act(request, matter, form)
            if done is not None:
                return done
        draft = drafts([matter.pk])[matter.pk]
        if not form.is_bound:
            form = PublishForm(initial={"hash": draft.hash})
        return TemplateResponse(
            request,
            "admin/matters/publish.html",
            {**self._frame(request, matter), **_shown(matter, draft), "form": form},
        )

    def _act(self, request: HttpRequest, matter: Matter, form: PublishForm) -> HttpResponse | None:
        """Does what the button says; None when the page has to be shown again with the form's errors."""
        actor, act = actor_of(request), request.POST.get("act")
        try:
            if act == "withdraw":
                withdraw(matter=matter.pk, actor=actor)
                messages.success(request, "已停止接收新的申请，已经提交的继续办理。")
            elif act == "restore":
                restore(matter=matter.pk, actor=actor)
                messages.success(request, "已恢复接收新的申请。")
            elif form.is_valid():
                seen = form.cleaned_data["hash"]
                made = publish(matter=matter.pk, reason=form.cleaned_data["reason"], actor=actor, expected_hash=seen)
                messages.success(request, f"已发布第 {made.number} 版，在办的办件仍按各自的版本办理。")
            else:
                return None
        except Refused as refused:
            messages.error(request, refused.message)
        return HttpResponseRedirect(request.get_full_path())

    @action(description="待发布的修改", url_path="pending")
    def pending_page(self, request: HttpRequest) -> HttpResponse:
        """Every matter whose edited state differs from what is published, or cannot be published."""
        if not may_edit_catalogue(actor_of(request)):
            return self._refused(request)
        names = dict(Matter.objects.values_list("code", "name"))
        found = [(names[code], draft) for code, draft in drafts().items() if draft.faults or draft.differs]
        return TemplateResponse(request, "admin/matters/pending.html", {**self._frame(request), "found": found})

    def _frame(self, request: HttpRequest, matter: Matter | None = None) -> dict[str, Any]:
        title = f"发布新版本：{matter.name}" if matter else "待发布的修改"
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title, "matter": matter}

    def _refused(self, request: HttpRequest) -> HttpResponse:
        messages.error(request, "只有目录管理员可以修改和发布目录。")
        return HttpResponseRedirect(reverse("admin:index"))


def _shown(matter: Matter, draft: Draft) -> dict[str, Any]:
    """What the publishing page tells about a draft."""
    current = matter.current
    after = figures(Plan.from_json(draft.plan)) if draft.plan else None
    return {
        "draft": draft,
        "changes": plan_changes(current.plan, draft.plan) if current and draft.plan else [],
        "before": figures(Plan.from_json(current.plan)) if current else None,
        "after": after,
        "revisions": matter.revisions.defer("plan").select_related("author").order_by("-number"),
    }
