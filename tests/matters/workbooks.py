"""Workbooks of the catalogue in tests: exported, edited as a person would, and raw packages tampered with."""

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import openpyxl

from accounts.models import User
from departments.access import Actor, actor_for
from departments.models import Post, Role
from matters.exchange.workbook import catalogue_workbook
from matters.operations.importing import FaultyImport, stage_import
from matters.stored import field_positions, stored_catalogue

Book = Any
Edit = Callable[[Book], object]
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def editor(username: str = "editor1", name: str = "何静") -> Actor:
    """A catalogue administrator."""
    user = User.objects.create(username=username, name=name, is_staff=True)
    Post.objects.create(user=user, role=Role.EDITOR)
    return actor_for(user)


def exported() -> bytes:
    """The catalogue of the database as a workbook."""
    return catalogue_workbook(stored_catalogue(), field_positions(), NOON)


def opened(content: bytes) -> Book:
    return openpyxl.load_workbook(io.BytesIO(content))


def saved(book: Book) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def edited(edit: Edit) -> bytes:
    """The exported workbook after somebody's edit."""
    book = opened(exported())
    edit(book)
    return saved(book)


def heads(page: Any) -> dict[str, int]:
    """Column numbers of a sheet by heading."""
    return {cell.value: cell.column for cell in page[1]}


def row_of(page: Any, **keys: str) -> int:
    """The number of the first row whose columns hold these values, by heading."""
    columns = heads(page)
    for number in range(2, page.max_row + 1):
        if all(page.cell(number, columns[heading]).value == value for heading, value in keys.items()):
            return number
    raise AssertionError(f"{page.title}: no row {keys}")


def put(page: Any, number: int, heading: str, value: Any) -> None:
    page.cell(number, heads(page)[heading]).value = value


def add(page: Any, **values: Any) -> int:
    """Writes a row below the last one and returns its number."""
    number = page.max_row + 1
    for heading, value in values.items():
        put(page, number, heading, value)
    return number


def faults_of(content: bytes, actor: Actor) -> list[tuple[str, int, str, str]]:
    """(sheet, row, column, sentence) of everything that is wrong with the file."""
    try:
        stage_import(content=content, name="目录.xlsx", actor=actor)
    except FaultyImport as faulty:
        return [(fault.spot.sheet, fault.spot.row, fault.spot.column, fault.text) for fault in faulty.faults]
    raise AssertionError("nothing was wrong")


def tampered(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The package with these parts put in the place of its own."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*old.namelist(), *parts]):
            new.writestr(name, parts.get(name, b"") if name in parts else old.read(name))
    return out.getvalue()


def zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()


def sheet_part(book: bytes, title: str) -> str:
    """The name inside the package of a sheet's part."""
    titles = openpyxl.load_workbook(io.BytesIO(book), read_only=True).sheetnames
    return f"xl/worksheets/sheet{titles.index(title) + 1}.xml"
