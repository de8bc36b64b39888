"""取号和预约 for catalogue administrators: which halls give tickets, their hours, and days that differ."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from unfold.admin import TabularInline

from departments.access import may_edit_catalogue
from departments.administration import EditorAdmin, actor_of
from visits.models import HallQueue, OpeningException, OpeningTime


class EditorInline(TabularInline):
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may_edit_catalogue(actor_of(request))

    has_change_permission = has_view_permission
    has_delete_permission = has_view_permission
    has_add_permission = has_view_permission


class OpeningTimeInline(EditorInline):
    model = OpeningTime


class OpeningExceptionInline(EditorInline):
    model = OpeningException


@admin.register(HallQueue)
class HallQueueAdmin(EditorAdmin):
    list_display = ("hall", "gives_tickets", "takes_bookings")
    list_select_related = ("hall",)
    search_fields = ("hall__name",)
    inlines = (OpeningTimeInline, OpeningExceptionInline)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return ("hall",) if obj is not None else ()
