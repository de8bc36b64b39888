"""Forms of the administration: lists and conditions are typed as plain lines, never as JSON."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from matters.forms_edited import EditedForm
from matters.models import Field, Item, Material, Matter, Question, Step

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


class PointsField(RowsField):
    """审查要点: a sentence a line; behind it, where a department named it, the material or the field that it looks at
    and the article that asks for it; `现场` in the last column, where it is seen at the place itself."""

    SITE = "现场"

    def __init__(self, **options: Any) -> None:
        super().__init__(columns=("text", "material", "field", "article", "site"), **options)

    def line_of(self, row: Any) -> str:
        return row if isinstance(row, str) else super().line_of({**row, "site": self.SITE if row.get("site") else None})

    def rows_of(self, lines: list[str]) -> Any:
        rows = super().rows_of(lines)
        if faulty := next((place for place, row in enumerate(rows, start=1) if "text" not in row), None):
            raise ValidationError(f"第 {faulty} 行没有写要点")
        for place, row in enumerate(rows, start=1):
            if row.get("site", self.SITE) != self.SITE:
                raise ValidationError(f"第 {place} 行最后一栏只能写“{self.SITE}”或者空着")
        return [row | ({"site": True} if "site" in row else {}) if len(row) > 1 else row["text"] for row in rows]


class WordsField(LinesField):
    """Several of fixed words, a label (or its code) a line."""

    def __init__(self, *, words: type[TextChoices], **options: Any) -> None:
        self.words = words
        super().__init__(**options)

    def line_of(self, row: Any) -> str:
        return dict(self.words.choices).get(row, str(row))

    def rows_of(self, lines: list[str]) -> Any:
        codes = {label: code for code, label in self.words.choices} | {code: code for code in self.words.values}
        if odd := next((line for line in lines if line not in codes), None):
            raise ValidationError(f"只能是 {'、'.join(self.words.labels)}，一行一个，写成了“{odd[:40]}”")
        return list(dict.fromkeys(codes[line] for line in lines))


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


class StepFormSet(forms.BaseInlineFormSet):
    """The steps of one matter: what a step waits for must be another step of it, told where it was typed."""

    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if form.cleaned_data.get("item") and not form.cleaned_data.get("DELETE")]
        own = {form.cleaned_data["item"].pk: form.cleaned_data["item"].name for form in kept}
        names = dict(Item.objects.filter(pk__in=self._waited(kept) - own.keys()).values_list("code", "name"))
        for form in kept:
            for key in ("after", "starts_after"):
                for code in form.cleaned_data.get(key) or []:
                    if code == form.cleaned_data["item"].pk:
                        form.add_error(key, f"“{code}”就是这个环节自己，不能等自己")
                    elif code in names:
                        form.add_error(key, f"“{names[code]}”（{code}）不是这件事的环节，等不到它")
                    elif code not in own:
                        form.add_error(key, f"没有代码是“{code}”的事项{_meant(code, own)}")

    def _waited(self, kept: list[Any]) -> set[str]:
        return {code for form in kept for key in ("after", "starts_after") for code in form.cleaned_data.get(key) or []}


def _meant(code: str, own: Mapping[str, str]) -> str:
    """The step that a code with a slip of the hand probably means."""
    near = get_close_matches(code, own, n=1)
    return f"，是不是 {near[0]}（{own[near[0]]}）" if near else ""


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
            "source",
            "source_draft",
            "sensitivity",
            "standard",
            "definition",
        )
        widgets = {"definition": UnfoldAdminTextareaWidget(attrs={"rows": 2})}

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
            "channel",
            "accepted_as",
            "filling",
            "prints",
            "prints_draft",
        )
        widgets = {"description": UnfoldAdminTextareaWidget(attrs={"rows": 3})}


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
