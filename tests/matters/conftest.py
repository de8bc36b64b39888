"""The county's catalogue: its files, and the database filled with them where a test asks for it."""

import pytest

from matters.source.checking import Catalogue, check_source
from matters.source.reading import read_source
from tests.catalogue import COUNTY, put_county_catalogue


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
    put_county_catalogue()
