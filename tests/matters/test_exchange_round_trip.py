"""Out and back: what is exported and brought back unchanged changes nothing, as a workbook and as source files."""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from departments.access import SYSTEM
from foundation.errors import Refused
from matters.compiling import compile_plan
from matters.exchange.cells import Flag, Lines, Number, Raw, Text, Word, raw_of, same
from matters.exchange.flat import joined
from matters.exchange.sheets import OF_KIND, READ, SHEETS, parts_of
from matters.exchange.workbook import catalogue_workbook
from matters.exchange.workbook_reading import letters, read_workbook
from matters.exchange.yaml_files import catalogue_files, places, read_zip, zipped
from matters.forms import WhenField
from matters.models import Revision
from matters.operations.importing import stage_import
from matters.operations.loading import load_catalogue
from matters.source import shapes
from matters.source.checking import SHAPES, Catalogue, check_source
from matters.source.reading import read_source
from matters.specs import plan_hash
from matters.stored import field_positions, stored_catalogue
from matters.words import ItemKind
from tests.catalogue import COUNTY
from tests.matters import builders
from tests.matters.workbooks import NOON, editor, exported, opened


def rows_of(root: Path) -> dict[str, dict[str, Any]]:
    """Every row of source files by kind and code."""
    source, faults = read_source(root)
    assert faults == []
    return {kind: {row.data["code"]: row.data for row in rows} for kind, rows in source.rows.items()}


@pytest.mark.slow
def test_the_county_comes_back_from_a_workbook_without_a_change(loaded: None) -> None:
    catalogue, positions = stored_catalogue(), field_positions()
    taken = read_workbook(catalogue_workbook(catalogue, positions, NOON), catalogue, positions)
    assert (taken.rows, taken.faults, taken.notes) == ({}, [], [])
    assert len(taken.known) == sum(len(catalogue.rows[kind]) for kind in ("material", "field", "item", "matter"))


def test_a_workbook_that_nobody_changed_is_refused_as_such(few: None) -> None:
    with pytest.raises(Refused, match="完全一样"):
        stage_import(content=exported(), name="目录.xlsx", actor=editor())


@pytest.mark.slow
def test_source_files_exported_and_loaded_elsewhere_publish_the_same_plans(db: None, tmp_path: Path) -> None:
    with transaction.atomic():
        load_catalogue(root=COUNTY, actor=SYSTEM)
        call_command("export_catalogue", str(tmp_path), stdout=io.StringIO())
        hashes = dict(Revision.objects.values_list("matter_id", "plan_hash"))
        transaction.set_rollback(True)
    assert not Revision.objects.exists()
    load_catalogue(root=tmp_path, actor=SYSTEM)
    assert len(hashes) == 100
    assert dict(Revision.objects.values_list("matter_id", "plan_hash")) == hashes


def test_exported_source_files_hold_the_data_of_the_county_s_files(loaded: None, tmp_path: Path) -> None:
    call_command("export_catalogue", str(tmp_path), stdout=io.StringIO())
    assert rows_of(tmp_path) == rows_of(COUNTY)
    source, _ = read_source(tmp_path)
    found, faults = check_source(source)
    assert faults == []
    assert list(found.rows["field"]) == list(stored_catalogue().rows["field"]), "the order of the form"


def test_an_archive_of_what_is_held_changes_nothing(loaded: None) -> None:
    catalogue, positions = stored_catalogue(), field_positions()
    taken = read_zip(zipped(catalogue_files(catalogue, positions)), catalogue, positions)
    assert (taken.rows, taken.faults, taken.notes) == ({}, [], [])


def test_an_export_never_mixes_with_files_that_are_there(few: None, tmp_path: Path) -> None:
    call_command("export_catalogue", str(tmp_path), "--xlsx", str(tmp_path / "a.xlsx"), stdout=io.StringIO())
    with pytest.raises(CommandError, match="空文件夹"):
        call_command("export_catalogue", str(tmp_path))
    with pytest.raises(CommandError, match="已经存在"):
        call_command("export_catalogue", "--xlsx", str(tmp_path / "a.xlsx"))
    with pytest.raises(CommandError, match="导出到哪里"):
        call_command("export_catalogue")
    assert opened((tmp_path / "a.xlsx").read_bytes()).sheetnames[1:] == [sheet.title for sheet in SHEETS]


def small(*texts: str) -> Catalogue:
    """A catalogue of one matter whose texts are these, wherever a text may stand."""
    text = list(texts) or ["好"]
    some = (text * 6)[:6]
    found = Catalogue()
    for row in (builders.department("market"), builders.department("fire")):
        found.add("department", row)
    for number, said in enumerate(text):
        found.add("material", builders.material(f"m-{number}", name=said, description=said))
    for code in ("f-one", "f-two", "f-three"):
        choices = [{"code": "a", "label": some[0]}, {"code": "b", "label": some[1]}]
        found.add("field", builders.form_field(code, label=some[0], help=some[1], choices=choices, min=0.5, max=10))
    more = {"conditions": some[:2], "legal_basis": some[2:4], "points": [], "fee": some[4], "deferral_days": 0}
    waits = {"unit": "calendar", "waits": [{"kind": some[0], "days": 7, "basis": some[1]}]}
    asks = [builders.ask("m-0", when={"where": ["inside"]})]
    found.add("item", builders.item("one", materials=asks, clock=waits, presence={"times": 0, "who": some[5]}, **more))
    question = {**builders.question("where", "inside", "outside"), "text": some[3]}
    step = builders.step("one", starts_on={"event": some[4], "within_days": 30})
    found.add("matter", builders.matter(step, questions=[question], keywords=some, tips=some, summary=some[0]))
    return found


POSITIONS = {"f-one": 1, "f-two": 2, "f-three": 30_001}
ODD = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    " 两边有空格 ",
    "一\n二",
    "一\r\n二",
    "a | b",
    "｜",
    "是",
    "2026-01-01",
    "00012",
]
ODD += [
    "1e5",
    "TRUE",
    "#REF!",
    "\x01看不见",
    "\ufffe",
    "😀",
    "<b>&amp;</b>",
    "_x000D_",
    '"引号"',
    "'单引号",
    "长" * 40_000,
]


@pytest.mark.parametrize("texts", [ODD, ODD[::-1]])
def test_whatever_texts_the_catalogue_holds_the_workbook_brings_them_back(texts: list[str]) -> None:
    catalogue = small(*texts)
    taken = read_workbook(catalogue_workbook(catalogue, POSITIONS, NOON), catalogue, POSITIONS)
    assert (taken.rows, taken.faults) == ({}, [])


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=6, max_size=40, unique=True))
def test_any_texts_come_back(texts: list[str]) -> None:
    catalogue = small(*texts)
    taken = read_workbook(catalogue_workbook(catalogue, POSITIONS, NOON), catalogue, POSITIONS)
    assert (taken.rows, taken.faults) == ({}, [])


def test_no_cell_is_a_formula_and_what_looks_like_one_is_marked_as_text() -> None:
    book = opened(catalogue_workbook(small(*ODD), POSITIONS, NOON))
    cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    risky = [cell for cell in cells if str(cell.value).startswith(("=", "+", "-", "@"))]
    assert len(risky) > 20
    assert all(cell.quotePrefix and cell.number_format == "@" for cell in risky)


def test_the_workbook_is_made_to_be_worked_in(few: None) -> None:
    book = opened(exported())
    assert book.sheetnames == ["说明", *(sheet.title for sheet in SHEETS)]
    for sheet in SHEETS:
        page = book[sheet.title]
        assert [cell.value for cell in page[1]] == [column.heading for column in sheet.columns]
        assert page.freeze_panes == "C2"
        assert page.auto_filter.ref.startswith("A1:")
        assert all(page.column_dimensions[letters(place + 1)].width >= 7 for place in range(len(sheet.columns)))
    assert book["部门"].protection.sheet
    lists = {rule.formula1 for rule in book["事项"].data_validations.dataValidation if rule.type == "list"}
    assert '"行政许可,备案,登记,行政确认,行政给付,公共服务"' in lists
    assert '"是,否"' in lists
    assert any(formula.startswith("部门!$A$2:$A$") for formula in lists)
    for page in book:
        for rule in page.data_validations.dataValidation:
            assert len(rule.formula1 or "") <= 255, "more than Excel takes"
    row = next(row for row in book["环节"].iter_rows(min_row=2, values_only=True) if row[8])
    assert " = " in row[8], "a condition as the administration's forms show it"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (Text(), "文字"),
        (Text(maybe=True), None),
        (Number(), 0),
        (Number(), None),
        (Number(whole=False), 0.25),
        (Flag(), True),
        (Flag(), False),
        (Word(ItemKind), "filing"),
        (Lines(WhenField()), {"scale": ["large", "small"], "sewer": ["yes"]}),
        (Lines(WhenField()), None),
    ],
)
def test_a_value_and_its_cell(cell: Any, value: Any) -> None:
    written = cell.write(value)
    raw = None if written in (None, "") else raw_of("s" if isinstance(written, str) else "n", written)
    assert cell.read(raw) == value
    assert same(raw, written)


@pytest.mark.parametrize(
    ("cell", "raw", "value"),
    [
        (Number(), Raw("s", "15"), 15),
        (Number(), Raw("s", "１，０００"), 1000),
        (Number(), Raw("n", 15.0), 15),
        (Number(whole=False), Raw("s", "0.5"), 0.5),
        (Text(), Raw("n", 12), "12"),
        (Text(), Raw("n", 12.0), "12"),
        (Flag(), Raw("b", True), True),
        (Word(ItemKind), Raw("s", "permit"), "permit"),
        (Flag(optional=True), None, False),
    ],
)
def test_what_people_type_is_understood(cell: Any, raw: Raw | None, value: Any) -> None:
    assert cell.read(raw) == value


def test_fields_keep_their_places_while_their_order_stays() -> None:
    held = {"a": 1, "b": 2, "c": 30_001}
    assert places(["a", "b", "c"], held) == held
    assert places(["a", "b", "new", "c"], held) == {"a": 1, "b": 2, "new": 3, "c": 30_001}
    assert places(["a", "c"], held) == {"a": 1, "c": 30_001}
    assert places(["b", "a", "c"], held) == {"b": 1, "a": 2, "c": 3}
    assert places(["a", "new"], held) == {"a": 1, "new": 2}, "where 2 is another's, all are numbered anew"


@pytest.mark.parametrize("kind", ["material", "field", "item", "matter"])
def test_every_key_of_the_source_format_has_its_way_through_the_sheets(kind: str) -> None:
    """A key that the sheets do not know would be lost when a changed row comes back."""
    row = next(iter(small().rows[kind].values()))
    main = next(OF_KIND[kind].flatten(row, {}))
    parts = {sheet.part: list(sheet.flatten(row, {})) for sheet in parts_of(kind)}
    shape = SHAPES[kind]
    assert joined(kind, main, parts).keys() == shape.required.keys() | shape.optional.keys()
    back = joined(kind, main, parts)
    for key, nested in (("materials", shapes.ASK), ("steps", shapes.STEP), ("questions", shapes.QUESTION)):
        for part in back.get(key, []):
            assert part.keys() == nested.required.keys() | nested.optional.keys()


def test_the_reader_s_process_needs_nothing_of_the_portal() -> None:
    file = Path(sys.modules["matters.exchange.extract"].__file__ or "")
    done = subprocess.run([sys.executable, "-I", str(file), "/nowhere.xlsx", "[]"], capture_output=True, cwd="/")
    assert b"FileNotFoundError" in done.stderr


def test_plans_of_an_exported_catalogue_compile_to_the_same_hashes(county: Catalogue) -> None:
    files = catalogue_files(county, {code: place for place, code in enumerate(county.rows["field"], start=1)})
    again = Catalogue()
    for name, text in files.items():
        kind = name.split("/")[0].removesuffix(".yaml").removesuffix("s")
        for row in yaml.load(text, Loader=yaml.CSafeLoader):
            again.add(kind, row)
    for code, row in county.rows["matter"].items():
        old, new = compile_plan(row, county.dictionaries), compile_plan(again.rows["matter"][code], again.dictionaries)
        assert plan_hash(old) == plan_hash(new), code
    assert [sheet.title for sheet in READ] == [sheet.title for sheet in SHEETS[1:]]
