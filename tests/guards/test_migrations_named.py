"""Migrations say what they do: only the first of an app may be called initial, none carries Django's automatic name."""

import re

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from portal.embedded import BASE_DIR


def own_migrations() -> list[str]:
    return [
        f"{label}.{name}"
        for label, name in MigrationLoader(None).disk_migrations
        if str(apps.get_app_config(label).path).startswith(str(BASE_DIR))
    ]


def test_no_migration_has_an_automatic_name() -> None:
    assert own_migrations()
    odd = [name for name in own_migrations() if re.search(r"_auto_\d|_and_more$", name)]
    assert odd == []


def test_every_app_with_migrations_begins_with_one_initial() -> None:
    initial = [name for name in own_migrations() if name.endswith("_initial")]
    assert all(name.endswith(".0001_initial") for name in initial)


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
