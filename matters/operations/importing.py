"""Importing a file that somebody edited: first read, checked and shown, then applied exactly as it was shown.

Applying writes drafts; publishing them needs the second person as ever.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from departments.access import Actor
from foundation.errors import Conflict, NotAllowed, Refused
from matters.access import require_editor
from matters.exchange.package import WORKBOOK, kind_of
from matters.exchange.showing import plans_changed, row_changes
from matters.exchange.taken import ImportFault, Key, Taken
from matters.exchange.workbook_reading import read_workbook
from matters.exchange.yaml_files import read_zip
from matters.models import CatalogueImport
from matters.operations.publishing import lock_against_loads
from matters.operations.writing import MODELS, write_rows
from matters.source.checking import SHAPES, Catalogue, check_catalogue, lint_all
from matters.source.reading import KINDS, Fault
from matters.stored import field_positions, stored_catalogue

KEPT = timedelta(days=1)  # how long an import waits to be applied
NAME_LIMIT = 200
# Of departments and towns the database holds more than the source format tells.
NEVER_UNFINISHED = ("department", "town")
LOCKED = ("material", "field", "item", "matter")


class FaultyImport(Refused):
    """The file has faults: nothing was changed. `faults` lists them all, by sheet and row."""

    def __init__(self, faults: list[ImportFault], notes: list[str]) -> None:
        super().__init__(f"有 {len(faults)} 处错误，没有导入任何内容。")
        self.faults, self.notes = faults, notes


def stage_import(*, content: bytes, name: str, actor: Actor) -> CatalogueImport:
    """Reads and checks an uploaded workbook or YAML archive and keeps what it would change, for the actor to look at.

    Nothing in the catalogue changes. Raises NotAllowed, Refused when the file cannot be read or changes nothing, and
    FaultyImport with every fault. What was staged by the same person before and not applied is dropped.
    """
    author = _person(actor)
    read = read_workbook if kind_of(content) == WORKBOOK else read_zip
    before, positions = stored_catalogue(), field_positions()
    taken = read(content, before, positions)
    after = _together(before, positions, taken)
    faults = taken.faults + _new_faults(before, after, taken)
    if faults:
        raise FaultyImport(sorted(set(faults)), taken.notes)
    changes = row_changes(taken, before, after, positions)
    if not changes:
        raise Refused("这个文件和现在的目录完全一样，没有要导入的改动。")
    rows = [
        {"kind": kind, "row": row, "position": taken.positions.get(code)} for (kind, code), row in taken.rows.items()
    ]
    now = timezone.now()
    with transaction.atomic():
        waiting = CatalogueImport.objects.filter(applied_at=None)
        waiting.filter(author_id=author).delete()
        waiting.filter(created_at__lt=now - KEPT).delete()
        return CatalogueImport.objects.create(
            author_id=author,
            file_name=name[-NAME_LIMIT:],
            file_hash=hashlib.sha256(content).hexdigest(),
            base_hash=catalogue_hash(before, positions),
            rows=rows,
            changes=changes,
            plans=plans_changed(before, after, lint_all(after)),
            notes=taken.notes,
            created_at=now,
        )


def apply_import(*, staged: int, actor: Actor) -> CatalogueImport:
    """Writes what was staged as drafts, all of it, and notes in each row's history who did it.

    Raises NotAllowed for everybody but the one who staged it, and Conflict when it is applied or gone already, or when
    the catalogue changed since it was looked at.
    """
    author = _person(actor)
    with transaction.atomic():
        lock_against_loads(alone=True)
        found = CatalogueImport.objects.select_for_update(of=("self",)).filter(pk=staged, author_id=author).first()
        if found is None:
            raise Conflict("这次导入已经不在了（隔天作废，重新上传也会换掉它），请重新上传。")
        if found.applied_at is not None:
            raise Conflict("这次导入已经完成，不用再导一遍。")
        _lock_rows()
        before = stored_catalogue()
        if catalogue_hash(before, field_positions()) != found.base_hash:
            raise Conflict("您预览之后目录又有改动，请重新上传，核对后再导入。")
        for kind in KINDS:
            rows = [entry for entry in found.rows if entry["kind"] == kind]
            positions = {entry["row"]["code"]: entry["position"] for entry in rows}
            write_rows(kind, [entry["row"] for entry in rows], positions)
        _note(found, before)
        found.applied_at = timezone.now()
        found.save(update_fields=["applied_at"])
    return found


def _person(actor: Actor) -> int:
    """Who imports. Raises NotAllowed for who may not edit, and for the system, which loads its files instead."""
    require_editor(actor)
    if actor.user_id is None:
        raise NotAllowed("导入要由一名目录管理员来做。")
    return actor.user_id


def catalogue_hash(catalogue: Catalogue, positions: Mapping[str, int]) -> str:
    """SHA-256 over everything that is being edited."""
    text = json.dumps([catalogue.rows, positions], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _lock_rows() -> None:
    """Until the transaction ends nobody saves a row of the catalogue; forms save the row before its parts."""
    for kind in LOCKED:
        list(MODELS[kind]._default_manager.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _together(before: Catalogue, positions: Mapping[str, int], taken: Taken) -> Catalogue:
    """The catalogue as it would be: what is held, with the rows of the file in place."""
    rows = {kind: dict(of_kind) for kind, of_kind in before.rows.items()}
    for (kind, code), row in taken.rows.items():
        rows[kind][code] = row
    now = {**positions, **taken.positions}
    rows["field"] = dict(sorted(rows["field"].items(), key=lambda entry: (now.get(entry[0], 0), entry[0])))
    known = {kind: set(codes) for kind, codes in before.known.items()}
    for kind, code in taken.known:
        known[kind].add(code)
    return Catalogue(rows, {}, known, before.repealed)


def _new_faults(before: Catalogue, after: Catalogue, taken: Taken) -> list[ImportFault]:
    """What is wrong between the rows with the file in place and was not wrong before: drafts may be unfinished."""
    found = check_catalogue(_sound(after, taken.rows))
    if not found:
        return []
    known = {_said(fault) for fault in check_catalogue(_sound(before, {}))}
    new = [fault for fault in found if _said(fault) not in known]
    return [ImportFault(taken.spot_of(fault.kind, fault.code, fault.text), fault.text) for fault in new]


def _said(fault: Fault) -> tuple[str, str, str]:
    return fault.kind, fault.code, fault.text


def _sound(catalogue: Catalogue, checked: Mapping[Key, Any]) -> Catalogue:
    """Without the rows whose shape is unfinished; those in `checked` were looked at already."""

    def sound(kind: str, code: str, row: Any) -> bool:
        return kind in NEVER_UNFINISHED or (kind, code) in checked or not any(SHAPES[kind](row))

    rows = {
        kind: {code: row for code, row in of_kind.items() if sound(kind, code, row)}
        for kind, of_kind in catalogue.rows.items()
    }
    return Catalogue(rows, {}, catalogue.known, catalogue.repealed)


def _note(found: CatalogueImport, before: Catalogue) -> None:
    """A line in the history of every row that was written."""
    types = ContentType.objects.get_for_models(*MODELS.values())
    LogEntry.objects.bulk_create(
        LogEntry(
            user_id=found.author_id,
            content_type=types[MODELS[entry["kind"]]],
            object_id=entry["row"]["code"],
            object_repr=str(entry["row"].get("name") or entry["row"].get("label"))[:NAME_LIMIT],
            action_flag=CHANGE if entry["row"]["code"] in before.rows[entry["kind"]] else ADDITION,
            change_message=f"表格导入：{found.file_name}",
        )
        for entry in found.rows
    )
