"""The county's catalogue in the test database, quickly: loaded for real once in a process, copied in afterwards.

Loading takes two seconds, copying its rows a tenth of that, and dozens of tests start from it.
"""

import io
from pathlib import Path

from django.conf import settings
from django.db import connection

from departments.access import SYSTEM
from departments.models import Department, Town
from matters import models
from matters.operations.loading import load_catalogue
from matters.published import plan_of

COUNTY = Path(settings.BASE_DIR) / "fixtures" / "catalogue"
TABLES = [
    model._meta.db_table
    for model in (
        Department,
        Town,
        models.Material,
        models.Field,
        models.Item,
        models.ItemMaterial,
        models.ItemField,
        models.Matter,
        models.Question,
        models.Choice,
        models.Step,
        models.Revision,
        models.LoadedRow,
    )
]
_copies: dict[str, str] = {}


def put_county_catalogue() -> None:
    """Fills the empty catalogue's tables of the test database. Foreign keys are looked at when the test ends."""
    plan_of.cache_clear()
    with connection.cursor() as cursor:
        if not _copies:
            load_catalogue(root=COUNTY, actor=SYSTEM)
            for table in TABLES:
                text = io.StringIO()
                cursor.copy_expert(f"COPY {table} TO STDOUT", text)
                _copies[table] = text.getvalue()
            return
        for table in TABLES:
            cursor.copy_expert(f"COPY {table} FROM STDIN", io.StringIO(_copies[table]))
