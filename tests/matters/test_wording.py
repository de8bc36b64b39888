"""What differs between two plans, told in words: every key of a plan has its sentence, and no sentence shows a code."""

from dataclasses import fields
from typing import Any

import pytest

from matters.compiling import compile_plan
from matters.specs import (
    Ask,
    ChoiceSpec,
    Clock,
    DepartmentBrief,
    FieldSpec,
    ItemSpec,
    MaterialSpec,
    Plan,
    QuestionSpec,
    Result,
    StepSpec,
)
from matters.wording import MATTER, PARTS, plan_changes
from tests.matters.builders import (
    ask,
    by_code,
    department,
    dictionaries,
    form_field,
    item,
    material,
    matter,
    question,
    step,
)

Row = dict[str, Any]
LONG = "由本人签名并按印，" * 12


def compiled(*, of_matter: Row | None = None, of_a: Row | None = None, **rows: Any) -> Row:
    """A matter of two steps under one question, with these values changed."""
    a = item("a", name="开业登记", **{"materials": [ask("m-one"), ask("m-two")], **(of_a or {})})
    b = item("b", name="消防检查", department="fire")
    default = {
        "questions": [question("q", "yes", "no")],
        "steps": [step("a", essential=True), step("b", when={"q": ["yes"]})],
    }
    row = {**matter(), **default, **(of_matter or {})}
    return compile_plan(row, dictionaries(a, b, **rows))


def materials(**values: Any) -> dict[str, Any]:
    return {"materials": by_code(material("m-one", **values), material("m-two"), material("m-three"))}


def form_fields(**values: Any) -> dict[str, Any]:
    return {"fields": by_code(form_field("f-one", **values), *map(form_field, ("f-two", "f-three", "f-four")))}


CHOICES = [{"code": "x", "label": "甲"}, {"code": "y", "label": "乙"}]
TOLD: list[tuple[Row, list[str]]] = [
    ({"of_matter": {"name": "我要开店"}}, ["名称由“我要办事”改为“我要开店”"]),
    ({"of_matter": {"audience": "individual"}}, ["对象由“企业”改为“个人”"]),
    ({"of_matter": {"promised_days": 10}}, ["承诺时限由“60 个工作日”改为“10 个工作日”"]),
    ({"of_matter": {"before": {"visits": 5, "days": 30}}}, ["改革前跑动次数由“3 次”改为“5 次”"]),
    ({"of_matter": {"keywords": ["办事", "开店"]}}, ["搜索词增加：开店"]),
    ({"of_matter": {"tips": ["带身份证"]}}, ["容易出错的地方增加：带身份证"]),
    ({"of_matter": {"questions": [question("q", "no", "yes")]}}, ["问题“q？”的选项的先后顺序有变"]),
    ({"of_matter": {"questions": [question("q", "yes", "no", "more")]}}, ["问题“q？”的选项增加：选 more"]),
    (
        {"of_matter": {"questions": [{**question("q", "yes", "no"), "text": "要吗？"}]}},
        ["问题“要吗？”的问法由“q？”改为“要吗？”"],
    ),
    (
        {
            "of_matter": {
                "questions": [
                    {
                        "code": "q",
                        "text": "q？",
                        "choices": [{"code": "yes", "label": "要"}, {"code": "no", "label": "选 no"}],
                    }
                ]
            }
        },
        ["问题“q？”的选项“选 yes”的文字由“选 yes”改为“要”"],
    ),
    (
        {"of_matter": {"steps": [step("b", when={"q": ["yes"]}), step("a", essential=True)]}},
        ["环节的先后顺序有变", "事项的先后顺序有变", "部门的先后顺序有变"],
    ),
    (
        {"of_matter": {"steps": [step("a"), step("b", after=["a"], when={"q": ["yes"]})]}},
        ["环节“开业登记”的必须办成由“是”改为“否”", "环节“消防检查”的发证要等增加：开业登记"],
    ),
    (
        {"of_matter": {"steps": [step("a", essential=True), step("b", when={"q": ["no"]})]}},
        ["环节“消防检查”的适用情形由“‘q？’选‘选 yes’”改为“‘q？’选‘选 no’”"],
    ),
    (
        {"of_matter": {"steps": [step("a", essential=True), step("b")]}},
        ["环节“消防检查”的适用情形由“‘q？’选‘选 yes’”改为“总是适用”"],
    ),
    (
        {
            "of_matter": {
                "steps": [
                    step("a", essential=True, starts_on={"event": "房屋竣工", "within_days": 90}),
                    step("b", when={"q": ["yes"]}),
                ]
            }
        },
        ["环节“开业登记”的等申请人填上“房屋竣工，最迟 90 个工作日内”"],
    ),
    (
        {"of_matter": {"questions": [], "steps": [step("a", essential=True)]}},
        ["去掉问题“q？”", "去掉环节“消防检查”", "去掉事项“消防检查”", "去掉部门“fire 局”"],
    ),
    ({"of_a": {"promised_days": 3}}, ["事项“开业登记”的承诺时限由“5 个工作日”改为“3 个工作日”"]),
    ({"of_a": {"fee": "每证 10 元"}}, ["事项“开业登记”的收费由“不收费”改为“每证 10 元”"]),
    (
        {"of_a": {"legal_basis": ["《新法》第二条"]}},
        ["事项“开业登记”的法律依据增加：《新法》第二条", "事项“开业登记”的法律依据去掉：《某法》第一条"],
    ),
    ({"of_a": {"conditions": ["有场所", "有人"]}}, ["事项“开业登记”的办理条件增加：有人"]),
    ({"of_a": {"kind": "filing"}}, ["事项“开业登记”的类别由“行政许可”改为“备案”"]),
    (
        {"of_a": {"department": "fire"}},
        ["去掉部门“market 局”", "事项“开业登记”的审批部门由“market 局”改为“fire 局”"],
    ),
    (
        {"of_a": {"result": {"code": "a-paper", "name": "a 证", "kind": "licence", "valid_months": 60}}},
        ["事项“开业登记”的结果有效期由“不设期限”改为“60 个月”"],
    ),
    (
        {"of_a": {"clock": {"unit": "calendar", "waits": [{"kind": "公示", "days": 7, "basis": "《某法》"}]}}},
        ["事项“开业登记”的时限单位由“工作日”改为“自然日”", "事项“开业登记”的依法等待增加：公示 7 天，依据《某法》"],
    ),
    (
        {"of_a": {"presence": {"times": 2, "who": "本人", "reason": ""}}},
        ["事项“开业登记”的到场要求填上“2 次，本人”"],
    ),
    (
        {"of_a": {"special_procedures": [{"kind": "听证", "basis": "《某法》", "days": None}]}},
        ["事项“开业登记”的特别程序增加：听证，不限天数，依据《某法》"],
    ),
    (
        {"of_a": {"materials": [ask("m-one", submit="original", copies=2, need="deferrable"), ask("m-two")]}},
        [
            "事项“开业登记”的所需材料“材料 m-one”的交法由“复印件”改为“原件”",
            "事项“开业登记”的所需材料“材料 m-one”的份数由“1 份”改为“2 份”",
            "事项“开业登记”的所需材料“材料 m-one”的必要程度由“必交”改为“可容缺”",
        ],
    ),
    (
        {"of_a": {"materials": [ask("m-one"), ask("m-two"), ask("m-three", when={"q": ["yes"]})]}},
        [
            "新增材料“材料 m-three”",
            "事项“开业登记”的所需材料增加：材料 m-three（复印件 1 份，必交，“q？”选“选 yes”时才要）",
        ],
    ),
    (
        {"of_a": {"materials": [ask("m-one")]}},
        ["去掉材料“材料 m-two”", "事项“开业登记”的所需材料去掉：材料 m-two（复印件 1 份，必交）"],
    ),
    (
        {"of_a": {"fields": ["f-one", "f-two", "f-three", "f-four"]}},
        ["新增字段“字段 f-four”", "事项“开业登记”的所需字段增加：字段 f-four"],
    ),
    (materials(exempt=True), ["材料“材料 m-one”的免提交由“否”改为“是”"]),
    (
        materials(provided_by="government", issuer="fire"),
        ["材料“材料 m-one”的来源由“申请人自备”改为“政府部门核发”", "材料“材料 m-one”的核发部门填上“fire 局”"],
    ),
    (materials(result_of="b"), ["材料“材料 m-one”的是哪个事项的结果填上“消防检查”"]),
    (materials(description=""), ["材料“材料 m-one”的说明去掉，原来是“说明”"]),
    (form_fields(required=False), ["字段“字段 f-one”的必填由“是”改为“否”"]),
    (
        form_fields(type="choice", choices=CHOICES),
        [
            "字段“字段 f-one”的类型由“单行文字”改为“单选”",
            "字段“字段 f-one”的选项增加：甲",
            "字段“字段 f-one”的选项增加：乙",
        ],
    ),
    (form_fields(min=3), ["字段“字段 f-one”的最小值填上“3”"]),
    (
        {"departments": by_code(department("market", mark="灌市监"), department("fire"))},
        ["部门“market 局”的文号字填上“灌市监”"],
    ),
]


@pytest.mark.parametrize(("change", "expected"), TOLD, ids=[expected[0] for _, expected in TOLD])
def test_each_change_is_told_in_words(change: Row, expected: list[str]) -> None:
    assert sorted(plan_changes(compiled(), compiled(**change))) == sorted(expected)


def test_equal_plans_have_nothing_to_tell() -> None:
    assert plan_changes(compiled(), compiled()) == []


def test_of_a_long_text_the_part_that_differs_is_shown() -> None:
    old, new = compiled(of_matter={"summary": LONG + "甲" + LONG}), compiled(of_matter={"summary": LONG + "乙" + LONG})
    (text,) = plan_changes(old, new)
    assert "甲" in text and "乙" in text and len(text) < 100


@pytest.mark.parametrize("longer", [LONG + LONG, LONG + "完"])
def test_what_is_added_to_a_long_text_is_shown(longer: str) -> None:
    (text,) = plan_changes(compiled(of_matter={"summary": LONG}), compiled(of_matter={"summary": longer}))
    assert text.startswith("一句话说明由“") and text.count("“") == 2


def test_no_key_of_a_plan_goes_untold() -> None:
    parts = set(PARTS)
    assert {field.name for field in fields(Plan)} - {"code"} == set(MATTER) | parts
    rows: dict[str, Any] = {
        "questions": QuestionSpec,
        "steps": StepSpec,
        "items": ItemSpec,
        "materials": MaterialSpec,
        "fields": FieldSpec,
        "departments": DepartmentBrief,
    }
    for name, spec in rows.items():
        assert {field.name for field in fields(spec)} - {PARTS[name].key} == set(PARTS[name].columns), name
    items = PARTS["items"].columns
    for name, inside, key in (("result", Result, ""), ("asks", Ask, "material"), ("clock", Clock, "")):
        assert {field.name for field in fields(inside)} - {key} == set(items[name].columns), name
    offered = PARTS["questions"].columns["choices"]
    assert {field.name for field in fields(ChoiceSpec)} - {"code"} == set(offered.columns)
