"""发布申请: the approver's inbox and page."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from unfold.widgets import UnfoldAdminTextareaWidget

from departments.administration import EditorAdmin, actor_of
from foundation.errors import Refused
from matters.admin.drafts import compared
from matters.models import Release, Revision
from matters.operations.publishing import drafts
from matters.operations.releasing import REASON_LIMIT, approve, cancel, give_back
from matters.words import ReleaseState


class NoteForm(forms.Form):
    note = forms.CharField(
        label="退回意见",
        required=False,
        max_length=REASON_LIMIT,
        help_text="退回时必填，写清楚要改什么",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )


@admin.register(Release)
class ReleaseAdmin(EditorAdmin):
    """What was asked for and what became of it; nothing here is edited as a row."""

    list_display = ("asked_on", "asked", "reason", "author", "live_from", "state", "decided_by")
    list_display_links = ("asked_on", "asked")
    list_filter = ("state",)
    list_select_related = ("author", "decided_by")
    search_fields = ("reason", "lines__matter__name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Release]:
        return super().get_queryset(request).prefetch_related("lines__matter")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="提交时间", ordering="created_at")
    def asked_on(self, release: Release) -> Any:
        return release.created_at

    @admin.display(description="一件事")
    def asked(self, release: Release) -> str:
        names = [line.matter.name for line in release.lines.all()]
        return "、".join(names[:3]) + (f" 等 {len(names)} 件" if len(names) > 3 else "")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Matter by matter what would change; approve, give back, or take back one's own."""
        if not self.has_view_permission(request):
            raise Http404
        release = self.get_object(request, object_id)
        if release is None:
            raise Http404("没有这份发布申请。")
        form = NoteForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and self._decide(request, release, form):
            return HttpResponseRedirect(request.get_full_path())
        lines = list(release.lines.select_related("matter").order_by("matter__number"))
        pending = release.state == ReleaseState.PENDING
        now = drafts([line.matter_id for line in lines]) if pending else {}
        bases = {row.matter_id: row for row in _newest_before(release)}
        running = _running(line.matter_id for line in lines)
        told = [
            {
                "line": line,
                "base": bases.get(line.matter_id),
                "moved": pending and now[line.matter_id].hash != line.plan_hash,
                "faults": now[line.matter_id].faults if pending else [],
                "now": now.get(line.matter_id),
                "running": running.get(line.matter_id, []),
                **compared(bases.get(line.matter_id), line.plan),
            }
            for line in lines
        ]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "发布申请",
            "release": release,
            "pending": pending,
            "own": release.author_id == request.user.pk,
            "form": form,
            "lines": told,
            "common": _common([one["changes"] for one in told]),
        }
        return TemplateResponse(request, "admin/matters/release.html", context)

    def _decide(self, request: HttpRequest, release: Release, form: NoteForm) -> bool:
        """Does what the button says; False when the page has to be shown again with the form's errors."""
        actor, act = actor_of(request), request.POST.get("act")
        try:
            if act == "approve":
                made = approve(release=release.pk, actor=actor)
                messages.success(
                    request, f"已批准，发布了 {len(made)} 件事的新版本。在办的办件仍按各自的版本办理，只减不增。"
                )
            elif act == "return":
                give_back(release=release.pk, note=form.cleaned_data["note"], actor=actor)
                messages.success(request, "已退回起草人。")
            elif act == "cancel":
                cancel(release=release.pk, actor=actor)
                messages.success(request, "已撤回这份申请。")
        except Refused as refused:
            if refused.field in form.fields:
                form.add_error(refused.field, refused.message)
                return False
            messages.error(request, refused.message)
        return True


def _common(changes: list[list[str]]) -> list[str]:
    """What is told of every one of several matters: a row they share was changed."""
    return [text for text in changes[0] if all(text in others for others in changes)] if len(changes) > 1 else []


def _newest_before(release: Release) -> QuerySet[Revision]:
    """What each of its matters was published as when this was asked for."""
    return Revision.objects.newest().filter(
        matter__in=release.lines.values("matter"), published_at__lt=release.created_at
    )


def _running(matters: Iterable[str]) -> dict[str, list[Revision]]:
    """Matter code -> its revisions on which cases run, newest first, each with `running`."""
    found: dict[str, list[Revision]] = {}
    rows: Any = Revision.objects.filter(matter__in=list(matters)).with_running()
    for revision in rows.filter(running__gt=0).defer("plan").order_by("-number"):
        found.setdefault(revision.matter_id, []).append(revision)
    return found
