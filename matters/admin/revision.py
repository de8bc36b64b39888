"""Published revisions: the list with what is in force, one in words, and the difference between any two."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.db.models.functions import Now
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from departments.administration import EditorAdmin
from matters.admin.drafts import compared, history
from matters.models import Revision
from matters.outline import outline

HASH_SHOWN = 12


@admin.register(Revision)
class RevisionAdmin(EditorAdmin):
    """History, to read: the database itself refuses to change it."""

    list_display = ("matter", "version", "state", "author", "approver", "reason", "running", "short_hash")
    list_display_links = ("matter", "version")
    list_filter = ("live_from", "matter__theme")
    list_select_related = ("matter", "author", "approver")
    search_fields = ("matter__code", "matter__name", "plan_hash", "reason")
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Revision]:
        """Without the plans: a list of a hundred would read four megabytes."""
        later = Revision.objects.filter(matter=OuterRef("matter"), number__gt=OuterRef("number"), live_from__lte=Now())
        rows: Any = super().get_queryset(request)
        found: QuerySet[Revision] = rows.with_running().annotate(replaced=Exists(later)).defer("plan")
        return found

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description="版本", ordering="number")
    def version(self, revision: Revision) -> str:
        return f"第 {revision.number} 版"

    @admin.display(description="状态", ordering="live_from")
    def state(self, revision: Any) -> str:
        """What people read now is found by state; a matter withdrawn takes no new cases on any revision."""
        hour = timezone.localtime(revision.live_from)
        if revision.live_from > timezone.now():
            return f"{hour:%Y-%m-%d %H:%M} 起生效"
        return "历史" if revision.replaced else f"现行，{hour:%Y-%m-%d} 起"

    @admin.display(description="在办", ordering="running")
    def running(self, revision: Any) -> str:
        return f"{revision.running} 件"

    @admin.display(description="方案哈希")
    def short_hash(self, revision: Revision) -> str:
        return revision.plan_hash[:HASH_SHOWN]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One revision in words and, with `?against=<number>`, what differs between it and another of its matter."""
        if request.method not in ("GET", "HEAD") or not self.has_view_permission(request):
            raise PermissionDenied
        revision: Any = self.get_object(request, object_id)
        if revision is None:
            raise Http404("没有这个版本。")
        others = list(history(revision.matter_id))
        asked = request.GET.get("against", str(revision.number - 1))
        other = next((row for row in others if str(row.number) == asked and row.pk != revision.pk), None)
        pair = sorted((revision, other), key=lambda row: row.number) if other else None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{revision.matter.name}，第 {revision.number} 版",
            "revision": revision,
            "state": self.state(revision),
            "revisions": others,
            "live": Revision.objects.live().filter(matter=revision.matter_id).defer("plan").first(),
            "other": other,
            "pair": pair,
            "chapters": outline(revision.plan),
            **(compared(pair[0], pair[1].plan) if pair else {}),
        }
        return TemplateResponse(request, "admin/matters/revision.html", context)
