"""Pure: a matter and the dictionaries, in the form of the source files, become the JSON of a plan for all answers.

The loader's files and the database's rows are both brought into that form, so there is one compiler.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from matters.elements import filled
from matters.specs import Plan

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Dictionaries:
    """What matters are composed of, by code. `fields` stand in dictionary order, which is the order of the form."""

    departments: Mapping[str, Row] = field(default_factory=dict)
    materials: Mapping[str, Row] = field(default_factory=dict)
    fields: Mapping[str, Row] = field(default_factory=dict)
    items: Mapping[str, Row] = field(default_factory=dict)


def compile_plan(matter: Row, dictionaries: Dictionaries) -> dict[str, Any]:
    """The plan's JSON, with only the items, materials, fields and departments that the matter needs.

    Expects rows without faults (see `source.checking`); raises KeyError on a code that the dictionaries lack.
    Passing through `Plan` gives every optional key its default, so that equal meaning gives an equal hash.
    """
    items = [dictionaries.items[step["item"]] for step in matter["steps"]]
    materials = dict.fromkeys(ask["material"] for item in items for ask in item["materials"])
    used_fields = {code for item in items for code in item["fields"]}
    data = {
        **{key: matter[key] for key in _KEPT},
        "keywords": list(matter["keywords"] or []),
        "tips": list(matter["tips"] or []),
        "before_visits": matter["before"]["visits"],
        "before_days": matter["before"]["days"],
        "questions": [question_json(row) for row in matter["questions"] or []],
        "steps": [step_json(row) for row in matter["steps"]],
        "items": [item_json(row) for row in items],
        "materials": [material_json(dictionaries.materials[code]) for code in materials],
        "fields": [field_json(row) for code, row in dictionaries.fields.items() if code in used_fields],
        "departments": _departments(items, materials, dictionaries),
    }
    return Plan.from_json(data).to_json()


_KEPT = (
    "number",
    "code",
    "name",
    "audience",
    "theme",
    "batch",
    "level",
    "summary",
    "applicant",
    "promised_days",
)


def plain_number(value: Decimal | float | None) -> int | float | None:
    """A number as the files write it: whole numbers without a point, so that 1 and 1.0 are one."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def question_json(row: Row) -> dict[str, Any]:
    choices = [{"code": choice["code"], "label": choice["label"]} for choice in row["choices"]]
    return {"code": row["code"], "text": row["text"], "choices": choices}


def _when(row: Row) -> dict[str, list[str]] | None:
    """Conditions with their choices in a fixed order: the order in a file means nothing and must not change a hash."""
    when = row.get("when")
    return {question: sorted(when[question]) for question in sorted(when)} if when else None


def step_json(row: Row) -> dict[str, Any]:
    return {
        "item": row["item"],
        "essential": row["essential"],
        "after": list(row.get("after") or []),
        "starts_after": list(row.get("starts_after") or []),
        "when": _when(row),
        "starts_on": row.get("starts_on") or None,
    }


def item_json(row: Row) -> dict[str, Any]:
    clock = row.get("clock") or {}
    return {
        **{key: row[key] for key in ("code", "name", "department", "kind", "statutory_days", "promised_days")},
        **{key: row[key] for key in ("inspection", "commitment", "fee")},
        "legal_basis": list(row["legal_basis"]),
        "conditions": list(row["conditions"] or []),
        "result": {key: row["result"][key] for key in ("code", "name", "kind", "valid_months")},
        "asks": [_ask(ask) for ask in row["materials"]],
        "fields": list(row["fields"]),
        "points": [point if isinstance(point, str) else point["text"] for point in row.get("points") or []],
        "special_procedures": list(row.get("special_procedures") or []),
        "presence": row.get("presence") or None,
        "creates_applicant": bool(row.get("creates_applicant")),
        "deferral_days": row.get("deferral_days"),
        "own_form": bool(row.get("own_form")),
        "clock": {"unit": clock.get("unit", "working"), "waits": list(clock.get("waits") or [])},
        **_told(about=_about(row), elements=filled(row.get("elements"))),
    }


def _told(**parts: Any) -> dict[str, Any]:
    """Keys that came after plans existed: only those that say something, so that older plans keep their hash."""
    return {key: value for key, value in parts.items() if value}


def _about(row: Row) -> list[dict[str, Any]]:
    """What the review points look at, the article behind them, whether they are seen on site, for those that say so."""
    bound = [point for point in row.get("points") or [] if not isinstance(point, str)]
    return [
        {
            "point": point["text"],
            "material": point.get("material") or None,
            "field": point.get("field") or None,
            **_told(article=point.get("article"), site=point.get("site")),
        }
        for point in bound
        if any(point.get(key) for key in ("material", "field", "article", "site"))
    ]


def _ask(row: Row) -> dict[str, Any]:
    return {**{key: row[key] for key in ("material", "submit", "copies", "need")}, "when": _when(row)}


def material_json(row: Row) -> dict[str, Any]:
    return {
        **{key: row[key] for key in ("code", "name", "description", "provided_by", "issuer", "exempt", "blank_form")},
        "result_of": row.get("result_of") or None,
        "may_not_apply": bool(row.get("may_not_apply")),
        **_told(**{key: row.get(key) for key in ("channel", "accepted_as", "filling")}),
    }


def material_as_data(row: Row) -> dict[str, Any]:
    """What the dictionary knows of a material and no plan says: the fields printed on it. Empty keys left out."""
    return _told(prints=sorted(row.get("prints") or []), prints_draft=row.get("prints_draft"))


def field_as_data(row: Row) -> dict[str, Any]:
    """What the dictionary knows of a field as data and no plan says. Empty keys left out."""
    return _told(**{key: row.get(key) for key in ("source", "source_draft", "sensitivity", "standard", "definition")})


def field_json(row: Row) -> dict[str, Any]:
    return {
        **{key: row[key] for key in ("code", "label", "section", "type", "required")},
        "help": row["help"] or "",
        "unit": row.get("unit") or "",
        "choices": [{"code": c["code"], "label": c["label"]} for c in row.get("choices") or []],
        "pattern": row.get("pattern") or "",
        "min": plain_number(row.get("min")),
        "max": plain_number(row.get("max")),
        "prefill": row.get("prefill") or "",
        "when": _when(row),
    }


def _departments(items: list[Row], materials: Mapping[str, None], dictionaries: Dictionaries) -> list[dict[str, Any]]:
    """Those that decide first, in order of the steps; then their parents and the issuers of materials, by code."""
    deciding = dict.fromkeys(item["department"] for item in items)
    named = {dictionaries.departments[code].get("parent") for code in deciding}
    named |= {dictionaries.materials[code].get("issuer") for code in materials}
    codes = [*deciding, *sorted(code for code in named if code and code not in deciding)]
    keys = ("code", "name", "short_name", "level")
    rows = [dictionaries.departments[code] for code in codes]
    return [
        {**{key: row[key] for key in keys}, "parent": row.get("parent") or None, "mark": row.get("mark") or ""}
        for row in rows
    ]
