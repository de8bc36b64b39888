"""上级标准: an item beside the lists of the state, the province and the city; and the article for whatever is beyond."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from departments.administration import EditorAdmin, actor_of
from foundation.errors import Refused
from matters.models import Item, UpperStandard
from matters.operations.standards import BASIS_LIMIT, MOST_DAYS, drop_standard, record_standard
from matters.standards import OverAsk, over_asks
from matters.stored import stored_catalogue
from matters.words import StandardLevel

BASIS = "basis-"


class StandardForm(forms.Form):
    """A list as it is printed; below it one control for each thing that the county asks beyond it (`over`)."""

    source = forms.CharField(label="清单或文件名称", max_length=200, widget=UnfoldAdminTextInputWidget())
    dated = forms.DateField(
        label="印发或查到的日期", widget=UnfoldAdminDateWidget(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    promised_days = forms.IntegerField(
        label="承诺时限（工作日）",
        required=False,
        min_value=0,
        max_value=MOST_DAYS,
        widget=UnfoldAdminIntegerFieldWidget(),
        help_text="清单没有写就空着，空着的不比。",
    )
    statutory_days = forms.IntegerField(
        label="法定时限（工作日）",
        required=False,
        min_value=0,
        max_value=MOST_DAYS,
        widget=UnfoldAdminIntegerFieldWidget(),
    )
    materials = forms.MultipleChoiceField(
        label="本县要的材料里，清单也要的",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="不打勾的就是比上级多要的，要写依据。",
    )
    others = forms.CharField(
        label="清单另外还要、本县不要的",
        required=False,
        max_length=2000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="一行一份，只作记录。",
    )

    def __init__(self, *args: Any, asked: list[tuple[str, str]], over: list[OverAsk], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["materials"]
        assert isinstance(chosen, forms.MultipleChoiceField)
        chosen.choices = asked
        for one in over:
            self.fields[BASIS + one.key] = forms.CharField(
                label=one.text,
                required=False,
                max_length=BASIS_LIMIT,
                initial=one.basis,
                widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "《哪部法律》第几条"}),
                help_text="没有依据不能发布。",
            )

    @property
    def bases(self) -> dict[str, str]:
        """Over-ask -> article, as far as it was asked for."""
        return {name.removeprefix(BASIS): text for name, text in self.cleaned_data.items() if name.startswith(BASIS)}


@admin.register(UpperStandard)
class StandardAdmin(EditorAdmin):
    """The list of what is recorded; one list of one item has a page of its own, reached from the item."""

    list_display = ("item", "level", "source", "dated", "promised_days", "statutory_days")
    list_filter = ("level",)
    list_select_related = ("item",)
    search_fields = ("item__name", "item__code", "source")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        own = path("entry/", self.admin_site.admin_view(self.entry_page), name="matters_upperstandard_entry")
        return [own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id) if self.has_view_permission(request) else None
        if row is None:
            raise Http404("没有登记这份标准。")
        return HttpResponseRedirect(entry(row.item_id, row.level))

    def entry_page(self, request: HttpRequest) -> HttpResponse:
        """What the list of one level asks for one item, and what the county asks beyond it."""
        if not self.has_view_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        item = get_object_or_404(Item, pk=request.GET.get("item", "").replace("\x00", ""))
        level = request.GET.get("level", "")
        if level not in StandardLevel.values:
            raise Http404("没有这一级。")
        known = UpperStandard.objects.filter(item=item, level=level).first()
        over = [one for one in _over(item.pk) if known and one[0] == known.get_level_display()]
        form = self._form(request, item, known, [one for _, one in over])
        if request.method == "POST":
            if request.POST.get("act") == "drop":
                return self._drop(request, item, level)
            if form.is_valid() and self._record(request, item, level, form):
                return HttpResponseRedirect(entry(item.pk, level))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{item.name}：{StandardLevel(level).label}的标准",
            "item": item,
            "known": known,
            "form": form,
            "over": over,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/matters/standard.html", context, status=status)

    def _form(self, request: HttpRequest, item: Item, known: UpperStandard | None, over: list[OverAsk]) -> StandardForm:
        asked = list(item.asks.values_list("material_id", "material__name"))
        initial: dict[str, Any] = {"materials": [code for code, _ in asked]}
        if known is not None:
            names = ("source", "dated", "promised_days", "statutory_days", "materials")
            initial = {name: getattr(known, name) for name in names} | {"others": "\n".join(known.others)}
        data = request.POST if request.method == "POST" and request.POST.get("act") != "drop" else None
        return StandardForm(data, asked=asked, over=over, initial=initial)

    def _record(self, request: HttpRequest, item: Item, level: str, form: StandardForm) -> bool:
        """False when the page has to be shown again with the form's errors."""
        given = {name: value for name, value in form.cleaned_data.items() if not name.startswith(BASIS)}
        given["others"] = given["others"].splitlines()
        try:
            row = record_standard(item=item.pk, level=level, bases=form.bases, actor=actor_of(request), **given)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
            return False
        self.log_change(request, row, "登记了上级标准。")
        missing = [one for name, one in _over(item.pk) if name == row.get_level_display() and not one.basis]
        if missing:
            messages.warning(request, f"已保存。有 {len(missing)} 处比上级多要、还没有写依据，写了才能发布。")
        else:
            messages.success(request, "已保存。没有比上级多要而没有依据的。")
        return True

    def _drop(self, request: HttpRequest, item: Item, level: str) -> HttpResponse:
        try:
            drop_standard(item=item.pk, level=level, actor=actor_of(request))
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, "已删去这一级的标准。")
        return HttpResponseRedirect(reverse("admin:matters_item_change", args=[item.pk]))


def entry(item: str, level: str) -> str:
    """Address of the page of one list of one item."""
    return f"{reverse('admin:matters_upperstandard_entry')}?{urlencode({'item': item, 'level': level})}"


def beside(item: str) -> list[dict[str, Any]]:
    """For an item's page: each level with its list, if one was recorded, and what is beyond it."""
    known = {row.level: row for row in UpperStandard.objects.filter(item=item)}
    over = _over(item) if known else []
    return [
        {
            "level": level.label,
            "link": entry(item, level),
            "known": known.get(level),
            "over": [one for name, one in over if name == level.label],
        }
        for level in StandardLevel
    ]


def _over(item: str) -> list[tuple[str, OverAsk]]:
    """(level in words, what is beyond its list) of an item as it is edited now."""
    catalogue = stored_catalogue()
    rows = catalogue.rows
    above = catalogue.standards.get(item, ())
    return [(one.level, over) for one in above for over in over_asks(rows["item"][item], [one], rows["material"])]
