"""The county's catalogue: its files, and the database filled with them where a test asks for it."""

from pathlib import Path

import pytest

from matters.source.checking import Catalogue, check_source
from matters.source.reading import read_source
from tests.catalogue import COUNTY, put_catalogue, put_county_catalogue, write_few


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


@pytest.fixture(scope="session")
def few_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Source files of the few matters, to read."""
    return write_few(tmp_path_factory.mktemp("few"))


@pytest.fixture
def few(db: None, few_files: Path) -> None:
    """A few of the county's matters in the database, revision 1 of each published."""
    put_catalogue(few_files)
