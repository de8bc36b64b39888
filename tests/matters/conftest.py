"""The county's catalogue, loaded once per test session into the test database where a test asks for it."""

from pathlib import Path

import pytest
from django.conf import settings

from departments.access import SYSTEM
from matters.operations.loading import load_catalogue
from matters.published import plan_of
from matters.source.checking import Catalogue, check_source
from matters.source.reading import read_source

COUNTY = Path(settings.BASE_DIR) / "fixtures" / "catalogue"


@pytest.fixture(scope="session")
def county() -> Catalogue:
    """The county's source files, read and without faults."""
    source, unreadable = read_source(COUNTY)
    catalogue, faults = check_source(source)
    assert unreadable + faults == []
    return catalogue


@pytest.fixture
def loaded(db: None) -> None:
    """The county's catalogue in the database, revision 1 of each matter published."""
    plan_of.cache_clear()
    load_catalogue(root=COUNTY, actor=SYSTEM)
