"""The one merged form: is a value fit for its field, and what is still missing. Pure.

Faults are sentences for the person at the form; nothing here refuses to store what was typed.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.identity import check_id_number, check_phone, check_uscc, normalise
from matters.plan import Scheme
from matters.specs import FieldSpec

TEXT_LIMITS = {"text": 200, "address": 200, "textarea": 2000, "email": 120}
LONGEST = 4000  # characters kept of any text, so that what is too long can still be shown and cut by who wrote it
EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
# Types whose value is a code or a number: full-width characters (from a Chinese keyboard) mean the half-width ones.
CODED = ("number", "integer", "money", "date", "id-number", "uscc", "phone", "email", "choice", "boolean")


def clean(spec: FieldSpec, raw: Any) -> Any:
    """`raw` as it is stored: text trimmed and without NUL, lists only for multichoice. Never raises."""
    if spec.type == "multichoice":
        values = raw if isinstance(raw, list | tuple) else [raw] if raw else []
        return [str(value)[:200] for value in values if str(value).strip()][:100]
    if isinstance(raw, list | tuple):
        raw = raw[0] if raw else ""
    text = "" if raw is None else str(raw)
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()[:LONGEST]
    if spec.type in CODED:
        text = unicodedata.normalize("NFKC", text).strip()
    if spec.type in ("id-number", "uscc"):
        text = unicodedata.normalize("NFKC", normalise(text))  # without spaces, marks may join their letter
    if spec.type in ("number", "integer", "money"):
        text = text.replace(",", "")
    return text


def fault(spec: FieldSpec, value: Any) -> str | None:
    """What is wrong with a cleaned value, as a sentence, or None."""
    if value in ("", [], None):
        return f"{spec.label}：还没有填" if spec.required else None
    if isinstance(value, list) != (spec.type == "multichoice"):
        # The field was of another type when it was filled in: a draft follows the newest revision.
        return f"{spec.label}：这一栏改过了，请重新填"
    problem = _fault_of_type(spec, value)
    if problem is None and spec.pattern and isinstance(value, str) and not re.fullmatch(spec.pattern, value):
        problem = f"格式不对，{spec.help}" if spec.help else "格式不对"
    return f"{spec.label}：{problem}" if problem else None


def _fault_of_type(spec: FieldSpec, value: Any) -> str | None:
    kind = spec.type
    if kind in TEXT_LIMITS and len(value) > TEXT_LIMITS[kind]:
        return f"最多 {TEXT_LIMITS[kind]} 个字，现在 {len(value)} 个"
    if kind in ("number", "integer", "money"):
        return _fault_of_number(spec, value)
    if kind == "date":
        return _fault_of_date(value)
    if kind in ("choice", "multichoice"):
        known = {choice.code for choice in spec.choices}
        chosen = value if kind == "multichoice" else [value]
        return None if set(chosen) <= known else "请从列出的选项里选"
    if kind == "boolean":
        return None if value in ("yes", "no") else "请选“是”或“否”"
    if kind == "email":
        return None if EMAIL.match(value) else "邮箱写法不对，例如 name@example.cn"
    check = {"id-number": check_id_number, "uscc": check_uscc, "phone": check_phone}.get(kind)
    return check(value) if check else None


def _fault_of_number(spec: FieldSpec, value: str) -> str | None:
    unit = spec.unit or ("元" if spec.type == "money" else "")
    unit = f"\u00a0{unit}" if unit else ""
    if not NUMBER.fullmatch(value):
        return "要填数字，例如 120.5"
    number = Decimal(value)
    if abs(number) >= Decimal(10) ** 15:
        return "数字太大，请核对"
    if spec.type == "integer" and number != number.to_integral_value():
        return "要填整数"
    if spec.type == "money" and number != number.quantize(Decimal("0.01")):
        return "最多两位小数"
    if spec.min is not None and number < Decimal(str(spec.min)):
        return f"不能小于 {plain(spec.min)}{unit}"
    if spec.max is not None and number > Decimal(str(spec.max)):
        return f"不能大于 {plain(spec.max)}{unit}"
    return None


def plain(limit: float) -> str:
    """A limit without exponent or needless zeros."""
    return f"{Decimal(str(limit)).normalize():f}"


def _fault_of_date(value: str) -> str | None:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", value):
        return "日期要填全年、月、日"
    year, month, day = (int(part) for part in value.split("-"))
    try:
        date(year, month, day)
    except ValueError:
        return "没有这一天，请核对年、月、日"
    return None if 1900 <= year <= 2200 else "年份不对"


def brought_by(scheme: Scheme, spec: FieldSpec) -> str | None:
    """Code of the applying item whose grant brings this value (`prefill: result.<item>.number`); nobody is asked for it."""
    kind, _, rest = spec.prefill.partition(".")
    item = rest.removesuffix(".number")
    return item if kind == "result" and item in scheme.by_item else None


def fault_in(scheme: Scheme, spec: FieldSpec, value: Any) -> str | None:
    """`fault`, but what a step of the same case brings may stay empty."""
    if value in ("", [], None) and brought_by(scheme, spec):
        return None
    return fault(spec, value)


def faults(scheme: Scheme, form: Mapping[str, Any]) -> dict[str, str]:
    """Field code → sentence, for each field of the scheme that is missing or wrong, in form order."""
    found: dict[str, str] = {}
    for section in scheme.sections:
        for field in section.fields:
            problem = fault_in(scheme, field.spec, form.get(field.spec.code, ""))
            if problem:
                found[field.spec.code] = problem
    return found


def kept(scheme: Scheme, form: Mapping[str, Any]) -> dict[str, Any]:
    """What of a form belongs to the scheme: values of fields that no longer apply are not submitted."""
    codes = {field.spec.code for section in scheme.sections for field in section.fields}
    return {code: value for code, value in form.items() if code in codes and value not in ("", [])}


def digest(value: Any) -> str:
    """A short mark of a stored value, the same for all ways of being empty: what a page says it has shown."""
    text = json.dumps("" if value in ("", [], None) else value, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Merged:
    """A form with what one page sent. `changed`: codes written; `both`: what was not, since another page wrote too."""

    form: dict[str, Any]
    changed: frozenset[str]
    both: dict[str, Any]


def merge(stored: Mapping[str, Any], typed: Mapping[str, Any], seen: Mapping[str, str]) -> Merged:
    """Three ways, a field at a time: what a page left as it was shown overwrites nothing, what only this page changed
    is written, and where two pages wrote different things neither text gives way (`both`).

    `seen`: code → `digest` of the value as the page had shown it; a field without one was shown empty.
    """
    form, changed, both = dict(stored), set(), {}
    for code, value in typed.items():
        mine, theirs = digest(value), digest(stored.get(code, ""))
        shown = seen.get(code, digest(""))
        if mine in (theirs, shown):
            continue
        if theirs == shown:
            form[code] = value
            changed.add(code)
        else:
            both[code] = value
    return Merged(form, frozenset(changed), both)
