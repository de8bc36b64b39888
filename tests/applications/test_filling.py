"""Tables of cases for the one merged form: every type of field, limits, and whatever people paste into a box."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.filling import clean, fault, faults, kept
from matters.specs import ChoiceSpec, FieldSpec

CHOICES = (ChoiceSpec("own", "自有"), ChoiceSpec("lease", "租赁"))
TYPES = (
    "text",
    "textarea",
    "number",
    "integer",
    "date",
    "choice",
    "multichoice",
    "boolean",
    "id-number",
    "uscc",
    "phone",
    "email",
    "address",
    "money",
)


def spec(kind: str, **extra: object) -> FieldSpec:
    values = {"code": "f", "label": "栏", "section": "节", "type": kind, "required": True, **extra}
    if kind in ("choice", "multichoice"):
        values.setdefault("choices", CHOICES)
    return FieldSpec(**values)


def verdict(kind: str, raw: object, **extra: object) -> str | None:
    field = spec(kind, **extra)
    return fault(field, clean(field, raw))


GOOD = [
    ("text", "灌河渔家菜馆", {}),
    ("text", "字" * 200, {}),
    ("textarea", "第一行\r\n第二行", {}),
    ("textarea", "字" * 2000, {}),
    ("address", "新安镇人民东路 128 号", {}),
    ("number", "280", {"min": 1, "max": 100000}),
    ("number", "280.5", {}),
    ("number", " ２８０．５ ", {}),
    ("number", "1,280", {}),
    ("number", "0", {"min": 0}),
    ("number", "-3.5", {}),
    ("integer", "36", {"min": 1, "max": 36}),
    ("integer", "12.0", {}),
    ("money", "12000.50", {}),
    ("date", "2026-3-2", {}),
    ("date", "2028-02-29", {}),
    ("date", "２０２６-０３-０２", {}),
    ("choice", "lease", {}),
    ("multichoice", ["own", "lease"], {}),
    ("multichoice", "own", {}),
    ("boolean", "yes", {}),
    ("boolean", "no", {}),
    ("id-number", "32072419880315002x", {}),
    ("id-number", "320724 19880315 002X", {}),
    ("phone", "13800000018", {}),
    ("email", "zhang@example.cn", {}),
    ("text", "2026-03", {"pattern": r"^[0-9]{4}-[01][0-9]$"}),
]


@pytest.mark.parametrize(("kind", "raw", "extra"), GOOD)
def test_what_is_fit(kind, raw, extra):
    assert verdict(kind, raw, **extra) is None


WRONG = [
    ("text", "", {}, "还没有填"),
    ("text", "   ", {}, "还没有填"),
    ("text", "\x00", {}, "还没有填"),
    ("text", None, {}, "还没有填"),
    ("text", "字" * 201, {}, "最多 200 个字，现在 201 个"),
    ("textarea", "字" * 9000, {}, "最多 2000 个字"),
    ("address", "字" * 201, {}, "最多 200"),
    ("number", "二百八", {}, "要填数字"),
    ("number", "NaN", {}, "要填数字"),
    ("number", "Infinity", {}, "要填数字"),
    ("number", "1e5", {}, "要填数字"),
    ("number", "1_000", {}, "要填数字"),
    ("number", "280平方米", {}, "要填数字"),
    ("number", "9" * 16, {}, "数字太大"),
    ("number", "9" * 4000, {}, "数字太大"),
    ("number", "0", {"min": 1, "unit": "平方米"}, "不能小于 1\u00a0平方米"),
    ("number", "1000001", {"max": 1000000}, "不能大于 1000000"),
    ("number", "0.4", {"min": 0.5}, "不能小于 0.5"),
    ("integer", "3.5", {}, "要填整数"),
    ("integer", "37", {"max": 36}, "不能大于 36"),
    ("money", "1.005", {}, "最多两位小数"),
    ("money", "-1", {"min": 0}, "不能小于 0\u00a0元"),
    ("date", "2026-02-30", {}, "没有这一天"),
    ("date", "2026-13-1", {}, "没有这一天"),
    ("date", "2026-3-", {}, "填全年、月、日"),
    ("date", "--", {}, "填全年、月、日"),
    ("date", "0026-1-1", {}, "年份不对"),
    ("date", "1899-12-31", {}, "年份不对"),
    ("date", "明天", {}, "填全年、月、日"),
    ("choice", "borrowed", {}, "从列出的选项里选"),
    ("multichoice", [], {}, "还没有填"),
    ("multichoice", ["own", "<script>"], {}, "从列出的选项里选"),
    ("boolean", "maybe", {}, "请选"),
    ("id-number", "320724198803150021", {}, "对不上"),
    ("id-number", "32072419880315", {}, "18 位"),
    ("id-number", "张婷", {}, "18 位"),
    ("uscc", "123", {}, "18"),
    ("phone", "12345", {}, ""),
    ("email", "zhang", {}, "邮箱"),
    ("email", "a@b@c.cn", {}, "邮箱"),
    ("email", "a" * 120 + "@b.cn", {}, "最多 120"),
    ("text", "2026年", {"pattern": r"^[0-9]{4}-[01][0-9]$", "help": "例如 2026-03"}, "格式不对，例如 2026-03"),
    ("text", "2026年", {"pattern": r"^[0-9]{4}$"}, "格式不对"),
]


@pytest.mark.parametrize(("kind", "raw", "extra", "words"), WRONG)
def test_what_is_not_fit_says_why_and_names_the_field(kind, raw, extra, words):
    found = verdict(kind, raw, **extra)
    assert found is not None
    assert found.startswith("栏：")
    assert words in found


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("empty", ["", None, [], (), "  "])
def test_an_optional_field_may_stay_empty(kind, empty):
    assert verdict(kind, empty, required=False) is None


@pytest.mark.parametrize("kind", TYPES)
def test_a_value_of_the_fields_former_type_is_asked_again(kind):
    """A draft follows the newest revision, in which a field may have become a choice, or no longer be one."""
    field = spec(kind)
    stale = "own" if kind == "multichoice" else ["own"]
    found = fault(field, stale)
    assert found is not None
    assert "重新填" in found


@pytest.mark.parametrize("kind", TYPES)
@given(raw=st.one_of(st.text(), st.lists(st.text()), st.none(), st.integers(), st.floats(), st.binary()))
def test_no_input_whatever_breaks_the_form(kind, raw):
    field = spec(kind, min=0, max=10, pattern=r"^.{0,9}$")
    value = clean(field, raw)
    assert value == clean(field, value)
    found = fault(field, value)
    assert found is None or found.startswith("栏：")


def form_of(*fields: FieldSpec) -> SimpleNamespace:
    planned = tuple(SimpleNamespace(spec=f) for f in fields)
    return SimpleNamespace(sections=(SimpleNamespace(fields=planned),))


def test_faults_of_a_form_stand_in_its_order_and_only_for_its_fields():
    scheme = form_of(spec("text", code="b"), spec("text", code="a"), spec("text", code="c", required=False))
    assert list(faults(scheme, {"z": "x"})) == ["b", "a"]
    assert faults(scheme, {"a": "1", "b": "2"}) == {}


def test_only_what_still_applies_is_submitted():
    scheme = form_of(spec("text", code="a"), spec("multichoice", code="m"))
    assert kept(scheme, {"a": "1", "gone": "2", "m": []}) == {"a": "1"}
