"""期限和阈值 in the administration: all of them with their source, and one with its history and a form."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from departments.administration import EditorAdmin, actor_of
from departments.calendar import current_calendar
from departments.models import ThresholdSetting
from departments.operations.thresholds import COUNTY, set_threshold
from departments.thresholds import THRESHOLDS
from foundation.errors import Conflict, Refused


class ThresholdForm(forms.Form):
    value = forms.IntegerField(label="改成", min_value=0, max_value=10000, widget=UnfoldAdminIntegerFieldWidget())
    since = forms.DateField(
        label="从哪天起",
        widget=UnfoldAdminDateWidget(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="当天零点起。",
    )
    reason = forms.CharField(label="为什么", max_length=300, widget=UnfoldAdminTextInputWidget())
    basis = forms.CharField(
        label="依据",
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget(),
        help_text=f"空着就是“{COUNTY}”。",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)


@admin.register(ThresholdSetting)
class ThresholdAdmin(EditorAdmin):
    """Two pages of its own: a threshold exists whether or not anybody has set it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        own = path("entry/", self.admin_site.admin_view(self.entry_page), name="departments_thresholdsetting_entry")
        return [own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A line of the history is read on the page of its threshold."""
        return HttpResponseRedirect(reverse("admin:departments_thresholdsetting_changelist"))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Every threshold: what holds today, what is planned, what sets it, and who changed it last."""
        if not self.has_view_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        today, history = timezone.localdate(), _history()
        holds = current_calendar().thresholds
        rows = [
            {
                "threshold": threshold,
                "value": holds.value(code, today),
                "planned": [line for line in history.get(code, []) if line.since > today],
                "last": next((line for line in history.get(code, []) if line.since <= today), None),
                "link": _entry(code),
            }
            for code, threshold in THRESHOLDS.items()
        ]
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": "期限和阈值", "rows": rows}
        return TemplateResponse(request, "admin/departments/thresholds.html", context | {"county": COUNTY})

    def entry_page(self, request: HttpRequest) -> HttpResponse:
        """One threshold: a form, the bounds, and every setting with who, when and why."""
        if not self.has_view_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        code = request.GET.get("code", "")
        threshold = THRESHOLDS.get(code)
        if threshold is None:
            raise Http404("没有这个期限或者阈值。")
        today, history, status = timezone.localdate(), _history().get(code, []), 200
        value = current_calendar().thresholds.value(code, today)
        initial = {"value": value, "since": today, "seen": max((line.number for line in history), default=0)}
        form = ThresholdForm(request.POST or None, initial=initial)
        if request.method == "POST":
            status = 422
            if form.is_valid():
                try:
                    set_threshold(code=code, actor=actor_of(request), **form.cleaned_data)
                except Refused as refused:
                    form.add_error(refused.field or None, refused.message)
                    status = 409 if isinstance(refused, Conflict) else 422
                else:
                    messages.success(
                        request, f"已经改好，{form.cleaned_data['since']:%Y-%m-%d} 起。{threshold.reach}。"
                    )
                    return HttpResponseRedirect(_entry(code))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": threshold.name,
            "threshold": threshold,
            "value": value,
            "form": form,
            "history": history,
            "today": today,
            "county": COUNTY,
        }
        return TemplateResponse(request, "admin/departments/threshold.html", context, status=status)


def _history() -> dict[str, list[ThresholdSetting]]:
    """The settings of each code, the one that wins first."""
    found: dict[str, list[ThresholdSetting]] = {}
    for line in ThresholdSetting.objects.order_by("-since", "-id"):
        found.setdefault(line.code, []).append(line)
    return found


def _entry(code: str) -> str:
    return f"{reverse('admin:departments_thresholdsetting_entry')}?{urlencode({'code': code})}"
