"""The nightly look: files without a row, rows that nothing points at, previews without a file, files still to be scanned."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Exists, ForeignObjectRel, OuterRef, ProtectedError
from django.utils import timezone

from foundation.files.models import Scan, StoredFile
from foundation.files.operations import PREVIEW, digest, drop, path_of
from foundation.files.scanning import scan

ORPHAN_SECONDS = 48 * 3600


def sweep_unused() -> int:
    """Delete rows and files that nothing points at for two days: taken out again, replaced, joined. Returns how many.

    Whoever keeps a file has a foreign key on it; which tables those are, the models say.
    """
    old = timezone.now() - timedelta(seconds=ORPHAN_SECONDS)
    unused = StoredFile.objects.filter(created_at__lt=old)
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel):
            holder = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
            unused = unused.filter(~Exists(holder))
    swept = 0
    for stored in unused.iterator():
        try:
            stored.delete()
        except ProtectedError:
            continue  # taken into use since the list was made
        drop(path_of(stored))
        swept += 1
    return swept


def scan_waiting() -> int:
    """Ask the virus scanner again about files in quarantine. Returns how many still wait."""
    still = 0
    for stored in StoredFile.objects.filter(scan=Scan.WAITING).iterator():
        verdict = scan(path_of(stored))
        still += verdict == Scan.WAITING
        StoredFile.objects.filter(pk=stored.pk).update(scan=verdict)
    return still


def sweep_orphans() -> int:
    """Delete files that no row names and that are older than two days: their transaction rolled back. Returns how many.

    Two days are longer than any transaction or request, so a file that is just being taken in is never swept.
    """
    swept = 0
    old = time.time() - ORPHAN_SECONDS
    for folder in Path(settings.FILE_ROOT).glob("[0-9a-f][0-9a-f]"):
        aged = [path for path in folder.iterdir() if path.suffix != PREVIEW and path.stat().st_mtime < old]
        paths = {f"{folder.name}/{path.name}": path for path in aged}
        named = set(StoredFile.objects.filter(path__in=paths).values_list("path", flat=True))
        for path in paths.keys() - named:
            drop(paths[path])
            swept += 1
    return swept


def faults(*, hashes: bool) -> Iterator[tuple[StoredFile, str]]:
    """Rows whose file is 缺失 (not there) or, with `hashes`, 改动 (not what was stored). Reads every file then."""
    for stored in StoredFile.objects.order_by("created_at").iterator():
        path = path_of(stored)
        if not path.is_file() or (not hashes and path.stat().st_size != stored.size):
            yield stored, "改动" if path.is_file() else "缺失"
        elif hashes and digest(path)[0] != stored.sha256:
            yield stored, "改动"
