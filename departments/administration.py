"""Bases of the administration's pages: who sees and edits them is decided by access.py, not by Django's permissions."""

from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from departments.access import Actor, actor_for, may_edit_catalogue


class EditorAdmin(ModelAdmin):
    """A page for catalogue administrators (事项管理员). Subclasses narrow it, they do not widen it."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_edit_catalogue(actor_of(request))

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may_edit_catalogue(actor_of(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_edit_catalogue(actor_of(request))

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may_edit_catalogue(actor_of(request))

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may_edit_catalogue(actor_of(request))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A natural key is chosen once: other rows and the task queues carry it."""
        fields = tuple(super().get_readonly_fields(request, obj))
        return (*fields, "code") if obj is not None and obj._meta.pk.name == "code" else fields


def actor_of(request: HttpRequest) -> Actor:
    """The actor that ActorMiddleware set, or the person's, where a request did not pass it."""
    actor: Actor = getattr(request, "actor", None) or actor_for(request.user)
    return actor
