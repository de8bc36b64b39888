"""Departments, towns, halls and the calendar for catalogue administrators; posts for the keeper of the system."""

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey, Model, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from accounts.models import User
from departments.access import may_change_post, may_edit_catalogue, may_manage_posts
from departments.administration import EditorAdmin, actor_of
from departments.models import CalendarDay, Counter, Department, Hall, Post, Town
from departments.threshold_admin import ThresholdAdmin

__all__ = ["ThresholdAdmin"]


@admin.register(Department)
class DepartmentAdmin(EditorAdmin):
    list_display = ("short_name", "name", "level", "parent", "intake_mode", "mark", "phone")
    list_filter = ("level", "intake_mode")
    list_select_related = ("parent",)
    search_fields = ("code", "name", "short_name", "mark")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Cases, papers and queues carry the code for ever."""
        return False


class CounterInline(TabularInline):
    model = Counter
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may_edit_catalogue(actor_of(request))

    has_change_permission = has_view_permission
    has_delete_permission = has_view_permission
    has_add_permission = has_view_permission


@admin.register(Hall)
class HallAdmin(EditorAdmin):
    list_display = ("name", "address", "hours", "phone")
    search_fields = ("code", "name", "address")
    inlines = (CounterInline,)
    change_form_before_template = "admin/departments/hall_prints.html"


@admin.register(Town)
class TownAdmin(EditorAdmin):
    list_display = ("name", "hall")
    list_select_related = ("hall",)
    search_fields = ("code", "name")


@admin.register(CalendarDay)
class CalendarDayAdmin(EditorAdmin):
    list_display = ("date", "working", "name", "arrangement")
    list_filter = ("arrangement", "working")
    date_hierarchy = "date"
    list_before_template = "admin/departments/calendar_import.html"
    ordering = ("-date",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("date",) if obj is not None else ()


@admin.register(Post)
class PostAdmin(ModelAdmin):
    """Posts end by becoming inactive. Nobody gives, changes or ends a post of their own."""

    list_display = ("user", "role", "department", "rank", "deputy_for", "ends_on", "hall", "counter", "active")
    list_filter = ("role", "active", "rank", "department", "hall")
    list_select_related = ("user", "department", "hall", "deputy_for")
    search_fields = ("user__username", "user__name", "department__short_name")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_manage_posts(actor_of(request))

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may_manage_posts(actor_of(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_manage_posts(actor_of(request))

    def has_change_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return may_change_post(actor_of(request), obj.user_id if obj else None)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        """Oneself is not on offer, so a post cannot be turned over to oneself either."""
        if db_field.name == "user":
            holders: QuerySet[User] = User.objects.exclude(pk=actor_of(request).user_id or 0).order_by("username")
            kwargs["queryset"] = holders
        field: ModelChoiceField | None = super().formfield_for_foreignkey(db_field, request, **kwargs)
        return field
