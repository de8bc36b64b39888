"""Accounts, for the keeper of the system. What staff may do hangs on their posts, which have a page of their own."""

from typing import Any

import allauth.account.admin
import allauth.socialaccount.admin
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts.models import User

RIGHTS = ("is_active", "is_staff", "is_superuser")

# Rights hang on posts; a second way to give them would be one nobody looks at.
admin.site.unregister(Group)
# The province's sign-on is configured by the environment; who is tied to it is nobody's to edit.
for _app in (allauth.account, allauth.socialaccount):
    for _model in [model for model in admin.site._registry if model.__module__.startswith(f"{_app.__name__}.")]:
        admin.site.unregister(_model)


@admin.register(User)
class UserAdmin(BaseUserAdmin, ModelAdmin):
    """Accounts are switched off, never deleted. Nobody changes rights of their own."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "name", "is_active", "is_staff", "is_superuser", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("username", "name")
    ordering = ("username",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password", "name")}),
        ("权限", {"fields": RIGHTS, "description": "“工作人员状态”只决定能不能进管理后台；能做什么由岗位决定。"}),
        ("时间", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("username", "name", "password1", "password2")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fields = tuple(super().get_readonly_fields(request, obj))
        return (*fields, *RIGHTS) if obj is not None and obj.pk == request.user.pk else fields

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
