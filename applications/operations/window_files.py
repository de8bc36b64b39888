"""窗口的影像: the clerk scans what lies on the desk, puts it right, or takes a copy that the portal holds already.

Looking into a file takes seconds, so it is done before the case is locked (as in `uploading.py`). What the applicant
sent is never changed here: only files that came in at the window are turned, joined or taken away.
"""

from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from applications.models import Application, CaseMaterial, MaterialFile
from applications.operations import vault
from applications.operations.correcting import open_correction, open_papers
from applications.operations.drafting import FILES_PER_MATERIAL
from applications.operations.recording import event, lock_case, record
from applications.states import BEFORE_ACCEPTANCE
from departments.access import Actor
from departments.models import Post, Role
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.files import operations as files

CHANGED = "这份材料刚才有人改过，请看新的再试。"


def attach(
    *, actor: Actor, number: str, material_code: str, upload: BinaryIO, name: str, replaces: int | None = None
) -> MaterialFile:
    """One scan of a paper, behind its others or in the place of one from the window (`replaces`).

    Before acceptance of any paper of the case; afterwards of what was promised for later, asked for, or added.
    Raises CaseMaterial.DoesNotExist, MaterialFile.DoesNotExist, FileRefused, Refused (no room), NotAllowed, Conflict.
    """
    with transaction.atomic():
        case = lock_case(actor, number)
        _room(case, _taking(case, actor, material_code), replaces)
    stored = files.store(upload, name=name, by=actor.user_id)
    with transaction.atomic():
        case = lock_case(actor, number)
        material = _taking(case, actor, material_code)
        _room(case, material, replaces)
        mine = MaterialFile.objects.filter(application=case, material_code=material_code)
        if replaces is not None:
            position = _from_window(case, replaces).position
            mine.filter(pk=replaces).delete()
        else:
            position = 1 + (mine.aggregate(last=Max("position"))["last"] or 0)
        added = MaterialFile.objects.create(
            application=case, material_code=material_code, file=stored, position=position
        )
        _write(case, actor, "file_added", f"窗口扫描“{material.name}”", added)
    return added


def turn(*, actor: Actor, number: str, file_id: int) -> MaterialFile:
    """A scan of the window by 90° to the right, as a new file. Raises MaterialFile.DoesNotExist, FileRefused, Conflict."""
    with transaction.atomic():
        case = lock_case(actor, number)
        before = _from_window(case, file_id)
        _taking(case, actor, before.material_code)
    after = files.turned(before.file, quarters=1, by=actor.user_id)
    with transaction.atomic():
        case = lock_case(actor, number)
        if not MaterialFile.objects.filter(pk=file_id, application=case, file=before.file).update(file=after):
            raise Conflict(CHANGED)
        before.file = after
    return before


def join(*, actor: Actor, number: str, material_code: str) -> MaterialFile:
    """One PDF of all scans of the window of a paper. Raises Refused with fewer than two, FileRefused, Conflict."""
    with transaction.atomic():
        case = lock_case(actor, number)
        material = _taking(case, actor, material_code)
        parts = [row for row in _scans(case) if row.material_code == material_code]
    if len(parts) < 2:
        raise Refused("窗口扫的不到两个文件，不用合并。")
    stored = files.joined([part.file for part in parts], name=f"{material.name}.pdf", by=actor.user_id)
    with transaction.atomic():
        case = lock_case(actor, number)
        rows = MaterialFile.objects.filter(application=case, pk__in=[part.pk for part in parts])
        _, gone = rows.filter(file__in=[part.file_id for part in parts]).delete()
        if gone.get("applications.MaterialFile") != len(parts):
            raise Conflict(CHANGED)
        whole = MaterialFile.objects.create(
            application=case, material_code=material_code, file=stored, position=parts[0].position
        )
        _write(case, actor, "file_joined", f"合并“{material.name}”的 {len(parts)} 个文件", whole)
    return whole


@transaction.atomic
def detach(*, actor: Actor, number: str, file_id: int) -> None:
    """Take a scan of the window away again. Raises MaterialFile.DoesNotExist, NotAllowed, Conflict."""
    case = lock_case(actor, number)
    row = _from_window(case, file_id)
    material = _taking(case, actor, row.material_code)
    _write(case, actor, "file_removed", f"删去窗口扫描的“{material.name}”的一个文件", row)
    row.delete()


@transaction.atomic
def take_from_vault(*, actor: Actor, number: str, material_code: str, stored_id: UUID) -> MaterialFile:
    """A copy that the portal holds already (材料库) instead of asking for it again; twice is once. No file is copied.

    Raises CaseMaterial.DoesNotExist, NotAllowed, Conflict, Refused where there is none any more.
    """
    case = lock_case(actor, number)
    material = _taking(case, actor, material_code)
    paper = next((p for p in vault.for_the_desk(actor, case, material_code) if p.file.pk == stored_id), None)
    there = MaterialFile.objects.filter(application=case, material_code=material_code, file_id=stored_id).first()
    if there is not None:
        return there
    if paper is None:
        raise Refused("材料库里没有这份材料了，请重新选。")
    _room(case, material, None)
    mine = MaterialFile.objects.filter(application=case, material_code=material_code)
    row = MaterialFile.objects.create(
        application=case,
        material_code=material_code,
        file=paper.file,
        position=1 + (mine.aggregate(last=Max("position"))["last"] or 0),
        source=vault.source_of(paper),
        valid_until=paper.valid_until,
    )
    _write(case, actor, "file_reused", f"从材料库取用“{material.name}”（{paper.grade} 级，{paper.trust}）", row)
    return row


def window_scans(rows: list[MaterialFile]) -> set[int]:
    """Which of these files came in at the window, by an account that is a clerk's. One query."""
    uploaders = {row.file.uploaded_by_id for row in rows if row.file.uploaded_by_id is not None}
    clerks = set(Post.objects.filter(user_id__in=uploaders, role=Role.CLERK).values_list("user_id", flat=True))
    return {row.pk for row in rows if row.file.uploaded_by_id in clerks and not row.source}


def _scans(case: Application) -> list[MaterialFile]:
    rows = list(MaterialFile.objects.filter(application=case).select_related("file"))
    mine = window_scans(rows)
    return [row for row in rows if row.pk in mine]


def _from_window(case: Application, file_id: int) -> MaterialFile:
    row = next((row for row in _scans(case) if row.pk == file_id), None)
    if row is None:
        raise MaterialFile.DoesNotExist
    return row


def _taking(case: Application, actor: Actor, material_code: str) -> CaseMaterial:
    """The paper, if it may have new scans now. Raises CaseMaterial.DoesNotExist, NotAllowed, Conflict."""
    if not actor.clerk:
        raise NotAllowed("只有窗口可以扫描。")
    material = CaseMaterial.objects.get(application=case, material_code=material_code, dropped_by=None)
    if case.state in BEFORE_ACCEPTANCE:
        return material
    asked = open_correction(case)
    if material_code in open_papers(case) or (asked and material_code in asked.open_codes("material")):
        return material
    raise Conflict(f"现在是“{case.get_state_display()}”，这份材料不再收新的影像。")


def _room(case: Application, material: CaseMaterial, replaces: int | None) -> None:
    if replaces is not None:
        _from_window(case, replaces)
        return
    mine = MaterialFile.objects.filter(application=case, material_code=material.material_code)
    if mine.count() >= FILES_PER_MATERIAL:
        raise Refused(f"一份材料最多 {FILES_PER_MATERIAL} 个文件，请先合成一份 PDF 再加。")


def _write(case: Application, actor: Actor, kind: str, text: str, row: MaterialFile) -> None:
    record([event(case, kind, text, actor, material=row.material_code, file=str(row.file_id))])
