"""Pure: what differs between two plans, in Chinese sentences for those who ask for and approve the second.

Codes never stand in a sentence: items, materials, fields, departments, questions and choices are called by name.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices

from departments.models import Level
from matters.elements import ELEMENTS, Element
from matters.words import Audience, FieldType, ItemKind, MatterLevel, Need, ProvidedBy, ResultKind, Submit

Json = Mapping[str, Any]
# Longer texts are shown around what differs, with so many characters on either side.
SHOWN, AROUND = 80, 15
# The key of an entry that says its name; a step is called by its item.
TITLES = {"questions": "text", "items": "name", "materials": "name", "fields": "label", "departments": "name"}
INSIDE = str.maketrans("“”", "‘’")


@dataclass(frozen=True)
class Names:
    """What the codes of both plans are called; where the two differ, as in the newer one."""

    by_part: Mapping[str, Mapping[str, str]]
    choices: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, *plans: Json) -> "Names":
        """The names in these plans, a later plan's before an earlier one's."""
        return cls(
            {part: {row["code"]: row[title] for p in plans for row in p[part]} for part, title in TITLES.items()},
            {(q["code"], c["code"]): c["label"] for plan in plans for q in plan["questions"] for c in q["choices"]},
        )

    def of_part(self, part: str, code: str) -> str:
        """The name of a code; the code itself when neither plan has it."""
        return self.by_part[part].get(code, code)


Say = Callable[[Any, Names], str]


def _plain(value: Any, names: Names) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)


def _measured(unit: str, none: str = "") -> Say:
    return lambda value, names: none if value is None else f"{value} {unit}"


def _label(words: type[TextChoices]) -> Say:
    labels: dict[str, str] = dict(words.choices)
    return lambda value, names: labels.get(value, str(value))


def _named(part: str) -> Say:
    return lambda value, names: names.of_part(part, value) if value else ""


def condition_in_words(when: Mapping[str, Iterable[str]] | None, names: Names) -> str:
    """“经营场所面积有多大？”选“300 平方米及以上”; several questions joined by 并且. 总是适用 without a condition."""
    if not when:
        return "总是适用"
    return "，并且".join(
        f"“{names.of_part('questions', question)}”选"
        + "或".join(f"“{names.choices.get((question, choice), choice)}”" for choice in choices)
        for question, choices in when.items()
    )


def _choice(row: Any, names: Names) -> str:
    return str(row["label"])


def _ask(row: Any, names: Names) -> str:
    how = f"{_label(Submit)(row['submit'], names)} {row['copies']} 份，{_label(Need)(row['need'], names)}"
    when = f"，{condition_in_words(row['when'], names)}时才要" if row["when"] else ""
    return f"{names.of_part('materials', row['material'])}（{how}{when}）"


def _clock_unit(value: Any, names: Names) -> str:
    return "自然日" if value == "calendar" else "工作日"


def _wait(row: Any, names: Names) -> str:
    return f"{row['kind']} {row['days']} 天，依据{row['basis']}"


def _procedure(row: Any, names: Names) -> str:
    days = "不限天数" if row["days"] is None else f"最多 {row['days']} 天"
    return f"{row['kind']}，{days}，依据{row['basis']}"


def _about(row: Any, names: Names) -> str:
    if row is None:  # plans from before points named what they are about
        return ""
    said = [row["point"]]
    if code := row["material"] or row["field"]:
        said.append(f"看{names.of_part('materials' if row['material'] else 'fields', code)}")
    if row.get("article"):
        said.append(f"依据{row['article']}")
    if row.get("site"):
        said.append("现场核查时看")
    return "，".join(said)


def _element(element: Element) -> Say:
    return lambda value, names: "" if value is None else "；".join(element.said(value))


def _presence(value: Any, names: Names) -> str:
    if not value:
        return ""
    return "，".join(filter(None, (f"{value['times']} 次", value["who"], value["reason"])))


def _starts_on(value: Any, names: Names) -> str:
    return f"{value['event']}，最迟 {value['within_days']} 个工作日内" if value else ""


@dataclass(frozen=True)
class Column:
    """How one key of a row is told: its label, and a value (or an entry of its list) in words.

    `key`: the entries of the list are rows known by this key, so that a changed one, called by `name`, is told by its
    `columns`; without `key`, `columns` are those of a row inside the row.
    """

    label: str
    say: Say = _plain
    key: str = ""
    name: Say = _plain
    columns: Mapping[str, "Column"] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """One list of a plan: what an entry is called, the key it is known by and what tells its name."""

    word: str
    key: str
    name: Say
    columns: Mapping[str, Column]


WORKING = _measured("个工作日")
WHEN = Column("适用情形", condition_in_words)
CHOICES = Column("选项", _choice, key="code", name=_choice, columns={"label": Column("文字")})
MATTER = {
    "number": Column("编号"),
    "name": Column("名称"),
    "audience": Column("对象", _label(Audience)),
    "theme": Column("主题"),
    "batch": Column("清单批次"),
    "level": Column("层级", _label(MatterLevel)),
    "keywords": Column("搜索词"),
    "summary": Column("一句话说明"),
    "applicant": Column("谁能办"),
    "tips": Column("容易出错的地方"),
    "before_visits": Column("改革前跑动次数", _measured("次")),
    "before_days": Column("改革前天数", _measured("天")),
    "promised_days": Column("承诺时限", WORKING),
}
PARTS = {
    "questions": Part("问题", "code", _named("questions"), {"text": Column("问法"), "choices": CHOICES}),
    "steps": Part(
        "环节",
        "item",
        _named("items"),
        {
            "essential": Column("必须办成"),
            "after": Column("发证要等", _named("items")),
            "starts_after": Column("开审要等", _named("items")),
            "when": WHEN,
            "starts_on": Column("等申请人", _starts_on),
        },
    ),
    "items": Part(
        "事项",
        "code",
        _named("items"),
        {
            "name": Column("名称"),
            "department": Column("审批部门", _named("departments")),
            "kind": Column("类别", _label(ItemKind)),
            "legal_basis": Column("法律依据"),
            "conditions": Column("办理条件"),
            "statutory_days": Column("法定时限", WORKING),
            "promised_days": Column("承诺时限", WORKING),
            "inspection": Column("现场核查"),
            "commitment": Column("告知承诺"),
            "fee": Column("收费"),
            "result": Column(
                "结果",
                columns={
                    "code": Column("代码"),
                    "name": Column("名称"),
                    "kind": Column("类别", _label(ResultKind)),
                    "valid_months": Column("有效期", _measured("个月", "不设期限")),
                },
            ),
            "asks": Column(
                "所需材料",
                _ask,
                key="material",
                name=lambda row, names: names.of_part("materials", row["material"]),
                columns={
                    "submit": Column("交法", _label(Submit)),
                    "copies": Column("份数", _measured("份")),
                    "need": Column("必要程度", _label(Need)),
                    "when": WHEN,
                },
            ),
            "fields": Column("所需字段", _named("fields")),
            "points": Column("审查要点"),
            "special_procedures": Column("特别程序", _procedure),
            "presence": Column("到场要求", _presence),
            "creates_applicant": Column("办成后才有申请主体"),
            "deferral_days": Column("容缺补交时限", WORKING),
            "own_form": Column("结果由国家统一系统制证"),
            "about": Column("审查要点对应的材料、字段和依据", _about),
            "elements": Column("", columns={key: Column(e.label, _element(e)) for key, e in ELEMENTS.items()}),
            "clock": Column(
                "",
                columns={
                    "unit": Column("时限单位", _clock_unit),
                    "waits": Column("依法等待", _wait),
                },
            ),
        },
    ),
    "materials": Part(
        "材料",
        "code",
        _named("materials"),
        {
            "name": Column("名称"),
            "description": Column("说明"),
            "provided_by": Column("来源", _label(ProvidedBy)),
            "issuer": Column("核发部门", _named("departments")),
            "exempt": Column("免提交"),
            "blank_form": Column("空表样表"),
            "result_of": Column("是哪个事项的结果", _named("items")),
            "may_not_apply": Column("可标不涉及"),
            "channel": Column("来源渠道"),
            "accepted_as": Column("受理标准"),
            "filling": Column("填报须知"),
        },
    ),
    "fields": Part(
        "字段",
        "code",
        _named("fields"),
        {
            "label": Column("名称"),
            "section": Column("所在栏目"),
            "type": Column("类型", _label(FieldType)),
            "required": Column("必填"),
            "help": Column("填写说明"),
            "unit": Column("单位"),
            "choices": CHOICES,
            "pattern": Column("格式"),
            "min": Column("最小值"),
            "max": Column("最大值"),
            "prefill": Column("预填来源"),
            "when": WHEN,
        },
    ),
    "departments": Part(
        "部门",
        "code",
        _named("departments"),
        {
            "name": Column("名称"),
            "short_name": Column("简称"),
            "level": Column("层级", _label(Level)),
            "parent": Column("上级部门", _named("departments")),
            "mark": Column("文号字"),
        },
    ),
}


def plan_changes(old: Json, new: Json) -> list[str]:
    """One sentence for each thing added, dropped or changed between the JSON of two plans; empty when equal."""
    names, former = Names.of(old, new), Names.of(old)
    found = _row_changes("", MATTER, old, new, names)
    for name, part in PARTS.items():
        before = {row[part.key]: row for row in old[name]}
        after = {row[part.key]: row for row in new[name]}
        found += [f"新增{part.word}“{part.name(code, names)}”" for code in after if code not in before]
        found += [f"去掉{part.word}“{part.name(code, former)}”" for code in before if code not in after]
        kept = [code for code in after if code in before]
        for code in kept:
            place = f"{part.word}“{part.name(code, names)}”的"
            found += _row_changes(place, part.columns, before[code], after[code], names)
        if kept != [code for code in before if code in after]:
            found.append(f"{part.word}的先后顺序有变")
    return found


def _row_changes(place: str, columns: Mapping[str, Column], old: Json, new: Json, names: Names) -> list[str]:
    return [
        text
        for key, column in columns.items()
        if old.get(key) != new.get(key)
        for text in _change(place, column, old.get(key), new.get(key), names)
    ]


def _change(place: str, column: Column, old: Any, new: Any, names: Names) -> list[str]:
    if column.key:
        return _entry_changes(place, column, old or [], new or [], names)
    if column.columns:
        return _row_changes(f"{place}{column.label}", column.columns, old or {}, new or {}, names)
    if isinstance(old, list) or isinstance(new, list):
        return _list_changes(f"{place}{column.label}", column.say, old or [], new or [], names)
    before, after = column.say(old, names), column.say(new, names)
    if not before:
        return [f"{place}{column.label}填上{_quoted(after)}"]
    if not after:
        return [f"{place}{column.label}去掉，原来是{_quoted(before)}"]
    before, after = _around_the_difference(before, after)
    return [f"{place}{column.label}由{_quoted(before)}改为{_quoted(after)}"]


def _quoted(text: str) -> str:
    """In quotation marks; those inside become single ones."""
    return f"“{text.translate(INSIDE)}”"


def _entry_changes(place: str, column: Column, old: list[Any], new: list[Any], names: Names) -> list[str]:
    """Of lists whose entries are rows known by a key: what was added, dropped and changed, and whether the order was."""
    before, after = {row[column.key]: row for row in old}, {row[column.key]: row for row in new}
    texts = [
        f"{place}{column.label}增加：{column.say(row, names)}" for code, row in after.items() if code not in before
    ]
    texts += [
        f"{place}{column.label}去掉：{column.say(row, names)}" for code, row in before.items() if code not in after
    ]
    kept = [code for code in after if code in before]
    for code in kept:
        whose = f"{place}{column.label}“{column.name(before[code], names)}”的"
        texts += _row_changes(whose, column.columns, before[code], after[code], names)
    if kept != [code for code in before if code in after]:
        texts.append(f"{place}{column.label}的先后顺序有变")
    return texts


def _list_changes(what: str, say: Say, old: list[Any], new: list[Any], names: Names) -> list[str]:
    texts = [f"{what}增加：{say(row, names)}" for row in new if row not in old]
    texts += [f"{what}去掉：{say(row, names)}" for row in old if row not in new]
    return texts or [f"{what}的先后顺序有变"]


def _around_the_difference(old: str, new: str) -> tuple[str, str]:
    """Both texts whole when they are short; of long ones the part that differs and a little around it."""
    if max(len(old), len(new)) <= SHOWN:
        return old, new
    least = min(len(old), len(new))
    start = next((place for place in range(least) if old[place] != new[place]), least)
    end = next((n for n in range(least - start) if old[-1 - n] != new[-1 - n]), least - start)

    def cut(text: str) -> str:
        first, last = max(start - AROUND, 0), min(len(text) - end + AROUND, len(text))
        return ("…" if first else "") + text[first:last] + ("…" if last < len(text) else "")

    return cut(old), cut(new)
