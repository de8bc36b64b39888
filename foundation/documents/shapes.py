"""What each template needs, and whether the data of a paper fits. Pure. README.md beside this page says it in words."""

from collections.abc import Mapping
from typing import Any

# `title`, `number`, `sample` and `revision` come from the register, QR and address from the token.
REQUIRED: dict[str, tuple[str, ...]] = {
    "notice": ("authority", "date"),
    "certificate": ("authority", "facts", "date"),
}
TEXTS = ("authority", "to", "date", "contact", "by")


def faults(template: str, data: Mapping[str, Any]) -> list[str]:
    """What is missing or of the wrong shape, each in a few words; empty when the paper can be set."""
    if template not in REQUIRED:
        return [f"there is no template {template}"]
    found = [f"{name} is missing" for name in REQUIRED[template] if not data.get(name)]
    found += [f"{name} is not text" for name in TEXTS if not isinstance(data.get(name, ""), str)]
    for name in ("paragraphs", "after", "signs"):
        if not _texts(data.get(name, [])):
            found.append(f"{name} is not a list of texts")
    facts = data.get("facts", [])
    if not isinstance(facts, list | tuple) or not all(_texts(fact) and len(fact) == 2 for fact in facts):
        found.append("facts is not a list of pairs of texts")
    return found + _table_faults(data.get("table"))


def _table_faults(table: Any) -> list[str]:
    if table is None:
        return []
    if not isinstance(table, Mapping) or not {"columns", "widths", "rows"} <= table.keys():
        return ["table lacks columns, widths or rows"]
    columns, widths, rows = table["columns"], table["widths"], table["rows"]
    if not _texts(columns) or not isinstance(rows, list | tuple) or not all(_texts(row) for row in rows):
        return ["table holds something that is not text"]
    found = [f"row {n} of the table has {len(row)} cells" for n, row in enumerate(rows, 1) if len(row) != len(columns)]
    if len(widths) != len(columns) or not all(isinstance(width, int | float) and width > 0 for width in widths):
        found.append("table has not one positive width a column")
    return found


def _texts(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(text, str) for text in value)
