"""The county's catalogue in the test database, quickly: loaded for real once in a process, copied in afterwards.

Loading all takes two seconds, copying its rows a tenth of that, and dozens of tests start from it. A few of its matters
are enough for most.
"""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import time_machine
import yaml
from django.conf import settings
from django.db import connection, transaction

from departments.access import SYSTEM
from departments.models import Department, Town
from matters import models
from matters.operations.loading import load_catalogue
from matters.published import figures_of, plan_of

COUNTY = Path(settings.BASE_DIR) / "fixtures" / "catalogue"
# Matters that share items, one that shares none with them; of one department and of seven.
FEW = ("open-restaurant", "open-small-eatery", "open-hotel", "open-bookshop", "get-married")
TABLES = [
    model._meta.db_table
    for model in (
        Department,
        Town,
        models.Material,
        models.Field,
        models.Material.prints.through,
        models.Item,
        models.ItemMaterial,
        models.ItemField,
        models.Matter,
        models.Question,
        models.Choice,
        models.Step,
        models.Revision,
        models.LoadedRow,
        models.Saying,
    )
]
_copies: dict[Path, dict[str, str]] = {}


def put_county_catalogue() -> None:
    """All hundred matters."""
    put_catalogue(COUNTY)


def put_catalogue(root: Path) -> None:
    """Fills the empty tables of the test database from these files, which must stay as they are while tests run.

    Foreign keys are looked at when the test ends.
    """
    plan_of.cache_clear()
    figures_of.cache_clear()
    with transaction.atomic(), connection.cursor() as cursor:
        if root not in _copies:
            load_before_all(root)
            _copies[root] = {}
            for table in TABLES:
                text = io.StringIO()
                cursor.copy_expert(f"COPY {table} TO STDOUT", text)
                _copies[root][table] = text.getvalue()
            return
        for table, rows in _copies[root].items():
            cursor.copy_expert(f"COPY {table} FROM STDIN", io.StringIO(rows))


def load_before_all(root: Path) -> None:
    """Loads the files as if on a day before any that a test plays on: what is published is in force on all of them."""
    with time_machine.travel(datetime(2024, 1, 2, 8, tzinfo=UTC)):
        load_catalogue(root=root, actor=SYSTEM)


def write_few(root: Path) -> Path:
    """Writes the FEW matters with all they are composed of, file by file as the county has them, and returns `root`."""
    files = {path.relative_to(COUNTY): _read(path) for path in sorted(COUNTY.glob("*/*.yaml"))}
    rows = [row for of_file in files.values() for row in of_file]
    matters = [row for row in rows if row["code"] in FEW and "steps" in row]
    used = {step["item"] for row in matters for step in row["steps"]}
    items = [row for row in rows if row["code"] in used and "legal_basis" in row]
    papers = {ask["material"] for row in items for ask in row["materials"]} | {"id-photo", "id-card"}
    printed = {code for row in rows if row["code"] in papers for code in row.get("prints", [])}
    wanted = {
        "matters": set(FEW),
        "items": used,
        "materials": papers,
        "fields": {code for row in items for code in row["fields"]} | printed,
    }
    for name in ("departments.yaml", "towns.yaml"):
        root.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes((COUNTY / name).read_bytes())
    for path, of_file in files.items():
        kept = [row for row in of_file if row["code"] in wanted[path.parts[0]]]
        if kept:
            (root / path).parent.mkdir(exist_ok=True)
            (root / path).write_text(yaml.dump(kept, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return root


def _read(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return rows
