"""Pure: which keys a row of each kind of source file has and what may stand in them. Faults come out in Chinese.

A *check* takes a value and yields a sentence for each fault. Keys, enumerations and lengths are those of SCHEMA.md
beside the data and of the models that store the rows.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices

from matters.elements import element_faults
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

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
WHOLE_LIMIT = 1_000_000
Check = Callable[[Any], Iterator[str]]


@dataclass(frozen=True)
class Shape:
    """A mapping with these keys and no others."""

    required: Mapping[str, Check]
    optional: Mapping[str, Check] = field(default_factory=dict)

    def __call__(self, value: Any) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"应当是“键: 值”，写成了{_seen(value)}"
            return
        missing = [key for key in self.required if key not in value]
        if missing:
            yield f"缺少 {'、'.join(missing)}"
        for key, inside in value.items():
            check = self.required.get(key) or self.optional.get(key)
            if check is None:
                yield f"有不认识的键 {key}"
            else:
                yield from (f"{key}：{fault}" for fault in check(inside))


def _seen(value: Any) -> str:
    text = str(value)
    return "空" if value is None else f"“{text[:40]}{'…' if len(text) > 40 else ''}”"


def text(limit: int = 2000, *, empty: bool = False) -> Check:
    def check(value: Any) -> Iterator[str]:
        if empty and value is None:
            return
        if not isinstance(value, str):
            yield f"应当是文字，写成了{_seen(value)}"
        elif not empty and not value.strip():
            yield "不能为空"
        elif len(value) > limit:
            yield f"太长：{len(value)} 字，最多 {limit} 字"
        elif "\x00" in value:
            yield "含有不能保存的控制字符"

    return check


def code(limit: int = 100) -> Check:
    def check(value: Any) -> Iterator[str]:
        if not isinstance(value, str) or not CODE.fullmatch(value):
            yield f"代码只能用小写字母、数字和连字符，写成了{_seen(value)}"
        elif len(value) > limit:
            yield f"代码太长：最多 {limit} 个字符"

    return check


def maybe(inside: Check) -> Check:
    def check(value: Any) -> Iterator[str]:
        if value is not None:
            yield from inside(value)

    return check


def flag(value: Any) -> Iterator[str]:
    if not isinstance(value, bool):
        yield f"应当是 true 或 false，写成了{_seen(value)}"


def whole(least: int = 0, most: int = WHOLE_LIMIT) -> Check:
    def check(value: Any) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield f"应当是整数，写成了{_seen(value)}"
        elif not least <= value <= most:
            yield f"应当在 {least} 到 {most} 之间，写成了 {value}"

    return check


def amount(value: Any) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield f"应当是数字，写成了{_seen(value)}"
    elif not -1e13 < value < 1e13:
        yield f"数字太大或者不是数：{value}"
    elif round(value, 4) != value:
        yield f"最多 4 位小数，写成了 {value}"


def one_of(words: type[TextChoices]) -> Check:
    def check(value: Any) -> Iterator[str]:
        if value not in words.values:
            yield f"只能是 {'、'.join(words.values)} 之一，写成了{_seen(value)}"

    return check


def list_of(inside: Check, least: int = 0) -> Check:
    """A list (null counts as empty) with at least so many entries."""

    def check(value: Any) -> Iterator[str]:
        rows = [] if value is None else value
        if not isinstance(rows, list):
            yield f"应当是列表，写成了{_seen(value)}"
            return
        if len(rows) < least:
            yield f"至少要有 {least} 条，只有 {len(rows)} 条"
        for place, row in enumerate(rows, start=1):
            yield from (f"第 {place} 条：{fault}" for fault in inside(row))

    return check


def when(value: Any) -> Iterator[str]:
    """null, or question code -> list of choice codes. Whether they exist is checked where the matter is known."""
    if value is None:
        return
    if not isinstance(value, dict):
        yield f"应当是“问题: [选项]”，写成了{_seen(value)}"
        return
    for question, choices in value.items():
        good = isinstance(choices, list) and choices and all(isinstance(choice, str) for choice in choices)
        if not isinstance(question, str) or not good:
            yield f"应当是“问题: [选项]”，写成了“{question}: {choices}”"


def pattern(value: Any) -> Iterator[str]:
    yield from text(200, empty=True)(value)
    if isinstance(value, str):
        try:
            re.compile(value)
        except re.error as error:
            yield f"不是正确的正则表达式：{error}"


def level(value: Any) -> Iterator[str]:
    if value not in LEVELS:
        yield f"只能是 {'、'.join(LEVELS)} 之一，写成了{_seen(value)}"


LEVELS = ("province", "city", "county", "township")
CHOICE = Shape({"code": code(), "label": text(300)})

DEPARTMENT = Shape(
    {
        "code": code(50),
        "name": text(100),
        "short_name": text(40),
        "level": level,
        "parent": maybe(code(50)),
    }
)
TOWN = Shape({"code": code(50), "name": text(40)})
MATERIAL = Shape(
    {
        "code": code(),
        "name": text(200),
        "description": text(empty=True),
        "provided_by": one_of(ProvidedBy),
        "issuer": maybe(code(50)),
        "exempt": flag,
        "blank_form": flag,
    },
    {
        "result_of": maybe(code()),
        "may_not_apply": flag,
        "channel": text(300, empty=True),
        "accepted_as": text(500, empty=True),
        "filling": text(500, empty=True),
        "prints": list_of(code()),
        "prints_draft": flag,
    },
)


def sensitivity(value: Any) -> Iterator[str]:
    if value:
        yield from one_of(Sensitivity)(value)


FIELD = Shape(
    {
        "code": code(),
        "label": text(200),
        "section": text(100),
        "type": one_of(FieldType),
        "required": flag,
        "help": text(empty=True),
    },
    {
        "unit": text(50, empty=True),
        "choices": list_of(CHOICE),
        "pattern": pattern,
        "min": maybe(amount),
        "max": maybe(amount),
        "prefill": text(150, empty=True),
        "when": when,
        "source": maybe(code(50)),
        "source_draft": flag,
        "sensitivity": sensitivity,
        "standard": text(100, empty=True),
        "definition": text(empty=True),
    },
)
ASK = Shape(
    {
        "material": code(),
        "submit": one_of(Submit),
        "copies": whole(1, 100),
        "need": one_of(Need),
        "when": when,
    }
)
RESULT = Shape({"code": code(), "name": text(200), "kind": one_of(ResultKind), "valid_months": maybe(whole(1, 1200))})


def clock_unit(value: Any) -> Iterator[str]:
    if value not in ("working", "calendar"):
        yield f"只能是 working、calendar 之一，写成了{_seen(value)}"


CLOCK = Shape(
    {"unit": clock_unit},
    {"waits": list_of(Shape({"kind": text(100), "days": whole(0, 3650), "basis": text(500)}))},
)


def owner(value: Any) -> Iterator[str]:
    """The department that decides: a step that nobody decides ends never."""
    if value is None or value == "":
        yield "没有写由哪个部门办"
    else:
        yield from code(50)(value)


ABOUT = Shape(
    {"text": text(1000)},
    {"material": maybe(code()), "field": maybe(code()), "article": maybe(text(300)), "site": flag},
)


def point(value: Any) -> Iterator[str]:
    """A review point: a sentence, or a sentence with what it looks at, the article that asks for it, or that it is seen on site."""
    if not isinstance(value, dict):
        yield from text(1000)(value)
        return
    yield from ABOUT(value)
    if value.get("material") and value.get("field"):
        yield "只能对应一份材料或一个字段"


ITEM = Shape(
    {
        "code": code(),
        "name": text(200),
        "department": owner,
        "kind": one_of(ItemKind),
        "legal_basis": list_of(text(500), least=1),
        "conditions": list_of(text(1000)),
        "statutory_days": whole(0, 3650),
        "promised_days": whole(0, 3650),
        "inspection": flag,
        "commitment": flag,
        "fee": text(300),
        "result": RESULT,
        "materials": list_of(ASK, least=1),
        "fields": list_of(code(), least=3),
    },
    {
        "points": list_of(point),
        "clock": maybe(CLOCK),
        "special_procedures": list_of(Shape({"kind": text(100), "basis": text(500)}, {"days": maybe(whole(0, 3650))})),
        "presence": maybe(Shape({"times": whole(0, 20)}, {"who": text(200), "reason": text(500)})),
        "creates_applicant": flag,
        "deferral_days": maybe(whole(0, 3650)),
        "own_form": flag,
        "elements": element_faults,
    },
)
QUESTION = Shape({"code": code(), "text": text(300), "choices": list_of(CHOICE, least=2)})
STEP = Shape(
    {
        "item": code(),
        "essential": flag,
        "after": list_of(code()),
        "starts_after": list_of(code()),
        "when": when,
    },
    {"starts_on": maybe(Shape({"event": text(200), "within_days": whole(0, 3650)}))},
)
MATTER = Shape(
    {
        "number": whole(1),
        "code": code(),
        "name": text(200),
        "audience": one_of(Audience),
        "theme": text(50),
        "batch": whole(1, 100),
        "level": one_of(MatterLevel),
        "keywords": list_of(text(100)),
        "summary": text(),
        "applicant": text(200),
        "tips": list_of(text(1000)),
        "before": Shape({"visits": whole(), "days": whole()}),
        "promised_days": whole(0, 3650),
        "questions": list_of(QUESTION),
        "steps": list_of(STEP, least=1),
    }
)
