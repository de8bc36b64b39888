"""The county's catalogue: its files, and the database filled with them where a test asks for it."""

from pathlib import Path

import pytest
import yaml

from matters.compiling import compile_plan
from matters.finding import Index
from matters.operations.sayings import rows_of
from matters.published import brief
from matters.search import build_index, dictionary
from matters.source.checking import Catalogue, check_source
from matters.source.reading import read_source
from matters.specs import Plan
from tests.catalogue import COUNTY, put_catalogue, put_county_catalogue, write_few


@pytest.fixture(scope="session")
def county() -> Catalogue:
    """The county's source files, read and without faults."""
    source, unreadable = read_source(COUNTY)
    catalogue, faults = check_source(source)
    assert unreadable + faults == []
    return catalogue


@pytest.fixture(scope="session")
def index(county: Catalogue) -> Index:
    """The search index over the county's matters and its search dictionary, without a database."""
    plans = [Plan.from_json(compile_plan(row, county.dictionaries)) for row in county.rows["matter"].values()]
    said = yaml.load((COUNTY / "search.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    words = dictionary((row.kind, row.matter, row.words) for row in rows_of(said))
    return build_index([brief(number, 1, plan) for number, plan in enumerate(plans)], words)


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
