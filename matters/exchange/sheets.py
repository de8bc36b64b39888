"""Pure: which sheets the workbook has, which columns, and how rows of the source form lie flat in them.

A *flat row* is a dictionary of one sheet's columns. What an item asks for and what a matter consists of stand in sheets
of their own, a row each (`Sheet.owner` names whose parts they are).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices

from departments.models import Level
from matters.elements import ELEMENTS, Element
from matters.exchange import flat
from matters.exchange.cells import Cell, Flag, Lines, Number, Text, Word
from matters.exchange.flat import Flat, Row
from matters.forms import LinesField, PointsField, RowsField, WhenField, WordsField
from matters.source import shapes
from matters.source.checking import Catalogue
from matters.source.shapes import Check, Shape
from matters.words import (
    Audience,
    FieldType,
    ItemKind,
    MatterLevel,
    Need,
    ProvidedBy,
    ResultKind,
    Sensitivity,
    Submit,
)

WHEN_HINT = "一行一个问题：问题代码 = 选项代码, 选项代码。都符合才适用，空着就是总适用。"
ORDER_HINT = "从小到大排列；插入的新行可以空着，就接在上一行后面。"
REFERENCE = "（参考）"


class ClockUnit(TextChoices):
    WORKING = flat.WORKING, "工作日"
    CALENDAR = "calendar", "自然日"


@dataclass(frozen=True)
class Column:
    """A column: its heading, the flat row's key, how its cells read and what may stand in them.

    `among`: the sheet whose codes it names. A `reference` column helps the reader and is not read back.
    """

    heading: str
    key: str
    cell: Cell
    check: Check = lambda _: iter(())
    width: int = 12
    among: str = ""
    hint: str = ""
    reference: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet: rows of one kind, or the parts of rows of that kind. `keys` tell its rows apart."""

    title: str
    kind: str
    keys: tuple[str, ...]
    columns: tuple[Column, ...]
    flatten: Callable[[Row, Mapping[str, int]], Iterator[Flat]]
    part: str = ""  # key of the parts in the source form; empty for the rows themselves

    @property
    def typed(self) -> tuple[Column, ...]:
        """The columns that are read back."""
        return tuple(column for column in self.columns if not column.reference)

    def key_of(self, found: Flat) -> tuple[Any, ...]:
        return tuple(found[key] for key in self.keys)


def _check(shape: Shape, key: str) -> Check:
    return shape.required.get(key) or shape.optional[key]


def _lines(limit: int = 1000) -> Lines:
    return Lines(LinesField(limit=limit))


def _rows(*columns: str, whole: tuple[str, ...] = ()) -> Lines:
    return Lines(RowsField(columns=columns, whole=whole))


def _of(shape: Shape) -> Callable[..., Column]:
    """A maker of columns whose check is the shape's for `source` (the key itself if not said)."""

    def column(heading: str, key: str, cell: Cell | None = None, *, source: str = "", **more: Any) -> Column:
        return Column(heading, key, cell or Text(), _check(shape, source or key), **more)

    return column


def _element(element: Element) -> Column:
    cells: dict[str, Cell] = {
        "text": Text(),
        "lines": _lines(element.limit),
        "pairs": _rows("question", "answer"),
    }
    if element.words:
        cells |= {"word": Word(element.words, maybe=True), "words": Lines(WordsField(words=element.words))}
    width = 18 if element.words else 28
    return Column(
        element.label, f"element_{element.key}", cells[element.kind], element.faults, width, hint=element.hint
    )


def _name(heading: str, key: str, width: int = 22) -> Column:
    return Column(heading + REFERENCE, key, Text(), width=width, reference=True)


_department, _material, _field = _of(shapes.DEPARTMENT), _of(shapes.MATERIAL), _of(shapes.FIELD)
_item, _result, _ask = _of(shapes.ITEM), _of(shapes.RESULT), _of(shapes.ASK)
_matter, _before, _question = (
    _of(shapes.MATTER),
    _of(shapes.Shape({"days": shapes.whole(), "visits": shapes.whole()})),
    _of(shapes.QUESTION),
)
_choice, _step = _of(shapes.CHOICE), _of(shapes.STEP)
_waits = _of(shapes.Shape({"event": shapes.text(200, empty=True), "within_days": shapes.maybe(shapes.whole(0, 3650))}))
_comes = _of(
    shapes.Shape(
        {
            "times": shapes.maybe(shapes.whole(0, 20)),
            "who": shapes.text(200, empty=True),
            "reason": shapes.text(500, empty=True),
        }
    )
)
_owner, _order = (
    _of(shapes.Shape({"owner": shapes.code()})),
    _of(shapes.Shape({"position": shapes.maybe(shapes.whole())})),
)
_waiting = _of(shapes.CLOCK)


def _position(width: int = 7) -> Column:
    return _order("顺序", "position", Number(), width=width, hint=ORDER_HINT)


DEPARTMENTS = Sheet(
    "部门",
    "department",
    ("code",),
    (
        _department("代码", "code", width=22),
        _department("名称", "name", width=34),
        _department("简称", "short_name", width=18),
        _department("层级", "level", Word(Level), width=12),
        _department("上级部门代码", "parent", Text(maybe=True), width=22),
    ),
    flat.plain,
)
TOWNS = Sheet("镇", "town", ("code",), (Column("代码", "code", Text()), Column("名称", "name", Text())), flat.plain)
MATERIALS = Sheet(
    "材料",
    "material",
    ("code",),
    (
        _material("代码", "code", width=30, hint="小写字母、数字和连字符，定了不再改。"),
        _material("名称", "name", width=30, hint="一份材料只建一条，各事项共用。"),
        _material("说明", "description", width=50),
        _material("来源", "provided_by", Word(ProvidedBy), width=16),
        _material(
            "核发部门代码", "issuer", Text(maybe=True), width=20, among="部门", hint="来源是政府部门核发的必填。"
        ),
        _material("免提交", "exempt", Flag(), width=9, hint="数据共享或电子证照取得，不用申请人交。"),
        _material("有空表和样表", "blank_form", Flag(), width=13),
        _material("是哪个事项的结果", "result_of", Text(maybe=True), width=24, among="事项", hint="事项代码，可不填。"),
        _material("可标不涉及", "may_not_apply", Flag(optional=True), width=11),
        _material("来源渠道", "channel", width=24),
        _material("受理标准", "accepted_as", width=24),
        _material("填报须知", "filling", width=24),
        _material("印着的字段", "prints", _lines(100), width=24, hint="字段代码，一行一个。"),
        _material("印着的字段待部门确认", "prints_draft", Flag(optional=True), width=14),
    ),
    flat.material,
)
FIELDS = Sheet(
    "字段",
    "field",
    ("code",),
    (
        _field("代码", "code", width=30, hint="小写字母、数字和连字符，定了不再改。"),
        _field("名称", "label", width=26),
        _field("所在栏目", "section", width=18),
        _field("类型", "type", Word(FieldType), width=14),
        _field("必填", "required", Flag(), width=7),
        _field("填写说明", "help", width=40),
        _field("单位", "unit", width=10),
        _field(
            "选项", "choices", _rows("code", "label"), width=34, hint="单选、多选用，一行一个：选项代码 | 选项文字。"
        ),
        _field("格式", "pattern", width=18, hint="正则表达式，可不填。"),
        _field("最小值", "min", Number(whole=False), width=10),
        _field("最大值", "max", Number(whole=False), width=10),
        _field("预填来源", "prefill", width=24),
        _field("适用情形", "when", Lines(WhenField()), width=24, hint=WHEN_HINT),
        _field(
            "数源部门代码", "source", Text(maybe=True), width=20, among="部门", hint="以哪个部门的数据为准，可不填。"
        ),
        _field("数源部门待部门确认", "source_draft", Flag(optional=True), width=14),
        _field("敏感级别", "sensitivity", Word(Sensitivity, maybe=True), width=14),
        _field("标准号", "standard", width=18),
        _field("定义", "definition", width=34),
        _order("字典顺序", "position", Number(), width=10, hint="申请表按它从小到大排；新字段空着就排在最后。"),
    ),
    flat.field,
)
ITEMS = Sheet(
    "事项",
    "item",
    ("code",),
    (
        _item("代码", "code", width=30, hint="小写字母、数字和连字符，定了不再改。"),
        _item("名称", "name", width=30),
        _item("审批部门代码", "department", width=20, among="部门"),
        _item("类别", "kind", Word(ItemKind), width=12),
        _item("法律依据", "legal_basis", _lines(500), width=48, hint="一行一条，写明《…》和条款。"),
        _item("办理条件", "conditions", _lines(), width=48, hint="一行一条。"),
        _item("法定时限", "statutory_days", Number(), width=10, hint="工作日；0 是当场办结。"),
        _item("承诺时限", "promised_days", Number(), width=10, hint="工作日，不超过法定时限。"),
        _item("现场核查", "inspection", Flag(), width=10),
        _item("告知承诺", "commitment", Flag(), width=10),
        _item("收费", "fee", width=14),
        _result("结果代码", "result_code", source="code", width=28),
        _result("结果名称", "result_name", source="name", width=24),
        _result("结果类别", "result_kind", Word(ResultKind), source="kind", width=12),
        _result(
            "结果有效期（月）",
            "result_valid_months",
            Number(),
            source="valid_months",
            width=12,
            hint="长期有效的空着。",
        ),
        _item(
            "审查要点",
            "points",
            Lines(PointsField()),
            width=40,
            hint="一行一句，能答是或否；可以接着写看哪份材料或哪个字段：要点 | 材料代码 | 字段代码 | 依据的条款 | 现场。",
        ),
        Column("时限单位", "clock_unit", Word(ClockUnit), width=10),
        _waiting(
            "依法等待",
            "clock_waits",
            _rows("kind", "days", "basis", whole=("days",)),
            source="waits",
            width=26,
            hint="公告、公示、冷静期等，一行一个：种类 | 天数 | 依据。",
        ),
        _item(
            "特别程序",
            "special_procedures",
            _rows("kind", "basis", "days", whole=("days",)),
            width=26,
            hint="一行一个：种类 | 依据 | 天数（不限可不填）。",
        ),
        _comes("到场次数", "presence_times", Number(), source="times", width=10),
        _comes("谁到场", "presence_who", source="who", width=16),
        _comes("为什么必须到场", "presence_reason", source="reason", width=24),
        _item("办成后才有申请主体", "creates_applicant", Flag(optional=True), width=12),
        _item("容缺补交时限", "deferral_days", Number(), width=10, hint="工作日，可不填。"),
        _item("结果由国家统一系统制证", "own_form", Flag(optional=True), width=14),
        *(_element(element) for element in ELEMENTS.values()),
    ),
    flat.item,
)
ASKS = Sheet(
    "事项材料",
    "item",
    ("owner", "material"),
    (
        _owner("事项代码", "owner", width=30, among="事项"),
        _name("事项名称", "item_name"),
        _position(),
        _ask("材料代码", "material", width=30, among="材料"),
        _name("材料名称", "material_name", 28),
        _ask("怎么交", "submit", Word(Submit), width=20),
        _ask("份数", "copies", Number(), width=7),
        _ask("要求", "need", Word(Need), width=10),
        _ask("适用情形", "when", Lines(WhenField()), width=26, hint=WHEN_HINT),
    ),
    flat.asks,
    "materials",
)
ITEM_FIELDS = Sheet(
    "事项字段",
    "item",
    ("owner", "field"),
    (
        _owner("事项代码", "owner", width=30, among="事项"),
        _name("事项名称", "item_name"),
        _position(),
        Column("字段代码", "field", Text(), shapes.code(), width=30, among="字段"),
        _name("字段名称", "field_name", 28),
    ),
    flat.fields,
    "fields",
)
MATTERS = Sheet(
    "一件事",
    "matter",
    ("code",),
    (
        _matter("代码", "code", width=28, hint="小写字母、数字和连字符，定了不再改。"),
        _matter("名称", "name", width=26),
        _matter("编号", "number", Number(), width=7),
        _matter("对象", "audience", Word(Audience), width=8),
        _matter("主题", "theme", width=14),
        _matter("清单批次", "batch", Number(), width=10),
        _matter("层级", "level", Word(MatterLevel), width=11),
        _matter("搜索词", "keywords", _lines(100), width=20, hint="一行一个，写大家平常怎么说。"),
        _matter("一句话说明", "summary", width=44),
        _matter("谁能办", "applicant", width=24),
        _matter("容易出错的地方", "tips", _lines(), width=50, hint="一行一句。"),
        _before("改革前跑动次数", "before_visits", Number(), source="visits", width=9),
        _before("改革前天数", "before_days", Number(), source="days", width=9),
        _matter("承诺时限", "promised_days", Number(), width=10, hint="工作日，不低于最长的一条链。"),
    ),
    flat.matter,
)
CHOICES = Sheet(
    "情形问题",
    "matter",
    ("owner", "question", "choice"),
    (
        _owner("一件事代码", "owner", width=28, among="一件事"),
        _name("一件事名称", "matter_name"),
        _position(),
        _question("问题代码", "question", source="code", width=20),
        _question("问题", "text", width=44, hint="同一个问题的每一行写一样的文字。"),
        _choice("选项代码", "choice", source="code", width=20),
        _choice("选项", "label", width=40),
    ),
    flat.choices,
    "questions",
)
STEPS = Sheet(
    "环节",
    "matter",
    ("owner", "item"),
    (
        _owner("一件事代码", "owner", width=28, among="一件事"),
        _name("一件事名称", "matter_name"),
        _position(),
        _step("事项代码", "item", width=30, among="事项"),
        _name("事项名称", "item_name", 28),
        _step("必须办成", "essential", Flag(), width=10),
        _step("发证要等", "after", _lines(100), width=28, hint="事项代码，一行一个：同时审，等它们办成才能作决定。"),
        _step("开审要等", "starts_after", _lines(100), width=28, hint="事项代码，一行一个：等它们办成才开始审，少用。"),
        _step("适用情形", "when", Lines(WhenField()), width=26, hint=WHEN_HINT),
        _waits("等申请人", "event", width=16, hint="如房屋竣工；要和右边一栏一起填。"),
        _waits("最迟几个工作日内", "within_days", Number(), width=12),
    ),
    flat.steps,
    "steps",
)
# What an import reads, owners before their parts. The departments' sheet is there to look codes up.
READ = (MATERIALS, FIELDS, ITEMS, ASKS, ITEM_FIELDS, MATTERS, CHOICES, STEPS)
SHEETS = (DEPARTMENTS, *READ)
OF_KIND = {sheet.kind: sheet for sheet in (DEPARTMENTS, TOWNS, MATERIALS, FIELDS, ITEMS, MATTERS)}


def parts_of(kind: str) -> tuple[Sheet, ...]:
    """The sheets that hold the parts of this kind's rows."""
    return tuple(sheet for sheet in READ if sheet.kind == kind and sheet.part)


def flat_rows(sheet: Sheet, catalogue: Catalogue, positions: Mapping[str, int]) -> Iterator[Flat]:
    """Every row of the sheet, with the names that its reference columns show."""
    rows = catalogue.rows
    for row in rows[sheet.kind].values():
        for found in sheet.flatten(row, positions):
            if sheet.part:
                found[f"{sheet.kind}_name"] = row["name"]
            for kind, key, name in (
                ("material", "material", "name"),
                ("field", "field", "label"),
                ("item", "item", "name"),
            ):
                if found.get(key) in rows[kind]:
                    found[f"{kind}_name"] = rows[kind][found[key]][name]
            yield found
