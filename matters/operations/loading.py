"""Loads the source files: checked as a whole, all or nothing, idempotent, never over an administrator's change.

A row is compared three ways: what the file says, what the database holds, what the last load wrote. Where the
database no longer holds what was loaded, somebody edited it here, and the file waits until `force`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from departments.access import Actor
from foundation.errors import NotAllowed, Refused
from matters.models import LoadedRow, Matter
from matters.operations.publishing import Draft, draft_of, lock_against_loads, newest_hashes, publish_many
from matters.operations.sayings import LOADED, load_sayings
from matters.operations.writing import write_rows
from matters.source.checking import Catalogue, check_catalogue, check_source, lint_all
from matters.source.digest import row_digest
from matters.source.reading import KINDS, Fault, read_source, source_digest
from matters.stored import field_positions, stored_catalogue

REASON = "导入"
WHOLE = ("catalogue", "")
Progress = Callable[[str], None]
Key = tuple[str, str]


class FaultySource(Refused):
    """The source has faults: nothing was loaded. `faults` lists them all."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"目录有 {len(faults)} 处错误，没有导入任何内容。")
        self.faults = faults


@dataclass
class Report:
    """What a load did, by (kind, code); matters by code."""

    created: list[Key] = field(default_factory=list)
    updated: list[Key] = field(default_factory=list)
    unchanged: int = 0
    # Edited here since the last load, and left alone; `differing` are those of them whose file changed too.
    kept: list[Key] = field(default_factory=list)
    differing: list[Key] = field(default_factory=list)
    # In the database and not in the files: loading deletes nothing.
    absent: list[Key] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    # Touched by this load while holding unpublished edits: an administrator has to look before publishing.
    unpublished: list[str] = field(default_factory=list)
    # Parts of the search dictionary that were edited here, and left alone.
    kept_sayings: list[str] = field(default_factory=list)


def load_catalogue(*, root: Path, actor: Actor, force: bool = False, progress: Progress = lambda _: None) -> Report:
    """Loads the folder `root` and publishes each matter whose plan changed by it.

    `force` also overwrites what was edited here. `progress` is told each stage. The search dictionary beside the files
    comes along. Raises NotAllowed for everybody but the system, because nobody else publishes without a second person;
    FaultySource with every fault, of the files or of what they make together with the kept edits, and FaultySayings;
    then nothing was changed.
    """
    if not actor.system:
        raise NotAllowed("源文件只由系统导入；目录管理员改的内容要由另一名管理员批准才发布。")
    digest = source_digest(root)
    with transaction.atomic():
        lock_against_loads(alone=True)
        rows = LoadedRow.objects.exclude(kind=LOADED).values_list("kind", "code", "digest")
        loaded = {(kind, code): digest for kind, code, digest in rows}
        if not force and loaded.get(WHOLE) == digest and _all_published(loaded):
            report = Report(unchanged=len(loaded) - 1)
        else:
            source, faults = read_source(root, progress)
            progress("核对")
            catalogue, wrong = check_source(source)
            if faults + wrong:
                raise FaultySource(sorted(faults + wrong))
            report = _write(catalogue, digest, loaded, force, progress)
        report.kept_sayings = load_sayings(root=root, actor=actor, force=force)
        return report


def _all_published(loaded: Mapping[Key, str]) -> bool:
    matters = [code for kind, code in loaded if kind == "matter"]
    return not Matter.objects.filter(code__in=matters, revisions=None).exists()


def _write(
    catalogue: Catalogue, source_digest: str, loaded: Mapping[Key, str], force: bool, progress: Progress
) -> Report:
    progress("比对")
    # By file and place in it, not by running number: a new field moves only those behind it in its own file.
    positions = _positions(catalogue)
    before = stored_catalogue()
    wanted, held = _digests(catalogue, positions), _digests(before, field_positions())
    report = _compare(wanted, held, loaded, force)
    for kind in KINDS:
        progress(f"写入 {kind}")
        codes = [code for of_kind, code in (*report.created, *report.updated) if of_kind == kind]
        write_rows(kind, [catalogue.rows[kind][code] for code in codes], positions)
    progress("编译和发布")
    after = stored_catalogue()
    if report.kept:
        # What was wrong here before is no reason to refuse the files; what they break together with it is.
        known = set(check_catalogue(before))
        if faults := [fault for fault in check_catalogue(after) if fault not in known]:
            raise FaultySource(faults)
    _publish(before, after, report, force)
    skipped = set(report.kept)
    _remember({key: digest for key, digest in wanted.items() if key not in skipped} | {WHOLE: source_digest}, loaded)
    return report


def _compare(wanted: Mapping[Key, str], held: Mapping[Key, str], loaded: Mapping[Key, str], force: bool) -> Report:
    report = Report(absent=[key for key in held if key not in wanted])
    for key, digest in wanted.items():
        if key not in held and (force or key not in loaded):
            report.created.append(key)
        elif key not in held:
            report.kept.append(key)  # deleted here
        elif held[key] == digest:
            report.unchanged += 1
        elif force or held[key] == loaded.get(key):
            report.updated.append(key)
        else:
            report.kept.append(key)
            if loaded.get(key) != digest:
                report.differing.append(key)
    return report


def _positions(catalogue: Catalogue) -> dict[str, int]:
    files: dict[str, int] = {}
    positions, place = {}, 0
    for code in catalogue.rows["field"]:
        file = catalogue.files["field", code]
        if file not in files:
            files[file], place = len(files), 0
        place += 1
        positions[code] = files[file] * 10_000 + place
    return positions


def _digests(catalogue: Catalogue, positions: Mapping[str, int]) -> dict[Key, str]:
    return {
        (kind, code): row_digest(kind, row, positions.get(code, 0))
        for kind in KINDS
        for code, row in catalogue.rows[kind].items()
    }


def _publish(before: Catalogue, after: Catalogue, report: Report, force: bool) -> None:
    """Publishes what this load changed. A matter that already held unpublished edits is only reported: publishing
    it would publish those edits as well, under the reason 导入.
    """
    published = newest_hashes()
    absent = {code for kind, code in report.absent if kind == "matter"}
    # The files were checked as a whole; together with what was kept, each matter has to pass by itself.
    faults = lint_all(after) if report.kept or report.absent else {}
    ready: list[Draft] = []
    for code in after.rows["matter"]:
        current = published.get(code, "")
        if code in absent and not current:
            continue
        draft = draft_of(after, code, current, faults.get(code, []))
        if not draft.faults and not draft.differs:
            continue
        earlier = draft_of(before, code, current, []) if current else None
        if not draft.faults and (earlier is None or force or not earlier.differs):
            ready.append(draft)
        elif earlier is None or earlier.hash != draft.hash:
            report.unpublished.append(code)
    report.published = [revision.matter_id for revision in publish_many(ready, reason=REASON)]


def _remember(digests: Mapping[Key, str], loaded: Mapping[Key, str]) -> None:
    now = timezone.now()
    LoadedRow.objects.bulk_create(
        (
            LoadedRow(kind=kind, code=code, digest=digest, loaded_at=now)
            for (kind, code), digest in digests.items()
            if loaded.get((kind, code)) != digest
        ),
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["kind", "code"],
        update_fields=["digest", "loaded_at"],
    )
