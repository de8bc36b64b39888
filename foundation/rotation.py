"""Writing encrypted columns anew under the current key, so that an old key can be taken out of the settings.

The blind index has a key of its own and is not touched.
"""

from collections.abc import Iterator

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from psycopg2 import sql

from foundation.crypto import decrypt, encrypt
from foundation.fields import EncryptedTextField

BATCH = 500
READ = """
    SELECT {key}, {column} FROM {table} WHERE {column} <> '' AND NOT starts_with({column}, %s)
    ORDER BY {key} LIMIT {batch} FOR UPDATE
"""
WRITE = "UPDATE {table} SET {column} = %s WHERE {key} = %s"
# Triggers that keep a content from being changed: what a reader sees stays the same, only its key is another.
STANDING_ASIDE = ("documents.Document:content_is_fixed",)


def encrypted_columns() -> Iterator[tuple[type[models.Model], str]]:
    """Every encrypted column of the portal: its model and the column's name."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, EncryptedTextField) and field.column is not None:
                yield model, field.column


def renew(model: type[models.Model], column: str) -> int:
    """Write the column's values of other keys anew, a batch a transaction. Returns how many.

    Raises ValueError where a value's key is not in the settings, InvalidTag where a value was altered: nothing of that
    batch is changed then. May be run again and while the portal works: a row is locked while it is written.
    """
    names = {
        "table": sql.Identifier(model._meta.db_table),
        "key": sql.Identifier(model._meta.pk.column),
        "column": sql.Identifier(column),
        "batch": sql.Literal(BATCH),
    }
    done = 0
    while True:
        with transaction.atomic(), pgtrigger.ignore(*STANDING_ASIDE), connection.cursor() as cursor:
            read, write = (sql.SQL(text).format(**names).as_string(cursor.connection) for text in (READ, WRITE))
            cursor.execute(read, [f"sm4:{settings.FIELD_KEY_ID}:"])
            rows = cursor.fetchall()
            for row, token in rows:  # one by one: pgtrigger has no ear for executemany
                cursor.execute(write, [encrypt(decrypt(token)), row])
        done += len(rows)
        if len(rows) < BATCH:
            return done
