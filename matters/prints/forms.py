"""Empty forms and filled samples, made from what the catalogue says of a material. Pure.

Never the state's own form: a plain sheet with the fields that the items ask for, so that people know what to write.
"""

import re
from datetime import date
from typing import Any

from matters.prints.words import chinese_date
from matters.specs import FieldSpec, ItemSpec, MaterialSpec, Plan
from matters.versions import Edition

Json = dict[str, Any]
# A sheet's shape follows from what its name ends with: a form has fields, a list has rows, all else is written.
FORM = re.compile(r"(表|申请书|注册书|备案书)$")
LIST = re.compile(r"(清单|名单|明细表)$")
IN_BRACKETS = re.compile(r"（[^）]*）$")
LIST_ROWS = 12
WRITTEN_LINES = 14
# Values that nobody can take for real ones: the characters 样例 in every text, numbers that fail their own checks.
SAMPLE_DAY = date(2026, 3, 2)
SAMPLES = {
    "date": chinese_date(SAMPLE_DAY),
    "id-number": "320724190001010000",
    "uscc": "91320724MA00000000",
    "phone": "13900000000",
    "email": "yangli@example.com",
    "address": "灌南县样例镇样例路 1 号",
    "boolean": "是",
}


def shape_of(material: MaterialSpec) -> str:
    """form | list | letter."""
    name = IN_BRACKETS.sub("", material.name)
    if LIST.search(name):
        return "list"
    return "form" if FORM.search(name) else "letter"


def sheet(plan: Plan, material: MaterialSpec, edition: Edition, *, filled: bool) -> Json:
    """The words of one sheet, empty or filled with values that are plainly made up."""
    items = [item for item in plan.items.values() if any(ask.material == material.code for ask in item.asks)]
    shape = shape_of(material)
    fields = _fields(plan, items, whole=shape == "form")
    sections: dict[str, list[Json]] = {}
    for spec in fields:
        sections.setdefault(spec.section, []).append(_field(spec, filled=filled))
    return {
        "name": material.name,
        "about": material.description,
        "matter": plan.name,
        "items": [item.name for item in items],
        "to": list(dict.fromkeys(plan.departments[item.department].name for item in items)),
        "shape": shape,
        "rows": LIST_ROWS,
        "lines": WRITTEN_LINES,
        "sections": [[title, rows] for title, rows in sections.items()],
        "filled": filled,
        "written": _written(material) if filled else [],
        "day": SAMPLES["date"] if filled else "",
        "code": edition.code,
        "version": edition.number,
    }


def _fields(plan: Plan, items: list[ItemSpec], *, whole: bool) -> list[FieldSpec]:
    """What the items ask for, in dictionary order; on a list or a letter only who signs it."""
    used = {code for item in items for code in item.fields}
    fields = [spec for code, spec in plan.fields.items() if code in used]
    return fields if whole else [spec for spec in fields if spec.prefill.startswith("profile.")]


def _field(spec: FieldSpec, *, filled: bool) -> Json:
    return {
        "label": spec.label,
        "required": spec.required,
        "help": spec.help,
        "unit": spec.unit,
        "choices": [choice.label for choice in spec.choices] or (["是", "否"] if spec.type == "boolean" else []),
        "long": spec.type == "textarea",
        "value": sample_value(spec) if filled else "",
    }


def sample_value(spec: FieldSpec) -> str:
    """A made-up value of the field's type, inside its limits."""
    if spec.choices:
        return spec.choices[0].label
    if spec.type in SAMPLES:
        return SAMPLES[spec.type]
    if spec.type in ("number", "integer", "money"):
        low, high = spec.min or 0, spec.max if spec.max is not None else 100
        value = min(max(low, 12), high)
        return f"{value:g}"
    if "姓名" in spec.label or spec.label.endswith("人"):
        return "样例甲"
    return f"（样例）{spec.label}照实际填写"


def _written(material: MaterialSpec) -> list[str]:
    return [
        f"（样例）{material.description}。",
        "（样例）以上内容由样例甲编写，只说明写什么、写在哪里，不是范文，请按自己的实际情况写。",
    ]
