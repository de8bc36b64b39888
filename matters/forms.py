"""Forms of the administration: lists and conditions are typed as plain lines, never as JSON."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from matters.forms_edited import EditedForm
from matters.models import Field, Item, ItemMaterial, Material, Matter, Question, Step

SEPARATOR = "|"


class LinesField(forms.CharField):
    """A list of texts, one a line. Empty lines do not count."""

    def __init__(self, *, rows: int = 4, limit: int = 1000, **options: Any) -> None:
        self.limit = limit
        options.setdefault("widget", UnfoldAdminTextareaWidget(attrs={"rows": rows}))
        options.setdefault("required", False)
        super().__init__(**options)

    def prepare_value(self, value: Any) -> str:
        """The text that the form shows."""
        if value is None or isinstance(value, str):
            return value or ""
        return "\n".join(self.line_of(row) for row in value)

    def clean(self, value: Any) -> Any:
        """The rows. Raises ValidationError with the number of the faulty line."""
        text = super().clean(value)
        lines = [line.strip() for line in text.replace("｜", SEPARATOR).splitlines() if line.strip()]
        for place, line in enumerate(lines, start=1):
            if len(line) > self.limit:
                raise ValidationError(f"第 {place} 行太长：{len(line)} 字，最多 {self.limit} 字")
        return self.rows_of(lines)

    def has_changed(self, initial: Any, data: Any) -> bool:
        shown = self.prepare_value(initial).splitlines()
        return [line.strip() for line in str(data or "").splitlines() if line.strip()] != shown

    def line_of(self, row: Any) -> str:
        return str(row)

    def rows_of(self, lines: list[str]) -> Any:
        return lines


class RowsField(LinesField):
    """A list of records, one a line, their columns separated by |. `whole`: names of columns that are numbers."""

    def __init__(self, *, columns: Sequence[str], whole: Sequence[str] = (), **options: Any) -> None:
        self.columns, self.whole = tuple(columns), frozenset(whole)
        super().__init__(**options)

    def line_of(self, row: Any) -> str:
        return f" {SEPARATOR} ".join("" if row.get(name) is None else str(row[name]) for name in self.columns).rstrip(
            " |"
        )

    def rows_of(self, lines: list[str]) -> Any:
        return [self._row(place, line) for place, line in enumerate(lines, start=1)]

    def _row(self, place: int, line: str) -> dict[str, Any]:
        parts = [part.strip() for part in line.split(SEPARATOR)]
        if len(parts) > len(self.columns):
            raise ValidationError(f"第 {place} 行有 {len(parts)} 栏，只能有 {len(self.columns)} 栏，用 | 分开")
        row: dict[str, Any] = {}
        for name, part in zip(self.columns, parts, strict=False):
            if not part:
                continue
            if name in self.whole and not part.isdecimal():
                raise ValidationError(f"第 {place} 行的“{part}”应当是整数")
            row[name] = int(part) if name in self.whole else part
        return row


class WhenField(LinesField):
    """A condition: a line `问题代码 = 选项代码, 选项代码` for each question; all of them must hold."""

    def prepare_value(self, value: Any) -> str:
        if isinstance(value, dict):
            return "\n".join(f"{question} = {', '.join(choices)}" for question, choices in value.items())
        return super().prepare_value(value)

    def rows_of(self, lines: list[str]) -> Any:
        when: dict[str, list[str]] = {}
        for place, line in enumerate(lines, start=1):
            question, equals, listed = line.partition("=")
            choices = [choice.strip() for choice in listed.replace("，", ",").split(",") if choice.strip()]
            if not equals or not question.strip() or not choices:
                raise ValidationError(f"第 {place} 行应当写成“问题代码 = 选项代码, 选项代码”")
            when[question.strip()] = choices
        return when or None


WHEN_HELP = "一行一个问题：问题代码 = 选项代码, 选项代码。都符合才适用；空着就是总适用。"


class MatterForm(EditedForm):
    keywords = LinesField(label="搜索词", limit=100, help_text="一行一个，写大家平常怎么说")
    tips = LinesField(label="容易出错的地方", help_text="一行一句")

    class Meta:
        model = Matter
        fields = (
            "number",
            "code",
            "name",
            "audience",
            "theme",
            "level",
            "batch",
            "summary",
            "applicant",
            "promised_days",
            "before_days",
            "before_visits",
            "keywords",
            "tips",
        )
        widgets = {"summary": UnfoldAdminTextareaWidget(attrs={"rows": 2})}


class StepForm(forms.ModelForm):
    after = LinesField(
        label="发证要等", rows=2, limit=100, help_text="事项代码，一行一个；同时审，等它们办成才能作决定"
    )
    starts_after = LinesField(
        label="开审要等", rows=2, limit=100, help_text="事项代码，一行一个；等它们办成才开始审，少用"
    )
    when = WhenField(label="适用情形", rows=2, help_text=WHEN_HELP)
    event = forms.CharField(
        label="等申请人", required=False, max_length=200, help_text="如房屋竣工", widget=UnfoldAdminTextInputWidget()
    )
    within_days = forms.IntegerField(
        label="最迟几个工作日内", required=False, min_value=0, max_value=3650, widget=UnfoldAdminIntegerFieldWidget()
    )

    class Meta:
        model = Step
        fields = ("position", "item", "essential", "after", "starts_after", "when")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        waits = self.instance.starts_on or {}
        self.fields["event"].initial, self.fields["within_days"].initial = waits.get("event"), waits.get("within_days")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        event, days = cleaned.get("event"), cleaned.get("within_days")
        if bool(event) != (days is not None):
            raise ValidationError("“等申请人”和“最迟几个工作日内”要么都填，要么都不填")
        self.instance.starts_on = {"event": event, "within_days": days} if event else None
        return cleaned


class QuestionForm(forms.ModelForm):
    offered = RowsField(
        label="选项",
        columns=("code", "label"),
        rows=3,
        help_text="一行一个：选项代码 | 选项文字。代码用小写字母、数字和连字符，定了不再改",
    )

    class Meta:
        model = Question
        fields = ("position", "code", "text")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self.fields["offered"].initial = list(self.instance.choices.values("code", "label"))

    def clean_offered(self) -> list[dict[str, str]]:
        rows: list[dict[str, str]] = self.cleaned_data["offered"]
        if len(rows) < 2:
            raise ValidationError("至少要有 2 个选项")
        for place, row in enumerate(rows, start=1):
            if row.keys() != {"code", "label"}:
                raise ValidationError(f"第 {place} 行要写选项代码和选项文字，用 | 分开")
        if len({row["code"] for row in rows}) < len(rows):
            raise ValidationError("选项代码重复")
        return rows


class ItemForm(EditedForm):
    legal_basis = LinesField(label="法律依据", required=True, limit=500, help_text="一行一条，写明《…》和条款")
    conditions = LinesField(label="办理条件", help_text="一行一条")
    points = LinesField(label="审查要点", help_text="一行一句，能答是或否；不填时以办理条件代替，标为待部门确认")
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
        )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        clock, presence = self.instance.clock or {}, self.instance.presence or {}
        self.fields["clock_unit"].initial = clock.get("unit", "working")
        self.fields["clock_waits"].initial = clock.get("waits", [])
        for name in ("times", "who", "reason"):
            self.fields[f"presence_{name}"].initial = presence.get(name)

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
        return cleaned


class ItemMaterialForm(forms.ModelForm):
    when = WhenField(label="适用情形", rows=2, help_text=WHEN_HELP)

    class Meta:
        model = ItemMaterial
        fields = ("position", "material", "submit", "copies", "need", "when")


class FieldForm(EditedForm):
    named_by = "label"
    choices = RowsField(
        label="选项", columns=("code", "label"), help_text="单选、多选用，一行一个：选项代码 | 选项文字"
    )
    when = WhenField(label="适用情形", rows=2, help_text=WHEN_HELP)

    class Meta:
        model = Field
        fields = (
            "code",
            "label",
            "section",
            "type",
            "required",
            "help",
            "unit",
            "choices",
            "pattern",
            "min",
            "max",
            "prefill",
            "when",
            "position",
        )

    def clean_choices(self) -> list[dict[str, str]]:
        rows: list[dict[str, str]] = self.cleaned_data["choices"]
        for place, row in enumerate(rows, start=1):
            if row.keys() != {"code", "label"}:
                raise ValidationError(f"第 {place} 行要写选项代码和选项文字，用 | 分开")
        return rows


class MaterialForm(EditedForm):
    named_by = "name"

    class Meta:
        model = Material
        fields = (
            "code",
            "name",
            "description",
            "provided_by",
            "issuer",
            "exempt",
            "blank_form",
            "result_of",
            "may_not_apply",
        )


class ReleaseForm(forms.Form):
    """Why, from when on, and the hashes of what the administrator looked at (`<matter>=<hash>`, one a line)."""

    reason = forms.CharField(
        label="发布原因和依据",
        max_length=300,
        help_text="会长期保存在版本里，写清楚改了什么、依据是什么",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )
    live_from = forms.DateTimeField(
        label="生效时间",
        required=False,
        help_text="空着就是批准后立即生效",
        widget=UnfoldAdminTextInputWidget(attrs={"type": "datetime-local"}),
    )
    seen = forms.CharField(max_length=40_000, widget=forms.HiddenInput)

    def clean_seen(self) -> dict[str, str]:
        """Matter code -> the hash that the page showed."""
        pairs = (line.partition("=") for line in self.cleaned_data["seen"].split())
        return {code: hash_ for code, _, hash_ in pairs if hash_}
