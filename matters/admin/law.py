"""The library of laws: what the catalogue stands on, and what a repeal touches."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminTextInputWidget

from departments.administration import EditorAdmin, actor_of
from foundation.errors import Refused
from matters.laws import CitedLaw, library
from matters.models import Law
from matters.operations.laws import NOTE_LIMIT, record_law
from matters.stored import stored_catalogue

SHOWN = 60
DAY = UnfoldAdminDateWidget(attrs={"type": "date"}, format="%Y-%m-%d")


class LawForm(forms.Form):
    in_force_from = forms.DateField(label="施行日期", required=False, widget=DAY)
    repealed_on = forms.DateField(
        label="废止日期",
        required=False,
        widget=DAY,
        help_text="从这一天起，引用它的事项要先换依据，才能发布新版本；已发布的版本和在办的办件不变。",
    )
    note = forms.CharField(
        label="说明",
        required=False,
        max_length=NOTE_LIMIT,
        widget=UnfoldAdminTextInputWidget(),
        help_text="如由哪部法律代替、修正的文号",
    )


@admin.register(Law)
class LawAdmin(EditorAdmin):
    """Two pages of its own: a law is known by being cited, whether or not anybody has recorded its dates."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        own = path("entry/", self.admin_site.admin_view(self.entry_page), name="matters_law_entry")
        return [own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Every law that is cited or recorded, what it is known by, and how much stands on it."""
        if not self.has_view_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        sought = request.GET.get("q", "").strip()[:SHOWN]
        known = Law.objects.in_bulk()
        laws = _cited()
        uncited = [CitedLaw(title, {}, ()) for title in known if title not in {law.title for law in laws}]
        rows = [(law, known.get(law.title), _entry(law.title)) for law in [*laws, *uncited] if sought in law.title]
        ended = [row for row in rows if row[1] and row[1].repealed_on]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "法律依据",
            "rows": [*ended, *(row for row in rows if row not in ended)],
            "q": sought,
            "today": timezone.localdate(),
        }
        return TemplateResponse(request, "admin/matters/laws.html", context)

    def entry_page(self, request: HttpRequest) -> HttpResponse:
        """One law: its dates, and every item and matter that cites it, place by place."""
        if not self.has_view_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        title = request.GET.get("title", "")
        law = next((law for law in _cited() if law.title == title), None)
        known = Law.objects.filter(pk=title).first()
        if law is None and known is None:
            raise Http404("目录里没有引用这部法律。")
        dates = ("in_force_from", "repealed_on", "note")
        form = LawForm(request.POST or None, initial={name: getattr(known, name) for name in dates} if known else {})
        if request.method == "POST" and form.is_valid():
            try:
                record_law(title=title, actor=actor_of(request), **form.cleaned_data)
            except Refused as refused:
                form.add_error(refused.field or None, refused.message)
            else:
                touched = f"引用它的有 {len(law.items)} 个事项、{len(law.matters)} 件事。" if law else ""
                messages.success(request, f"已保存《{title}》的日期。{touched}")
                return HttpResponseRedirect(_entry(title))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"《{title}》",
            "law": law,
            "known": known,
            "form": form,
        }
        return TemplateResponse(request, "admin/matters/law.html", context)


def _cited() -> list[CitedLaw]:
    rows = stored_catalogue().rows
    return library(rows["item"].values(), rows["matter"].values())


def _entry(title: str) -> str:
    return f"{reverse('admin:matters_law_entry')}?{urlencode({'title': title})}"
