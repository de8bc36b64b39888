"""Published revisions, to read."""

import json

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from departments.administration import EditorAdmin
from matters.models import Revision

HASH_SHOWN = 12


@admin.register(Revision)
class RevisionAdmin(EditorAdmin):
    """History, to read: the database itself refuses to change it."""

    list_display = ("matter", "version", "reason", "author", "published_at", "short_hash")
    list_filter = ("published_at",)
    list_select_related = ("matter", "author")
    search_fields = ("matter__code", "matter__name", "plan_hash", "reason")
    fields = ("matter", "number", "reason", "author", "published_at", "plan_hash", "plan_text")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Revision]:
        return super().get_queryset(request).defer("plan")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description="版本", ordering="number")
    def version(self, revision: Revision) -> str:
        return f"第 {revision.number} 版"

    @admin.display(description="方案哈希")
    def short_hash(self, revision: Revision) -> str:
        return revision.plan_hash[:HASH_SHOWN]

    @admin.display(description="方案")
    def plan_text(self, revision: Revision) -> str:
        return json.dumps(revision.plan, ensure_ascii=False, indent=1)
