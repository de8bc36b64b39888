"""What stands inside another row's page."""

from django.db.models import Model
from django.http import HttpRequest

from departments.access import may_edit_catalogue
from departments.administration import actor_of


class EditorInline:
    """An inline has the rights of the page it stands on."""

    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may_edit_catalogue(actor_of(request))

    has_change_permission = has_view_permission
    has_delete_permission = has_view_permission
    has_add_permission = has_view_permission
