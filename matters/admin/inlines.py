"""What stands inside another row's page."""

from typing import Any, ClassVar

from django.contrib.admin.options import InlineModelAdmin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from departments.access import may_edit_catalogue
from departments.administration import actor_of


class EditorInline(InlineModelAdmin):
    """An inline has the rights of the page it stands on."""

    extra = 0
    # What a row is called by, read with the rows instead of one by one.
    named_by: ClassVar[tuple[str, ...]] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related(*self.named_by) if self.named_by else rows

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may_edit_catalogue(actor_of(request))

    has_change_permission = has_view_permission
    has_delete_permission = has_view_permission
    has_add_permission = has_view_permission
