"""The form of an item: its own columns, and the elements of a guide (`matters.elements`) each in a control of its own."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from matters.elements import ELEMENTS, element_faults, filled
from matters.forms import WHEN_HELP, LinesField, PointsField, RowsField, WhenField
from matters.forms_edited import EditedForm
from matters.models import Item, ItemMaterial


def control(key: str) -> forms.Field:
    """The form's control of an element, by its kind."""
    element = ELEMENTS[key]
    options: dict[str, Any] = {"label": element.label, "help_text": element.hint, "required": False}
    if element.kind == "lines":
        return LinesField(limit=element.limit, rows=3, **options)
    if element.kind == "pairs":
        return RowsField(columns=("question", "answer"), rows=4, **options)
    offered = list(element.labels.items())
    if element.kind == "words":
        return forms.MultipleChoiceField(choices=offered, widget=UnfoldAdminCheckboxSelectMultipleWidget(), **options)
    if element.kind == "word":
        return forms.ChoiceField(choices=[("", "（没有填）"), *offered], widget=UnfoldAdminSelectWidget(), **options)
    return forms.CharField(max_length=element.limit, widget=UnfoldAdminTextInputWidget(), **options)


class ItemForm(EditedForm):
    legal_basis = LinesField(label="法律依据", required=True, limit=500, help_text="一行一条，写明《…》和条款")
    conditions = LinesField(label="办理条件", help_text="一行一条")
    points = PointsField(
        label="审查要点",
        rows=6,
        help_text="一行一句，能答是或否；后面可以接着写看哪份材料或哪个字段：要点 | 材料代码 | 字段代码 | 依据的条款 | 现场（材料和字段"
        "二选一，只能是这个事项要的；都可以空着；最后写“现场”的在现场核查时问，一条都没有写的全部问）。不填时以办理条件代替，标为待部门确认",
    )
    special_procedures = RowsField(
        label="特别程序",
        columns=("kind", "basis", "days"),
        whole=("days",),
        rows=3,
        help_text="一行一个：种类 | 依据 | 天数（不限可不填），如 听证 | 《行政许可法》第四十五条",
    )
    clock_unit = forms.ChoiceField(
        label="时限单位", choices=[("working", "工作日"), ("calendar", "自然日")], widget=UnfoldAdminSelectWidget()
    )
    clock_waits = RowsField(
        label="依法等待",
        columns=("kind", "days", "basis"),
        whole=("days",),
        rows=3,
        help_text="公告、公示、冷静期等，一行一个：种类 | 天数 | 依据",
    )
    presence_times = forms.IntegerField(
        label="到场次数", required=False, min_value=0, max_value=20, widget=UnfoldAdminIntegerFieldWidget()
    )
    presence_who = forms.CharField(label="谁到场", required=False, max_length=200, widget=UnfoldAdminTextInputWidget())
    presence_reason = forms.CharField(
        label="为什么必须到场", required=False, max_length=500, widget=UnfoldAdminTextInputWidget()
    )
    element_code_scheme = control("code_scheme")
    element_code = control("code")
    element_subject_nature = control("subject_nature")
    element_online_depth = control("online_depth")
    element_common_range = control("common_range")
    element_acceptance = control("acceptance")
    element_intermediary = control("intermediary")
    element_quantity_limit = control("quantity_limit")
    element_fee_basis = control("fee_basis")
    element_annual_check = control("annual_check")
    element_delivery = control("delivery")
    element_complaint_phone = control("complaint_phone")
    element_faq = control("faq")

    class Meta:
        model = Item
        fields = (
            "code",
            "name",
            "department",
            "kind",
            "legal_basis",
            "conditions",
            "statutory_days",
            "promised_days",
            "inspection",
            "commitment",
            "fee",
            "result_code",
            "result_name",
            "result_kind",
            "result_valid_months",
            "points",
            "special_procedures",
            "creates_applicant",
            "deferral_days",
            "own_form",
            "review_steps",
            "hearing",
            "limited",
            "supervised_by",
        )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        clock, presence = self.instance.clock or {}, self.instance.presence or {}
        self.fields["clock_unit"].initial = clock.get("unit", "working")
        self.fields["clock_waits"].initial = clock.get("waits", [])
        for name in ("times", "who", "reason"):
            self.fields[f"presence_{name}"].initial = presence.get(name)
        for key in ELEMENTS:
            self.fields[f"element_{key}"].initial = self.instance.elements.get(key)

    def clean_clock_waits(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.cleaned_data["clock_waits"]
        for place, row in enumerate(rows, start=1):
            if row.keys() != {"kind", "days", "basis"}:
                raise ValidationError(f"第 {place} 行要写种类、天数和依据，用 | 分开")
        return rows

    def clean_special_procedures(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.cleaned_data["special_procedures"]
        for place, row in enumerate(rows, start=1):
            if not {"kind", "basis"} <= row.keys():
                raise ValidationError(f"第 {place} 行要写种类和依据，用 | 分开")
        return rows

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        unit, waits = cleaned.get("clock_unit", "working"), cleaned.get("clock_waits") or []
        self.instance.clock = {"unit": unit, "waits": waits} if waits or unit != "working" else None
        presence = {name: cleaned.get(f"presence_{name}") for name in ("times", "who", "reason")}
        if presence["times"] is None and (presence["who"] or presence["reason"]):
            self.add_error("presence_times", "写了谁到场或为什么，就要写几次")
        kept = {name: value for name, value in presence.items() if value not in (None, "")}
        self.instance.presence = kept if presence["times"] is not None else None
        self._take_elements(cleaned)
        return cleaned

    def _take_elements(self, cleaned: dict[str, Any]) -> None:
        """Each fault is told at the control it belongs to."""
        typed = filled({key: cleaned.get(f"element_{key}") for key in ELEMENTS})
        for fault in element_faults(typed):
            key, _, text = fault.partition("：")
            self.add_error(f"element_{key}", text)
        own = typed.get("code")
        others = Item.objects.exclude(pk=self.instance.pk).filter(elements__code=own) if own else Item.objects.none()
        if other := others.first():
            self.add_error("element_code", f"“{other}”已经用了这个编码：一个编码只给一个事项")
        self.instance.elements = typed


class ItemMaterialForm(forms.ModelForm):
    when = WhenField(label="适用情形", rows=2, help_text=WHEN_HELP)

    class Meta:
        model = ItemMaterial
        fields = ("position", "material", "submit", "copies", "need", "when")
