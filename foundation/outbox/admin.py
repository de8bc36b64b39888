"""What waits and what gave up, for the keeper of the system: to look at, and to send again. Nothing is edited here."""

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from foundation.outbox.models import Outbox
from foundation.outbox.operations import resend


@admin.register(Outbox)
class OutboxAdmin(ModelAdmin):
    list_display = ("kind", "key", "queue", "state", "attempts", "due_at", "last_error")
    list_filter = ("state", "kind", "queue")
    search_fields = ("key", "dedupe")
    ordering = ("-id",)
    show_full_result_count = False  # counting millions of rows helps nobody
    actions = ("send_again",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_resend_permission(self, request: HttpRequest) -> bool:
        """Who may look may send again: an entry has one effect however often it is sent."""
        return self.has_view_permission(request)

    @admin.action(description="重发（只对已停发的有效）", permissions=["resend"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Outbox]) -> None:
        sent = resend(queryset.values_list("pk", flat=True))
        self.message_user(
            request,
            f"重发了 {sent} 项。" if sent else "选中的都没有停发，不用重发。",
            messages.SUCCESS if sent else messages.WARNING,
        )
