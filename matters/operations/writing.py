"""Writes rows in the form of the source files into the tables, in bulk. Only the loader and the importer use it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model

from departments.models import Department, Town
from departments.operations.marks import fill_marks
from matters.elements import filled
from matters.models import Choice, Field, Item, ItemField, ItemMaterial, Material, Matter, Question, Step

Row = Mapping[str, Any]
BATCH = 500


def write_rows(kind: str, rows: list[Row], positions: Mapping[str, int]) -> None:
    """Creates or replaces these rows of one kind, with what belongs to them. `positions`: of the fields.

    Columns that the source files do not know (a department's phone, a matter's current revision) stay as they are.
    """
    if not rows:
        return
    if kind == "field":
        objects: list[Model] = [_field(row, positions[row["code"]]) for row in rows]
    else:
        objects = [BUILDERS[kind](row) for row in rows]
    model = type(objects[0])
    model._default_manager.bulk_create(
        objects,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=COLUMNS[kind],
    )
    if kind == "department":
        fill_marks()
    elif kind == "material":
        _write_prints(rows)
    elif kind == "item":
        _write_item_parts(rows)
    elif kind == "matter":
        _write_matter_parts(rows)


def _write_prints(rows: Iterable[Row]) -> None:
    rows = list(rows)
    links = Material.prints.through
    links._default_manager.filter(material_id__in=[row["code"] for row in rows]).delete()
    links._default_manager.bulk_create(
        (links(material_id=row["code"], field_id=code) for row in rows for code in row.get("prints") or []),
        batch_size=BATCH,
    )


def _write_item_parts(rows: Iterable[Row]) -> None:
    rows = list(rows)
    codes = [row["code"] for row in rows]
    ItemMaterial.objects.filter(item__in=codes).delete()
    ItemField.objects.filter(item__in=codes).delete()
    ItemMaterial.objects.bulk_create(
        (
            ItemMaterial(
                item_id=row["code"],
                material_id=ask["material"],
                position=place,
                submit=ask["submit"],
                copies=ask["copies"],
                need=ask["need"],
                when=ask["when"] or None,
            )
            for row in rows
            for place, ask in enumerate(row["materials"], start=1)
        ),
        batch_size=BATCH,
    )
    ItemField.objects.bulk_create(
        (
            ItemField(item_id=row["code"], field_id=code, position=place)
            for row in rows
            for place, code in enumerate(row["fields"], start=1)
        ),
        batch_size=BATCH,
    )


def _write_matter_parts(rows: Iterable[Row]) -> None:
    rows = list(rows)
    codes = [row["code"] for row in rows]
    Question.objects.filter(matter__in=codes).delete()
    Step.objects.filter(matter__in=codes).delete()
    pairs = [
        (Question(matter_id=row["code"], code=question["code"], text=question["text"], position=place), question)
        for row in rows
        for place, question in enumerate(row["questions"] or [], start=1)
    ]
    Question.objects.bulk_create((question for question, _ in pairs), batch_size=BATCH)
    Choice.objects.bulk_create(
        (
            Choice(question=question, code=choice["code"], label=choice["label"], position=place)
            for question, source in pairs
            for place, choice in enumerate(source["choices"], start=1)
        ),
        batch_size=BATCH,
    )
    Step.objects.bulk_create(
        (
            Step(
                matter_id=row["code"],
                item_id=step["item"],
                position=place,
                essential=step["essential"],
                after=step["after"] or [],
                starts_after=step["starts_after"] or [],
                when=step["when"] or None,
                starts_on=step.get("starts_on") or None,
            )
            for row in rows
            for place, step in enumerate(row["steps"], start=1)
        ),
        batch_size=BATCH,
    )


def _department(row: Row) -> Department:
    return Department(
        code=row["code"],
        name=row["name"],
        short_name=row["short_name"],
        level=row["level"],
        parent_id=row["parent"],
    )


def _town(row: Row) -> Town:
    return Town(code=row["code"], name=row["name"])


def _material(row: Row) -> Material:
    return Material(
        code=row["code"],
        name=row["name"],
        description=row["description"] or "",
        provided_by=row["provided_by"],
        issuer_id=row["issuer"],
        exempt=row["exempt"],
        blank_form=row["blank_form"],
        result_of_id=row.get("result_of") or None,
        may_not_apply=bool(row.get("may_not_apply")),
        channel=row.get("channel") or "",
        accepted_as=row.get("accepted_as") or "",
        filling=row.get("filling") or "",
        prints_draft=bool(row.get("prints_draft")),
    )


def _field(row: Row, position: int) -> Field:
    return Field(
        code=row["code"],
        label=row["label"],
        section=row["section"],
        type=row["type"],
        required=row["required"],
        help=row["help"] or "",
        unit=row.get("unit") or "",
        choices=row.get("choices") or [],
        pattern=row.get("pattern") or "",
        min=row.get("min"),
        max=row.get("max"),
        prefill=row.get("prefill") or "",
        when=row.get("when") or None,
        source_id=row.get("source") or None,
        source_draft=bool(row.get("source_draft")),
        sensitivity=row.get("sensitivity") or "",
        standard=row.get("standard") or "",
        definition=row.get("definition") or "",
        position=position,
    )


def _item(row: Row) -> Item:
    result = row["result"]
    return Item(
        code=row["code"],
        name=row["name"],
        department_id=row["department"],
        kind=row["kind"],
        legal_basis=row["legal_basis"],
        conditions=row["conditions"] or [],
        statutory_days=row["statutory_days"],
        promised_days=row["promised_days"],
        inspection=row["inspection"],
        commitment=row["commitment"],
        fee=row["fee"],
        result_code=result["code"],
        result_name=result["name"],
        result_kind=result["kind"],
        result_valid_months=result["valid_months"],
        points=row.get("points") or [],
        clock=row.get("clock") or None,
        special_procedures=row.get("special_procedures") or [],
        presence=row.get("presence") or None,
        creates_applicant=bool(row.get("creates_applicant")),
        deferral_days=row.get("deferral_days"),
        own_form=bool(row.get("own_form")),
        elements=filled(row.get("elements")),
    )


def _matter(row: Row) -> Matter:
    return Matter(
        code=row["code"],
        number=row["number"],
        name=row["name"],
        audience=row["audience"],
        theme=row["theme"],
        batch=row["batch"],
        level=row["level"],
        keywords=row["keywords"] or [],
        summary=row["summary"],
        applicant=row["applicant"],
        tips=row["tips"] or [],
        before_visits=row["before"]["visits"],
        before_days=row["before"]["days"],
        promised_days=row["promised_days"],
    )


BUILDERS = {"department": _department, "town": _town, "material": _material, "item": _item, "matter": _matter}
MODELS: dict[str, type[Model]] = {
    "department": Department,
    "town": Town,
    "material": Material,
    "field": Field,
    "item": Item,
    "matter": Matter,
}
# What the files do not tell of an item: its department's own arrangements, which a load leaves as they are.
OWN_ARRANGEMENTS = ("review_steps", "hearing", "limited", "supervised_by")
# Of the lower floors' tables only what the files tell; their other columns are those apps' own.
COLUMNS = {
    "department": ["name", "short_name", "level", "parent"],
    "town": ["name"],
    **{
        kind: [
            field.name
            for field in MODELS[kind]._meta.concrete_fields
            if field.name not in ("code", "withdrawn_at", *OWN_ARRANGEMENTS)
        ]
        for kind in ("material", "field", "item", "matter")
    },
}
