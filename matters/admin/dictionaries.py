"""Items, materials and fields: what many matters share."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.admin import StackedInline, TabularInline

from matters.admin.edited import EditedAdmin
from matters.admin.inlines import EditorInline
from matters.admin.standards import beside
from matters.elements import ELEMENTS
from matters.forms import FieldForm, MaterialForm
from matters.forms_item import ItemForm, ItemMaterialForm
from matters.item_guide import completeness
from matters.models import Field, Item, ItemField, ItemMaterial, Material
from matters.operations.publishing import drafts
from matters.usage import why_kept

PAIRED = {"code_scheme", "code", "subject_nature", "online_depth", "common_range", "complaint_phone"}


class SharedAdmin(EditedAdmin):
    """Rows that many matters share: saving says how many have to be published anew."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.kept_apart and form.likes:
            names = "".join(f"“{like.name}”" for like in form.likes)
            self.log_change(request, form.instance, f"词典里已有意思相近的{names}，仍然另建：{form.kept_apart}")
        waiting = sum(draft.differs or bool(draft.faults) for draft in drafts().values())
        if waiting:
            messages.info(
                request,
                f"已保存。有 {waiting} 件事和现行版本不同，到“一件事 → 待发布的修改”里一起提交、另一人批准后才生效。",
            )

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """What is used is not deleted; the sentence says where it is used, and the page stays."""
        row = self.get_object(request, object_id)
        if row is not None and (why := why_kept(self.kind, row.pk, self._called(row))):
            messages.error(request, why)
            return HttpResponseRedirect(
                reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])
            )
        return super().delete_view(request, object_id, extra_context)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """For several rows chosen in the list: those that are used keep all of them from being deleted."""
        rows, counts, perms, protected = super().get_deleted_objects(objs, request)
        kept = [why for row in objs if (why := why_kept(self.kind, row.pk, self._called(row)))]
        return rows, counts, perms, kept or protected

    def _called(self, row: Any) -> str:
        return str(row.label if self.kind == "field" else row.name)


class ItemMaterialInline(EditorInline, StackedInline):
    model = ItemMaterial
    form = ItemMaterialForm
    named_by = ("material",)
    autocomplete_fields = ("material",)
    fields = (("position", "material"), ("submit", "copies", "need"), "when")


class ItemFieldInline(EditorInline, TabularInline):
    model = ItemField
    named_by = ("field",)
    autocomplete_fields = ("field",)
    fields = ("position", "field")


@admin.register(Item)
class ItemAdmin(SharedAdmin):
    kind = "item"
    change_form_before_template = "admin/matters/_item_before.html"
    form = ItemForm
    list_display = (
        "name",
        "department",
        "kind",
        "statutory_days",
        "promised_days",
        "inspection",
        "commitment",
        "elements_filled",
    )
    list_filter = ("department", "kind", "commitment", "inspection", "own_form")
    list_select_related = ("department",)
    search_fields = ("code", "name", "result_name")
    inlines = (ItemMaterialInline, ItemFieldInline)
    fieldsets = (
        (None, {"fields": (("code", "name"), ("department", "kind"), "legal_basis", "conditions", "fee")}),
        (
            "时限",
            {
                "fields": (
                    ("statutory_days", "promised_days", "clock_unit"),
                    "clock_waits",
                    "special_procedures",
                    "deferral_days",
                )
            },
        ),
        (
            "审查",
            {
                "fields": (
                    ("inspection", "commitment"),
                    "points",
                    ("review_steps", "hearing", "limited"),
                    "supervised_by",
                )
            },
        ),
        ("到场", {"fields": (("presence_times", "presence_who"), "presence_reason")}),
        (
            "结果",
            {
                "fields": (
                    ("result_code", "result_name"),
                    ("result_kind", "result_valid_months"),
                    ("own_form", "creates_applicant"),
                )
            },
        ),
        (
            "办事指南要素",
            {
                "description": "群众在办事指南里看到填了的；法定时限、办件类型、行使层级、联办机构、到场和救济由系统算出，不用填。",
                "fields": (
                    ("element_code_scheme", "element_code"),
                    ("element_subject_nature", "element_online_depth"),
                    ("element_common_range", "element_complaint_phone"),
                    *(f"element_{key}" for key in ELEMENTS if key not in PAIRED),
                ),
            },
        ),
    )

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        standards = beside(object_id) if object_id and self.has_view_permission(request) else None
        context = {**(extra_context or {}), "standards": standards}
        return super().changeform_view(request, object_id, form_url, context)

    @admin.display(description="办事指南要素")
    def elements_filled(self, item: Item) -> str:
        count, whole = completeness(item.elements)
        return f"{count} / {whole}"


@admin.register(Material)
class MaterialAdmin(SharedAdmin):
    kind = "material"
    form = MaterialForm
    list_display = ("name", "provided_by", "issuer", "exempt", "blank_form", "used_by")
    list_filter = ("provided_by", "exempt", "blank_form")
    list_select_related = ("issuer",)
    search_fields = ("code", "name", "description")
    autocomplete_fields = ("result_of", "prints")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Material]:
        return super().get_queryset(request).prefetch_related("items")

    @admin.display(description="用到它的事项")
    def used_by(self, material: Material) -> str:
        return "、".join(item.name for item in material.items.all())


@admin.register(Field)
class FieldAdmin(SharedAdmin):
    kind = "field"
    form = FieldForm
    list_display = ("label", "section", "type", "required", "used_by")
    list_filter = ("type", "required", "sensitivity", "source")
    search_fields = ("code", "label", "section", "help", "definition")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new field stands last until it is given a place."""
        last = Field.objects.order_by("-position").values_list("position", flat=True).first()
        return {**super().get_changeform_initial_data(request), "position": (last or 0) + 1}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Field]:
        return super().get_queryset(request).prefetch_related("items")

    @admin.display(description="用到它的事项")
    def used_by(self, field: Field) -> str:
        return "、".join(item.name for item in field.items.all())
