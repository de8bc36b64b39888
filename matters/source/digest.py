"""Pure: one digest for a row's meaning, the same whether it comes out of a file or out of the database."""

from collections.abc import Mapping
from typing import Any

from matters.compiling import (
    field_as_data,
    field_json,
    item_json,
    material_as_data,
    material_json,
    question_json,
    step_json,
)
from matters.specs import plan_hash

Row = Mapping[str, Any]
MATTER_KEYS = (
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


def row_digest(kind: str, row: Row, position: int = 0) -> str:
    """SHA-256 of the row with every default filled in. `position` counts for fields only: the form's order."""
    return plan_hash(_NORMAL[kind](row) | ({"position": position} if kind == "field" else {}))


def _matter(row: Row) -> dict[str, Any]:
    return {
        **{key: row[key] for key in MATTER_KEYS},
        "keywords": list(row["keywords"] or []),
        "tips": list(row["tips"] or []),
        "before": dict(row["before"]),
        "questions": [question_json(question) for question in row["questions"] or []],
        "steps": [step_json(step) for step in row["steps"]],
    }


def _department(row: Row) -> dict[str, Any]:
    return {key: row[key] for key in ("code", "name", "short_name", "level", "parent")}


def _town(row: Row) -> dict[str, Any]:
    return {key: row[key] for key in ("code", "name")}


_NORMAL = {
    "department": _department,
    "town": _town,
    "material": lambda row: material_json(row) | material_as_data(row),
    "field": lambda row: field_json(row) | field_as_data(row),
    "item": item_json,
    "matter": _matter,
}
