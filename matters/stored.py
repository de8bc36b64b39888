"""Reads the edited rows out of the database in the form of the source files: what the compiler and the rules take.

Only reads; a handful of queries however many matters there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils import timezone

from departments.models import Department, Town
from matters.compiling import plain_number
from matters.models import (
    Choice,
    Field,
    Item,
    ItemField,
    ItemMaterial,
    Law,
    Material,
    Matter,
    Question,
    Step,
    UpperStandard,
)
from matters.operations.writing import OWN_ARRANGEMENTS
from matters.source.checking import Catalogue
from matters.standards import Standard

Row = dict[str, Any]


def stored_catalogue() -> Catalogue:
    """Everything that is being edited now. Thirteen queries."""
    ended = Law.objects.filter(repealed_on__lte=timezone.localdate()).values_list("title", "repealed_on")
    found = Catalogue(repealed={title: day for title, day in ended if day}, standards=stored_standards())
    departments = Department.objects.values("code", "name", "short_name", "level", "parent_id", "mark")
    for row in _rows(departments):
        found.add("department", _renamed(row, parent_id="parent"))
    for row in _rows(Town.objects.values("code", "name")):
        found.add("town", row)
    prints = _prints()
    for row in _rows(Material.objects.values()):
        row["prints"] = prints[row["code"]]
        found.add("material", _renamed(row, issuer_id="issuer", result_of_id="result_of"))
    for row in _rows(Field.objects.order_by("position", "code").values()):
        del row["position"]
        row = _renamed(row, source_id="source")
        found.add("field", {**row, "min": plain_number(row["min"]), "max": plain_number(row["max"])})
    for row in _items():
        found.add("item", row)
    for row in _matters():
        found.add("matter", row)
    return found


def stored_standards() -> dict[str, list[Standard]]:
    """Item code -> what lists above the county ask for it, as far as they were recorded. One query."""
    found = defaultdict(list)
    for row in UpperStandard.objects.order_by("item_id", "id"):
        found[row.item_id].append(
            Standard(
                level=row.get_level_display(),
                source=row.source,
                dated=row.dated,
                promised_days=row.promised_days,
                statutory_days=row.statutory_days,
                materials=frozenset(row.materials),
                bases=row.bases,
            )
        )
    return dict(found)


def field_positions() -> dict[str, int]:
    """Field code -> its place in the dictionary."""
    return dict(Field.objects.values_list("code", "position"))


def _rows(found: Iterable[Mapping[str, Any]]) -> Iterator[Row]:
    """Rows of a `values()` as plain dictionaries."""
    return (dict(row) for row in found)


def _prints() -> Mapping[str, list[str]]:
    """Material code -> codes of the fields printed on it, by code."""
    found = defaultdict(list)
    links = Material.prints.through._default_manager.order_by("material_id", "field_id")
    for material, field in links.values_list("material_id", "field_id"):
        found[material].append(field)
    return found


def _renamed(row: Row, **names: str) -> Row:
    return {names.get(key, key): value for key, value in row.items()}


def _items() -> list[Row]:
    asks, fields = defaultdict(list), defaultdict(list)
    columns = ("item_id", "material_id", "submit", "copies", "need", "when")
    for row in _rows(ItemMaterial.objects.order_by("item_id", "position", "id").values(*columns)):
        asks[row.pop("item_id")].append(_renamed(row, material_id="material"))
    links = ItemField.objects.order_by("item_id", "position", "id").values_list("item_id", "field_id")
    for item, field in links:
        fields[item].append(field)
    found = []
    for row in _rows(Item.objects.order_by("department_id", "code").values()):
        result = {key: row.pop(f"result_{key}") for key in ("code", "name", "kind", "valid_months")}
        row = {key: value for key, value in row.items() if key.removesuffix("_id") not in OWN_ARRANGEMENTS}
        row = _renamed(row, department_id="department")
        found.append({**row, "result": result, "materials": asks[row["code"]], "fields": fields[row["code"]]})
    return found


def _matters() -> list[Row]:
    steps, questions, choices = defaultdict(list), defaultdict(list), defaultdict(list)
    offered = Choice.objects.order_by("question_id", "position", "id").values("question_id", "code", "label")
    for row in _rows(offered):
        choices[row.pop("question_id")].append(row)
    asked = Question.objects.order_by("matter_id", "position", "id").values("id", "matter_id", "code", "text")
    for row in _rows(asked):
        of_question = choices[row.pop("id")]
        questions[row.pop("matter_id")].append({**row, "choices": of_question})
    columns = ("matter_id", "item_id", "essential", "after", "starts_after", "when", "starts_on")
    for row in _rows(Step.objects.order_by("matter_id", "position", "id").values(*columns)):
        steps[row.pop("matter_id")].append(_renamed(row, item_id="item"))
    found = []
    for row in _rows(Matter.objects.order_by("number").values()):
        del row["withdrawn_at"]
        row["before"] = {"visits": row.pop("before_visits"), "days": row.pop("before_days")}
        code = row["code"]
        found.append({**row, "questions": questions[code], "steps": steps[code]})
    return found
