"""传材料: files of a draft come, go, are put in order, turned, joined and taken apart again.

Looking into a file takes seconds, so it is done before the draft is locked: autosave never waits for a photo. What was
made for nothing because the draft changed meanwhile has no holder, and the nightly sweep takes it away.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, BinaryIO
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Sum

from applications import access
from applications.models import Draft, MaterialFile, MaterialPart
from applications.operations.drafting import FILES_PER_MATERIAL, lock_draft, plan_for
from departments.access import Actor
from foundation.errors import Conflict, Refused
from foundation.files import operations as files
from foundation.files.models import StoredFile
from matters.plan import MaterialSpec, scheme

DRAFT_BYTES = 300 * 1024 * 1024
PERSON_BYTES = 1024 * 1024 * 1024  # over all open drafts of one account
CHANGED = "这份材料刚才在别的页面改过，请看新的再试。"


def attach(
    *, actor: Actor, draft_id: UUID, material_code: str, upload: BinaryIO, name: str, replaces: int | None = None
) -> MaterialFile:
    """Store one file for one material of the draft, behind its others or in the place of `replaces`.

    Raises Draft.DoesNotExist, MaterialFile.DoesNotExist, FileRefused, Refused (not asked for, no room), Conflict once
    submitted.
    """
    _room(_readable(actor, draft_id), material_code, replaces, upload.seek(0, 2))
    upload.seek(0)
    stored = files.store(upload, name=name, by=actor.user_id)
    return take(actor=actor, draft_id=draft_id, material_code=material_code, stored=stored, replaces=replaces)


@transaction.atomic
def take(
    *,
    actor: Actor,
    draft_id: UUID,
    material_code: str,
    stored: StoredFile,
    replaces: int | None = None,
    source: str = "",
    valid_until: date | None = None,
) -> MaterialFile:
    """Let the draft hold a file that is stored already. `source`: where a copy used again comes from. Raises as `attach`."""
    draft = _open(actor, draft_id)
    _room(draft, material_code, replaces, 0)
    mine = draft.files.filter(material_code=material_code)
    if replaces is not None:
        old = mine.get(pk=replaces)
        position = old.position
        old.delete()
    else:
        position = 1 + (mine.aggregate(last=Max("position"))["last"] or 0)
    return MaterialFile.objects.create(
        draft=draft,
        material_code=material_code,
        file=stored,
        position=position,
        source=source,
        valid_until=valid_until,
    )


@transaction.atomic
def detach(*, actor: Actor, draft_id: UUID, file_id: int) -> None:
    """Take one file out of the draft. Raises MaterialFile.DoesNotExist, Conflict once submitted."""
    _open(actor, draft_id).files.get(pk=file_id).delete()


@transaction.atomic
def arrange(*, actor: Actor, draft_id: UUID, material_code: str, order: Sequence[int]) -> None:
    """Put the files of one material into this order. Raises Conflict where it names others than are there now."""
    draft = _open(actor, draft_id)
    mine = {file.pk: file for file in draft.files.filter(material_code=material_code)}
    if sorted(order) != sorted(mine):
        raise Conflict(CHANGED)
    for position, pk in enumerate(order, start=1):
        mine[pk].position = position
    MaterialFile.objects.bulk_update(mine.values(), ["position"])


def turn(*, actor: Actor, draft_id: UUID, file_id: int, quarters: int = 1) -> None:
    """Turn a picture or PDF to the right by `quarters` of 90°. Raises MaterialFile.DoesNotExist, FileRefused, Conflict."""
    before = _readable(actor, draft_id).files.select_related("file").get(pk=file_id)
    after = files.turned(before.file, quarters=quarters, by=actor.user_id)
    with transaction.atomic():
        changed = _open(actor, draft_id).files.filter(pk=file_id, file=before.file)
        if not changed.update(file=after):
            raise Conflict(CHANGED)


def join(*, actor: Actor, draft_id: UUID, material_code: str) -> MaterialFile:
    """Make one PDF of all pictures and PDFs of a material, in their order; it remembers its parts.

    Raises Refused with fewer than two, FileRefused, Conflict.
    """
    draft = _readable(actor, draft_id)
    spec = _asked_for(draft, material_code)
    parts = list(draft.files.filter(material_code=material_code).select_related("file"))
    if len(parts) < 2:
        raise Refused("只有一个文件，不用合并。")
    stored = files.joined([part.file for part in parts], name=f"{spec.name}.pdf", by=actor.user_id)
    with transaction.atomic():
        mine = _open(actor, draft_id).files.filter(material_code=material_code)
        if list(mine.values_list("pk", "file")) != [(part.pk, part.file_id) for part in parts]:
            raise Conflict(CHANGED)
        mine.delete()
        whole = MaterialFile.objects.create(
            draft=draft, material_code=material_code, file=stored, position=1, **_origin_of(parts)
        )
        MaterialPart.objects.bulk_create(
            MaterialPart(
                whole=whole, file=part.file, position=position, source=part.source, valid_until=part.valid_until
            )
            for position, part in enumerate(parts)
        )
    return whole


@transaction.atomic
def split(*, actor: Actor, draft_id: UUID, file_id: int) -> None:
    """Give back the files that a joined PDF was made of, in its place. Raises Refused where it was sent as it is."""
    draft = _open(actor, draft_id)
    whole = draft.files.get(pk=file_id)
    parts = list(whole.parts.all())
    if not parts:
        raise Refused("这个文件不是在这里合并的，拆不开。")
    rest = list(draft.files.filter(material_code=whole.material_code))
    if len(rest) - 1 + len(parts) > FILES_PER_MATERIAL:
        raise Refused(f"拆开以后超过 {FILES_PER_MATERIAL} 个文件，请先删掉几个。")
    place = rest.index(whole)
    back = [
        MaterialFile(
            draft=draft,
            material_code=whole.material_code,
            file_id=part.file_id,
            source=part.source,
            valid_until=part.valid_until,
        )
        for part in parts
    ]
    whole.delete()
    MaterialFile.objects.bulk_create(back)
    row = rest[:place] + back + rest[place + 1 :]
    for position, file in enumerate(row, start=1):
        file.position = position
    MaterialFile.objects.bulk_update(row, ["position"])


def _origin_of(parts: Sequence[MaterialFile]) -> dict[str, Any]:
    """Of what was joined: where the copies used again come from, and the earliest day on which one of them ends."""
    sources = dict.fromkeys(part.source for part in parts if part.source)
    ends = [part.valid_until for part in parts if part.valid_until is not None]
    return {"source": "；".join(sources)[:120], "valid_until": min(ends, default=None)}


def _readable(actor: Actor, draft_id: UUID) -> Draft:
    """The draft, not locked, still to be submitted."""
    draft = Draft.objects.get(pk=draft_id)
    if not access.edits_draft(draft, actor):
        raise Draft.DoesNotExist
    return _not_sent(draft)


def _open(actor: Actor, draft_id: UUID) -> Draft:
    """The same, locked until commit."""
    return _not_sent(lock_draft(actor, draft_id, "传材料"))


def _not_sent(draft: Draft) -> Draft:
    if draft.application_id is not None:
        raise Conflict("这份申请已经提交，不能再改文件。")
    return draft


def _asked_for(draft: Draft, material_code: str) -> MaterialSpec:
    asked = {m.spec.code: m.spec for m in scheme(plan_for(draft), draft.answers).materials}
    if material_code not in asked:
        raise Refused("这份材料不在这次要交的材料里。")
    return asked[material_code]


def _room(draft: Draft, material_code: str, replaces: int | None, size: int) -> None:
    """Whether one more file of this many bytes may come. Raises Refused."""
    _asked_for(draft, material_code)
    mine = draft.files.filter(material_code=material_code)
    if replaces is not None:
        mine.get(pk=replaces)
    elif mine.count() >= FILES_PER_MATERIAL:
        raise Refused(f"一份材料最多 {FILES_PER_MATERIAL} 个文件，请先合成一份 PDF 再加。")
    if _bytes(draft=draft) + size > DRAFT_BYTES:
        raise Refused("这件事的文件合起来超过 300 MB，请删掉用不着的，或者把照片拍小一点。")
    if draft.owner_id is not None and _bytes(draft__owner=draft.owner_id, application=None) + size > PERSON_BYTES:
        raise Refused("您几份草稿里的文件合起来超过 1 GB，请先递交或者删掉一份草稿。")


def _bytes(**where: object) -> int:
    return MaterialFile.objects.filter(**where).aggregate(total=Sum("file__size"))["total"] or 0
