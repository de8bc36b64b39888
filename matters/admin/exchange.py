"""The catalogue in Excel: export it, bring it back, look at every change before it is applied."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import content_disposition_header
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from unfold.decorators import action
from unfold.widgets import UnfoldAdminFileFieldWidget

from departments.access import may_edit_catalogue
from departments.administration import EditorAdmin, actor_of
from foundation.errors import Refused
from foundation.files.operations import shown_name
from matters.exchange.package import UPLOAD_LIMIT, too_large
from matters.exchange.workbook import catalogue_workbook
from matters.exchange.yaml_files import catalogue_files, zipped
from matters.models import CatalogueImport
from matters.operations.importing import FaultyImport, apply_import, stage_import
from matters.stored import field_positions, stored_catalogue

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 300  # changes of a sheet, and faults: more than anybody reads


class ExchangePages:
    """The ways out of the catalogue, above the list of matters; a mixin of its ModelAdmin."""

    @action(description="导出 Excel", url_path="export-xlsx")
    def export_xlsx(self, request: HttpRequest) -> HttpResponse:
        """Everything that is being edited, as one workbook."""
        if not may_edit_catalogue(actor_of(request)):
            return _refused(request)
        now = timezone.localtime()
        book = catalogue_workbook(stored_catalogue(), field_positions(), now)
        return _download(book, XLSX, f"一件事目录-{now:%Y%m%d-%H%M}.xlsx")

    @action(description="导出 YAML", url_path="export-yaml")
    def export_yaml(self, request: HttpRequest) -> HttpResponse:
        """The same in the source format, zipped."""
        if not may_edit_catalogue(actor_of(request)):
            return _refused(request)
        files = catalogue_files(stored_catalogue(), field_positions())
        return _download(zipped(files), "application/zip", f"catalogue-{timezone.localtime():%Y%m%d-%H%M}.zip")

    @action(description="导入", url_path="import")
    def import_page(self, request: HttpRequest) -> HttpResponse:
        """To the upload."""
        return HttpResponseRedirect(reverse("admin:matters_catalogueimport_add"))


def _download(content: bytes, media_type: str, name: str) -> HttpResponse:
    disposition = content_disposition_header(True, name) or "attachment"
    return HttpResponse(content, content_type=media_type, headers={"Content-Disposition": disposition})


def _refused(request: HttpRequest) -> HttpResponse:
    messages.error(request, "只有目录管理员可以导出和导入目录。")
    return HttpResponseRedirect(reverse("admin:index"))


class SizeLimit(FileUploadHandler):
    """Lets an upload that is too large run out without keeping any of it, so that the browser still gets an answer."""

    passed = False
    received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > UPLOAD_LIMIT:
            self.passed = True
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class UploadForm(forms.Form):
    file = forms.FileField(
        label="文件",
        allow_empty_file=True,
        error_messages={"required": "请选一个文件。"},
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".xlsx,.zip"}),
        help_text=f"Excel 工作簿（.xlsx），或者 YAML 压缩包（.zip）；最大 {UPLOAD_LIMIT // 1024 // 1024} MB",
    )


@admin.register(CatalogueImport)
class CatalogueImportAdmin(EditorAdmin):
    """What was imported, by whom. A row is an upload that was checked: looked at, then applied as it was shown."""

    list_display = ("created_at", "file_name", "author", "state")
    list_select_related = ("author",)
    search_fields = ("file_name", "author__name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CatalogueImport]:
        return super().get_queryset(request).defer("rows", "changes", "plans")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="状态", ordering="applied_at")
    def state(self, found: CatalogueImport) -> str:
        return f"{timezone.localtime(found.applied_at):%Y-%m-%d %H:%M} 已导入" if found.applied_at else "预览，未导入"

    @method_decorator(csrf_exempt)
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The upload. Its token is looked at as ever, but only once the limit stands: looking reads the whole body."""
        if not self.has_add_permission(request):
            raise Http404
        limit = SizeLimit(request)
        request.upload_handlers.insert(0, limit)
        return self._upload(request, limit)

    @method_decorator(csrf_protect)
    def _upload(self, request: HttpRequest, limit: SizeLimit) -> HttpResponse:
        faulty: FaultyImport | None = None
        form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
        if limit.passed:
            form.add_error("file", too_large())
        elif form.is_bound and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                staged = stage_import(content=file.read(), name=shown_name(file.name), actor=actor_of(request))
            except FaultyImport as found:
                faulty = found
            except Refused as refused:
                form.add_error("file", refused.message)
            else:
                return HttpResponseRedirect(reverse("admin:matters_catalogueimport_change", args=[staged.pk]))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "导入目录",
            "form": form,
            "faulty": faulty,
            "faults": faulty.faults[:SHOWN] if faulty else [],
        }
        return TemplateResponse(request, "admin/matters/import_upload.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Every change, sheet by sheet, and what becomes of the plans; the button that applies them."""
        found = CatalogueImport.objects.defer("rows").select_related("author").filter(pk=_number(object_id)).first()
        if not self.has_view_permission(request) or found is None:
            raise Http404("没有这次导入。")
        if request.method == "POST":
            try:
                apply_import(staged=found.pk, actor=actor_of(request))
                messages.success(
                    request, "已导入，存为草稿。群众看到的还是现行版本，提交发布、由另一名管理员批准后才生效。"
                )
            except Refused as refused:
                messages.error(request, refused.message)
            return HttpResponseRedirect(request.get_full_path())
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "导入预览" if found.applied_at is None else "导入记录",
            "found": found,
            "sheets": _by_sheet(found.changes),
            "own": found.author_id == request.user.pk,
        }
        return TemplateResponse(request, "admin/matters/import_preview.html", context)


def _number(text: str) -> int:
    """The key of an import, 0 for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0


def _by_sheet(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The changes of each sheet, with how many were added, changed and taken out."""
    sheets: dict[str, list[dict[str, Any]]] = {}
    for change in changes:
        sheets.setdefault(change["sheet"], []).append(change)
    return [
        {
            "title": title,
            "changes": rows[:SHOWN],
            "more": max(0, len(rows) - SHOWN),
            "counts": [
                f"{act} {count} 处"
                for act in ("新增", "修改", "去掉")
                if (count := sum(row["act"] == act for row in rows))
            ],
        }
        for title, rows in sheets.items()
    ]
